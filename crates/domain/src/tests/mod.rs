//! Tests of the procedure as a whole: sentences per action, the table, the laws, and the walk of everything that can be reached.

pub(crate) mod draw;
mod given;

mod attention;
mod closing;
mod coverage;
mod evaluation;
mod extensions;

mod laws;
mod mail;
mod reception;
mod refusals;
mod shapes;
mod table;
mod visibility;
mod walk;

mod tries;
mod verification;
