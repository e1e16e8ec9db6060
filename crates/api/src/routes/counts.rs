//! What waits for the caller.

use actix_web::get;
use actix_web::web::Data;
use wire::CountsView;

use super::Problems;
use crate::app::App;
use crate::auth::Signed;
use crate::error::Failure;
use crate::http::Answer;

/// Count what waits for me.
///
/// A number of 1,001 means «more than 1,000»; a count that the caller's roles do not have is null.
#[utoipa::path(
    tag = "tickets",
    responses((status = OK, description = "The counts.", body = CountsView), Problems),
    security(("token" = []))
)]
#[get("/counts")]
pub async fn read_counts(app: Data<App>, caller: Signed) -> Result<Answer, Failure> {
    app.run(move |app| app.read_counts(&caller)).await
}
