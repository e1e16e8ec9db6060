//! The communication to the area's head as it will go, while it is written.

use std::sync::Arc;

use domain::{Means, day_in_lima};
use leptos::task::spawn_local;
use wire::PersonView;
use words::Language;
use words::letter::{Block, Span};
use words::mails::{Rejection, rejection, rejection_greeting, rejection_subject};

use crate::app::App;
use crate::components::html::{self as h, El, Html, each, live};
use crate::components::icon;
use crate::pages::records;
use crate::pages::ticket::model::heads_above;
use crate::pages::ticket::{Draft, Whole};
use crate::reactive::*;

/// Follows what is typed into the form of the rejection.
pub fn preview(app: App, whole: RwSignal<Arc<Whole>>, draft: Arc<Draft>) -> El {
    let screen = app.screen();
    let heads = RwSignal::new(Arc::<Vec<PersonView>>::default());
    let (area, me) = (whole.get_untracked().ticket.value.area.id, app.me().id);
    // Whoever heads no area holds the post for another, as the mail will say.
    let is_acting = RwSignal::new(false);
    spawn_local(async move {
        let areas = records::areas(app).await.unwrap_or_default();
        let _ = is_acting.try_set(!areas.is_empty() && !areas.iter().any(|area| area.head.as_ref().is_some_and(|head| head.id == me)));
        let mut people = Vec::new();
        for (head, _) in heads_above(&areas, area) {
            people.extend(app.client().read_person(head.id).await.ok().map(|answer| answer.value));
        }
        let _ = heads.try_set(Arc::new(people));
    });
    let typed = {
        let draft = draft.clone();
        move |path: &str| draft.text(path).map(|text| text.get()).unwrap_or_default()
    };
    let content = live(move || -> Vec<Html> {
        let reason = typed("communication.text");
        if reason.trim().is_empty() {
            return h::parts(h::p().class("muted small").with(screen.decide_preview_empty()));
        }
        let is_mail = typed("communication.means") == Means::Email.name();
        let to = typed("communication.to");
        let heads = heads.get();
        let head = heads.iter().find(|head| head.id.to_string() == to).or(heads.first());
        let note = if is_mail { screen.decide_preview_mail() } else { screen.decide_preview_other() };
        let note = h::p().class("row small muted").with((icon(if is_mail { "mail" } else { "file" }), note));
        h::parts((note, letter(app, &whole.get(), head, &reason, is_acting.get())))
    });
    h::section()
        .class("letter-place")
        .set("aria-label", screen.decide_preview())
        .with([h::h3().with(screen.decide_preview()), h::div().with(content)])
}

fn letter(app: App, whole: &Whole, head: Option<&PersonView>, reason: &str, is_acting: bool) -> El {
    let view = &whole.ticket.value;
    let me = app.me();
    let item: Vec<String> = view.equipment.iter().cloned().chain(view.service.iter().map(|service| service.name.clone())).collect();
    let item = item.join(" · ");
    let report = view.it.as_ref().and_then(|it| it.report.as_ref()).map(|report| report.number.to_string()).unwrap_or_default();
    // In the language of whoever reads it.
    let lang = head.and_then(|head| Language::from_tag(&head.language)).unwrap_or_default();
    let told = Rejection {
        number: view.id.get(),
        requester: &view.requester.name,
        received_on: day_in_lima(view.received_at),
        item: Some(item.as_str()).filter(|item| !item.is_empty()),
        report: &report,
        reason,
        it_head: &me.name,
        is_acting,
    };
    let subject = rejection_subject(view.id.get(), &view.title, lang);
    let greeting = head.map(|head| rejection_greeting(&head.name, head.post.as_deref(), lang)).unwrap_or_default();
    let blocks = each(greeting.iter().chain(&rejection(&told, lang)), draw);
    h::div().class("letter").set("lang", lang.tag()).with((h::p().class("letter-subject").with(subject), blocks))
}

fn draw(block: &Block) -> El {
    let span = |span: &Span| match span {
        Span::Plain(text) | Span::Url(text) => h::parts(text.clone()),
        Span::Strong(text) => h::parts(h::b().with(text.clone())),
        Span::Link { label, .. } => h::parts(label.clone()),
    };
    match block {
        Block::Line(spans) => h::p().with(each(spans, span)),
        Block::Quote(text) => h::p().class("quote written").with(format!("«{text}»")),
    }
}
