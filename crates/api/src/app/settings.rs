//! What the agency has set for itself: typed, with defaults, kept with its history. Hosts and secrets are configuration, and not here.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use chrono::TimeDelta;
use domain::{Email, Instant, Line, Rules};
use serde_json::{Value, json};
use store::settings::{self, Setting};
use store::{StoreError, history};
use wire::command::{Fault, Form};
use wire::{DeskView, Page, SettingRequest, SettingView};

use super::App;
use super::queries::{page_size, read_cursor, write_cursor};
use super::records::{checked, failure};
use crate::auth::accounts::Account;
use crate::config::Config;
use crate::error::{Code, Failure};
use crate::http::{Answer, IfMatch};

/// How long what was read is believed without asking again: a change holds within a minute on every server.
const KEPT_SECONDS: i64 = 30;

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencySettings {
    /// Days within which a closed ticket may be reopened.
    pub reopening_days: u32,
    /// Reminders that go before one may give up waiting for a person.
    pub n_reminders: u32,
    /// Hours between one reminder and the next.
    pub reminder_hours: u32,
    /// How the help desk is reached, as mails and pages say it.
    pub helpdesk_extension: Option<Line>,
    pub helpdesk_mobile: Option<Line>,
    pub helpdesk_mailbox: Option<Email>,
    /// The agency's name, as mails say it.
    pub agency_name: Option<Line>,
}

impl AgencySettings {
    /// Where nothing is set.
    pub fn of(config: &Config) -> AgencySettings {
        AgencySettings {
            reopening_days: config.reopening_days,
            n_reminders: config.n_reminders,
            reminder_hours: 24,
            helpdesk_extension: None,
            helpdesk_mobile: None,
            helpdesk_mailbox: None,
            agency_name: None,
        }
    }
}

macro_rules! names {
    ($($name:ident: $read:path),+ $(,)?) => {
        /// The names of all settings.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// Takes a value over, if it is one; a name that is none is passed over.
        fn take(settings: &mut AgencySettings, name: &str, value: &Value) -> Result<(), Fault> {
            match name {
                $(stringify!($name) => settings.$name = $read(name, value)?,)+
                _ => {}
            }
            Ok(())
        }

        /// The value of that name.
        fn value_of(settings: &AgencySettings, name: &str) -> Value {
            match name {
                $(stringify!($name) => json!(settings.$name),)+
                _ => Value::Null,
            }
        }
    };
}

names! {
    reopening_days: number,
    n_reminders: number,
    reminder_hours: number,
    helpdesk_extension: line,
    helpdesk_mobile: line,
    helpdesk_mailbox: email,
    agency_name: line,
}

/// What a number may be.
fn range(name: &str) -> (i64, i64) {
    match name {
        "reopening_days" => (0, 365),
        "n_reminders" => (0, 10),
        // The procedure reminds once a day at most.
        _ => (24, 720),
    }
}

fn number(name: &str, value: &Value) -> Result<u32, Fault> {
    let (min, max) = range(name);
    let number = value.as_i64().ok_or(Fault::Malformed(Form::WholeNumber))?;
    let is_within = (min..=max).contains(&number);
    u32::try_from(number).ok().filter(|_| is_within).ok_or(Fault::Value(domain::ValueError::OutOfRange { min, max }))
}

fn text(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or(Fault::Malformed(Form::Text))
}

fn line(_: &str, value: &Value) -> Result<Option<Line>, Fault> {
    Line::parse(text(value)?).map(Some).map_err(Fault::Value)
}

fn email(_: &str, value: &Value) -> Result<Option<Email>, Fault> {
    Email::parse(text(value)?).map(Some).map_err(Fault::Value)
}

/// What was read last.
#[derive(Default)]
pub struct KeptSettings(RwLock<Option<(Instant, Arc<AgencySettings>)>>);

impl KeptSettings {
    fn find(&self, now: Instant) -> Option<Arc<AgencySettings>> {
        let kept = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.as_ref().filter(|(at, _)| now - *at < TimeDelta::seconds(KEPT_SECONDS) && *at <= now).map(|(_, settings)| settings.clone())
    }

    fn keep(&self, settings: Option<(Instant, Arc<AgencySettings>)>) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = settings;
    }
}

impl App {
    /// What is in force now.
    ///
    /// # Errors
    /// The store's.
    pub fn settings(&self) -> Result<Arc<AgencySettings>, StoreError> {
        let now = self.now();
        if let Some(settings) = self.settings.find(now) {
            return Ok(settings);
        }
        let set = self.store.read(settings::all)?;
        let settings = Arc::new(in_force(&self.config, &set));
        self.settings.keep(Some((now, settings.clone())));
        Ok(settings)
    }

    /// As far as the procedure's rules need it.
    ///
    /// # Errors
    /// The store's.
    pub fn rules(&self) -> Result<Rules, StoreError> {
        let settings = self.settings()?;
        Ok(Rules { reopening_days: settings.reopening_days, n_reminders: settings.n_reminders })
    }

    /// How the help desk is reached.
    ///
    /// # Errors
    /// The store's.
    pub fn read_desk(&self) -> Result<Answer, Failure> {
        let settings = self.settings()?;
        let text = |line: &Option<Line>| line.as_ref().map(ToString::to_string);
        Ok(Answer::ok(&DeskView {
            agency: text(&settings.agency_name),
            extension: text(&settings.helpdesk_extension),
            mobile: text(&settings.helpdesk_mobile),
            email: settings.helpdesk_mailbox.as_ref().map(ToString::to_string),
        }))
    }

