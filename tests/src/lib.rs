//! Tests only; see `it/`.
