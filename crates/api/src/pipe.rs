//! `atiende intake`: hands the mail on standard input over to the running server, and tells the mail server how it went by its exit code (sysexits.h).
//!
//! It knows no database and no file of the server, only its address and a token: a mail server runs it as whomever it likes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use clap::Args;

use crate::app::intake::{KEPT_OF_TOO_LARGE, MAX_MAIL_BYTES};
use crate::config::Config;

/// The message cannot be taken, now or later: the mail server tells its sender.
const DATA_ERROR: u8 = 65;
/// Not now: the mail server keeps the message and tries again.
const TRY_AGAIN: u8 = 75;
/// The token is not good.
const NO_PERMISSION: u8 = 77;
/// Something in the configuration is not good.
const BAD_CONFIGURATION: u8 = 78;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// More than the server takes for any message.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(360);
/// Of an answer so much is looked at.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// What the mail server says of the message. Postfix' `local` puts both into the environment.
#[derive(Debug, Args)]
pub struct IntakeArgs {
    /// Who sent it; empty for a message that is not to be answered.
    #[arg(long, env = "SENDER")]
    sender: Option<String>,
    /// To which address of ours it came.
    #[arg(long, env = "RECIPIENT")]
    recipient: Option<String>,
}

/// Why a mail was not handed over, and the exit code that says so.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Undelivered {
    pub code: u8,
    why: String,
}

fn undelivered(code: u8, why: impl Into<String>) -> Undelivered {
    Undelivered { code, why: why.into() }
}

/// # Errors
/// [`Undelivered`], with its exit code.
pub fn hand_over(config: anyhow::Result<Config>, args: &IntakeArgs) -> anyhow::Result<()> {
    let config = config.map_err(|error| undelivered(BAD_CONFIGURATION, format!("{error:#}")))?;
    let file = config.intake_token_file.as_ref().ok_or_else(|| {
        undelivered(BAD_CONFIGURATION, "the setting intake_token_file is missing: the file with the token of the mail server")
    })?;
    let token = std::fs::read_to_string(file)
        .map_err(|error| undelivered(BAD_CONFIGURATION, format!("cannot read the token file {}: {error}", file.display())))?;
    let token = token.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(undelivered(BAD_CONFIGURATION, format!("there is no token in {}", file.display())).into());
    }
    let message = read_message(io::stdin().lock())
        .map_err(|error| undelivered(TRY_AGAIN, format!("cannot read the mail from standard input: {error}")))?;
    let (host, path) = target(&config);
    let status = post(&host, &path, token, args, &message)?;
    Ok(outcome(status, &host)?)
}

/// The message; of one that is too large its beginning. And the bytes of the whole.
struct Message {
    bytes: Vec<u8>,
    n_bytes: u64,
}

fn read_message(mut input: impl Read) -> io::Result<Message> {
    let mut bytes = Vec::new();
    input.by_ref().take(MAX_MAIL_BYTES + 1).read_to_end(&mut bytes)?;
    let mut n_bytes = bytes.len() as u64;
    if n_bytes > MAX_MAIL_BYTES {
        bytes.truncate(KEPT_OF_TOO_LARGE);
        // To its end: a mail server may take a pipe that closes early for a failure.
        n_bytes += io::copy(&mut input, &mut io::sink())?;
    }
    Ok(Message { bytes, n_bytes })
}

/// Host with port, and the path before ours.
fn target(config: &Config) -> (String, String) {
    let Some(url) = &config.intake_url else {
        let mut address = config.listen;
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        return (address.to_string(), String::new());
    };
    let rest = url.trim_start_matches("http://").trim_end_matches('/');
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    (if has_port { host.to_owned() } else { format!("{host}:80") }, path)
}

