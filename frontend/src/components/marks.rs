//! Small signs: icons, the logo, initials, instants.

use domain::Instant;
use leptos::prelude::*;

use crate::app::use_app;

/// An icon of the sprite in `index.html`. The name of what it stands for is in the text beside it.
#[component]
pub fn Icon(name: &'static str, #[prop(optional)] large: bool) -> impl IntoView {
    let class = if large { "i i-lg" } else { "i" };
    view! { <svg class=class aria-hidden="true"><use_ href=format!("#i-{name}")/></svg> }
}

#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
            <path d="M4 3h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z" fill="currentColor"/>
            <path class="logo-check" d="m7 9.5 3 3 5.5-6" fill="none" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>
        </svg>
    }
}

/// A person's initials in a circle; their name stands beside it.
#[component]
pub fn Avatar(name: String, #[prop(optional)] class: &'static str) -> impl IntoView {
    view! { <span class=format!("avatar {class}") aria-hidden="true">{initials(&name)}</span> }
}

/// «Rosa María Huamán» is RM, «Ana» is A.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).take(2).flat_map(char::to_uppercase).collect()
}

/// An instant as people say it («hoy 10:45»), with the whole date for whoever asks; it follows the clock.
#[component]
pub fn Time(at: Instant, #[prop(optional)] class: &'static str) -> impl IntoView {
    let app = use_app();
    let text = move || words::time::moment(at, app.now.get(), app.lang());
    view! { <time class=format!("nowrap {class}") datetime=at.to_rfc3339() title=words::time::full(at, app.lang())>{text}</time> }
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
