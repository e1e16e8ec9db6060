//! The API of Atiende as Rust functions: the browser's app, the tests and anybody's program call it through here.
//!
//! [`Client`] keeps the access token and, where there is no browser to do it, the refresh cookie. Each method is one operation of the API,
//! named as in its document. Nothing here knows the rules.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use client::{Client, With};
//! use domain::Command;
//! use wire::{CommandBody, CommandsRequest};
//!
//! let client = Client::new("http://127.0.0.1:8080");
//! client.sign_in("ana@agencia.example", "…").await?;
//! let ticket = client.read_ticket("7".parse()?).await?;
//! let take = CommandsRequest { commands: vec![CommandBody(Command::Take {})] };
//! client.command_ticket(ticket.value.id, &take, &With::the_version_of(&ticket)).await?;
//! # Ok(())
//! # }
//! ```

mod call;
mod cookies;
mod error;
mod json;
mod operations;
mod session;
mod transport;

pub use call::{Answer, Call, Raw, With, new_key, percent_encoded};
pub use error::ClientError;
pub use http::{Method, StatusCode, header};
pub use operations::BASE_PATH;
pub use session::Client;
pub use transport::Headers;
