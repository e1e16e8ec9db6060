//! Tests of the words as a whole.
