//! Callers, what they ask, and what is answered. Every call waits, so a test reads from top to bottom.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use api::clock::Clock;
use chrono::TimeDelta;
use client::{Call, Client, Method};
use futures_util::FutureExt;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::agency::{PASSWORD, Who};

/// Far more than any answer takes, so that a hanging server fails a test.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits for something asynchronous, on whatever thread. A panic in it is this test's own.
pub fn wait_for<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());
    let (tell, told) = std::sync::mpsc::channel();
    RUNTIME.spawn(async move {
        let _ = tell.send(AssertUnwindSafe(future).catch_unwind().await);
    });
    told.recv().expect("a panic is caught and told").unwrap_or_else(|panic| {
        // What it said was said on another thread, whose words no test shows.
        let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        panic!("{}", words.unwrap_or("something panicked without words"))
    })
}

/// The way to one server, shared by all its callers.
pub struct Line {
    pub address: SocketAddr,
    clock: Clock,
    http: reqwest::Client,
    sessions: Mutex<BTreeMap<Who, Client>>,
    /// Answers of 500 and above.
    failures: Mutex<Vec<String>>,
    expects_failures: AtomicBool,
}

impl Line {
    pub fn to(address: SocketAddr, clock: Clock) -> Arc<Line> {
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Arc::new(Line {
            address,
            clock,
            http,
            sessions: Mutex::default(),
            failures: Mutex::default(),
            expects_failures: AtomicBool::new(false),
        })
    }

    pub fn stranger(&self) -> Client {
        Client::over(self.http.clone(), &format!("http://{}", self.address))
    }

    pub fn expect_failures(&self) {
        self.expects_failures.store(true, Ordering::SeqCst);
    }

    pub fn nothing_failed(&self) {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(failures.is_empty(), "the server failed where the test did not expect it:\n{}", failures.join("\n"));
    }

    /// Somebody's client: signed in with the first call, and again when its token has ended.
    fn signed_in(&self, who: Who) -> Client {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let until = self.clock.now() + TimeDelta::seconds(10);
        let is_good = |client: &Client| client.session().is_some_and(|session| session.expires_at > until);
        if let Some(client) = sessions.get(&who).filter(|client| is_good(client)) {
            return client.clone();
        }
        let client = self.stranger();
        let signing = client.clone();
        wait_for(async move { signing.sign_in(who.email(), PASSWORD).await }).unwrap_or_else(|error| panic!("{who:?} signs in: {error}"));
        sessions.insert(who, client.clone());
        client
    }
}

/// Somebody, or nobody, who calls the API. Clones share their session; they may be sent to threads.
#[derive(Clone)]
pub struct Caller {
    line: Arc<Line>,
    who: Option<Who>,
}

impl Caller {
    pub fn of(line: &Arc<Line>, who: Option<Who>) -> Caller {
        Caller { line: line.clone(), who }
    }

    /// A call: `path` below `/api/v1`, or from the server's root where it begins with `//`.
    pub fn ask(&self, method: Method, path: &str) -> Ask {
        Ask { line: self.line.clone(), what: format!("{method} {path}"), call: self.client().request(method, path) }
    }

