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
                Err(error) => panic!("after {PATIENCE:?} the server neither ended its answer nor closed: {error}"),
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The status of the answer that comes, unless the connection is closed without one.
    pub fn status(&mut self) -> Option<u16> {
        self.hear().strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
    }
}
