ALTER TABLE tickets DROP COLUMN solve_seconds;
ALTER TABLE tickets DROP COLUMN attend_seconds;
