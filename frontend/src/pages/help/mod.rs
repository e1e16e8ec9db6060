//! One page of help for each role. Its text is a file of its own, loaded when somebody asks for it.

pub mod model;

use client::{ClientError, Method};
use domain::Role;

use self::model::{Part, Run, parts, role_of};
use super::home::model::value_in;
use crate::app::App;
use crate::components::html::{self as h, El, each, live};
use crate::remote::remote;

pub fn help(app: App) -> El {
    let screen = app.screen();
    app.title(screen.help_title());
    let own = app.actor();
    let link = move |role: &Role| {
        let role = *role;
        let is_here = move || (chosen(app) == role).then_some("page");
        h::a().set("href", format!("/help?role={role}")).follow("aria-current", is_here).with(words::role_short(role, app.lang()))
    };
    // One's own first; the others too, for whoever wants to know what they do.
    let (mine, others): (Vec<Role>, Vec<Role>) = Role::ALL.iter().partition(|role| own.has(**role));
    let nav = h::nav().class("tabs help-roles").set("aria-label", screen.help_for()).with((each(&mine, link), each(&others, link)));
    super::home::see_chosen(app);
    let content = live(move || {
        let path = format!("//help/{}-{}.txt", chosen(app), app.lang().short());
        remote(app, 6, move || text(app, path.clone()), move |text: String| draw(&text))
    });
    h::div().class("narrow").with((h::div().class("page-head").with(h::h1().with(screen.help_title())), nav, content))
}

/// The role that the address says, or the one that the reader works in most.
fn chosen(app: App) -> Role {
    let said = value_in(&app.search(), "role").and_then(|name| name.parse().ok());
    said.unwrap_or_else(|| role_of(&app.actor()))
}

async fn text(app: App, path: String) -> Result<String, ClientError> {
    Ok(app.client().request(Method::GET, &path).anonymous().send().await?.good()?.text())
}

fn draw(text: &str) -> El {
    let run = |run: &Run| match run {
        Run::Plain(text) => h::parts(text.clone()),
        Run::Strong(text) => h::parts(h::b().with(text.clone())),
        Run::Key(text) => h::parts(h::kbd().with(text.clone())),
        Run::Link(text, href) => h::parts(h::a().set("href", href.clone()).with(text.clone())),
    };
    let item = |runs: &Vec<Run>| h::li().with(each(runs, run));
    let part = |part: &Part| match part {
        Part::Heading(runs) => h::h2().with(each(runs, run)),
        Part::Paragraph(runs) => h::p().with(each(runs, run)),
        Part::List(items) => h::ul().with(each(items, item)),
        Part::Steps(items) => h::ol().with(each(items, item)),
    };
    h::article().class("help").with(each(&parts(text), part))
}
