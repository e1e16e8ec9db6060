-- Notices become mails: to a person, to a provider or to an address; each with its state, and what was sent under which Message-ID.

-- What waits from before was never to be sent: people would be told of things long past.
UPDATE outbox SET done_at = coalesce(done_at, created_at), last_error = 'before_mail';
ALTER TABLE outbox
    ALTER COLUMN ticket_id DROP NOT NULL,
    ALTER COLUMN position DROP NOT NULL,
    ALTER COLUMN person_id DROP NOT NULL,
    ADD COLUMN provider_id BIGINT REFERENCES providers (id),
    ADD COLUMN to_name TEXT,
    -- Whom it is for, where that is neither a person nor a provider; and of every mail that was sent, where it went.
    ADD COLUMN to_address TEXT,
    ADD COLUMN language TEXT,
    ADD COLUMN details TEXT CHECK (details IS NULL OR details::jsonb IS NOT NULL),
    ADD COLUMN state TEXT NOT NULL DEFAULT 'cancelled' CHECK (state IN ('queued', 'sent', 'failed', 'cancelled')),
    ADD COLUMN subject TEXT,
    ADD COLUMN message_id TEXT,
    ADD CONSTRAINT outbox_of_event CHECK ((position IS NULL) = (ticket_id IS NULL)),
    ADD CONSTRAINT outbox_is_done CHECK ((state = 'queued') = (done_at IS NULL)),
    ADD CONSTRAINT outbox_is_for_somebody CHECK (person_id IS NOT NULL OR provider_id IS NOT NULL OR to_address IS NOT NULL);
ALTER TABLE outbox ALTER COLUMN state SET DEFAULT 'queued';
-- The administrator's list, the newest first.
CREATE INDEX outbox_by_state ON outbox (state, id);
CREATE INDEX outbox_by_ticket ON outbox (ticket_id, id) WHERE ticket_id IS NOT NULL;
CREATE INDEX outbox_by_person ON outbox (person_id, id) WHERE person_id IS NOT NULL;
