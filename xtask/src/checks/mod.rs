//! Facts about the repository that no compiler proves.

mod dependencies;
mod images;
