//! A connection to the server, as light as can be: the load runs on the same processors as the server that is measured.
//!
//! HTTP/1.1 with keep-alive, one request at a time, answers with a `content-length`: what our server speaks, and no more.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// An answer that takes longer is a failure.
const TIMEOUT: Duration = Duration::from_secs(30);
/// An answer larger than this is a failure.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    n_read: usize,
}

/// An answer, until the next request.
#[derive(Debug)]
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
}

impl Answer<'_> {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Connection {
    pub fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT).with_context(|| format!("connect to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(Connection { stream, buffer: vec![0; 64 * 1024], n_read: 0 })
    }

    /// Sends a whole request and reads its whole answer.
    pub fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).context("send a request")?;
        self.n_read = 0;
        let head = loop {
            self.fill()?;
            if let Some(head) = Head::read(&self.buffer[..self.n_read])? {
                break head;
            }
        };
        let end = head.n_bytes + head.n_body;
        ensure!(end <= MAX_ANSWER_BYTES, "an answer of {end} bytes");
        while self.n_read < end {
            self.fill()?;
        }
        ensure!(self.n_read == end, "more bytes than the answer has");
        Ok(Answer { status: head.status, body: &self.buffer[head.n_bytes..end] })
    }

    fn fill(&mut self) -> Result<()> {
        if self.n_read == self.buffer.len() {
            ensure!(self.buffer.len() < MAX_ANSWER_BYTES, "an answer larger than {MAX_ANSWER_BYTES} bytes");
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        match self.stream.read(&mut self.buffer[self.n_read..]).context("read an answer")? {
            0 => bail!("the server closed the connection"),
            n => self.n_read += n,
        }
        Ok(())
    }
}

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    n_bytes: usize,
    n_body: usize,
}

impl Head {
    /// None, while it is not whole.
    fn read(bytes: &[u8]) -> Result<Option<Head>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let text = std::str::from_utf8(&bytes[..end]).context("a head that is not text")?;
        let mut lines = text.split("\r\n");
        let status =
            lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()).context("not an answer of HTTP/1.1")?;
        let length = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
        });
        let n_body = match length {
            Some(length) => length.context("a bad content-length")?,
            None if status == 204 || status == 304 => 0,
            None => bail!("an answer without a content-length"),
        };
        Ok(Some(Head { status, n_bytes: end + 4, n_body }))
    }
}

/// A request that asks.
pub fn get(out: &mut Vec<u8>, token: &str, path: std::fmt::Arguments<'_>) {
    out.clear();
    let head = format_args!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n");
    out.write_fmt(head).expect("memory takes it");
}

/// A request that brings JSON; `token` and `key` where there are any.
pub fn post(out: &mut Vec<u8>, token: Option<&str>, key: Option<&str>, path: std::fmt::Arguments<'_>, body: &str) {
    out.clear();
    let mut add = |text: std::fmt::Arguments<'_>| out.write_fmt(text).expect("memory takes it");
    add(format_args!("POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    if let Some(token) = token {
        add(format_args!("authorization: Bearer {token}\r\n"));
    }
    if let Some(key) = key {
        add(format_args!("idempotency-key: {key}\r\n"));
    }
    add(format_args!("\r\n{body}"));
}

/// A value of a query (RFC 3986).
pub fn escaped(value: &str) -> String {
    let mut escaped = String::new();
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\netag: \"1\"\r\n\r\n{}";
        for n in 0..answer.len() - 2 {
            assert_eq!(Head::read(&answer[..n]).unwrap(), None, "{n}");
        }
        assert_eq!(Head::read(answer).unwrap(), Some(Head { status: 200, n_bytes: answer.len() - 2, n_body: 2 }));
        assert_eq!(Head::read(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().map(|head| head.n_body), Some(0));
        assert!(Head::read(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(Head::read(b"HTTP/1.0 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn a_request_is_written_whole() {
        let mut out = Vec::new();
        post(&mut out, Some("t"), Some("k"), format_args!("/x"), "ñ");
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("POST /x HTTP/1.1\r\n") && text.contains("content-length: 2\r\n") && text.ends_with("\r\n\r\nñ"));
    }

    #[test]
    fn words_are_escaped() {
        assert_eq!(escaped("tóner a"), "t%C3%B3ner%20a");
    }
}
