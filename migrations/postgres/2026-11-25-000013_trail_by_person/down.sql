DROP INDEX sign_ins_by_person;
DROP INDEX record_changes_by_hand;
DROP INDEX events_by_hand;
