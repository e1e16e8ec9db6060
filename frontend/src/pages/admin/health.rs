//! Is all well? What the administrator looks at first when somebody says that it is not.

use client::Method;
use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::ask::get;
use super::head;
use crate::app::App;
use crate::components::html::{self as h, El, each, live};
use crate::components::{icon, loading};
use crate::reactive::*;

/// One thing that is looked at: its name, whether it is well, and what is so.
struct Sign {
    name: &'static str,
    is_well: bool,
    text: String,
    href: Option<&'static str>,
}

pub fn health(app: App) -> El {
    let screen = app.screen();
    let turn = RwSignal::new(0_u32);
    let again = h::button().set("type", "button").class("btn").on_click(move || turn.update(|turn| *turn += 1)).with(screen.refresh());
    let content = live(move || {
        turn.track();
        let signs = RwSignal::new(None::<std::sync::Arc<Vec<Sign>>>);
        spawn_local(async move {
            let read = read(app).await;
            let _ = signs.try_set(Some(std::sync::Arc::new(read)));
        });
        live(move || match signs.get() {
            None => loading(app, 3),
            Some(signs) => draw(app, &signs),
        })
    });
    h::div().class("narrow").with((head(screen.health(), None, again), content))
}

fn draw(app: App, signs: &[Sign]) -> El {
    let screen = app.screen();
    let is_well = signs.iter().all(|sign| sign.is_well);
    let (class, icon_name, words) =
        if is_well { ("notice", "check", screen.health_well()) } else { ("notice notice-soon", "alert", screen.health_trouble()) };
    let row = |sign: &Sign| {
        let class = if sign.is_well { "due due-ok" } else { "due due-over" };
        let mark = h::span().class(class).with((icon(if sign.is_well { "check" } else { "alert" }), sign.name));
        let link = sign.href.map(|href| h::a().class("btn btn-quiet btn-sm push").set("href", href).with(screen.open()));
        h::li().class("req").with(h::div().class("row").with((mark, h::span().class("muted").with(sign.text.clone()), link)))
    };
    h::div()
        .class("view")
        .with([h::p().class(class).set("role", "status").with((icon(icon_name), words)), h::ul().class("list reqs").with(each(signs, row))])
}

async fn read(app: App) -> Vec<Sign> {
    let screen = app.screen();
    let ready = app.client().request(Method::GET, "//health/ready").send().await.and_then(client::Raw::good);
    let text = ready.as_ref().err().map_or_else(|| screen.health_ready().to_owned(), |error| app.describe(error));
    let mut signs = vec![Sign { name: screen.health_server(), is_well: ready.is_ok(), text, href: None }];
    match get(app, "/outgoing-mail-counts".to_owned(), Value::Null).await {
        Ok(got) => {
            let n = |name: &str| got.value[name].as_i64().unwrap_or_default();
            let oldest = got.value["oldest_queued_at"].as_str().and_then(|at| at.parse::<domain::Instant>().ok());
            let is_late = oldest.is_some_and(|at| app.now() - at > chrono::TimeDelta::minutes(15));
            let mut text = words::mails_out(n("queued"), n("failed"), app.lang());
            if let Some(oldest) = oldest {
                text.push_str(&format!(" {}", words::oldest_waits(oldest, app.now(), app.lang())));
            }
            signs.push(Sign { name: screen.health_mail_out(), is_well: n("failed") == 0 && !is_late, text, href: Some("/admin/mail-out") });
        }
        Err(error) => signs.push(Sign { name: screen.health_mail_out(), is_well: false, text: app.describe(&error), href: None }),
    }
    match get(app, "/received-mails".to_owned(), json!({ "state": "kept,unmatched,broken", "limit": 200 })).await {
        Ok(got) => {
            let items = got.value["items"].as_array().cloned().unwrap_or_default();
            let n = |state: &str| items.iter().filter(|mail| mail["state"] == state).count() as i64;
            let text = words::mails_in(n("unmatched"), n("broken"), n("kept"), app.lang());
            signs.push(Sign {
                name: screen.health_mail_in(),
                is_well: n("unmatched") + n("kept") == 0,
                text,
                href: Some("/admin/mail-in"),
            });
        }
        Err(error) => signs.push(Sign { name: screen.health_mail_in(), is_well: false, text: app.describe(&error), href: None }),
    }
    signs
}
