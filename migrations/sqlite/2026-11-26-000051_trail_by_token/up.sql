-- What came by access tokens, along time. The third part of an origin is the token (see `api::http::origin`); few have one.
CREATE INDEX events_by_token ON events (at) WHERE origin LIKE '% % %';
CREATE INDEX record_changes_by_token ON record_changes (at, id) WHERE origin LIKE '% % %';
