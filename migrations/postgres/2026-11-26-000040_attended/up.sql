-- When it was first categorised. Apart from what fills it: on PostgreSQL nobody reads the table while this runs.
-- A server from before leaves it empty where it categorises; the next event that a server of now writes to the ticket fills it.
ALTER TABLE tickets ADD COLUMN attended_at TIMESTAMP;
