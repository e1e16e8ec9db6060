-- Figures: what follow-up by summaries and charts (6.1) asks of the tickets.

UPDATE tickets SET attended_at = (SELECT min(events.at) FROM events WHERE events.ticket_id = tickets.id AND events.name = 'categorised')
WHERE attended_at IS NULL AND EXISTS (SELECT 1 FROM events WHERE events.ticket_id = tickets.id AND events.name = 'categorised');

-- All that the figures of a span look at stands in the index, so that a year is counted without reading a ticket.
CREATE INDEX IF NOT EXISTS tickets_received ON tickets (received_at, closed_at, solved_at, attended_at, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id);
CREATE INDEX IF NOT EXISTS tickets_solved ON tickets (solved_at, received_at, outcome, solver_id, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id) WHERE solved_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_closed ON tickets (closed_at, area_id, is_reserved, requester_id, creator_id, kind, channel, service_id) WHERE closed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS tickets_by_solver ON tickets (solver_id) WHERE solver_id IS NOT NULL;
-- `tickets_received` begins with the same.
DROP INDEX IF EXISTS tickets_by_received;

-- Activity 6.
CREATE INDEX IF NOT EXISTS events_of_evaluation ON events (at, ticket_id, name) WHERE name IN ('technical_report_submitted', 'report_returned', 'contracting_approved', 'contracting_rejected');
