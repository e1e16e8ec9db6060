//! The caller of a request, from the access token that it brings: of a session, or of a program that they let in.

use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpRequest, web};
use domain::{Refusal, Role};
use futures_util::future::LocalBoxFuture;

use crate::app::App;
use crate::auth::accounts::{Account, By, Key, Use};
use crate::auth::tokens;
use crate::error::{Code, Failure};
use crate::http::headers::client_address;
use crate::http::origin;
use crate::random;

/// Somebody who is signed in, or their program within its scope. A handler that takes one refuses everybody else.
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
        // A HEAD has become a GET by now.
        let use_of = if request.method() == Method::GET { Use::Reading } else { Use::Writing };
        let account = account(request);
        Box::pin(async move {
            let account = account.await?;
            account.admit(use_of)?;
            Ok(Signed(account))
        })
    }
}

/// Somebody who is signed in themselves: passwords and access tokens are no program's business.
#[derive(Debug, Clone)]
pub struct Present {
    pub account: Arc<Account>,
    pub session: i64,
}

impl Deref for Present {
    type Target = Account;
    fn deref(&self) -> &Account {
        &self.account
    }
}

impl FromRequest for Present {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Present, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let account = account(request);
        Box::pin(async move {
            let account = account.await?;
            let session = account.session()?;
            Ok(Present { account, session })
        })
    }
}

/// What hands in received mail: an access token of an administrator, which may be good for that alone.
#[derive(Debug, Clone)]
pub struct Mta(pub Arc<Account>);

impl Deref for Mta {
    type Target = Account;
    fn deref(&self) -> &Account {
        &self.0
    }
}

impl FromRequest for Mta {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Mta, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let account = account(request);
        Box::pin(async move {
            let account = account.await?;
            account.admit(Use::HandingInMail)?;
            require(&account, &[Role::Admin])?;
            Ok(Mta(account))
        })
    }
}

/// Who calls, whatever they may do.
fn account(request: &HttpRequest) -> impl Future<Output = Result<Arc<Account>, Failure>> + 'static {
    let app = request.app_data::<web::Data<App>>().cloned();
    let token = bearer_token(request);
    let request = request.clone();
    async move {
        let app = app.ok_or_else(|| Failure::Internal("the app is not configured".into()))?;
        let token = token.ok_or(Code::Unauthenticated)?;
        let now = app.clock.now();
        let key = match tokens::personal(&token) {
            true => Key::Token(random::hash_of(&token)),
            false => Key::Bearer(app.tokens.verify(&token, now)?),
        };
        let known = app.accounts.find(&key, now);
        let account = match (known, key) {
            (Some(account), _) => account,
            (None, Key::Bearer(bearer)) => app.run(move |app| app.signed(bearer)).await?,
            (None, Key::Token(hash)) => {
                let found = app.run(move |app| app.shown(hash)).await;
                if let Err(Failure::Plain(Code::Unauthenticated)) = &found {
                    app.throttle.note_wrong_token(client_address(&request, &app.config.trusted_proxies))?;
                }
                found?
            }
        };
        origin::note_token(match account.by {
            By::Token { id, .. } => Some(id),
            By::Session(_) => None,
        });
        Ok(account)
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
