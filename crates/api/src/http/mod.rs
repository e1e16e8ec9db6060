//! The rim's habits, said once: reading bodies and headers, answering, problems.

pub mod allowed;
pub mod answer;
pub mod body;
pub mod csv;
pub mod headers;
pub mod held;
pub mod message;
pub mod middleware;
pub mod origin;

pub use answer::Answer;
pub use body::{Body, Parsed, parse_query, read_query, read_two_queries};
pub use headers::{Caller, IfMatch, language};
pub use message::Message;
