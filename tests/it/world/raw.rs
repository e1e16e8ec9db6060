//! A connection on which anything may be said, for requests that no client would make.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer is waited for: longer than any limit of the server.
const PATIENCE: Duration = Duration::from_secs(45);

pub struct Raw(TcpStream);

impl Raw {
    pub fn to(address: SocketAddr) -> Raw {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Raw(stream)
    }

    /// False when the server has closed the connection.
    pub fn say(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).is_ok()
    }

    /// Everything that comes until the connection is closed.
    pub fn hear(&mut self) -> String {
        let mut heard = Vec::new();
        let mut part = [0; 4096];
        loop {
            match self.0.read(&mut part) {
                Ok(0) => break,
                Ok(n) => heard.extend_from_slice(&part[..n]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
                Err(error) => {
                    panic!("after {PATIENCE:?} the server has not closed ({error}): {}", String::from_utf8_lossy(&heard))
                }
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// What comes until these words have come.
    pub fn hear_until(&mut self, words: &str) -> String {
        let mut heard = Vec::new();
        let mut byte = [0];
        while !heard.ends_with(words.as_bytes()) {
            match self.0.read(&mut byte) {
                Ok(1) => heard.push(byte[0]),
                end => panic!("«{words}» did not come ({end:?}): {}", String::from_utf8_lossy(&heard)),
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// One answer, whose head says how long it is; the connection stays.
    pub fn hear_one(&mut self) -> String {
        let head = self.hear_until("\r\n\r\n");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let mut body = vec![0; length.unwrap_or_else(|| panic!("how long is it? {head}"))];
        self.0.read_exact(&mut body).unwrap();
        format!("{head}{}", String::from_utf8_lossy(&body))
    }

    /// Says it byte by byte, that far apart, until all is said or the server closes.
    pub fn trickle(&self, bytes: &'static [u8], apart: Duration) {
        let mut stream = self.0.try_clone().unwrap();
        std::thread::spawn(move || {
            bytes.iter().all(|byte| {
                std::thread::sleep(apart);
                stream.write_all(&[*byte]).is_ok()
            })
        });
    }

    /// The status of the answer that comes, unless the connection is closed without one.
    pub fn status(&mut self) -> Option<u16> {
        self.hear().strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
    }
}
