DROP TABLE idempotency;
DROP TABLE outbox;
DROP TABLE files;
DROP TABLE ticket_watchers;
DROP TABLE events;
DROP TABLE tickets;
