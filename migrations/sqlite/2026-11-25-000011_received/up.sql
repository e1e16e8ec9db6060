-- Mails that came in: the bytes are kept in the folder of files before anything else is done, and then what became of each stands here.
CREATE TABLE received_mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- Of the bytes that are kept: the whole message, or the beginning of one that was too large.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    -- Of the message as it was sent.
    n_bytes BIGINT NOT NULL CHECK (n_bytes >= 0),
    is_whole BOOLEAN NOT NULL,
    received_at TIMESTAMP NOT NULL,
    -- As the mail server says.
    envelope_sender TEXT,
    envelope_recipient TEXT,
    -- As the message says of itself; empty until it was read, or where it cannot be.
    message_id TEXT,
    from_address TEXT,
    from_name TEXT,
    subject TEXT,
    -- Is it proven that it came from the address that it names?
    is_proven BOOLEAN,
    state TEXT NOT NULL CHECK (state IN ('kept', 'opened', 'answered', 'ignored', 'unmatched', 'broken', 'duplicate')),
    -- A stable code: why it was ignored, not matched, or could not be read.
    why TEXT,
    ticket_id BIGINT REFERENCES tickets (id),
    -- As whose it was taken.
    person_id BIGINT REFERENCES people (id),
    duplicate_of_id BIGINT REFERENCES received_mails (id),
    -- Whom a mail of ours did not reach.
    bounced_address TEXT,
    -- Its sender and its Message-ID, of the first that has both.
    message_key TEXT,
    -- A hash of its subject, its text and its files: the same message on another way has the same.
    essence TEXT,
    -- Who of the desk decided by hand.
    handled_by BIGINT REFERENCES people (id),
    settled_at TIMESTAMP,
    -- Until then a server has it, or nobody tries again.
    leased_until TIMESTAMP NOT NULL,
    n_attempts INTEGER NOT NULL CHECK (n_attempts >= 0),
    last_error TEXT
);
CREATE UNIQUE INDEX received_mails_by_content ON received_mails (sha256, is_whole);
CREATE UNIQUE INDEX received_mails_by_message ON received_mails (message_key) WHERE message_key IS NOT NULL;
CREATE INDEX received_mails_kept ON received_mails (leased_until, id) WHERE state = 'kept';
CREATE INDEX received_mails_by_state ON received_mails (state);
CREATE INDEX received_mails_by_sender ON received_mails (from_address, received_at);
CREATE INDEX received_mails_by_received ON received_mails (received_at);
CREATE INDEX received_mails_by_ticket ON received_mails (ticket_id) WHERE ticket_id IS NOT NULL;

-- What comes back is looked for by the Message-ID of what was sent.
CREATE INDEX outbox_by_message ON outbox (message_id) WHERE message_id IS NOT NULL;
