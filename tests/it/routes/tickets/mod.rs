//! `/api/v1/tickets`.

mod create;
