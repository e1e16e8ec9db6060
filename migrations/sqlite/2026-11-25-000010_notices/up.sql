-- Notices become mails: to a person, to a provider or to an address; each with its state, and what was sent under which Message-ID.
-- SQLite lets no column become nullable, so the table is made anew.

CREATE TABLE outbox_anew (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    ticket_id BIGINT REFERENCES tickets (id),
    position INTEGER CHECK ((position IS NULL) = (ticket_id IS NULL)),
    person_id BIGINT REFERENCES people (id),
    kind TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    -- Until then a worker has it, or nobody tries again.
    leased_until TIMESTAMP NOT NULL,
    n_attempts INTEGER NOT NULL,
    last_error TEXT,
    done_at TIMESTAMP,
    provider_id BIGINT REFERENCES providers (id),
    to_name TEXT,
    -- Whom it is for, where that is neither a person nor a provider; and of every mail that was sent, where it went.
    to_address TEXT,
    language TEXT,
    details TEXT CHECK (details IS NULL OR json_valid(details)),
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'cancelled')),
    subject TEXT,
    message_id TEXT,
    CHECK ((state = 'queued') = (done_at IS NULL)),
    CHECK (person_id IS NOT NULL OR provider_id IS NOT NULL OR to_address IS NOT NULL)
);
-- What waits from before was never to be sent: people would be told of things long past.
INSERT INTO outbox_anew (id, ticket_id, position, person_id, kind, created_at, leased_until, n_attempts, last_error, done_at, state)
SELECT id, ticket_id, position, person_id, kind, created_at, leased_until, n_attempts, 'before_mail', coalesce(done_at, created_at), 'cancelled'
FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_anew RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (leased_until, id) WHERE done_at IS NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
-- The administrator's list, the newest first.
CREATE INDEX outbox_by_state ON outbox (state);
CREATE INDEX outbox_by_ticket ON outbox (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX outbox_by_person ON outbox (person_id) WHERE person_id IS NOT NULL;
