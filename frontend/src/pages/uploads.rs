//! Files on their way to the server, one call each, while the rest of the form is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::reactive::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::browser;
use crate::components::Picked;

/// What the server takes of one file.
const MAX_BYTES: u64 = 25 * 1024 * 1024;

/// Sends a chosen file at once.
pub fn upload(app: App, files: RwSignal<Arc<Vec<Picked>>>, file: web_sys::File) {
    let before = files.get_untracked();
    let key = next_key();
    let n_bytes = file.size() as u64;
    let picked = Picked { key, name: file.name(), n_bytes, id: None, error: None };
    files.set(Arc::new(before.iter().cloned().chain([picked]).collect()));
    spawn_local(async move {
        let result = send(app, &file, n_bytes).await;
        // The page may have been left meanwhile.
        let Some(files_now) = files.try_get_untracked() else { return };
        let mut all = (*files_now).clone();
        for file in all.iter_mut().filter(|file| file.key == key) {
            file.id = result.as_ref().ok().copied();
            file.error = result.as_ref().err().cloned();
        }
        files.set(Arc::new(all));
    });
}

/// Never the same: what comes of a file that was taken out meanwhile is no other's.
pub fn next_key() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

async fn send(app: App, file: &web_sys::File, n_bytes: u64) -> Result<i64, String> {
    if n_bytes > MAX_BYTES {
        return Err(words::file_too_large(n_bytes, MAX_BYTES, app.lang()));
    }
    let content = browser::read(file).await.ok_or_else(|| app.screen().something_failed().to_owned())?;
    let answer = app.client().upload_file(&file.name(), &content, &client::With::default()).await;
    app.heard(answer.as_ref().err());
    answer.map(|answer| answer.value.id.get()).map_err(|error| app.describe(&error))
}

/// The files that are there; or why one is not, or that one is still on its way.
pub fn ready(app: App, files: &[Picked]) -> Result<Vec<i64>, String> {
    let waiting = || app.screen().sending().to_owned();
    files.iter().map(|file| file.error.clone().map_or_else(|| file.id.ok_or_else(waiting), Err)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_never_have_the_same_key() {
        let (first, second) = (next_key(), next_key());
        assert!(first < second);
    }
}
