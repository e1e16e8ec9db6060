//! Files on their way to the server, one call each, while the rest of the form is written.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::browser;
use crate::components::Picked;

/// What the server takes of one file.
const MAX_BYTES: u64 = 25 * 1024 * 1024;

/// Sends each chosen file at once.
pub fn upload(app: App, files: RwSignal<Vec<Picked>>) -> Callback<Vec<web_sys::File>> {
    Callback::new(move |chosen: Vec<web_sys::File>| {
        for file in chosen {
            let key = files.with_untracked(|files| files.iter().map(|file| file.key).max().map_or(0, |key| key + 1));
            let n_bytes = file.size() as u64;
            let picked = Picked { key, name: file.name(), n_bytes, id: None, error: None };
            files.update(|files| files.push(picked));
            spawn_local(async move {
                let result = send(app, &file, n_bytes).await;
                let _ = files.try_update(|files| {
                    for file in files.iter_mut().filter(|file| file.key == key) {
                        match &result {
                            Ok(id) => file.id = Some(*id),
                            Err(text) => file.error = Some(text.clone()),
                        }
                    }
                });
            });
        }
    })
}

async fn send(app: App, file: &web_sys::File, n_bytes: u64) -> Result<i64, String> {
    if n_bytes > MAX_BYTES {
        return Err(words::file_too_large(n_bytes, MAX_BYTES, app.lang()));
    }
    let content = browser::read(file).await.ok_or_else(|| app.screen().something_failed.to_owned())?;
    let answer = app.client().upload_file(&file.name(), &content, &client::With::default()).await;
    app.heard(answer.as_ref().err());
    answer.map(|answer| answer.value.id.get()).map_err(|error| app.describe(&error))
}

pub fn remove(files: RwSignal<Vec<Picked>>) -> Callback<u32> {
    Callback::new(move |key: u32| files.update(|files| files.retain(|file| file.key != key)))
}

/// The files that are there; or why one is not, or none while one is still on its way.
pub fn ready(app: App, files: &[Picked]) -> Result<Vec<i64>, String> {
    let waiting = || app.screen().sending.to_owned();
    files.iter().map(|file| file.error.clone().map_or_else(|| file.id.ok_or_else(waiting), Err)).collect()
}
