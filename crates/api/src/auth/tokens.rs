//! Access tokens (RFC 9068 in form): signed by HMAC-SHA-256 with a key of this installation, for 15 minutes.

use chrono::TimeDelta;
use domain::{Instant, PersonId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::error::{Code, Failure};

/// How long an access token is good for.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// What an access token for integrations begins with: it is told from a session's, and found where somebody let it lie about.
pub const PERSONAL_PREFIX: &str = "atd_";

/// Is it one for integrations?
pub fn personal(token: &str) -> bool {
    token.starts_with(PERSONAL_PREFIX)
}

/// Token type, pinned: a token made for anything else is not one.
const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "atiende-api";
const ISSUER: &str = "atiende";

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The person.
    sub: String,
    /// The session that it was given in.
    sid: i64,
    iat: i64,
    exp: i64,
}

/// Signs and verifies.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// Who a verified token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bearer {
    pub person: PersonId,
    pub session: i64,
}

impl Tokens {
    pub fn new(key: &[u8]) -> Tokens {
        Tokens { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key) }
    }

    /// A token for a person in a session, and when it ends.
    ///
    /// # Errors
    /// Internal, where signing fails.
    pub fn issue(&self, bearer: Bearer, now: Instant) -> Result<(String, Instant), Failure> {
        let expires_at = now + TimeDelta::seconds(ACCESS_SECONDS);
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: bearer.person.to_string(),
            sid: bearer.session,
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        let header = Header { typ: Some(TYPE.into()), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(|error| Failure::Internal(error.to_string()))?;
        Ok((token, expires_at))
    }

    /// Who the token names, if it is ours and still good.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn verify(&self, token: &str, now: Instant) -> Result<Bearer, Failure> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_exp = false; // By our own clock, below.
        let data = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).map_err(|_| Failure::from(Code::Unauthenticated))?;
        let is_ours = data.header.typ.as_deref() == Some(TYPE) && data.claims.exp > now.timestamp();
        let person = data.claims.sub.parse::<PersonId>().ok().filter(|_| is_ours).ok_or(Code::Unauthenticated)?;
        Ok(Bearer { person, session: data.claims.sid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn now() -> Instant {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn bearer() -> Bearer {
        Bearer { person: PersonId::parse(7).unwrap(), session: 3 }
    }

    #[test]
    fn a_token_is_good_until_it_ends() {
        let tokens = Tokens::new(b"key");
        let (token, expires_at) = tokens.issue(bearer(), now()).unwrap();
        assert_eq!(tokens.verify(&token, now()).unwrap(), bearer());
        assert!(tokens.verify(&token, expires_at - TimeDelta::seconds(1)).is_ok());
        assert!(tokens.verify(&token, expires_at).is_err());
    }

    #[test]
    fn a_token_of_another_kind_is_none() {
        let tokens = Tokens::new(b"key");
        let claims = |iss: &str, aud: &str| Claims {
            iss: iss.into(),
            aud: aud.into(),
            sub: "7".into(),
            sid: 3,
            iat: 0,
            exp: now().timestamp() + 60,
        };
        let sign = |header: &Header, claims: &Claims| jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(b"key")).unwrap();
        let typed = |typ: &str, algorithm| Header { typ: Some(typ.into()), ..Header::new(algorithm) };
        let good = claims(ISSUER, AUDIENCE);
        assert!(tokens.verify(&sign(&typed(TYPE, Algorithm::HS256), &good), now()).is_ok());
        assert!(tokens.verify(&sign(&typed("JWT", Algorithm::HS256), &good), now()).is_err());
        assert!(tokens.verify(&sign(&typed(TYPE, Algorithm::HS512), &good), now()).is_err());
        assert!(tokens.verify(&sign(&typed(TYPE, Algorithm::HS256), &claims("other", AUDIENCE)), now()).is_err());
        assert!(tokens.verify(&sign(&typed(TYPE, Algorithm::HS256), &claims(ISSUER, "other")), now()).is_err());
        assert!(Tokens::new(b"another").verify(&sign(&typed(TYPE, Algorithm::HS256), &good), now()).is_err());
        // The unsigned token of «alg: none».
        assert!(tokens.verify("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiI3In0.", now()).is_err());
    }
}
