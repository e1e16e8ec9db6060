//! What we ask of the browser itself: storage, title, focus, files. Whatever it cannot do is left undone without a word.

use chrono::{DateTime, Utc};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlAnchorElement, HtmlElement, Window};

pub fn window() -> Window {
    leptos::prelude::window()
}

pub fn document() -> Document {
    leptos::prelude::document()
}

/// The one place where the app reads a clock.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
}

pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// What this browser was told to keep.
pub fn stored(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

pub fn store(name: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

/// What this tab was told to keep: it goes when the tab is closed.
pub fn kept(name: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(name).ok()?
}

pub fn keep(name: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

/// The same, of more than a text.
pub fn kept_value(name: &str) -> Option<serde_json::Value> {
    kept(name).and_then(|text| serde_json::from_slice(text.as_bytes()).ok())
}

pub fn keep_value(name: &str, value: Option<&serde_json::Value>) {
    let text = value.map(|value| serde_json::to_vec(value).unwrap_or_default());
    keep(name, text.as_deref().map(String::from_utf8_lossy).as_deref());
}

/// Forgets what this tab was told to keep: whoever signs in next is another.
pub fn forget_kept() {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.clear();
    }
}

/// How long a turn lasts at most, were its tab to end within it.
const TURN_MILLISECONDS: i64 = 4_000;
const TURN_PAUSE_MILLISECONDS: u32 = 150;

/// A turn among the tabs of this browser; it ends when it is dropped.
pub struct Turn(&'static str);

impl Drop for Turn {
    fn drop(&mut self) {
        store(self.0, None);
    }
}

/// Waits until no other tab has the turn of this name. Tabs that wake together would else use the same refresh cookie, which the server takes
/// for a stolen one. (Not by the Web Locks API: a page by plain HTTP within an agency does not have it.)
pub async fn take_turn(name: &'static str) -> Turn {
    // Not all at the same instant.
    gloo_timers::future::TimeoutFuture::new((js_sys::Math::random() * 60.0) as u32).await;
    loop {
        let begun = stored(name).and_then(|begun| begun.parse::<i64>().ok()).unwrap_or_default();
        let now = js_sys::Date::now() as i64;
        if !(0..TURN_MILLISECONDS).contains(&(now - begun)) {
            store(name, Some(&now.to_string()));
            return Turn(name);
        }
        gloo_timers::future::TimeoutFuture::new(TURN_PAUSE_MILLISECONDS).await;
    }
}

/// The languages that the browser's person reads, as `Accept-Language` would say them.
pub fn languages() -> String {
    window().navigator().languages().iter().filter_map(|language| language.as_string()).collect::<Vec<_>>().join(",")
}

/// Sets or removes an attribute of `<html>`.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().document_element() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// What the page is, for those who list it.
pub fn describe(text: &str) {
    if let Ok(Some(meta)) = document().query_selector("meta[name=description]") {
        let _ = meta.set_attribute("content", text);
    }
}

thread_local! {
    /// What is to have the focus once the page is drawn, as a selector.
    static WISHED: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
}

/// This tab goes on from a page that was loaded before.
const GOES_ON: &str = "goes-on";

/// The page itself, which has the focus where nothing on it asks for it.
const PAGE: &str = "main";

/// Moves the focus to an element, after the page has drawn what was just changed.
pub fn focus(id: impl Into<String>) {
    wish(format!("[id=\"{}\"]", id.into()));
}

/// Moves the focus to the first field of a form.
pub fn focus_first_field(form: impl Into<String>) {
    wish(format!("[id=\"{}\"] :is(input, textarea, select, button):not([type=hidden])", form.into()));
}

/// Moves the focus to the page, unless something on it asks for it.
pub fn focus_page() {
    if WISHED.with_borrow(Option::is_none) {
        wish(format!("#{PAGE}"));
    }
}

thread_local! {
    /// What had the focus before something was opened above the page.
    static LEFT: std::cell::RefCell<Option<HtmlElement>> = const { std::cell::RefCell::new(None) };
}

/// Keeps in mind what has the focus, for [`return_focus`].
pub fn leave_focus() {
    LEFT.set(document().active_element().and_then(|element| element.dyn_into().ok()));
}

/// Gives the focus back to what had it, where that is still there to be seen; else to the page.
pub fn return_focus() {
    let left = LEFT.take();
    after_drawing(|| match left.filter(|left| left.is_connected() && left.offset_parent().is_some()) {
        Some(left) => drop(left.focus()),
        None => focus_page(),
    });
}

/// Scrolls what is within an element sideways, so that this share of its width is in the middle; the page stays.
pub fn scroll_sideways(element: &web_sys::Element, share: f64) {
    let (whole, seen) = (f64::from(element.scroll_width()), f64::from(element.client_width()));
    element.set_scroll_left((whole * share - seen / 2.0) as i32);
}

/// Leaves the focus where somebody is writing already: what has just come must not take their letters.
pub fn leave_focus_where_written() {
    let at = document().active_element().map(|element| element.tag_name()).unwrap_or_default();
    if matches!(at.as_str(), "INPUT" | "TEXTAREA" | "SELECT") {
        WISHED.set(None);
    }
}

fn wish(selector: String) {
    WISHED.set(Some(selector));
    after_drawing(|| {
        if let Some(selector) = WISHED.take()
            && let Ok(Some(element)) = document().query_selector(&selector)
            && let Some(element) = element.dyn_ref::<HtmlElement>()
        {
            let _ = element.focus();
        }
    });
}

/// Moves the focus to the field that follows the one that has it, within a form.
pub fn focus_next_field(form: &str) {
    let selector = format!("#{form} :is(input, textarea, select, button):not([type=hidden]):not([hidden] *)");
    let (Ok(fields), Some(now)) = (document().query_selector_all(&selector), document().active_element()) else { return };
    let fields = (0..fields.length()).filter_map(|n| fields.get(n)?.dyn_into::<HtmlElement>().ok());
    let follows = fields.skip_while(|field| !field.is_same_node(Some(&now))).skip(1).find(|field| field.offset_parent().is_some());
    if let Some(field) = follows {
        let _ = field.focus();
    }
}

/// Listens to the whole page, for as long as it is there.
pub fn listen(event: &str, then: impl Fn(web_sys::Event) + 'static) {
    let listener = wasm_bindgen::prelude::Closure::<dyn Fn(web_sys::Event)>::new(then);
    // The window hears of scrolling what the document does not.
    let _ = window().add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

/// How many pixels below what is seen an element begins; none, where it is not there.
pub fn pixels_below(id: &str) -> Option<f64> {
    let height = window().inner_height().ok()?.as_f64()?;
    Some(element(id)?.get_bounding_client_rect().top() - height)
}

/// Is the element of an event within one of these?
pub fn is_within(event: &web_sys::Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest(selector).ok().flatten().is_some() || !target.is_connected())
}

/// Shows a dialog above the page; what is behind it is out of reach until it is closed.
pub fn show_dialog(id: &'static str) {
    after_drawing(move || {
        if let Some(dialog) = element(id).and_then(|element| element.dyn_into::<web_sys::HtmlDialogElement>().ok())
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
}

/// Does what a click on it would do; false where it is not there.
pub fn press(id: &str) -> bool {
    element(id).is_some_and(|element| {
        element.click();
        true
    })
}

/// How wide the window is.
pub fn width() -> f64 {
    window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default()
}

/// Is it an input that a key goes to, rather than a button or a text of several lines?
pub fn is_field(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "SELECT"))
}

/// Is something written where a key goes?
pub fn is_written_in(event: &web_sys::Event) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return false };
    let kind = target.get_attribute("type").unwrap_or_default();
    match target.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(kind.as_str(), "checkbox" | "radio" | "button" | "submit"),
        _ => false,
    }
}

