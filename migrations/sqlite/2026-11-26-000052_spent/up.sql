-- How long tickets took until they were attended and solved. Apart from what fills it: on PostgreSQL nobody reads the table while this runs.
-- A server from before leaves them empty; the next event that a server of now writes to the ticket fills them.
ALTER TABLE tickets ADD COLUMN attend_seconds BIGINT;
ALTER TABLE tickets ADD COLUMN solve_seconds BIGINT;
