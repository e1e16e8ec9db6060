//! The caller's notices: what changed on tickets that concern them.

use actix_web::web::Data;
use actix_web::{HttpRequest, get, put};
use wire::{MyNoticesView, NoticeMarkRequest, NoticesQuery};

use super::Problems;
use crate::app::App;
use crate::auth::Signed;
use crate::error::Failure;
use crate::http::{Answer, Parsed, read_query};

/// List what concerns me.
///
/// What others did on tickets that concern the caller, the newest first, with how many are newer than the caller's mark (100 means «more than 99»).
/// A page may be shorter than its limit; `next` says whether the list goes on.
#[utoipa::path(
    tag = "account",
    params(NoticesQuery, ("If-None-Match" = Option<String>, Header, description = "An ETag: 304 if nothing has changed.")),
    responses(
        (status = OK, description = "A page.", body = MyNoticesView, headers(("ETag" = String, description = "A hash of this answer."))),
        (status = NOT_MODIFIED, description = "As it was."),
        Problems
    ),
    security(("token" = []))
)]
#[get("/me/notices")]
pub async fn list_my_notices(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    let query: NoticesQuery = read_query(&request)?;
    app.run(move |app| app.list_my_notices(&caller, &query)).await
}

/// Mark my notices as seen.
///
/// All up to one of them. An older mark than the one there is changes nothing.
#[utoipa::path(
    tag = "account",
    request_body = NoticeMarkRequest,
    responses((status = NO_CONTENT, description = "Marked."), Problems),
    security(("token" = []))
)]
#[put("/me/notices/mark")]
pub async fn update_my_notice_mark(app: Data<App>, caller: Signed, body: Parsed<NoticeMarkRequest>) -> Result<Answer, Failure> {
    app.run(move |app| app.mark_my_notices(&caller, &body.0)).await
}