/// The id of the element that has the focus.
pub fn focused() -> String {
    document().active_element().map(|element| element.id()).unwrap_or_default()
}

fn after_drawing(then: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(then);
}

pub fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The fragment of the address, which no server ever gets.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Takes the query and the fragment out of the address and the history: they hold what nobody should find there later.
pub fn hide_query_and_fragment() {
    let path = window().location().pathname().unwrap_or_default();
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
}

pub async fn read(file: &web_sys::File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// An address within this page for bytes that are shown, until it is forgotten.
pub fn object_url(content: &[u8], media_type: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(content));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}

pub fn forget_url(url: &str) {
    let _ = web_sys::Url::revoke_object_url(url);
}

/// Hands a file to the browser to keep.
pub fn save(name: &str, content: &[u8]) {
    let Some(url) = object_url(content, "application/octet-stream") else { return };
    if let Some(link) = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    forget_url(&url);
}

/// Offers the page to a printer, or as a PDF.
#[cfg(feature = "whole")]
pub fn print() {
    let _ = window().print();
}

/// Loads the page of this address anew, for one who goes on with it.
#[cfg(not(feature = "whole"))]
pub fn load_again() {
    keep(GOES_ON, Some("yes"));
    let _ = window().location().reload();
}

/// Does whoever is here go on from a page that was loaded before? Asked once.
pub fn goes_on() -> bool {
    let is = kept(GOES_ON).is_some();
    keep(GOES_ON, None);
    is
}

/// Puts a text where it can be pasted; over plain HTTP a browser may refuse, and the text is there to be copied by hand.
#[cfg(feature = "whole")]
pub fn copy(text: &str) {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    let write = clipboard.as_ref().ok().and_then(|clipboard| js_sys::Reflect::get(clipboard, &"writeText".into()).ok());
    if let (Ok(clipboard), Some(Ok(write))) = (clipboard, write.map(|write| write.dyn_into::<js_sys::Function>())) {
        let _ = write.call1(&clipboard, &text.into());
    }
}

/// The files of something that was dropped or pasted.
pub fn files_of(event: &web_sys::Event) -> Vec<web_sys::File> {
    let dropped = event.dyn_ref::<web_sys::DragEvent>().and_then(web_sys::DragEvent::data_transfer);
    let pasted = || event.dyn_ref::<web_sys::ClipboardEvent>().and_then(web_sys::ClipboardEvent::clipboard_data);
    let list = dropped.or_else(pasted).and_then(|data| data.files());
    list.map_or_else(Vec::new, |list| (0..list.length()).filter_map(|n| list.get(n)).collect())
}

/// Does it carry files?
pub fn carries_files(event: &web_sys::Event) -> bool {
    let types = event.dyn_ref::<web_sys::DragEvent>().and_then(web_sys::DragEvent::data_transfer).map(|data| data.types());
    types.is_some_and(|types| types.iter().any(|name| name.as_string().as_deref() == Some("Files")))
}
