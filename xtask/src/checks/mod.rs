//! Facts about the repository that no compiler proves.
