//! One of several.

use crate::reactive::*;

use super::Field;
use super::html::{self as h, El, each, live};

/// A value and its words.
pub type Choice = (String, String);

/// Two to five options that deserve to be seen: real radios. Each with an explanation, where it has one.
pub fn choices(field: &Field, class: &'static str, options: Vec<(Choice, Option<&'static str>)>, value: RwSignal<String>) -> El {
    let option = |(n, ((option, label), help)): (usize, (Choice, Option<&'static str>))| {
        let input = h::input().set("type", "radio").set("name", field.id.clone()).set("value", option.clone());
        // The first carries the field's own id, so that the focus finds it.
        let input = if n == 0 { field.on(input) } else { input.id(format!("{}-{n}", field.id)) };
        let is = option.clone();
        let touched = field.touched();
        let input = input.checked(move || *value.read() == is).on_change(move |_| {
            touched();
            value.set(option.clone());
        });
        h::label().class("choice").with((input, h::span().with((h::b().with(label), help.map(|help| h::small().with(help))))))
    };
    h::div().class(class).with(each(options.into_iter().enumerate(), option))
}

/// One of a longer list, which may still be on its way. `none` stands for no choice, where there may be none.
pub fn select(field: &Field, none: &'static str, options: RwSignal<Vec<Choice>>, value: RwSignal<String>) -> El {
    let all = live(move || {
        let chosen = value.get_untracked();
        each(options.get(), |(option, label)| h::option().flag("selected", option == chosen).set("value", option).with(label))
    });
    let touched = field.touched();
    field
        .on(h::select())
        .class("select")
        .on_change(move |option| {
            touched();
            value.set(option);
        })
        .with(((!none.is_empty()).then(|| h::option().set("value", "").with(none)), all))
        .value(move || value.get())
}
