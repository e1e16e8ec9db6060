DROP INDEX events_by_time;
ALTER TABLE events DROP COLUMN origin;

CREATE TABLE record_changes_old (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    entity TEXT NOT NULL CHECK (entity IN ('person', 'area', 'service', 'provider', 'setting')),
    entity_id BIGINT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    at TIMESTAMP NOT NULL,
    by_person BIGINT REFERENCES people (id),
    before TEXT CHECK (json_valid(before)),
    after TEXT NOT NULL CHECK (json_valid(after))
);
INSERT INTO record_changes_old (id, entity, entity_id, version, at, by_person, before, after)
    SELECT id, entity, entity_id, version, at, by_person, before, after FROM record_changes
    WHERE entity IN ('person', 'area', 'service', 'provider', 'setting');
DROP TABLE record_changes;
ALTER TABLE record_changes_old RENAME TO record_changes;
CREATE UNIQUE INDEX record_changes_version ON record_changes (entity, entity_id, version);

DROP TABLE sign_ins;
DROP INDEX people_merged;
ALTER TABLE people DROP COLUMN merged_into_id;
DROP TABLE absences;
DROP TABLE password_links;
DROP TABLE access_tokens;
