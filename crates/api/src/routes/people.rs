//! People of the directory, and contacts.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use domain::{PersonId, Role};
use serde::Deserialize;
use wire::{ChangeView, ContactRequest, GivePasswordRequest, MergeRequest, MergeView, Page, PersonRequest, PersonView, RecordQuery};

use super::{OnceHeader, Problems, once};
use crate::app::{App, Entity};
use crate::auth::{Present, Signed, require};
use crate::error::Failure;
use crate::http::{Answer, Body, Caller, IfMatch, Parsed, read_query};

/// Who reads the records: the people of IT, the administrator, the auditor.
pub const READERS: &[Role] = &[Role::HelpDesk, Role::Support1, Role::Support2, Role::ItHead, Role::Admin, Role::Auditor];
/// Who writes them.
pub const WRITERS: &[Role] = &[Role::Admin];
/// Who reads their history.
pub const HISTORIANS: &[Role] = &[Role::Admin, Role::Auditor];

/// Where a page of changes begins.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChangesQuery {
    /// 1 to 200; 50, where it is left out.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the page before it ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// List people.
///
/// The directory and the contacts, by name.
#[utoipa::path(
    tag = "records",
    params(RecordQuery),
    responses((status = OK, description = "A page.", body = Page<PersonView>), Problems),
    security(("token" = []))
)]
#[get("/people")]
pub async fn list_people(app: Data<App>, caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    let query = read_query(&request)?;
    app.run(move |app| app.list_people(query)).await
}

/// Add a person to the directory.
///
/// They get an account when an administrator gives them a password.
#[utoipa::path(
    tag = "records",
    params(OnceHeader),
    request_body = PersonRequest,
    responses((status = CREATED, description = "The person.", body = PersonView), Problems),
    security(("token" = []))
)]
#[post("/people")]
pub async fn create_person(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    let once = once(&caller, &headers, "POST /people".into(), &body.0);
    let request = body.parse()?;
    app.run(move |app| app.create_person(&caller, request, once)).await
}

/// Read a person.
///
/// Of the directory, or a contact; also one who is disabled.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The person.")),
    responses((status = OK, description = "The person.", body = PersonView), Problems),
    security(("token" = []))
)]
#[get("/people/{id}")]
pub async fn read_person(app: Data<App>, caller: Signed, id: Path<PersonId>) -> Result<Answer, Failure> {
    require(&caller, READERS)?;
    app.run(move |app| app.read_person(*id)).await
}

/// Write a person whole.
///
/// A contact becomes a person of the directory so. Who is disabled is signed out everywhere.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The person."), ("If-Match" = String, Header, description = "The ETag of the record as it was read.")),
    request_body = PersonRequest,
    responses((status = OK, description = "The person after it.", body = PersonView), Problems),
    security(("token" = []))
)]
#[put("/people/{id}")]
pub async fn update_person(
    app: Data<App>,
    caller: Signed,
    id: Path<PersonId>,
    expected: IfMatch,
    body: Parsed<PersonRequest>,
) -> Result<Answer, Failure> {
    require(&caller, WRITERS)?;
    app.run(move |app| app.update_person(&caller, *id, expected, body.0)).await
}

/// Give a person a password.
///
/// Every session of theirs ends. It is never read back. Not with an access token for integrations.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The person.")),
    request_body = GivePasswordRequest,
    responses((status = NO_CONTENT, description = "Given."), Problems),
    security(("token" = []))
)]
#[put("/people/{id}/password")]
pub async fn update_person_password(
    app: Data<App>,
    caller: Present,
    id: Path<PersonId>,
    body: Parsed<GivePasswordRequest>,
) -> Result<HttpResponse, Failure> {
    require(&caller, WRITERS)?;
    let id = *id;
    app.run(move |app| app.find_account_holder(id)).await?;
    let hash = app.passwords.hash(body.0.password).await?;
    app.run(move |app| app.set_password(Some(caller.person), id, hash, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List the changes of a person's record.
///
/// Who changed it, when, and the record before and after. No password is in it.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The person."), ChangesQuery),
    responses((status = OK, description = "A page, in the order of versions.", body = Page<ChangeView>), Problems),
    security(("token" = []))
)]
#[get("/people/{id}/history")]
pub async fn list_person_changes(app: Data<App>, caller: Signed, id: Path<PersonId>, request: HttpRequest) -> Result<Answer, Failure> {
    require(&caller, HISTORIANS)?;
    let query: ChangesQuery = read_query(&request)?;
    app.run(move |app| app.list_changes(Entity::Person, id.get(), query.cursor.as_deref(), query.limit)).await
}

/// Note somebody new.
///
/// A call from somebody who is not in the directory never stops: the desk notes a contact on the spot.
#[utoipa::path(
    tag = "records",
    params(OnceHeader),
    request_body = ContactRequest,
    responses((status = CREATED, description = "The contact.", body = PersonView), Problems),
    security(("token" = []))
)]
#[post("/contacts")]
pub async fn create_contact(app: Data<App>, caller: Signed, headers: Caller, body: Body) -> Result<Answer, Failure> {
    require(&caller, &[Role::HelpDesk])?;
    let once = once(&caller, &headers, "POST /contacts".into(), &body.0);
    let request = body.parse()?;
    app.run(move |app| app.create_contact(&caller, request, once)).await
}

/// Write a contact whole.
///
/// What is left out is emptied. A person of the directory is not found here: the administrator writes them.
#[utoipa::path(
    tag = "records",
    params(("id" = i64, Path, description = "The contact."), ("If-Match" = String, Header, description = "The ETag of the record as it was read.")),
    request_body = ContactRequest,
    responses((status = OK, description = "The contact after it.", body = PersonView), Problems),
    security(("token" = []))
)]
#[put("/contacts/{id}")]
pub async fn update_contact(
    app: Data<App>,
    caller: Signed,
    id: Path<PersonId>,
    expected: IfMatch,
    body: Parsed<ContactRequest>,
) -> Result<Answer, Failure> {
    require(&caller, &[Role::HelpDesk])?;
    app.run(move |app| app.update_contact(&caller, *id, expected, body.0)).await
}

/// Merge a contact into a person.
///
/// The contact turned out to be somebody of the directory: it is disabled, and its tickets are the person's from now on. It cannot be undone.
#[utoipa::path(
    tag = "records",
    params(
        ("id" = i64, Path, description = "The contact."),
        OnceHeader
    ),
    request_body = MergeRequest,
    responses((status = OK, description = "Who it is now, and how many tickets became theirs.", body = MergeView), Problems),
    security(("token" = []))
)]
#[post("/contacts/{id}/merge")]
pub async fn update_contact_merge(
    app: Data<App>,
    caller: Signed,
    id: Path<PersonId>,
    headers: Caller,
    body: Body,
) -> Result<Answer, Failure> {
    require(&caller, &[Role::HelpDesk, Role::Admin])?;
    let once = once(&caller, &headers, format!("POST /contacts/{id}/merge"), &body.0);
    let request = body.parse()?;
    app.run(move |app| app.merge_contact(&caller, *id, request, once)).await
}
