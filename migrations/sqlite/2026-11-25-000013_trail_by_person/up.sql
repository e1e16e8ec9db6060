-- What one person did, along time: the trail of a rare hand is not sought among everybody's.
CREATE INDEX events_by_hand ON events (by_person, at) WHERE by_person IS NOT NULL;
CREATE INDEX record_changes_by_hand ON record_changes (by_person, at, id) WHERE by_person IS NOT NULL;
CREATE INDEX sign_ins_by_person ON sign_ins (person_id, at, id);
