//! Choosing files, and the list of those that were chosen.

use std::sync::Arc;

use crate::reactive::*;
use wasm_bindgen::JsCast;

use super::html::{self as h, El, each, live};
use super::{Field, icon};
use crate::app::App;
use crate::browser;

/// A file on its way up, or there.
#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    /// Tells two of the same name apart.
    pub key: u32,
    pub name: String,
    pub n_bytes: u64,
    /// Its number on the server, once it is there.
    pub id: Option<i64>,
    pub error: Option<String>,
}

/// A button that asks for files, one for the camera where it is wished, and what was chosen so far.
pub fn file_picker(
    app: App,
    field: &Field,
    label: &'static str,
    class: &'static str,
    files: RwSignal<Arc<Vec<Picked>>>,
    has_camera: bool,
    on_pick: impl Fn(web_sys::File) + Send + Sync + 'static,
) -> (El, El, El, Option<El>, El) {
    let screen = app.screen();
    let input_id = format!("{}-input", field.id);
    let picked: Arc<dyn Fn(web_sys::Event) + Send + Sync> = Arc::new(move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        if let Some(list) = input.files() {
            (0..list.length()).filter_map(|n| list.get(n)).for_each(&on_pick);
        }
        // So that the same file may be chosen again.
        input.set_value("");
    });
    let remove = move |key: u32| {
        let left = files.read_untracked().iter().filter(|file| file.key != key).cloned().collect();
        files.set(Arc::new(left));
    };
    let row = move |file: &Picked| {
        let key = file.key;
        let state = match (&file.error, file.id) {
            (Some(error), _) => h::small().class("error").with(error.clone()),
            (None, None) => h::small().with(screen.sending()),
            (None, Some(_)) => h::small().with(words::file_size(file.n_bytes)),
        };
        let button = h::button()
            .set("type", "button")
            .class("btn btn-quiet btn-sm btn-icon push")
            .set("aria-label", format!("{}: {}", screen.remove_file(), file.name))
            .on_click(move || remove(key))
            .with(icon("x"));
        h::li().class("file").with((icon("file"), h::span().class("cut").with((file.name.clone(), state)), button))
    };
    let file_input = |id: String| h::input().id(id).set("type", "file").flag("multiple", true).flag("hidden", true);
    let camera_id = format!("{}-camera", field.id);
    let pick = |then: Arc<dyn Fn(web_sys::Event) + Send + Sync>| move |event| then(event);
    let input = file_input(input_id.clone()).on("change", pick(picked.clone()));
    // A phone opens its camera, with its pictures beside it.
    let camera = file_input(camera_id.clone()).set("accept", "image/*").set("capture", "environment").on("change", pick(picked));
    let click = |id: String| {
        move || {
            if let Some(input) = browser::element(&id) {
                input.click();
            }
        }
    };
    let button = field.on(h::button()).set("type", "button").class(class).on_click(click(input_id)).with((icon("clip"), label));
    let photo = h::button().set("type", "button").class("btn drop only-touch").on_click(click(camera_id));
    let photo = has_camera.then(|| photo.with((icon("camera"), screen.take_photo())));
    let list = h::ul().class("file-list").set("aria-live", "polite").with(live(move || each(files.get().iter(), row)));
    (input, camera, button, photo, list)
}
