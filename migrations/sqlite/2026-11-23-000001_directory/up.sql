-- The directory: areas, people, services, providers; their history; accounts and sessions; set-up; settings.
-- SQLite takes references to tables that are made later, so areas and people may point at each other at once.

CREATE TABLE areas (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    abbreviation TEXT,
    parent_id BIGINT REFERENCES areas (id) CHECK (parent_id <> id),
    head_id BIGINT REFERENCES people (id),
    is_reserved BOOLEAN NOT NULL,
    ended_on DATE
);
CREATE INDEX areas_by_name ON areas (name_folded, id);
CREATE INDEX areas_by_parent ON areas (parent_id);
CREATE INDEX areas_by_head ON areas (head_id);
-- Areas that have no last day are told apart by name under their parent; one that ends leaves its name free.
CREATE UNIQUE INDEX areas_open_name ON areas (coalesce(parent_id, 0), name_folded) WHERE ended_on IS NULL;

-- Every area with every area above it, and with itself at depth 0.
CREATE TABLE area_closure (
    ancestor_id BIGINT NOT NULL REFERENCES areas (id),
    descendant_id BIGINT NOT NULL REFERENCES areas (id),
    depth INTEGER NOT NULL CHECK (depth >= 0 AND (depth = 0) = (ancestor_id = descendant_id)),
    PRIMARY KEY (ancestor_id, descendant_id)
) WITHOUT ROWID;
CREATE INDEX area_closure_by_descendant ON area_closure (descendant_id, ancestor_id);

-- One row: whoever changes the tree of areas writes it first, so that two moves at once cannot make a ring.
CREATE TABLE area_tree (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    n_changes BIGINT NOT NULL
);
INSERT INTO area_tree (id, n_changes) VALUES (1, 0);

CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    email TEXT CHECK (email = lower(email)),
    post TEXT,
    area_id BIGINT NOT NULL REFERENCES areas (id),
    extension TEXT,
    phone TEXT,
    place TEXT,
    language TEXT NOT NULL,
    is_contact BOOLEAN NOT NULL,
    is_active BOOLEAN NOT NULL,
    signed_in_at TIMESTAMP
);
CREATE UNIQUE INDEX people_email ON people (email);
CREATE INDEX people_by_name ON people (name_folded, id);
CREATE INDEX people_by_area ON people (area_id);

-- Never `area_head`: that is had by heading an area.
CREATE TABLE person_roles (
    person_id BIGINT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'help_desk', 'support1', 'support2', 'it_head', 'admin', 'auditor')),
    PRIMARY KEY (person_id, role)
) WITHOUT ROWID;
CREATE INDEX person_roles_by_role ON person_roles (role, person_id);

-- Apart from people, so that no view of a person can show it.
CREATE TABLE credentials (
    person_id INTEGER PRIMARY KEY NOT NULL REFERENCES people (id),
    password_hash TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL
);

CREATE TABLE services (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT,
    is_active BOOLEAN NOT NULL
);
CREATE INDEX services_by_name ON services (name_folded, id);
CREATE UNIQUE INDEX services_active_name ON services (name_folded) WHERE is_active;

CREATE TABLE providers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    ruc TEXT,
    email TEXT CHECK (email = lower(email)),
    phone TEXT,
    contact TEXT,
    is_active BOOLEAN NOT NULL
);
CREATE INDEX providers_by_name ON providers (name_folded, id);
CREATE UNIQUE INDEX providers_active_name ON providers (name_folded) WHERE is_active;
CREATE UNIQUE INDEX providers_active_ruc ON providers (ruc) WHERE is_active;

-- The words that a record is found by, folded; sought by their beginnings.
CREATE TABLE record_words (
    entity TEXT NOT NULL CHECK (entity IN ('person', 'area', 'service', 'provider')),
    word TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (entity, word, record_id)
) WITHOUT ROWID;
CREATE INDEX record_words_by_record ON record_words (entity, record_id);

-- Every version of every record: who made it, when, and what it said before and after.
CREATE TABLE record_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    entity TEXT NOT NULL CHECK (entity IN ('person', 'area', 'service', 'provider', 'setting')),
    entity_id BIGINT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    at TIMESTAMP NOT NULL,
    by_person BIGINT REFERENCES people (id),
    before TEXT CHECK (json_valid(before)),
    after TEXT NOT NULL CHECK (json_valid(after))
);
CREATE UNIQUE INDEX record_changes_version ON record_changes (entity, entity_id, version);

-- A sign-in, and the family of refresh tokens that comes from it.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    opened_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    is_revoked BOOLEAN NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    token_hash BLOB PRIMARY KEY NOT NULL,
    session_id BIGINT NOT NULL REFERENCES sessions (id),
    issued_at TIMESTAMP NOT NULL,
    spent_at TIMESTAMP,
    is_graced BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- One row: whoever redeems an offer writes it first, so that exactly one wins.
CREATE TABLE setup (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    done_at TIMESTAMP
);
INSERT INTO setup (id, done_at) VALUES (1, NULL);

CREATE TABLE setup_offers (
    token_hash BLOB PRIMARY KEY NOT NULL,
    offered_at TIMESTAMP NOT NULL
) WITHOUT ROWID;

CREATE TABLE settings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    name TEXT NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value))
);
CREATE UNIQUE INDEX settings_name ON settings (name);
