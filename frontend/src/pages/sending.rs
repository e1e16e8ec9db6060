//! Sending what is written until there is an answer: once, whatever becomes of the connection and of the page.

use std::future::Future;

use client::ClientError;
use gloo_timers::future::TimeoutFuture;
use serde_json::{Value, json};

use crate::app::App;
use crate::browser;
use crate::reactive::*;

/// How long we wait before what had no answer is sent again.
const AGAIN_MILLISECONDS: u32 = 5_000;

/// What a form sends, and how it goes.
#[derive(Clone, Copy)]
pub struct Sending {
    pub is_sending: RwSignal<bool>,
    /// Why it is not sent yet, where no field is to blame.
    pub wrong: RwSignal<Option<String>>,
    /// What was sent without an answer, and under which key: it is sent again under the same.
    unanswered: StoredValue<Option<(Value, String)>>,
    /// The name under which this tab keeps what had no answer, where it does.
    kept_as: StoredValue<Option<String>>,
}

impl Sending {
    pub fn new() -> Sending {
        Sending {
            is_sending: RwSignal::new(false),
            wrong: RwSignal::new(None),
            unanswered: StoredValue::new(None),
            kept_as: StoredValue::new(None),
        }
    }

    /// This tab keeps what had no answer beside the draft of this name: begun anew, it is sent under the same key.
    pub fn kept(draft: &str) -> Sending {
        let sending = Sending::new();
        let kept = browser::kept_value(&sent_name(draft));
        sending.unanswered.set_value(kept.and_then(|kept| Some((kept["body"].clone(), kept["key"].as_str()?.to_owned()))));
        sending.kept_as.set_value(Some(sent_name(draft)));
        sending
    }

    /// The key under which this is sent: of the same that had no answer, the same.
    pub fn key_of(self, body: &Value) -> String {
        let key = match self.unanswered.get_value() {
            Some((sent, key)) if sent == *body => key,
            _ => client::new_key(),
        };
        self.remember(Some((body.clone(), key.clone())));
        key
    }

    /// Stops sending again what had no answer.
    pub fn give_up(self) {
        self.is_sending.set(false);
    }

    /// Calls until there is an answer. None: it was given up, or the page was left; `on_done` hears of a good answer all the same.
    pub async fn until_answered<T, F>(self, app: App, call: impl Fn() -> F, on_done: impl Fn()) -> Option<Result<T, ClientError>>
    where
        F: Future<Output = Result<T, ClientError>>,
    {
        self.is_sending.set(true);
        loop {
            let result = call().await;
            app.heard(result.as_ref().err());
            if result.is_ok() {
                on_done();
            }
            self.is_going_on()?;
            if let Err(error @ ClientError::Offline(_)) = &result {
                self.wrong.set(Some(app.describe(error)));
                TimeoutFuture::new(AGAIN_MILLISECONDS).await;
                self.is_going_on()?;
                continue;
            }
            // A yes, or a clear no: whatever is sent next is another.
            if result.as_ref().err().is_none_or(|error| error.status().is_some_and(|status| status < 500)) {
                self.remember(None);
            }
            self.is_sending.set(false);
            return Some(result);
        }
    }

    fn is_going_on(self) -> Option<()> {
        self.is_sending.try_get_untracked().filter(|is| *is).map(drop)
    }

    fn remember(self, sent: Option<(Value, String)>) {
        if let Some(name) = self.kept_as.get_value() {
            browser::keep_value(&name, sent.as_ref().map(|(body, key)| json!({ "body": body, "key": key })).as_ref());
        }
        self.unanswered.set_value(sent);
    }
}

fn sent_name(draft: &str) -> String {
    format!("{draft}-sent")
}

/// A draft that was sent, or discarded, is kept no longer; nor what was sent of it.
pub fn forget_draft(draft: &str) {
    browser::keep(draft, None);
    browser::keep(&sent_name(draft), None);
}
