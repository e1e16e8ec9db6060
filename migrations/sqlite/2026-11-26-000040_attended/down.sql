ALTER TABLE tickets DROP COLUMN attended_at;
