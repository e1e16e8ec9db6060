DROP INDEX events_by_time;
ALTER TABLE events DROP COLUMN origin;

DROP INDEX record_changes_by_time;
ALTER TABLE record_changes DROP COLUMN origin;
DELETE FROM record_changes WHERE entity NOT IN ('person', 'area', 'service', 'provider', 'setting');
ALTER TABLE record_changes DROP CONSTRAINT record_changes_entity_check;
ALTER TABLE record_changes ADD CONSTRAINT record_changes_entity_check CHECK (entity IN ('person', 'area', 'service', 'provider', 'setting'));

DROP TABLE sign_ins;
DROP INDEX people_merged;
ALTER TABLE people DROP COLUMN merged_into_id;
DROP TABLE absences;
DROP TABLE password_links;
DROP TABLE access_tokens;