/// The status of the answer.
fn post(host: &str, path: &str, token: &str, args: &IntakeArgs, message: &Message) -> Result<u16, Undelivered> {
    let not_now = |what: &str, error: &dyn std::fmt::Display| undelivered(TRY_AGAIN, format!("{what} {host}: {error}"));
    let addresses = host.to_socket_addrs().map_err(|error| not_now("cannot find", &error))?;
    let mut connected = Err(io::Error::from(io::ErrorKind::NotFound));
    for address in addresses {
        connected = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT);
        if connected.is_ok() {
            break;
        }
    }
    let mut stream = connected.map_err(|error| not_now("nothing listens on", &error))?;
    let timeouts = stream.set_read_timeout(Some(ANSWER_TIMEOUT)).and_then(|()| stream.set_write_timeout(Some(ANSWER_TIMEOUT)));
    timeouts.map_err(|error| not_now("cannot speak with", &error))?;
    let mut query = format!("size={}", message.n_bytes);
    for (name, value) in [("sender", &args.sender), ("recipient", &args.recipient)] {
        if let Some(value) = value {
            query.push_str(&format!("&{name}={}", encoded(value)));
        }
    }
    let head = format!(
        "POST {path}/api/v1/intake/mail?{query} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: message/rfc822\r\ncontent-length: {}\r\naccept-language: en\r\nconnection: close\r\n\r\n",
        message.bytes.len()
    );
    // Where the server answers before it has read all, the answer is worth more than the error.
    let written = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&message.bytes)).and_then(|()| stream.flush());
    let mut answer = Vec::new();
    let read = stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer);
    status_of(&answer).ok_or_else(|| match (written, read) {
        (Err(error), _) | (_, Err(error)) => not_now("no answer from", &error),
        _ => not_now("no answer from", &"the connection was closed"),
    })
}

/// The number in «HTTP/1.1 201 Created».
fn status_of(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let (version, rest) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    version.starts_with("HTTP/1.").then(|| rest.get(..3)?.parse().ok())?
}

fn outcome(status: u16, host: &str) -> Result<(), Undelivered> {
    match status {
        200 | 201 => Ok(()),
        413 => Err(undelivered(
            DATA_ERROR,
            format!("the mail is larger than {} MB: only its beginning was kept", MAX_MAIL_BYTES / (1024 * 1024)),
        )),
        400 | 415 | 422 => Err(undelivered(DATA_ERROR, format!("{host} does not take the mail: {status}"))),
        401 | 403 => Err(undelivered(NO_PERMISSION, format!("{host} does not take the token of intake_token_file: {status}"))),
        404 | 405 => {
            Err(undelivered(BAD_CONFIGURATION, format!("{host} is not a server of Atiende: {status}; see the setting intake_url")))
        }
        _ => Err(undelivered(TRY_AGAIN, format!("{host} cannot take the mail now: {status}"))),
    }
}

/// A value as a query carries it.
fn encoded(value: &str) -> String {
    let sign = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_mail_that_is_too_large_the_beginning_is_handed_over_and_all_is_read() {
        let of = |n: u64| read_message(io::repeat(b'x').take(n)).unwrap();
        let (most, larger) = (of(MAX_MAIL_BYTES), of(MAX_MAIL_BYTES + 7));
        assert_eq!((most.bytes.len() as u64, most.n_bytes), (MAX_MAIL_BYTES, MAX_MAIL_BYTES));
        assert_eq!((larger.bytes.len(), larger.n_bytes), (KEPT_OF_TOO_LARGE, MAX_MAIL_BYTES + 7));
    }

    #[test]
    fn the_server_of_the_configuration_is_asked_unless_another_is_named() {
        let target = |url: Option<&str>, listen: &str| {
            target(&Config { intake_url: url.map(str::to_owned), listen: listen.parse().unwrap(), ..Config::default() })
        };
        assert_eq!(target(None, "0.0.0.0:8080"), ("127.0.0.1:8080".into(), String::new()));
        assert_eq!(target(Some("http://mesa.example"), "127.0.0.1:1"), ("mesa.example:80".into(), String::new()));
        assert_eq!(target(Some("http://[::1]:81/a/"), "127.0.0.1:1"), ("[::1]:81".into(), "/a".into()));
    }

    #[test]
    fn each_answer_has_its_exit_code() {
        let code = |status: u16| outcome(status, "h").err().map_or(0, |error| error.code);
        assert_eq!([200, 201, 413, 415, 401, 403, 404].map(code), [0, 0, 65, 65, 77, 77, 78]);
        assert_eq!([408, 429, 500, 502, 503, 302].map(code), [75; 6]);
        assert_eq!(status_of(b"HTTP/1.1 201 Created\r\n"), Some(201));
        assert_eq!([&b"HTTP/1.1 2"[..], b"", b"SSH-2.0-x\r\n", b"\xFF 200"].map(status_of), [None; 4]);
    }

    #[test]
    fn what_the_mail_server_says_stays_in_the_query() {
        assert_eq!(encoded("a+b@x.example&size=1 ñ"), "a%2Bb%40x.example%26size%3D1%20%C3%B1");
    }
}
