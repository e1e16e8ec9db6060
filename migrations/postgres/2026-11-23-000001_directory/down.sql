DROP TABLE settings;
DROP TABLE setup_offers;
DROP TABLE setup;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE record_changes;
DROP TABLE record_words;
DROP TABLE providers;
DROP TABLE services;
DROP TABLE credentials;
DROP TABLE person_roles;
DROP TABLE area_tree;
DROP TABLE area_closure;
-- Areas and people point at each other: the one link is cut first.
ALTER TABLE areas DROP CONSTRAINT areas_head_id_fkey;
DROP TABLE people;
DROP TABLE areas;