    /// A page of settings, in a fixed order.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_settings(&self, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        let limit = page_size(limit)? as usize;
        let begin = cursor.map(read_cursor::<usize>).transpose()?.unwrap_or(0).min(NAMES.len());
        let set = self.store.read::<_, Failure>(|conn| Ok(settings::all(conn)?))?;
        let end = NAMES.len().min(begin.saturating_add(limit));
        let items = NAMES[begin..end].iter().map(|name| self.setting_view(name, &set)).collect();
        Ok(Answer::ok(&Page { items, next: (end < NAMES.len()).then(|| write_cursor(&end)) }))
    }

    /// One setting.
    ///
    /// # Errors
    /// Not found, where there is none of that name.
    pub fn read_setting(&self, name: &str) -> Result<Answer, Failure> {
        known(name)?;
        let set = self.store.read::<_, Failure>(|conn| Ok(settings::all(conn)?))?;
        let view = self.setting_view(name, &set);
        Ok(Answer::ok(&view).tagged(view.version))
    }

    /// Sets a value; null is the default again.
    ///
    /// # Errors
    /// Not found, 428, 412, or what is wrong with the value.
    pub fn update_setting(&self, caller: &Account, name: String, expected: IfMatch, request: SettingRequest) -> Result<Answer, Failure> {
        known(&name)?;
        let expected = expected.required()?;
        let value = match request.value {
            Value::Null => Value::Null,
            given => {
                let mut parsed = AgencySettings::of(&self.config);
                take(&mut parsed, &name, &given).map_err(|fault| Failure::InvalidSetting { name: name.clone(), fault })?;
                value_of(&parsed, &name) // As it was understood: trimmed, an address in lower case.
            }
        };
        let (by, now) = (caller.person, self.now());
        let before = self.store.read::<_, Failure>(|conn| Ok(settings::get(conn, &name)?))?;
        let version = checked(expected, before.as_ref().map_or(0, |setting| setting.version))?;
        let (of, known) = (name.clone(), before.map(|setting| setting.version));
        self.store.write::<_, Failure>(move |conn| {
            settings::put(conn, Some(by), now, &of, known, &value).map(drop).map_err(|error| failure(error, version))
        })?;
        self.settings.keep(None);
        self.read_setting(&name)
    }

    /// The changes of one setting, the oldest first.
    ///
    /// # Errors
    /// Not found, where there is none of that name.
    pub fn list_setting_changes(&self, name: &str, cursor: Option<&str>, limit: Option<u32>) -> Result<Answer, Failure> {
        known(name)?;
        match self.store.read::<_, Failure>(|conn| Ok(settings::get(conn, name)?))? {
            Some(setting) => self.list_changes(history::Entity::Setting, setting.id, cursor, limit),
            None => Ok(Answer::ok(&Page::<wire::ChangeView> { items: Vec::new(), next: None })),
        }
    }

    fn setting_view(&self, name: &str, set: &BTreeMap<String, Setting>) -> SettingView {
        let setting = set.get(name);
        SettingView {
            name: name.to_owned(),
            version: setting.map_or(0, |setting| setting.version),
            value: value_of(&in_force(&self.config, set), name),
            default: value_of(&AgencySettings::of(&self.config), name),
            is_set: setting.is_some_and(|setting| !setting.value.is_null()),
        }
    }
}

fn known(name: &str) -> Result<(), Failure> {
    if NAMES.contains(&name) { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// The defaults, and over them what is set. A value that a later version of this program would not take is passed over, and said.
fn in_force(config: &Config, set: &BTreeMap<String, Setting>) -> AgencySettings {
    let mut settings = AgencySettings::of(config);
    for (name, setting) in set.iter().filter(|(_, setting)| !setting.value.is_null()) {
        if take(&mut settings, name, &setting.value).is_err() {
            tracing::warn!(setting = name, "The setting {name} has a value that cannot be: its default holds");
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: Value) -> AgencySettings {
        in_force(&Config::default(), &BTreeMap::from([(name.to_owned(), Setting { id: 1, version: 1, value })]))
    }

    #[test]
    fn what_is_set_is_over_the_default() {
        let default = AgencySettings::of(&Config::default());
        assert_eq!(with("reopening_days", json!(0)).reopening_days, 0);
        assert_eq!(with("helpdesk_mailbox", json!("Mesa@Agencia.example")).helpdesk_mailbox.unwrap().as_str(), "mesa@agencia.example");
        for (name, value) in [
            ("reopening_days", Value::Null),
            ("reopening_days", json!(366)),
            ("reopening_days", json!("7")),
            ("helpdesk_mailbox", json!("nobody")),
            ("another", json!(1)),
        ] {
            assert_eq!(with(name, value.clone()), default, "{name} {value}");
        }
    }

    #[test]
    fn a_number_has_its_range() {
        for (name, min, max) in [("reopening_days", 0, 365), ("n_reminders", 0, 10), ("reminder_hours", 24, 720)] {
            assert!(number(name, &json!(min)).is_ok() && number(name, &json!(max)).is_ok(), "{name}");
            for wrong in [json!(min - 1), json!(max + 1), json!(1.5), json!("1"), json!(i64::MAX), json!(true)] {
                assert!(number(name, &wrong).is_err(), "{name} {wrong}");
            }
        }
    }
}
