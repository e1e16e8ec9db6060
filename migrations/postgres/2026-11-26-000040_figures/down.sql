DROP INDEX events_of_evaluation;
DROP INDEX tickets_by_closed;
DROP INDEX tickets_by_solved;
DROP INDEX tickets_by_received;
CREATE INDEX tickets_by_received ON tickets (received_at, id);
ALTER TABLE tickets DROP COLUMN attended_at;
