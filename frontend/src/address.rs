//! The address of the page: read as signals, and changed without loading anything anew.
//!
//! Which page an address is, [`crate::pages::Place`] says.

use crate::reactive::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use crate::browser::{document, origin, window};

#[derive(Clone, Copy)]
pub struct Address {
    path: RwSignal<String>,
    /// Without its question mark.
    search: RwSignal<String>,
}

impl Address {
    /// From now on: where the browser goes back and forth, and where the page's own links lead.
    pub fn followed() -> Address {
        let address = Address { path: RwSignal::new(String::new()), search: RwSignal::new(String::new()) };
        address.read();
        let on_back = Closure::<dyn Fn()>::new(move || address.read());
        let on_click = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
            if let Some(to) = own_link(&event) {
                event.prevent_default();
                address.go(&to, false);
            }
        });
        let _ = window().add_event_listener_with_callback("popstate", on_back.as_ref().unchecked_ref());
        let _ = document().add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
        // As long as the page.
        on_back.forget();
        on_click.forget();
        address
    }

    pub fn path(self) -> String {
        self.path.get()
    }

    pub fn search(self) -> String {
        self.search.get()
    }

    /// To another address; with `is_instead`, in the place of this one.
    pub fn go(self, to: &str, is_instead: bool) {
        if let Ok(history) = window().history() {
            let _ = match is_instead {
                true => history.replace_state_with_url(&JsValue::NULL, "", Some(to)),
                false => history.push_state_with_url(&JsValue::NULL, "", Some(to)),
            };
        }
        if !is_instead {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        self.read();
    }

    fn read(self) {
        let location = window().location();
        let set = |signal: RwSignal<String>, value: String| {
            if *signal.read_untracked() != value {
                signal.set(value);
            }
        };
        // The search first: the pages of another path begin with it.
        set(self.search, location.search().unwrap_or_default().trim_start_matches('?').to_owned());
        set(self.path, location.pathname().unwrap_or_default());
    }
}

/// Where a click on a link leads, if it is to another page of the app in this tab.
fn own_link(event: &MouseEvent) -> Option<String> {
    let is_plain = event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key();
    let target = event.target().filter(|_| is_plain && !event.default_prevented())?;
    let link = target.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let link: HtmlAnchorElement = match link.dyn_into() {
        Ok(link) => link,
        // A link within a picture has its address as it is written.
        Err(link) => return link.get_attribute("href").filter(|href| is_own(href)),
    };
    let is_elsewhere = !link.target().is_empty() || link.has_attribute("download") || link.origin() != origin();
    let to = format!("{}{}{}", link.pathname(), link.search(), link.hash());
    Some(to).filter(|to| !is_elsewhere && is_own(to))
}

/// Is it a page of the app, and no place within one?
fn is_own(href: &str) -> bool {
    href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/api/") && !href.contains('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_of_the_app_is_a_path_that_is_not_the_apis_and_no_place_within_a_page() {
        assert!(is_own("/tickets?phase=requested") && is_own("/"));
        for href in ["#main", "/tickets#event-1", "/api/v1/me", "//elsewhere.example/x", "https://elsewhere.example/", "mailto:a@b.c"] {
            assert!(!is_own(href), "{href}");
        }
    }
}
