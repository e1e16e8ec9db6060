//! The bell: what changed on tickets that concern the caller, and up to where they have looked.

use domain::NoticeKind;
use serde::{Deserialize, Serialize};
use store::notices::{self, NoticeRow};
use wire::{MyNoticeView, MyNoticesView, NoticeMarkRequest, NoticesQuery, PersonRef};

use super::App;
use super::queries::{page_size, read_cursor, write_cursor};
use crate::auth::accounts::Account;
use crate::error::Failure;
use crate::http::Answer;

/// News are counted up to here: «more than 99».
const COUNT_CAP: u32 = 99;

/// Where a page ended.
#[derive(Debug, Serialize, Deserialize)]
struct NoticeCursor(i64);

impl App {
    /// A page of the caller's notices, the newest first.
    ///
    /// # Errors
    /// The parameter that is wrong.
    pub fn list_my_notices(&self, caller: &Account, query: &NoticesQuery) -> Result<Answer, Failure> {
        let limit = page_size(query.limit)?;
        let before = query.cursor.as_deref().map(read_cursor::<NoticeCursor>).transpose()?.map(|NoticeCursor(id)| id);
        let view = self.store.read::<_, Failure>(|conn| {
            let seen_until = notices::seen_until(conn, caller.person)?;
            let n_new = notices::count_new(conn, &caller.actor, caller.person, COUNT_CAP)?;
            let page = notices::list(conn, &caller.actor, caller.person, before, limit)?;
            let items = page.rows.into_iter().map(|row| view(row, seen_until)).collect::<Result<_, _>>()?;
            Ok(MyNoticesView { n_new, items, next: page.next.map(|id| write_cursor(&NoticeCursor(id))) })
        })?;
        Ok(Answer::ok(&view).tagged(0))
    }

    /// The caller has looked at all up to this notice.
    ///
    /// # Errors
    /// The store's.
    pub fn mark_my_notices(&self, caller: &Account, request: &NoticeMarkRequest) -> Result<Answer, Failure> {
        let person = caller.person;
        // What is not there yet nobody has looked at.
        let newest = self.store.read::<_, Failure>(|conn| Ok(notices::newest(conn, person)?))?;
        let until = request.seen_until.clamp(0, newest);
        self.store.write::<_, Failure>(move |conn| Ok(notices::mark_seen(conn, person, until)?))?;
        Ok(Answer::no_content())
    }
}

fn view(row: NoticeRow, seen_until: i64) -> Result<MyNoticeView, Failure> {
    let kind: NoticeKind = row.kind.parse().map_err(|_| Failure::Internal(format!("no message is called {}", row.kind)))?;
    Ok(MyNoticeView {
        id: row.id,
        kind,
        ticket: row.ticket,
        title: row.title,
        at: row.at,
        by: row.by.map(|(id, name)| PersonRef { id, name }),
        is_new: row.id > seen_until,
    })
}
