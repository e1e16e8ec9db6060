//! Whose calls they are: the token, the cookies, the language; and the one place that sends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Method, StatusCode};
use wire::SessionView;

use crate::call::{Answer, Call, Raw};
use crate::cookies::Cookies;
use crate::transport::{self, Http};
use crate::{BASE_PATH, ClientError};

/// A caller of one server. Clones share their session.
#[derive(Clone)]
pub struct Client {
    http: Http,
    base_url: Arc<str>,
    is_renewing: bool,
    state: Arc<Mutex<State>>,
    /// Held by whoever renews the session, so that calls in parallel renew it once.
    renewal: Arc<futures_util::lock::Mutex<()>>,
}

#[derive(Default)]
struct State {
    session: Option<SessionView>,
    cookies: Cookies,
    language: Option<String>,
}

impl Client {
    /// For the server at `base_url`: `https://soporte.agencia.example`.
    pub fn new(base_url: &str) -> Client {
        Client::over(Http::default(), base_url)
    }

    /// The same over a connection pool of one's own (a proxy, a time limit).
    pub fn over(http: Http, base_url: &str) -> Client {
        Client { http, base_url: base_url.trim_end_matches('/').into(), is_renewing: false, state: Arc::default(), renewal: Arc::default() }
    }

    /// When a call is refused because its token has ended, renew the session once and call again.
    pub fn renewing(mut self) -> Client {
        self.is_renewing = true;
        self
    }

