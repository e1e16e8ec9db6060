//! Who is signed in. The access token lives in memory only, inside the client; the refresh token in its cookie, which no script reads.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use client::{Answer, ClientError};
use leptos::task::spawn_local;
use wire::{ProfileView, SessionView};
use words::Language;

use crate::app::App;
use crate::browser;

/// How long we wait before we ask again a server that did not answer.
const AGAIN_MILLISECONDS: u32 = 5_000;

#[derive(Debug, Clone, PartialEq)]
pub enum Session {
    /// We are asking the server.
    Starting,
    Nobody,
    Person(Arc<Answer<ProfileView>>),
    /// The server does not answer.
    Unreachable(ClientError),
}

impl Session {
    pub fn person(&self) -> Option<&Answer<ProfileView>> {
        match self {
            Session::Person(profile) => Some(profile),
            _ => None,
        }
    }
}

/// Takes up the session that the refresh cookie stands for, where there is one.
pub fn begin(app: App) {
    spawn_local(async move {
        match refresh(app).await {
            Ok(_) => enter(app).await,
            Err(ClientError::Problem(problem)) if problem.status < 500 => app.session.set(Session::Nobody),
            Err(error) => unreachable(app, error),
        }
    });
}

/// The page says so, and asks again by itself: what was begun in this tab is there when the server is.
fn unreachable(app: App, error: ClientError) {
    app.session.set(Session::Unreachable(error));
    spawn_local(async move {
        gloo_timers::future::TimeoutFuture::new(AGAIN_MILLISECONDS).await;
        if matches!(app.session.get_untracked(), Session::Unreachable(_)) {
            begin(app);
        }
    });
}

/// One tab at a time.
async fn refresh(app: App) -> Result<Answer<SessionView>, ClientError> {
    let _turn = browser::take_turn("refreshing").await;
    app.client().refresh_session().await
}

/// Takes the session up again while a page is open. Where there is none, the page stays as it is, with all that is typed, and says so.
pub fn resume(app: App) {
    spawn_local(async move {
        let result = match refresh(app).await {
            Ok(_) => take_up(app).await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            app.say(app.describe(&error));
        }
    });
}

/// After a token was got: who is it?
pub async fn enter(app: App) {
    if let Err(error) = take_up(app).await {
        unreachable(app, error);
    }
}

async fn take_up(app: App) -> Result<(), ClientError> {
    let profile = app.client().read_me().await?;
    app.is_ended.set(false);
    keep(app, profile);
    keep_fresh(app);
    Ok(())
}

/// Takes over a profile that was read or changed; its language is the app's.
pub fn keep(app: App, profile: Answer<ProfileView>) {
    let language = Language::from_tag(&profile.value.language);
    app.session.set(Session::Person(Arc::new(profile)));
    if let Some(language) = language {
        app.speak(language);
    }
}

pub fn end(app: App) {
    spawn_local(async move {
        // Without an answer the token is forgotten all the same.
        let _ = app.client().sign_out().await;
        browser::forget_kept();
        // Nothing of the person stays behind in memory.
        let _ = browser::window().location().set_href("/sign-in");
    });
}

/// Renews the token a while before it ends, again and again while somebody is signed in.
fn keep_fresh(app: App) {
    spawn_local(async move {
        while let Some(session) = app.client().session() {
            let wait = seconds_until_renewal(session.expires_at, browser::now());
            gloo_timers::future::TimeoutFuture::new(wait * 1000).await;
            let is_another = app.client().session().is_none_or(|now| now.access_token != session.access_token);
            if !is_another && refresh(app).await.is_err() {
                return; // The next call will find out, and say so.
            }
        }
    });
}

/// A minute before the end. A clock that is wrong must not make it hurry.
fn seconds_until_renewal(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let left = expires_at - now - TimeDelta::minutes(1);
    u32::try_from(left.num_seconds().clamp(30, 3600)).unwrap_or(30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_a_minute_before_its_end_and_never_in_a_hurry() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let after = |seconds| seconds_until_renewal(now + TimeDelta::seconds(seconds), now);
        assert_eq!(after(15 * 60), 14 * 60);
        assert_eq!(after(90), 30);
        assert_eq!(after(0), 30);
        assert_eq!(after(-1_000_000), 30, "the browser's clock is ahead");
        assert_eq!(after(1_000_000), 3600, "the browser's clock is behind");
    }
}
