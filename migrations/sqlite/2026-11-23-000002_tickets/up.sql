-- Tickets: their events, the read row that follows from them, files, outbox, idempotency records, and the words of their titles.
-- Events are the truth. A read row is written in the same transaction, and holds everything that views, lists and guards ask for.

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- Events so far: guards the append. `version` and `internal` are the number of the last event, as people read it.
    position INTEGER NOT NULL CHECK (position >= 1),
    version INTEGER NOT NULL CHECK (version >= 1),
    internal INTEGER NOT NULL CHECK (internal >= 0),
    -- The standing: what decides what may be done with it now.
    phase TEXT NOT NULL CHECK (phase IN ('requested', 'in_attention', 'escalated1', 'escalated2', 'with_provider', 'under_evaluation', 'contracting', 'verifying', 'to_close', 'closed', 'recorded', 'withdrawn', 'duplicate', 'discarded')),
    is_ended BOOLEAN NOT NULL,
    kind TEXT CHECK (kind IN ('incident', 'occurrence', 'requirement')),
    outcome TEXT CHECK (outcome IN ('attended', 'solved_at_desk', 'solved_at_level1', 'solved_at_level2', 'solved_by_provider', 'not_approved', 'unanswered')),
    requester_id BIGINT NOT NULL REFERENCES people (id),
    creator_id BIGINT REFERENCES people (id),
    area_id BIGINT NOT NULL REFERENCES areas (id),
    is_reserved BOOLEAN NOT NULL,
    holder_id BIGINT REFERENCES people (id),
    waiting_since TIMESTAMP,
    reminders_left INTEGER CHECK ((reminders_left IS NULL) = (waiting_since IS NULL)),
    reminded_at TIMESTAMP CHECK ((reminded_at IS NULL) = (waiting_since IS NULL)),
    solver_id BIGINT REFERENCES people (id),
    report_author_id BIGINT REFERENCES people (id),
    is_covered BOOLEAN NOT NULL,
    is_confirmed BOOLEAN NOT NULL,
    is_phone_notice_due BOOLEAN NOT NULL,
    reopenable_until TIMESTAMP,
    -- What it is about. The description is empty where it was hidden; the title is folded as it is sought.
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'email', 'mobile', 'web', 'in_person')),
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    description TEXT,
    since_on DATE,
    impact TEXT CHECK (impact IN ('cannot_work', 'work_with_difficulty', 'can_work', 'something_new')),
    service_id BIGINT REFERENCES services (id),
    equipment TEXT,
    place TEXT,
    -- What became of it.
    solution TEXT,
    provider_id BIGINT REFERENCES providers (id),
    draft TEXT CHECK (draft IS NULL OR json_valid(draft)),
    report TEXT CHECK (report IS NULL OR json_valid(report)),
    duplicate_of_id BIGINT REFERENCES tickets (id),
    from_ticket_id BIGINT REFERENCES tickets (id),
    n_visits INTEGER NOT NULL CHECK (n_visits >= 0),
    n_reopened INTEGER NOT NULL CHECK (n_reopened >= 0),
    created_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    phase_since TIMESTAMP NOT NULL,
    held_since TIMESTAMP NOT NULL,
    solved_at TIMESTAMP,
    closed_at TIMESTAMP
);
-- A list is read in the order of its sort, within what one filters by most. Every key of SQLite ends with the row's id; PostgreSQL is told so.
-- An assistant of the desk wrote thousands down, of which few are open: those are asked for most.
CREATE INDEX tickets_by_requester ON tickets (requester_id, is_ended);
CREATE INDEX tickets_by_creator ON tickets (creator_id, is_ended) WHERE creator_id IS NOT NULL;
CREATE INDEX tickets_by_holder ON tickets (holder_id) WHERE holder_id IS NOT NULL;
CREATE INDEX tickets_by_area ON tickets (area_id);
CREATE INDEX tickets_by_outcome ON tickets (outcome) WHERE outcome IS NOT NULL;
CREATE INDEX tickets_by_service ON tickets (service_id) WHERE service_id IS NOT NULL;
CREATE INDEX tickets_by_phase ON tickets (phase);
CREATE INDEX tickets_by_phase_since ON tickets (phase_since);
CREATE INDEX tickets_by_updated ON tickets (updated_at);
CREATE INDEX tickets_by_received ON tickets (received_at);
-- The work that is open (or not) in each order.
CREATE INDEX tickets_by_end ON tickets (is_ended);
CREATE INDEX tickets_by_end_phase_since ON tickets (is_ended, phase_since);
CREATE INDEX tickets_by_end_updated ON tickets (is_ended, updated_at);
-- Few at any time.
CREATE INDEX tickets_waiting ON tickets (id) WHERE waiting_since IS NOT NULL;
CREATE INDEX tickets_to_phone ON tickets (id) WHERE is_phone_notice_due;
CREATE INDEX tickets_by_duplicate_of ON tickets (duplicate_of_id) WHERE duplicate_of_id IS NOT NULL;
CREATE INDEX tickets_by_from ON tickets (from_ticket_id) WHERE from_ticket_id IS NOT NULL;

CREATE TABLE events (
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    position INTEGER NOT NULL CHECK (position >= 1),
    version INTEGER NOT NULL CHECK (version >= 1),
    internal INTEGER NOT NULL CHECK (internal >= 0),
    at TIMESTAMP NOT NULL,
    -- Empty: the system.
    by_person BIGINT REFERENCES people (id),
    name TEXT NOT NULL,
    is_internal BOOLEAN NOT NULL,
    -- Its text and its files were hidden; the payload stays on record.
    is_hidden BOOLEAN NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    PRIMARY KEY (ticket_id, position)
) WITHOUT ROWID;

CREATE TABLE ticket_watchers (
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    PRIMARY KEY (ticket_id, person_id)
) WITHOUT ROWID;

-- Rows of uploaded files; the bytes are kept by their SHA-256 in a folder. Unbound until an event brings it.
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    n_bytes BIGINT NOT NULL CHECK (n_bytes >= 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    uploaded_by BIGINT REFERENCES people (id),
    uploaded_at TIMESTAMP NOT NULL,
    ticket_id BIGINT REFERENCES tickets (id),
    position INTEGER CHECK ((position IS NULL) = (ticket_id IS NULL))
);
CREATE INDEX files_by_event ON files (ticket_id, position);
CREATE INDEX files_unbound ON files (uploaded_at, id) WHERE ticket_id IS NULL;
CREATE INDEX files_by_content ON files (sha256);

-- Who is to be told of which event. The message is made, and visibility checked, when it is sent.
CREATE TABLE outbox (
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
CREATE INDEX outbox_waiting ON outbox (leased_until, id) WHERE done_at IS NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;

-- One answer for one key of one person on one route. Without a status: its transaction has not ended.
-- A table with rowids: answers are long and come one after the other, while keys fall anywhere.
CREATE TABLE idempotency (
    person_id BIGINT NOT NULL REFERENCES people (id),
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    status INTEGER CHECK (status BETWEEN 100 AND 599),
    etag TEXT,
    location TEXT,
    -- Empty where the answer showed a secret.
    body TEXT,
    PRIMARY KEY (person_id, route, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- The words of the titles; the titles themselves stay in `tickets`.
CREATE VIRTUAL TABLE ticket_words USING fts5 (
    title,
    content = '',
    contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);
