//! How a call travels: by reqwest, or in a browser by `fetch`, which keeps the cookies itself.

#[cfg(target_family = "wasm")]
mod browser;
#[cfg(not(target_family = "wasm"))]
mod native;

#[cfg(target_family = "wasm")]
pub use browser::Headers;
#[cfg(target_family = "wasm")]
pub(crate) use browser::{Http, header, send, set_cookies, unix_millis};
#[cfg(not(target_family = "wasm"))]
pub use native::Headers;
#[cfg(not(target_family = "wasm"))]
pub(crate) use native::{Http, header, send, set_cookies, unix_millis};
