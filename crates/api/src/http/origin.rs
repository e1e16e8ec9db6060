//! From where a request comes: what the trail keeps of it, beside what it wrote.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;

tokio::task_local! {
    /// Of the request that is being answered.
    static ORIGIN: RefCell<Origin>;
}

struct Origin {
    address: IpAddr,
    request: String,
    /// The access token for integrations that it brought, once that is known to be good.
    token: Option<i64>,
}

/// Answers a request that came from there.
pub async fn from<T>(address: IpAddr, request: &str, answering: impl Future<Output = T>) -> T {
    ORIGIN.scope(RefCell::new(Origin { address, request: request.to_owned(), token: None }), answering).await
}

/// It brought this access token.
pub fn note_token(token: Option<i64>) {
    let _ = ORIGIN.try_with(|origin| origin.borrow_mut().token = token);
}

/// As it is kept: the address, the request's id, and the number of the access token where there was one. Nothing outside of a request.
pub fn current() -> Option<Arc<str>> {
    let text = |origin: &RefCell<Origin>| {
        let Origin { address, request, token } = &*origin.borrow();
        match token {
            Some(token) => format!("{address} {request} {token}"),
            None => format!("{address} {request}"),
        }
    };
    ORIGIN.try_with(text).ok().map(Arc::from)
}
