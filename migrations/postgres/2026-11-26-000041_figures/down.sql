DROP INDEX events_of_evaluation;
CREATE INDEX tickets_by_received ON tickets (received_at, id);
DROP INDEX tickets_by_solver;
DROP INDEX tickets_closed;
DROP INDEX tickets_solved;
DROP INDEX tickets_received;
