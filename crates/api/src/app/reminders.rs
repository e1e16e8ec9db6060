//! Reminders by the clock: whoever was asked something and does not answer is asked again, as often and as far apart as the agency has set.
//!
//! Nothing is leased. The append stands only on the position that was looked at, and whoever decides once more finds the person reminded
//! ([`domain::permit`]: once a day at most): of several servers one reminds. Where none ran for a while one reminder goes, not those that were missed.
//! Whether it is solved is asked once: who says nothing has nothing to do, and the desk closes.

use chrono::TimeDelta;
use domain::{Actor, Command, TicketId};
use tracing::warn;

use super::App;
use super::execute::Asked;
use crate::error::{Code, Failure};
use crate::http::IfMatch;

impl App {
    /// Reminds whoever is to be reminded by now. How many were. What fails with one ticket keeps no other from its reminder.
    ///
    /// # Errors
    /// The store's, where it cannot be asked who they are.
    pub fn remind_who_is_due(&self) -> Result<u32, Failure> {
        let asked_until = self.now() - TimeDelta::hours(self.settings()?.reminder_hours.into());
        let due = self.store.read::<_, Failure>(|conn| Ok(store::reminders::list_due(conn, asked_until)?))?;
        let mut n_reminded = 0;
        for ticket in due {
            match self.remind(ticket) {
                Ok(is_reminded) => n_reminded += u32::from(is_reminded),
                Err(error) => warn!(ticket.id = %ticket, "Could not remind the person of ticket {ticket}: {error}"),
            }
        }
        Ok(n_reminded)
    }

    /// False where there is nothing to remind of any more: they answered, or somebody else was faster.
    fn remind(&self, ticket: TicketId) -> Result<bool, Failure> {
        let asked = Asked { actor: Actor::system(), id: ticket, expected: IfMatch::Absent, commands: vec![Command::Remind {}], once: None };
        match self.command_ticket(&asked) {
            Ok(_) => Ok(true),
            Err(Failure::Refused { .. } | Failure::VersionConflict { .. } | Failure::Plain(Code::NotFound)) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}
