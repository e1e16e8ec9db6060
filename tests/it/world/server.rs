//! A server in this process, on a thread of its own.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use api::app::App;
use api::clock::Clock;
use api::config::Config;
use api::routes::spa::AppFiles;

use super::wait_for;

/// A file of the app as it was built last.
fn built(path: &str) -> Option<Cow<'static, [u8]>> {
    let is_below = path.split('/').all(|part| part != "..");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend/dist").join(path);
    is_below.then(|| std::fs::read(file).ok()).flatten().map(Cow::Owned)
}

pub struct Server {
    pub app: App,
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: JoinHandle<anyhow::Result<()>>,
}

impl Server {
    pub fn start(config: Config, clock: Clock) -> Server {
        let (tell, told) = channel();
        let serve = async move {
            let ready = api::server::build(config, clock, AppFiles(built))?;
            let _ = tell.send((ready.app.clone(), ready.address, ready.handle()));
            ready.serve().await
        };
        let thread = std::thread::Builder::new().name("server".into()).spawn(move || System::new().block_on(serve)).unwrap();
        match told.recv() {
            Ok((app, address, handle)) => Server { app, address, handle, thread },
            Err(_) => panic!("the server does not start: {:?}", thread.join()),
        }
    }

    /// At once: a test has its answers already.
    pub fn stop(self) -> anyhow::Result<()> {
        let handle = self.handle;
        wait_for(async move { handle.stop(false).await });
        self.thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the server's thread panicked")))
    }
}
