//! Elements, built by name: `h::div().class("row").with((h::b().with(name), " ", mark))`.
//!
//! Leptos' `view!` gives each element, each attribute and each closure a type of its own, and code with it. Here they are values of one type
//! each, so the app is a quarter smaller to load, and one more page costs what it says and no more. What changes by itself does so by Leptos'
//! effects: [`live`] for a part of the page, [`El::follow`] for an attribute.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::reactive::*;
use leptos::ev::KeyboardEvent;
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node};

use crate::browser::document;

/// A piece of a page, not yet drawn.
pub enum Html {
    El(El),
    Text(Cow<'static, str>),
    Live(Box<dyn Fn() -> Vec<Html> + Send>),
    Rows(Box<dyn Fn() -> Vec<Row> + Send>),
}

/// One of several that come and go: drawn once, as long as its key is there.
pub struct Row {
    key: String,
    draw: Box<dyn FnOnce() -> El>,
}

impl Row {
    pub fn new(key: String, draw: impl FnOnce() -> El + 'static) -> Row {
        Row { key, draw: Box::new(draw) }
    }
}

/// An element, not yet drawn. A pointer: what is handed on from call to call is small, and so is the code that does.
pub struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    is_svg: bool,
    attributes: Vec<Attribute>,
    children: Vec<Html>,
}

