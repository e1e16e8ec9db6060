//! Tests of the procedure as a whole.
