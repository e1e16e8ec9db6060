-- Up to which notice each person has looked at theirs. A notice that is newer is news.
CREATE TABLE notice_marks (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES people (id),
    seen_until BIGINT NOT NULL
) WITHOUT ROWID;