enum Attribute {
    Still(&'static str, Cow<'static, str>),
    /// None takes it away.
    Live(&'static str, Box<dyn Fn() -> Option<Cow<'static, str>> + Send>),
    /// A property of the DOM, such as what a person typed into an input.
    Property(&'static str, Box<dyn Fn() -> JsValue + Send>),
    On(&'static str, Box<dyn Fn(Event) + Send>),
}

/// What can stand in an element.
pub trait Child {
    fn put(self, into: &mut Vec<Html>);
}

/// A part that is drawn anew whenever a signal changes that it reads.
pub fn live<C: Child>(draw: impl Fn() -> C + Send + 'static) -> Html {
    Html::Live(Box::new(move || parts(draw())))
}

/// Rows that follow signals: those that stay are not drawn anew, so focus, scroll and what was unfolded stay too.
pub fn rows(draw: impl Fn() -> Vec<Row> + Send + 'static) -> Html {
    Html::Rows(Box::new(draw))
}

/// Each of several.
pub fn each<T, C: Child>(items: impl IntoIterator<Item = T>, draw: impl Fn(T) -> C) -> Vec<Html> {
    let mut all = Vec::new();
    for item in items {
        draw(item).put(&mut all);
    }
    all
}

/// What was drawn apart, as it stands in an element.
pub fn parts(child: impl Child) -> Vec<Html> {
    let mut all = Vec::new();
    child.put(&mut all);
    all
}

macro_rules! tags {
    ($is_svg:literal: $($name:ident)+) => {
        $(#[doc = concat!("`<", stringify!($name), ">`")]
        pub fn $name() -> El {
            // A raw identifier's name has its `r#` left out.
            El::new(stringify!($name).trim_start_matches("r#"), $is_svg)
        })+
    };
}

tags! { false:
    a article aside b br button dd details dialog div dl dt figcaption figure footer form h1 h2 h3 header img input kbd label li main mark nav ol
    option p pre section select small span summary table tbody td textarea th thead time tr ul
}
tags! { true: svg path circle rect g text title desc r#use }

/// `<a>` within a picture.
#[cfg(feature = "whole")]
pub fn svg_link() -> El {
    El::new("a", true)
}

impl El {
    #[inline(never)]
    fn new(tag: &'static str, is_svg: bool) -> El {
        El(Box::new(Parts { tag, is_svg, attributes: Vec::new(), children: Vec::new() }))
    }

    pub fn with(mut self, child: impl Child) -> El {
        child.put(&mut self.0.children);
        self
    }

    #[inline(never)]
    fn add(mut self, attribute: Attribute) -> El {
        self.0.attributes.push(attribute);
        self
    }

    #[inline(never)]
    pub fn set(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> El {
        self.add(Attribute::Still(name, value.into()))
    }

    /// Set, where there is a value.
    pub fn set_some(self, name: &'static str, value: Option<impl Into<Cow<'static, str>>>) -> El {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// An attribute without a value.
    pub fn flag(self, name: &'static str, is_set: bool) -> El {
        if is_set { self.set(name, "") } else { self }
    }

    #[inline(never)]
    pub fn class(self, class: impl Into<Cow<'static, str>>) -> El {
        self.set("class", class)
    }

    #[inline(never)]
    pub fn id(self, id: impl Into<Cow<'static, str>>) -> El {
        self.set("id", id)
    }

    /// An attribute that follows the signals that are read for it.
    pub fn follow<V: Into<Cow<'static, str>>>(self, name: &'static str, value: impl Fn() -> Option<V> + Send + 'static) -> El {
        self.add(Attribute::Live(name, Box::new(move || value().map(Into::into))))
    }

    /// `true` or `false` as ARIA writes them.
    pub fn follow_bool(self, name: &'static str, value: impl Fn() -> bool + Send + 'static) -> El {
        self.follow(name, move || Some(if value() { "true" } else { "false" }))
    }

    /// An attribute without a value, while something is so.
    pub fn follow_flag(self, name: &'static str, value: impl Fn() -> bool + Send + 'static) -> El {
        self.follow(name, move || value().then_some(""))
    }

    /// What an input or a select holds.
    pub fn value(self, value: impl Fn() -> String + Send + 'static) -> El {
        self.add(Attribute::Property("value", Box::new(move || value().into())))
    }

    /// Whether a box or a radio is chosen.
    pub fn checked(self, value: impl Fn() -> bool + Send + 'static) -> El {
        self.add(Attribute::Property("checked", Box::new(move || value().into())))
    }

    pub fn on(self, event: &'static str, then: impl Fn(Event) + Send + 'static) -> El {
        self.add(Attribute::On(event, Box::new(then)))
    }

    pub fn on_click(self, then: impl Fn() + Send + 'static) -> El {
        self.on("click", move |_| then())
    }

    /// At each letter: what the input holds then.
    pub fn on_input(self, then: impl Fn(String) + Send + 'static) -> El {
        self.on("input", move |event| then(event_target_value(&event)))
    }

    /// When something was chosen: its value.
    pub fn on_change(self, then: impl Fn(String) + Send + 'static) -> El {
        self.on("change", move |event| then(event_target_value(&event)))
    }

    pub fn on_check(self, then: impl Fn(bool) + Send + 'static) -> El {
        self.on("change", move |event| then(event_target_checked(&event)))
    }

    /// A form is ours to send.
    pub fn on_submit(self, then: impl Fn() + Send + 'static) -> El {
        self.on("submit", move |event| {
            event.prevent_default();
            then();
        })
    }

    pub fn on_key(self, then: impl Fn(KeyboardEvent) + Send + 'static) -> El {
        self.on("keydown", move |event| then(event.unchecked_into()))
    }
}

impl Child for () {
    fn put(self, _: &mut Vec<Html>) {}
}

impl Child for El {
    #[inline(never)]
    fn put(self, into: &mut Vec<Html>) {
        into.push(Html::El(self));
    }
}

impl Child for Html {
    fn put(self, into: &mut Vec<Html>) {
        into.push(self);
    }
}

impl Child for &'static str {
    #[inline(never)]
    fn put(self, into: &mut Vec<Html>) {
        into.push(Html::Text(self.into()));
    }
}

impl Child for String {
    #[inline(never)]
    fn put(self, into: &mut Vec<Html>) {
        into.push(Html::Text(self.into()));
    }
}

impl Child for Vec<Html> {
    fn put(self, into: &mut Vec<Html>) {
        into.extend(self);
    }
}

impl<C: Child> Child for Option<C> {
    fn put(self, into: &mut Vec<Html>) {
        if let Some(child) = self {
            child.put(into);
        }
    }
}

impl<C: Child, const N: usize> Child for [C; N] {
    fn put(self, into: &mut Vec<Html>) {
        self.into_iter().for_each(|child| child.put(into));
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Child),+> Child for ($($name,)+) {
            fn put(self, into: &mut Vec<Html>) {
                #[allow(non_snake_case)]
                let ($($name,)+) = self;
                $($name.put(into);)+
            }
        }
    };
}

tuples! { A }
tuples! { A B }
tuples! { A B C }
tuples! { A B C D }
tuples! { A B C D E }
tuples! { A B C D E F }
tuples! { A B C D E F G }
tuples! { A B C D E F G H }

/// Pieces that are drawn: in the page, with what keeps them alive.
enum Drawn {
    Still(Node, Kept),
    Live { marker: Node, inside: Rc<RefCell<Vec<Drawn>>>, _effect: RenderEffect<()> },
}

/// What lives as long as its element.
#[derive(Default)]
struct Kept {
    children: Vec<Drawn>,
    effects: Vec<RenderEffect<()>>,
    listeners: Vec<Closure<dyn Fn(Event)>>,
    /// Of the signals of a row, which stays while others come and go.
    owner: Option<Owner>,
}

impl Drawn {
    fn remove(self) {
        match &self {
            Drawn::Still(node, _) => detach(node),
            Drawn::Live { marker, inside, .. } => {
                inside.take().into_iter().for_each(Drawn::remove);
                detach(marker);
            }
        }
        self.end();
    }

    /// Ends every effect of it and below it at once: what they read may be gone before they would end by themselves.
    fn end(self) {
        match self {
            Drawn::Still(_, kept) => {
                kept.children.into_iter().for_each(Drawn::end);
                drop((kept.effects, kept.listeners));
                kept.owner.into_iter().for_each(|owner| owner.cleanup());
            }
            Drawn::Live { inside, .. } => inside.take().into_iter().for_each(Drawn::end),
        }
    }
}

fn detach(node: &Node) {
    if let Some(parent) = node.parent_node() {
        let _ = parent.remove_child(node);
    }
}

fn draw(html: Html, parent: &Node, before: Option<&Node>) -> Drawn {
    match html {
        Html::Text(text) => {
            let node: Node = document().create_text_node(&text).into();
            insert(&node, parent, before);
            Drawn::Still(node, Kept::default())
        }
        Html::El(el) => {
            let (element, kept) = draw_element(el);
            let node: Node = element.into();
            insert(&node, parent, before);
            Drawn::Still(node, kept)
        }
        Html::Live(content) => draw_live(content, parent, before),
        Html::Rows(content) => draw_rows(content, parent, before),
    }
}

fn insert(node: &Node, parent: &Node, before: Option<&Node>) {
    let _ = parent.insert_before(node, before);
}

fn draw_element(el: El) -> (Element, Kept) {
    let el = *el.0;
    let namespace = if el.is_svg { "http://www.w3.org/2000/svg" } else { "http://www.w3.org/1999/xhtml" };
    let element = document().create_element_ns(Some(namespace), el.tag).expect("the names of elements are HTML's");
    let mut kept = Kept::default();
    for child in el.children {
        kept.children.push(draw(child, &element, None));
    }
    for attribute in el.attributes {
        match attribute {
            Attribute::Still(name, value) => {
                let _ = element.set_attribute(name, &value);
            }
            Attribute::Live(name, value) => kept.effects.push(follow(element.clone(), name, value)),
            Attribute::Property(name, value) => {
                let element = element.clone();
                kept.effects.push(RenderEffect::new(move |_| {
                    // Writing what is there already would move the cursor.
                    let (name, value) = (JsValue::from_str(name), value());
                    if js_sys::Reflect::get(&element, &name).is_ok_and(|is| is != value) {
                        let _ = js_sys::Reflect::set(&element, &name, &value);
                    }
                }));
            }
            Attribute::On(event, then) => {
                let listener = Closure::<dyn Fn(Event)>::new(then);
                let _ = element.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
                kept.listeners.push(listener);
            }
        }
    }
    (element, kept)
}

fn follow(element: Element, name: &'static str, value: Box<dyn Fn() -> Option<Cow<'static, str>> + Send>) -> RenderEffect<()> {
    RenderEffect::new(move |_| {
        let _ = match value() {
            Some(value) => element.set_attribute(name, &value),
            None => element.remove_attribute(name),
        };
    })
}

/// Stands before an empty text, so that it is known where, even while it draws nothing.
fn draw_live(content: Box<dyn Fn() -> Vec<Html> + Send>, parent: &Node, before: Option<&Node>) -> Drawn {
    let marker: Node = document().create_text_node("").into();
    insert(&marker, parent, before);
    let inside = Rc::new(RefCell::new(Vec::<Drawn>::new()));
    let effect = {
        let (marker, inside) = (marker.clone(), inside.clone());
        RenderEffect::new(move |_| {
            let new = content();
            let Some(parent) = marker.parent_node() else { return };
            // One text after another is one node: a reader is not told of it anew.
            if let ([Html::Text(text)], [Drawn::Still(node, _)]) = (new.as_slice(), inside.borrow().as_slice())
                && node.node_type() == Node::TEXT_NODE
            {
                return node.set_node_value(Some(text));
            }
            inside.take().into_iter().for_each(Drawn::remove);
            let drawn = new.into_iter().map(|html| draw(html, &parent, Some(&marker))).collect();
            inside.replace(drawn);
        })
    };
    Drawn::Live { marker, inside, _effect: effect }
}

/// The same for rows with keys: one node a row.
fn draw_rows(content: Box<dyn Fn() -> Vec<Row> + Send>, parent: &Node, before: Option<&Node>) -> Drawn {
    let marker: Node = document().create_text_node("").into();
    insert(&marker, parent, before);
    let inside = Rc::new(RefCell::new(Vec::<Drawn>::new()));
    let keys = RefCell::new(Vec::<String>::new());
    let above = Owner::current().unwrap_or_default();
    let effect = {
        let (marker, inside) = (marker.clone(), inside.clone());
        RenderEffect::new(move |_| {
            let new = content();
            let Some(parent) = marker.parent_node() else { return };
            let mut old: VecDeque<(String, Drawn)> = keys.take().into_iter().zip(inside.take()).collect();
            let mut stays = VecDeque::new();
            for (key, drawn) in old.drain(..) {
                if new.iter().any(|row| row.key == key) { stays.push_back((key, drawn)) } else { drawn.remove() }
            }
            let (mut drawn, mut drawn_keys) = (Vec::with_capacity(new.len()), Vec::with_capacity(new.len()));
            for Row { key, draw: make } in new {
                let place = stays.iter().position(|(known, _)| *known == key);
                let row = match place.and_then(|place| Some((place, stays.remove(place)?.1))) {
                    // In its place already.
                    Some((0, row)) => row,
                    Some((_, row)) => {
                        if let Drawn::Still(node, _) = &row {
                            insert(node, &parent, next_node(&stays, &marker).as_ref());
                        }
                        row
                    }
                    None => draw_row(make, &above, &parent, next_node(&stays, &marker).as_ref()),
                };
                drawn.push(row);
                drawn_keys.push(key);
            }
            inside.replace(drawn);
            keys.replace(drawn_keys);
        })
    };
    Drawn::Live { marker, inside, _effect: effect }
}

/// Its signals are its own: those of the effect that draws the rows end whenever the rows become others.
fn draw_row(make: Box<dyn FnOnce() -> El>, above: &Owner, parent: &Node, before: Option<&Node>) -> Drawn {
    let owner = above.child();
    let mut drawn = owner.with(|| draw(Html::El(make()), parent, before));
    if let Drawn::Still(_, kept) = &mut drawn {
        kept.owner = Some(owner);
    }
    drawn
}

/// Before which the next row stands.
fn next_node(stays: &VecDeque<(String, Drawn)>, marker: &Node) -> Option<Node> {
    match stays.front() {
        Some((_, Drawn::Still(node, _))) => Some(node.clone()),
        _ => Some(marker.clone()),
    }
}

/// Draws the app, for as long as the page is there.
pub fn mount<C: Child>(place: HtmlElement, app: impl FnOnce() -> C + 'static) {
    // Leptos starts its effects; that it draws nothing itself, it need not know.
    let draw_all = {
        let place = place.clone();
        move || {
            let drawn: Vec<Drawn> = parts(app()).into_iter().map(|html| draw(html, &place, None)).collect();
            std::mem::forget(drawn);
        }
    };
    mount_to(place, draw_all).forget();
}
