CREATE TABLE outbox_before (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    position INTEGER NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    -- Until then a worker has it, or nobody tries again.
    leased_until TIMESTAMP NOT NULL,
    n_attempts INTEGER NOT NULL,
    last_error TEXT,
    done_at TIMESTAMP
);
INSERT INTO outbox_before (id, ticket_id, position, person_id, kind, created_at, leased_until, n_attempts, last_error, done_at)
SELECT id, ticket_id, position, person_id, kind, created_at, leased_until, n_attempts, last_error, done_at
FROM outbox WHERE ticket_id IS NOT NULL AND person_id IS NOT NULL;
DROP TABLE outbox;
ALTER TABLE outbox_before RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (leased_until, id) WHERE done_at IS NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