    pub fn get(&self, path: &str) -> Answered {
        self.ask(Method::GET, path).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Answered {
        self.ask(Method::POST, path).json(body).send()
    }

    pub fn put(&self, path: &str, body: Value) -> Answered {
        self.ask(Method::PUT, path).json(body).send()
    }

    pub fn patch(&self, path: &str, body: Value) -> Answered {
        self.ask(Method::PATCH, path).json(body).send()
    }

    pub fn delete(&self, path: &str) -> Answered {
        self.ask(Method::DELETE, path).send()
    }

    /// Asks for support.
    pub fn create(&self, request: Value) -> Answered {
        self.post("/tickets", json!({ "request": request }))
    }

    /// Does one thing to a ticket.
    pub fn command(&self, ticket: i64, command: Value) -> Answered {
        self.commands(ticket, json!([command]))
    }

    /// Does several in one step.
    pub fn commands(&self, ticket: i64, commands: Value) -> Answered {
        self.post(&format!("/tickets/{ticket}/commands"), json!({ "commands": commands }))
    }

    /// Uploads a file. Its number.
    pub fn upload(&self, name: &str, content: &[u8]) -> i64 {
        let (client, name, content) = (self.client(), name.to_owned(), content.to_vec());
        let answer = wait_for(async move { client.upload_file(&name, &content, &client::With::default()).await });
        answer.expect("a file is taken").value.id.get()
    }

    /// The same caller by the typed client, signed in.
    pub fn client(&self) -> Client {
        self.who.map_or_else(|| self.line.stranger(), |who| self.line.signed_in(who))
    }
}

/// A call that is being written.
pub struct Ask {
    line: Arc<Line>,
    what: String,
    call: Call,
}

impl Ask {
    pub fn header(mut self, name: &str, value: &str) -> Ask {
        self.call = self.call.header(name, value);
        self
    }

    pub fn key(self, key: &str) -> Ask {
        self.header("idempotency-key", key)
    }

    pub fn if_match(self, etag: &str) -> Ask {
        self.header("if-match", etag)
    }

    pub fn json(mut self, body: Value) -> Ask {
        self.call = self.call.json(&body);
        self
    }

    pub fn body(mut self, media_type: &str, body: Vec<u8>) -> Ask {
        self.call = self.call.body(media_type, body);
        self
    }

    /// # Panics
    /// Where no answer comes.
    #[track_caller]
    pub fn send(self) -> Answered {
        let (line, what) = (self.line.clone(), self.what.clone());
        match self.try_send() {
            Ok(answered) => answered,
            Err(error) => panic!("{what} at {}: {error}", line.address),
        }
    }

    /// The same, where the server may be gone.
    pub fn try_send(self) -> Result<Answered, client::ClientError> {
        let Ask { line, what, call } = self;
        let raw = wait_for(call.send())?;
        let answered = Answered { what, status: raw.status.as_u16(), raw };
        if answered.status >= 500 && !line.expects_failures.load(Ordering::SeqCst) {
            line.failures.lock().unwrap_or_else(PoisonError::into_inner).push(answered.to_string());
        }
        Ok(answered)
    }
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answered {
    what: String,
    pub status: u16,
    raw: client::Raw,
}

impl Answered {
    /// The same, if it has this status.
    #[track_caller]
    pub fn must(self, status: u16) -> Answered {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// The problem that it is, in the form that every problem has.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{code} was expected: {self}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self}");
        assert_eq!(problem["status"], status, "{self}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{self}");
        for text in ["title", "detail", "request_id"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "a problem has its {text}: {self}");
        }
        problem
    }

    /// The problem, and the field that it is about.
    #[track_caller]
    pub fn field_problem(&self, path: &str, code: &str) -> Value {
        let problem = self.problem(422, "invalid_fields");
        let errors: Vec<_> = problem["errors"].as_array().into_iter().flatten().map(|e| (e["path"].as_str(), e["code"].as_str())).collect();
        assert_eq!(errors, [(Some(path), Some(code))], "{self}");
        assert!(problem["errors"][0]["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self}");
        problem
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        self.raw.json().unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The number of what was made or read.
    #[track_caller]
    pub fn id(&self) -> i64 {
        self.json()["id"].as_i64().unwrap_or_else(|| panic!("no number: {self}"))
    }

    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("no ETag: {self}")).to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.raw.header(name)
    }

    pub fn headers(&self) -> &client::header::HeaderMap {
        &self.raw.headers
    }

    pub fn bytes(&self) -> &[u8] {
        &self.raw.body
    }

    pub fn text(&self) -> String {
        self.raw.text()
    }
}

impl std::fmt::Display for Answered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} → {} {}", self.what, self.status, self.text())
    }
}
