-- Lists that people keep under a name: their filters, as an address says them, and their columns. A name is one for each person, however it is written.
CREATE TABLE saved_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    person_id BIGINT NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    query TEXT NOT NULL CHECK (length(query) <= 2000),
    column_names TEXT NOT NULL,
    is_shared BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX saved_views_name ON saved_views (person_id, name_folded);
CREATE INDEX saved_views_shared ON saved_views (name_folded, id) WHERE is_shared;
