-- A year's median is found without reading two instants of each ticket, and what happened to those that ended in one walk.

UPDATE tickets SET attend_seconds = greatest(0, floor(extract(epoch FROM attended_at - received_at)))
WHERE attended_at IS NOT NULL;
UPDATE tickets SET solve_seconds = greatest(0, floor(extract(epoch FROM solved_at - received_at)))
WHERE solved_at IS NOT NULL;

DROP INDEX tickets_received;
CREATE INDEX tickets_received ON tickets (received_at, id) INCLUDE (closed_at, solved_at, attend_seconds, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id);
DROP INDEX tickets_solved;
CREATE INDEX tickets_solved ON tickets (solved_at, id) INCLUDE (solve_seconds, outcome, solver_id, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id) WHERE solved_at IS NOT NULL;
DROP INDEX tickets_closed;
CREATE INDEX tickets_closed ON tickets (closed_at, id) INCLUDE (received_at, solved_at, outcome, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id) WHERE closed_at IS NOT NULL;
