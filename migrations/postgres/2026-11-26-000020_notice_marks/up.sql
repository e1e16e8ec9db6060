-- Up to which notice each person has looked at theirs. A notice that is newer is news.
CREATE TABLE notice_marks (
    person_id BIGINT PRIMARY KEY NOT NULL REFERENCES people (id),
    seen_until BIGINT NOT NULL
);
-- What was told before there was a bell is no news.
INSERT INTO notice_marks (person_id, seen_until)
SELECT person_id, max(id) FROM outbox WHERE person_id IS NOT NULL GROUP BY person_id;
