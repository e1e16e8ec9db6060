//! The cookie of the refresh token: out of scripts' reach, for this site alone.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

/// How long a session lasts, whatever use is made of it: then one signs in again.
pub const REFRESH_DAYS: i64 = 14;

/// With https the `__Host-` prefix pins it to this host (RFC 6265bis, 4.1.3.2); without it browsers refuse the prefix.
fn name(is_https: bool) -> &'static str {
    if is_https { "__Host-atiende_refresh" } else { "atiende_refresh" }
}

pub fn set(secret: &str, is_https: bool) -> Cookie<'static> {
    Cookie::build(name(is_https), secret.to_owned())
        .path("/")
        .http_only(true)
        .secure(is_https)
        .same_site(SameSite::Strict)
        .max_age(Duration::days(REFRESH_DAYS))
        .finish()
}

pub fn clear(is_https: bool) -> Cookie<'static> {
    let mut cookie = set("", is_https);
    cookie.set_max_age(Duration::ZERO);
    cookie
}

pub fn read(request: &HttpRequest, is_https: bool) -> Option<String> {
    request.cookie(name(is_https)).map(|cookie| cookie.value().to_owned()).filter(|secret| !secret.is_empty())
}