    /// Another caller of the same server, with nobody signed in.
    pub fn stranger(&self) -> Client {
        Client { state: Arc::default(), renewal: Arc::default(), ..self.clone() }
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The language of answers: `es-PE` or `en`.
    pub fn set_language(&self, language: &str) {
        self.state().language = Some(language.to_owned());
    }

    pub fn session(&self) -> Option<SessionView> {
        self.state().session.clone()
    }

    pub fn set_session(&self, session: Option<SessionView>) {
        self.state().session = session;
    }

    /// A cookie that was kept; in a browser, none.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.state().cookies.get(name).map(str::to_owned)
    }

    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        self.state().cookies.set(name, value);
    }

    /// Any call: `path` below the API's base, or from the server's root where it begins with `//`.
    pub fn request(&self, method: Method, path: &str) -> Call {
        let path = match path.strip_prefix("//") {
            Some(path) => format!("/{path}"),
            None => format!("{BASE_PATH}{path}"),
        };
        Call { client: self.clone(), method, path, headers: Vec::new(), body: None, is_anonymous: false }
    }

    /// Gets a new token by the refresh cookie. Of calls in parallel one does it, for all.
    ///
    /// # Errors
    /// The server's problem, or no answer of this API.
    pub async fn refresh_session(&self) -> Result<Answer<SessionView>, ClientError> {
        let answer: Answer<SessionView> = self.request(Method::POST, "/session/refresh").answer().await?;
        self.set_session(Some(answer.value.clone()));
        Ok(answer)
    }

    pub(crate) async fn send(&self, call: Call) -> Result<Raw, ClientError> {
        let token = self.token();
        let raw = self.send_once(&call, token.as_deref()).await?;
        let is_of_the_session = call.is_anonymous || call.path.starts_with(&format!("{BASE_PATH}/session"));
        if !self.is_renewing || is_of_the_session || token.is_none() || !says_that_the_token_ended(&raw) {
            return Ok(raw);
        }
        match self.renewed(token).await {
            Some(token) => self.send_once(&call, Some(&token)).await,
            None => Ok(raw),
        }
    }

    /// A token other than the one that was refused.
    async fn renewed(&self, refused: Option<String>) -> Option<String> {
        let _turn = self.renewal.lock().await;
        if self.token() == refused {
            // Boxed, since this call is made within a call.
            Box::pin(self.refresh_session()).await.ok()?;
        }
        self.token()
    }

    async fn send_once(&self, call: &Call, token: Option<&str>) -> Result<Raw, ClientError> {
        let mut headers = call.headers.clone();
        let mut add = |name: &str, value: Option<String>| {
            let is_said = headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
            headers.extend(value.filter(|_| !is_said).map(|value| (name.to_owned(), value)));
        };
        add("accept-language", self.state().language.clone());
        if !call.is_anonymous {
            add("authorization", token.map(|token| format!("Bearer {token}")));
            add("cookie", self.state().cookies.header());
        }
        let url = format!("{}{}", self.base_url, call.path);
        let raw = transport::send(&self.http, call.method.clone(), url, headers, call.body.clone()).await?;
        if !call.is_anonymous {
            let mut state = self.state();
            transport::set_cookies(&raw.headers).for_each(|cookie| state.cookies.take(cookie));
        }
        Ok(raw)
    }

    fn token(&self) -> Option<String> {
        self.state().session.as_ref().map(|session| session.access_token.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A wrong password is a 401, too: another token would not help there.
fn says_that_the_token_ended(raw: &Raw) -> bool {
    let code = || raw.json::<wire::Problem>().ok().map(|problem| problem.code);
    raw.status == StatusCode::UNAUTHORIZED && matches!(code().as_deref(), Some("unauthenticated" | "stale_session"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers each connection's request with what the script says for its line, and keeps what was asked.
    async fn server(script: &'static [(&'static str, &'static str)]) -> (Client, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        tokio::spawn(async move {
            for (line, answer) in script {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                let request = String::from_utf8(request).unwrap();
                assert!(request.starts_with(line), "{line} was expected: {request}");
                heard.lock().unwrap().push(request);
                let (head, body) = answer.split_once("\n\n").unwrap();
                let head = head.replace('\n', "\r\n");
                let n = body.len();
                stream
                    .write_all(format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {n}\r\n\r\n{body}").as_bytes())
                    .await
                    .unwrap();
            }
        });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        (Client::over(http, &base_url), asked)
    }

    const SESSION: &str =
        "200 OK\nset-cookie: __Host-refresh=r1; Path=/; Max-Age=99\n\n{\"access_token\":\"a1\",\"expires_at\":\"2026-01-01T00:00:00Z\"}";
    const REFRESHED: &str =
        "200 OK\nset-cookie: __Host-refresh=r2; Path=/; Max-Age=99\n\n{\"access_token\":\"a2\",\"expires_at\":\"2026-01-01T00:00:00Z\"}";
    const UNAUTHORIZED: &str = "401 Unauthorized\ncontent-type: application/problem+json\n\n{\"type\":\"/problems/unauthenticated\",\"status\":401,\"code\":\"unauthenticated\",\"title\":\"t\",\"detail\":\"d\"}";
    const COUNTS: &str = "200 OK\netag: \"3-x\"\n\n{\"my_requests\":4,\"my_answers\":0}";

    #[tokio::test]
    async fn a_refused_token_is_renewed_once_and_the_call_repeated() {
        let (client, asked) = server(&[
            ("POST /api/v1/session ", SESSION),
            ("GET /api/v1/counts ", UNAUTHORIZED),
            ("POST /api/v1/session/refresh ", REFRESHED),
            ("GET /api/v1/counts ", COUNTS),
        ])
        .await;
        let client = client.renewing();
        client.set_language("en");

        client.sign_in("a@b.example", "secret").await.unwrap();
        let counts = client.read_counts().await.unwrap();

        assert_eq!((counts.value.my_requests, counts.version), (4, Some(3)));
        let asked = asked.lock().unwrap();
        assert!(asked[1].contains("authorization: Bearer a1") && asked[1].contains("cookie: __Host-refresh=r1"));
        assert!(asked[3].contains("authorization: Bearer a2") && asked[3].contains("cookie: __Host-refresh=r2"));
        assert!(asked.iter().all(|request| request.contains("accept-language: en")));
    }

    #[tokio::test]
    async fn a_client_that_does_not_renew_says_what_the_server_said() {
        let (client, _) = server(&[("POST /api/v1/session ", SESSION), ("GET /api/v1/counts ", UNAUTHORIZED)]).await;
        client.sign_in("a@b.example", "secret").await.unwrap();
        assert_eq!(client.read_counts().await.unwrap_err().code(), Some("unauthenticated"));
    }

    #[tokio::test]
    async fn an_anonymous_call_carries_nothing_of_the_session() {
        let (client, asked) = server(&[("POST /api/v1/session ", SESSION), ("GET /health/live ", "200 OK\n\nok")]).await;
        client.sign_in("a@b.example", "secret").await.unwrap();
        let raw = client.request(Method::GET, "//health/live").anonymous().header("x-one", "1").send().await.unwrap();
        assert_eq!((raw.status.as_u16(), raw.text().as_str()), (200, "ok"));
        let asked = asked.lock().unwrap();
        assert!(!asked[1].contains("a1") && !asked[1].contains("cookie") && asked[1].contains("x-one: 1"));
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_offline() {
        let client = Client::over(reqwest::Client::builder().no_proxy().build().unwrap(), "http://127.0.0.1:1");
        assert!(matches!(client.read_setup().await, Err(ClientError::Offline(_))));
    }
}
