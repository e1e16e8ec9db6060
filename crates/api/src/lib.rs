//! The server of Atiende: a thin rim that carries commands in and views out.
//!
//! `routes` speak HTTP and call `app`; `app` holds the use cases and calls `domain` and `store`; nothing else knows both sides.

pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
mod gather;
pub mod http;
pub mod keys;
mod memory;
pub mod openapi;
pub mod pipe;
pub mod random;
pub mod routes;
pub mod server;
pub mod worker;
