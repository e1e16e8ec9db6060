//! Signing in. The address stays: whoever signs in goes on to where they were going.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use words::Language;

use crate::app::{App, use_app};
use crate::browser;
use crate::components::{Field, Icon, Line, Logo, Notice, Password};
use crate::session;

#[component]
pub fn SignIn() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    app.title(screen.sign_in);
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    let is_sending = RwSignal::new(false);
    let needs_setup = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(setup) = app.client().read_setup().await {
            let _ = needs_setup.try_set(setup.value.is_needed);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        error.set(None);
        spawn_local(async move {
            match app.client().sign_in(email.get_untracked().trim(), &password.get_untracked()).await {
                Ok(_) => session::enter(app).await,
                Err(problem) => {
                    error.set(Some(app.describe(&problem)));
                    browser::focus("password");
                }
            }
            let _ = is_sending.try_set(false);
        });
    };
    let no_error = Signal::stored(None::<String>);
    view! {
        <main class="si" id="main">
            <section class="si-form">
                <span class="brand"><Logo/>{screen.app}</span>
                <form class="roomy" aria-labelledby="h-sign-in" novalidate=true on:submit=submit>
                    <h1 id="h-sign-in">{screen.sign_in}</h1>
                    <p class="muted">{screen.app_subtitle}</p>
                    {move || needs_setup.get().then(|| view! { <Notice text=screen.setup_token_help icon="alert"/> })}
                    <div class="fields">
                        <Field id="email" label=screen.sign_in_email error=no_error>
                            <Line id="email" value=email error=no_error kind="email" autocomplete="username" required=true/>
                        </Field>
                        <Field id="password" label=screen.sign_in_password error=error>
                            <Password id="password" value=password error=error autocomplete="current-password"/>
                        </Field>
                        <button type="submit" class="btn btn-primary btn-lg" aria-disabled=move || is_sending.get().then_some("true")>
                            {move || if is_sending.get() { screen.signing_in } else { screen.sign_in }}
                        </button>
                    </div>
                </form>
                <footer class="row small muted"><LanguageLinks app=app/></footer>
            </section>
            <Promise/>
        </main>
    }
}

/// The languages as buttons, each in its own words.
#[component]
pub fn LanguageLinks(app: App) -> impl IntoView {
    let button = move |language: Language, name: &'static str| {
        view! {
            <button
                type="button"
                class="btn btn-quiet btn-sm"
                lang=language.tag()
                aria-pressed=if app.lang() == language { "true" } else { "false" }
                on:click=move |_| app.speak(language)
            >
                {name}
            </button>
        }
    };
    let screen = app.screen();
    view! {
        <span class="row tight" role="group" aria-label=screen.language>
            {button(Language::Spanish, screen.language_spanish)}
            {button(Language::English, screen.language_english)}
        </span>
    }
}

/// What the app is for, beside its door.
#[component]
pub fn Promise() -> impl IntoView {
    let app = use_app();
    let screen = app.screen();
    let activity = |number| words::activity_short(number, app.lang());
    let name = [1, 3, 7, 8].map(activity).join(", ");
    view! {
        <aside class="si-side">
            <h2>{screen.sign_in_lead}</h2>
            <svg class="line" viewBox="0 0 440 56" role="img" aria-label=name>
                <path class="line-done" d="M8 12H300"/>
                <path class="line-next" d="M300 12H432"/>
                <circle class="point-done" cx="8" cy="12" r="7"/>
                <circle class="point-done" cx="150" cy="12" r="7"/>
                <circle class="point-now" cx="296" cy="12" r="6"/>
                <circle class="point-next" cx="431" cy="12" r="7"/>
                <text x="1" y="42">{activity(1)}</text>
                <text x="150" y="42" text-anchor="middle">{activity(3)}</text>
                <text x="296" y="42" text-anchor="middle">{activity(7)}</text>
                <text x="438" y="42" text-anchor="end">{activity(8)}</text>
            </svg>
            <p class="row muted"><Icon name="book"/>{screen.procedure}</p>
        </aside>
    }
}
