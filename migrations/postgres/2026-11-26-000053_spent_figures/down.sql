DROP INDEX tickets_closed;
CREATE INDEX tickets_closed ON tickets (closed_at, id) INCLUDE (area_id, is_reserved, requester_id, creator_id, kind, channel, service_id) WHERE closed_at IS NOT NULL;
DROP INDEX tickets_solved;
CREATE INDEX tickets_solved ON tickets (solved_at, id) INCLUDE (received_at, outcome, solver_id, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id) WHERE solved_at IS NOT NULL;
DROP INDEX tickets_received;
CREATE INDEX tickets_received ON tickets (received_at, id) INCLUDE (closed_at, solved_at, attended_at, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id);
