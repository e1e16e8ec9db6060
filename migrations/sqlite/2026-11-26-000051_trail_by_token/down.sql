DROP INDEX record_changes_by_token;
DROP INDEX events_by_token;
