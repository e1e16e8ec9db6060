//! The browser's part of Atiende.

use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// The page starts here.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    mount_to_body(|| view! { <p>"Atiende"</p> });
}
