//! What an answer that is not the one hoped for may be.

/// Why a call gave no value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClientError {
    /// The server said no, and why.
    #[error("{} {}: {}", .0.status, .0.code, .0.detail)]
    Problem(Box<wire::Problem>),
    /// No answer came: whether the server did what was asked is unknown. The same call with the same key may be repeated.
    #[error("no answer: {0}")]
    Offline(String),
    /// An answer came that is not of this API.
    #[error("not an answer of this API: {0}")]
    Malformed(String),
}

impl ClientError {
    pub fn problem(&self) -> Option<&wire::Problem> {
        match self {
            ClientError::Problem(problem) => Some(problem),
            ClientError::Offline(_) | ClientError::Malformed(_) => None,
        }
    }

    /// The HTTP status of the server's no.
    pub fn status(&self) -> Option<u16> {
        self.problem().map(|problem| problem.status)
    }

    /// The problem's code.
    pub fn code(&self) -> Option<&str> {
        self.problem().map(|problem| problem.code.as_str())
    }
}
