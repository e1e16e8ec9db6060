-- How often records that have names were changed: a server that knows names by heart reads here, with every ticket, whether it still does.
CREATE TABLE name_changes (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    n_changes BIGINT NOT NULL
);
INSERT INTO name_changes (id, n_changes) VALUES (1, 0);
