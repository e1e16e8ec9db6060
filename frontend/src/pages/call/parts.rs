//! The parts of the page, in the order of a conversation.

use domain::{Channel, Impact, Kind};

use super::model::{self, End};
use super::typed::{Form, id};
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{Choice, Field, check, choices, find, icon, line, select, text, trouble};
use crate::pages::marks::kind_choices;
use crate::pages::records::{self, Records};
use crate::pages::telling::reserved;
use crate::reactive::*;

/// The key that chooses a kind where the kinds have the focus.
pub fn letter_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Incident => "I",
        Kind::Occurrence => "O",
        Kind::Requirement => "R",
    }
}

/// Who calls, and how.
pub fn who(form: Form, channel: Channel) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let offered: &[Channel] = match channel {
        Channel::Email => &[Channel::Email],
        _ => &[Channel::Phone, Channel::Mobile, Channel::InPerson],
    };
    let channels = form.field("channel");
    let mut options = Vec::new();
    for one in offered {
        options.push(((one.name().to_owned(), words::channel(*one, app.lang()).to_owned()), None));
    }
    let via = h::div().set("role", "radiogroup").set("aria-label", channels.label).with(choices(
        &channels,
        "choices choices-inline via",
        options,
        form.text("channel"),
    ));
    let field = Field { label: screen.call_who_field(), hint: Some(screen.call_who_help()), ..form.field("who") };
    let seek = records::seek_people(app, form.who);
    let found = field.draw(app, find(app, &field, form.who, seek));
    // Who was chosen: on to what they say.
    Effect::again(move |is_later| {
        if form.who.chosen.get().is_some() && is_later {
            browser::focus(id("description"));
        }
    });
    let toggle = move || {
        form.is_contact.update(|is| *is = !*is);
        if form.is_contact.get_untracked() {
            // Somebody new is not who was chosen before.
            if form.who.chosen.get_untracked().is_some() {
                form.who.text.set(String::new());
            }
            form.who.chosen.set(None);
            // What was typed is most of a name.
            let typed = form.who.text.get_untracked();
            if form.text("name").read_untracked().is_empty() {
                let path = if typed.contains('@') {
                    "email"
                } else if typed.starts_with(|c: char| c.is_ascii_digit()) {
                    "extension"
                } else {
                    "name"
                };
                form.text(path).set(typed);
            }
            browser::focus(id("name"));
        } else {
            browser::focus(id("who"));
        }
    };
    let other = h::p().class("small muted").with((
        live(move || if form.is_contact.get() { "" } else { screen.call_not_there() }),
        " ",
        h::button()
            .set("type", "button")
            .class("link")
            .id("call-contact")
            .follow_bool("aria-expanded", move || form.is_contact.get())
            .on_click(toggle)
            .with(live(move || if form.is_contact.get() { screen.call_directory() } else { screen.call_contact() })),
    ));
    let directory = h::div().follow_flag("hidden", move || form.is_contact.get()).with(found);
    h::div().with((via, directory, live(move || form.is_contact.get().then(|| contact(form))), other))
}

/// Somebody new, on the spot: a name and an area; the rest where it is known.
fn contact(form: Form) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let name = Field { label: screen.call_contact_name(), ..form.field("name") };
    let input = |path: &'static str, kind: &'static str| {
        let field = form.field(path).optional();
        field.draw(app, line(&field, kind, form.text(path)))
    };
    let area = form.field("area");
    let areas = records::bring(app, Records::Areas, area.error);
    h::div().class("fields fields-2").with((
        name.draw(app, line(&name, "text", form.text("name"))),
        area.draw(app, select(&area, screen.choose_one(), areas, form.text("area"))),
        input("extension", "text"),
        input("email", "email"),
    ))
}

pub fn what(form: Form) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let description = Field { hint: None, label: screen.call_what(), ..form.field("description") };
    let title = Field { hint: None, ..form.field("title") };
    let service = form.field("service").optional();
    let services = records::bring(app, Records::Services, service.error);
    // While nobody chose a service, the one that the text speaks of.
    Effect::new(move || {
        let suggested = model::suggested_service(&form.text("description").get(), &services.get());
        if !form.is_service_own.get_untracked() {
            form.text("service").set(suggested.unwrap_or_default());
        }
    });
    let is_suggested = move || !form.is_service_own.get() && !form.text("service").read().is_empty();
    let suggestion = live(move || is_suggested().then(|| h::p().class("hint").with(screen.request_item_suggested())));
    let select = select(&service, screen.none(), services, form.text("service")).on_change(move |_| form.is_service_own.set(true));
    let place = form.field("place").optional();
    let own_place = line(&place, "text", form.text("place")).on_input(move |typed| form.is_place_own.set(!typed.trim().is_empty()));
    let own_title = line(&title, "text", form.text("title")).on_input(move |typed| form.is_title_own.set(!typed.trim().is_empty()));
    let label = h::label().class("sr").set("for", description.id.clone()).with(screen.call_what());
    let details = h::details().class("more-fields").with((
        h::summary().class("tap small").with(screen.call_details()),
        h::div().class("fields fields-2").with((
            place.draw(app, own_place),
            plain(form, "equipment", "text"),
            impact(form),
            plain(form, "received_at", "datetime-local"),
            check(&reserved(app, id("is_reserved")), form.is_reserved),
        )),
    ));
    h::div().with((
        h::div().class("field").with((label, text(&description, 2, form.text("description")), description.below())),
        h::div().class("fields fields-2").with((title.draw(app, own_title), service.draw(app, (select, suggestion)))),
        details,
    ))
}

