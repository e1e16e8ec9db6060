//! Small signs: icons, the logo, initials, instants.

use domain::Instant;

use super::html::{self as h, El, live};
use crate::app::App;

/// An icon of the sprite in `index.html`. The name of what it stands for is in the text beside it.
pub fn icon(name: &str) -> El {
    h::svg().class("i").set("aria-hidden", "true").with(h::r#use().set("href", format!("#i-{name}")))
}

pub fn icon_large(name: &str) -> El {
    h::svg().class("i i-lg").set("aria-hidden", "true").with(h::r#use().set("href", format!("#i-{name}")))
}

pub fn logo() -> El {
    h::svg().set("width", "22").set("height", "22").set("viewBox", "0 0 22 22").set("aria-hidden", "true").with((
        h::path().set("fill", "currentColor").set("d", "M4 3h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"),
        h::path().class("logo-check").set("d", "m7 9.5 3 3 5.5-6"),
    ))
}

/// A person's initials in a circle; their name stands beside it.
pub fn avatar(name: &str, class: &str) -> El {
    h::span().class(format!("avatar {class}")).set("aria-hidden", "true").with(initials(name))
}

/// «Rosa María Huamán» is RM, «Ana» is A.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).take(2).flat_map(char::to_uppercase).collect()
}

/// An instant as people say it («hoy 10:45»), with the whole date for whoever asks; it follows the clock.
pub fn time(app: App, at: Instant, class: &str) -> El {
    h::time()
        .class(format!("nowrap {class}"))
        .set("datetime", at.to_rfc3339())
        .set("title", words::time::full(at, app.lang()))
        .with(live(move || words::time::moment(at, app.now(), app.lang())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(initials("Rosa María Huamán"), "RM");
        assert_eq!(initials("  ñusta  (practicante)"), "ÑP");
        assert_eq!(initials("Ana"), "A");
        assert_eq!(initials(" — "), "");
    }
}
