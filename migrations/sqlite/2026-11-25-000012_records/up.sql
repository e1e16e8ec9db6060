-- Access tokens of integrations, links that set a password, absences, what a contact became; and from where each change came.

-- What a person lets a program do in their name. Only the SHA-256 of its secret is kept.
CREATE TABLE access_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'intake')),
    token_hash BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE UNIQUE INDEX access_tokens_hash ON access_tokens (token_hash);
CREATE INDEX access_tokens_by_person ON access_tokens (person_id, id);

-- Links that set a password, once: for one who forgot it, or who is invited.
CREATE TABLE password_links (
    token_hash BLOB PRIMARY KEY NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL CHECK (kind IN ('reset', 'invitation')),
    issued_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
) WITHOUT ROWID;
CREATE INDEX password_links_by_person ON password_links (person_id);

-- Somebody is away from one day to another, both included; `acting_id` holds their posts meanwhile («(e)»).
CREATE TABLE absences (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    person_id BIGINT NOT NULL REFERENCES people (id),
    from_on DATE NOT NULL,
    until_on DATE NOT NULL CHECK (from_on <= until_on),
    reason TEXT,
    acting_id BIGINT REFERENCES people (id) CHECK (acting_id <> person_id),
    is_cancelled BOOLEAN NOT NULL
);
CREATE INDEX absences_by_person ON absences (person_id, until_on);
CREATE INDEX absences_by_end ON absences (until_on);

-- The person of the directory that a contact turned out to be.
ALTER TABLE people ADD COLUMN merged_into_id BIGINT REFERENCES people (id);
CREATE INDEX people_merged ON people (merged_into_id) WHERE merged_into_id IS NOT NULL;

CREATE TABLE sign_ins (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    origin TEXT
);
CREATE INDEX sign_ins_by_time ON sign_ins (at, id);

-- From where: the address, the request, the access token. (SQLite changes a CHECK by making the table again.)
CREATE TABLE record_changes_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    entity TEXT NOT NULL CHECK (entity IN ('person', 'area', 'service', 'provider', 'setting', 'absence', 'access_token')),
    entity_id BIGINT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    at TIMESTAMP NOT NULL,
    by_person BIGINT REFERENCES people (id),
    before TEXT CHECK (json_valid(before)),
    after TEXT NOT NULL CHECK (json_valid(after)),
    origin TEXT
);
INSERT INTO record_changes_new (id, entity, entity_id, version, at, by_person, before, after)
    SELECT id, entity, entity_id, version, at, by_person, before, after FROM record_changes;
DROP TABLE record_changes;
ALTER TABLE record_changes_new RENAME TO record_changes;
CREATE UNIQUE INDEX record_changes_version ON record_changes (entity, entity_id, version);
CREATE INDEX record_changes_by_time ON record_changes (at, id);

ALTER TABLE events ADD COLUMN origin TEXT;
CREATE INDEX events_by_time ON events (at);