fn plain(form: Form, path: &'static str, kind: &'static str) -> El {
    let field = form.field(path).optional();
    field.draw(form.app, line(&field, kind, form.text(path)))
}

fn impact(form: Form) -> El {
    let field = form.field("impact").optional();
    let mut options: Vec<Choice> = Vec::new();
    Impact::ALL.iter().for_each(|impact| options.push((impact.name().to_owned(), words::impact(*impact, form.app.lang()).to_owned())));
    field.draw(form.app, select(&field, form.app.screen().none(), RwSignal::new(options), form.text("impact")))
}

/// The three kinds, each with what tells it from the others and its letter.
pub fn kinds(form: Form) -> El {
    let app = form.app;
    let field = Field { hint: None, ..form.field("kind") };
    let letter = |kind| Some(h::kbd().set("aria-hidden", "true").with(letter_of(kind)));
    let all = kind_choices(app, &field, form.text("kind"), letter);
    h::div().with((
        h::div().class("choices choices-inline kinds").set("role", "radiogroup").set("aria-labelledby", "call-h-kind").with(all),
        field.below(),
    ))
}

/// What was done, where it was attended while the call lasted.
pub fn attend(form: Form) -> El {
    let screen = form.app.screen();
    let kind = Memo::new(move |_| form.kind());
    h::div().with(live(move || match kind.get() {
        None => h::div().with(h::p().class("small muted step-note").with(screen.call_kind_first())),
        Some(Kind::Requirement) => h::div().with(h::p().class("small muted step-note").with(screen.call_requirement())),
        Some(kind) => solved(form, kind),
    }))
}

fn solved(form: Form, kind: Kind) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let is_solved = Memo::new(move |_| form.is_solved());
    let input = h::input()
        .class("check")
        .set("type", "checkbox")
        .id(id("solved"))
        .checked(move || is_solved.get())
        .on_check(move |is| form.is_solved.set(Some(is)));
    let words = h::span().with((h::b().with(screen.call_solved()), h::small().with(screen.call_solved_help())));
    let tile = h::label().class("choice solved").with((input, words, h::kbd().set("aria-hidden", "true").with("A")));
    let field = move |path: &'static str| {
        let field = form.field(path);
        field.draw(app, text(&field, 2, form.text(path)))
    };
    let fields = live(move || match (is_solved.get(), kind) {
        (false, _) | (_, Kind::Requirement) => Vec::new(),
        (true, Kind::Occurrence) => each(["action_taken"], field),
        (true, Kind::Incident) => each(["cause", "solution"], field),
    });
    h::div().class("step-body").with((tile, fields))
}

pub fn foot(form: Form, submit: impl Fn(End) + Copy + Send + 'static) -> El {
    let (app, screen) = (form.app, form.app.screen());
    let end = Memo::new(move |_| form.end());
    let name = move || match end.get() {
        End::Close => screen.call_and_close(),
        End::Record | End::Join(_) => screen.call_register(),
        End::GoOn => screen.call_and_go_on(),
    };
    let is_sending = form.sending.is_sending;
    let strong = h::button()
        .set("type", "submit")
        .class("btn btn-primary")
        .id(id("send"))
        .follow("aria-disabled", move || is_sending.get().then_some("true"))
        .with((live(move || if is_sending.get() { screen.sending() } else { name() }), h::kbd().set("aria-hidden", "true").with("Ctrl ↵")));
    let other = live(move || {
        (end.get() == End::Close)
            .then(|| h::button().set("type", "button").class("btn").on_click(move || submit(End::GoOn)).with(screen.call_and_go_on()))
    });
    let mail = live(move || {
        let person = form.person.get()?;
        (end.get() == End::Close).then(|| {
            let says = match &person.email {
                Some(email) => words::closing_mail_goes_to(email, app.lang()),
                None => screen.ticket_told_not().to_owned(),
            };
            h::p().class("small muted row").with((icon(if person.email.is_some() { "mail" } else { "phone" }), h::span().with(says)))
        })
    });
    h::div().with((trouble(form.sending.wrong), h::div().class("c-foot").with((strong, other, mail))))
}
