//! The bell: what changed on tickets that concern this person; and all of it, on a page of its own.

use std::sync::Arc;

use crate::reactive::*;
use client::ClientError;
use leptos::task::spawn_local;
use wire::{MyNoticeView, MyNoticesView, NoticeMarkRequest, NoticesQuery};

use crate::app::App;
use crate::components::html::{self as h, El, each, live};
use crate::components::{empty, icon_large, time};
use crate::remote::{remote, see_more};

pub const BELL: &str = "bell";

pub fn bell(app: App) -> El {
    let screen = app.screen();
    let is_open = move || app.open.get() == Some(BELL);
    let toggle = move || {
        if app.open.get_untracked() == Some(BELL) {
            return app.open.set(None);
        }
        app.open_above(BELL);
        seen(app);
    };
    let n_new = move || app.notices.read().n_new;
    let button = h::button()
        .set("type", "button")
        .id("open-bell")
        .class("btn btn-quiet btn-icon")
        .follow("aria-label", move || Some(words::notices_new(n_new(), app.lang())))
        .follow_bool("aria-expanded", is_open)
        .on_click(toggle)
        .with((icon_large("bell"), live(move || (n_new() > 0).then(|| h::span().class("dot")))));
    let list = live(move || {
        is_open().then(|| {
            let notices = app.notices.get();
            let all = h::a()
                .class("menu-item notices-all")
                .set("href", "/notices")
                .on_click(move || app.open.set(None))
                .with(screen.notices_see_all());
            let rows = each(&notices.items, |notice| h::li().with(row(app, notice, true)));
            let body = if notices.items.is_empty() {
                h::p().class("small muted notices-none").with(screen.notifications_empty())
            } else {
                h::ul().class("list notices").with(rows)
            };
            h::div().class("menu notices-menu").set("role", "region").set("aria-label", screen.notifications()).with((body, all))
        })
    });
    h::span().class("pop-place").with((button, list))
}

/// This person has looked at what is here; what is new stays marked until it is asked for again.
fn seen(app: App) {
    let notices = app.notices.get_untracked();
    let (Some(newest), true) = (notices.items.first().map(|notice| notice.id), notices.n_new > 0) else { return };
    app.notices.set(Arc::new(MyNoticesView { n_new: 0, ..(*notices).clone() }));
    spawn_local(async move {
        let marked = app.client().update_my_notice_mark(&NoticeMarkRequest { seen_until: newest }).await;
        app.heard(marked.as_ref().err());
    });
}

fn row(app: App, notice: &MyNoticeView, closes: bool) -> El {
    let new = notice.is_new.then(|| h::span().class("badge badge-now").with(app.screen().notice_new()));
    let by = notice.by.as_ref().map(|by| h::span().with(by.name.clone()));
    h::a()
        .class("list-row")
        .set("href", format!("/tickets/{}", notice.ticket))
        .on_click(move || {
            if closes {
                app.open.set(None);
            }
        })
        .with((
            h::span().class("row small").with((h::span().class("strong").with(words::notice_line(notice.kind, app.lang())), new)),
            h::span()
                .class("notice-title")
                .with((h::span().class("muted num").with(format!("TI-{} ", notice.ticket)), notice.title.clone())),
            h::span().class("small muted dots").with((by, time(app, notice.at, ""))),
        ))
}

/// All of them, a page at a time.
pub fn notices(app: App) -> El {
    let screen = app.screen();
    app.title(screen.notifications());
    let content = remote(
        app,
        6,
        move || read(app, None),
        move |first: MyNoticesView| {
            let all = RwSignal::new(Arc::new(first));
            if let Some(newest) = all.read_untracked().items.first().map(|notice| notice.id) {
                let notices = app.notices.get_untracked();
                app.notices.set(Arc::new(MyNoticesView { n_new: 0, ..(*notices).clone() }));
                spawn_local(async move {
                    let _ = app.client().update_my_notice_mark(&NoticeMarkRequest { seen_until: newest }).await;
                });
            }
            let next = RwSignal::new(all.read_untracked().next.clone());
            let more = move |cursor: String| {
                Box::pin(async move {
                    let page = read(app, Some(cursor)).await?;
                    let _ = all.try_update(|all| Arc::make_mut(all).items.extend(page.items));
                    Ok(page.next)
                }) as _
            };
            let rows = live(move || {
                let shown = all.get();
                if shown.items.is_empty() {
                    return h::div().with(empty(screen.notifications_empty(), ()));
                }
                h::ul().class("list notices").with(each(&shown.items, |notice| h::li().with(row(app, notice, false))))
            });
            h::div().class("panel").with((rows, see_more(app, next, more)))
        },
    );
    let head = h::div()
        .class("page-head")
        .with(h::div().with((h::h1().with(screen.notifications()), h::p().class("muted").with(screen.notices_help()))));
    h::div().class("narrow").with((head, content))
}

async fn read(app: App, cursor: Option<String>) -> Result<MyNoticesView, ClientError> {
    let answer = app.client().list_changed_notices(&NoticesQuery { limit: None, cursor }, None).await?;
    Ok(answer.map(|answer| answer.value).unwrap_or_default())
}
