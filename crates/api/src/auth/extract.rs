//! The caller of a request, from its access token.

use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use domain::{Refusal, Role};
use futures_util::future::LocalBoxFuture;

use crate::app::App;
use crate::auth::accounts::Account;
use crate::error::{Code, Failure};

/// Somebody who is signed in. A handler that takes one refuses everybody else.
#[derive(Debug, Clone)]
pub struct Signed(pub Arc<Account>);

impl Deref for Signed {
    type Target = Account;
    fn deref(&self) -> &Account {
        &self.0
    }
}

impl FromRequest for Signed {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Signed, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().cloned();
        let token = bearer_token(request);
        Box::pin(async move {
            let app = app.ok_or_else(|| Failure::Internal("the app is not configured".into()))?;
            let token = token.ok_or(Code::Unauthenticated)?;
            let bearer = app.tokens.verify(&token, app.clock.now())?;
            if let Some(account) = app.accounts.find(bearer, app.clock.now()) {
                return Ok(Signed(account));
            }
            app.run(move |app| app.signed(bearer)).await.map(Signed)
        })
    }
}

fn bearer_token(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// For records, which only some roles read or write.
///
/// # Errors
/// `not_your_role`.
pub fn require(caller: &Account, roles: &[Role]) -> Result<(), Failure> {
    if caller.actor.has_any(roles) { Ok(()) } else { Err(Refusal::NotYourRole { roles: roles.to_vec() }.into()) }
}
