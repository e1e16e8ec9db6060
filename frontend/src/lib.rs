//! The browser's part of Atiende.
//!
//! `pages` ask and arrange, a `model` beside a page thinks (and has ordinary tests), `components` draw and know nothing of tickets.
//! Every text comes from `words`; whether an action may be done, from `domain::permit`, as on the server.

mod address;
mod app;
mod browser;
mod components;
mod keys;
mod pages;
mod reactive;
mod remote;
mod session;

use wasm_bindgen::prelude::wasm_bindgen;

/// The page starts here.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    app::start();
}
