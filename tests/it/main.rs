//! One test binary: a real server, driven through its API as its callers do. The path of a test is the path of its route.
//!
//! A test is a sentence, its body has three paragraphs, and it runs on both databases:
//!
//! ```ignore
//! on_both! {
//!     fn a_person_asks_for_support(world: &World) {
//!         let request = json!({ "channel": "web", "title": "La impresora no imprime", "description": "Sale en blanco." });
//!
//!         let answer = world.user().create(request);
//!
//!         assert_eq!(answer.must(201).json()["standing"]["phase"], "requested");
//!     }
//! }
//! ```
#![allow(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

#[macro_use]
mod world;

mod access;
mod architecture;
mod cli;
mod demo;
mod document;
#[path = "../e2e/mod.rs"]
mod e2e;
mod faults;
mod headers;
mod hostile;
mod mails;
mod openapi;
mod pipe;
mod reminders;
mod routes;
mod servers;
mod story;
