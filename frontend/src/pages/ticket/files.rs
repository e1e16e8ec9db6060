//! The files of a line: pictures are shown, all are downloaded. Their bytes need the token, so a plain link would not do.

use crate::reactive::*;
use domain::FileId;
use leptos::task::spawn_local;
use wire::FileView;

use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{icon, trouble};

/// Larger pictures are shown when they are asked for.
const SHOWN_BYTES: i64 = 4 * 1024 * 1024;

/// What every browser draws, and what cannot run: an SVG may hold a script.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

pub fn files(app: App, files: &[FileView]) -> Option<El> {
    (!files.is_empty()).then(|| h::ul().class("file-list").with(each(files, |file| one(app, file))))
}

fn one(app: App, file: &FileView) -> El {
    let wrong = RwSignal::new(None::<String>);
    if PICTURES.contains(&file.media_type.as_str()) { picture(app, file, wrong) } else { plain(app, file, wrong) }
}

fn size(file: &FileView) -> String {
    words::file_size(u64::try_from(file.n_bytes).unwrap_or_default())
}

fn plain(app: App, file: &FileView, wrong: RwSignal<Option<String>>) -> El {
    let size = size(file);
    // What is seen of it is a part of what it is called.
    let does = h::span().class("sr").with(format!("{}: ", app.screen().download()));
    let name = h::span().class("cut").with((does, file.name.clone(), h::small().with(size)));
    let button = h::button().set("type", "button").class("file").on_click(download(app, file, wrong));
    h::li().with((button.with([icon("file"), name, icon("download")]), trouble(wrong)))
}

fn download(app: App, file: &FileView, wrong: RwSignal<Option<String>>) -> impl Fn() + Send + 'static {
    let (id, name) = (file.id, file.name.clone());
    move || {
        let name = name.clone();
        spawn_local(async move {
            if let Some(bytes) = bytes(app, id, wrong).await {
                browser::save(&name, &bytes);
            }
        });
    }
}

async fn bytes(app: App, id: FileId, wrong: RwSignal<Option<String>>) -> Option<Vec<u8>> {
    let answer = app.client().download_file(id).await;
    app.heard(answer.as_ref().err());
    match answer {
        Ok(raw) => Some(raw.body),
        Err(error) => {
            let _ = wrong.try_set(Some(app.describe(&error)));
            None
        }
    }
}

/// A thumb that opens into the whole picture, in its place.
fn picture(app: App, file: &FileView, wrong: RwSignal<Option<String>>) -> El {
    let screen = app.screen();
    let url = RwSignal::new(None::<String>);
    let is_large = RwSignal::new(false);
    let (id, media_type) = (file.id, file.media_type.clone());
    let load = move || {
        let media_type = media_type.clone();
        spawn_local(async move {
            if let Some(bytes) = bytes(app, id, wrong).await {
                let _ = url.try_set(browser::object_url(&bytes, &media_type));
            }
        });
    };
    if file.n_bytes <= SHOWN_BYTES {
        load();
    }
    on_cleanup(move || {
        if let Some(url) = url.try_get_untracked().flatten() {
            browser::forget_url(&url);
        }
    });
    let image = move |class: &'static str, alt: String| {
        live(move || match url.get() {
            Some(url) => h::img().class(class).set("src", url).set("alt", alt.clone()),
            None => icon("file"),
        })
    };
    let toggle = move || {
        if url.get_untracked().is_none() {
            load();
        }
        is_large.set(!is_large.get_untracked());
    };
    let again = toggle.clone();
    let does = h::span().class("sr").with(format!("{}: ", screen.enlarge()));
    let caption = h::span().class("cut").with((does, file.name.clone(), h::small().with(format!("{}, {}", screen.photo(), size(file)))));
    let thumb = h::button().set("type", "button").class("file").follow_bool("aria-expanded", move || is_large.get());
    let thumb = thumb.on_click(toggle).with((h::span().class("thumb").with(image("thumb", String::new())), caption));
    let (file, small) = (file.clone(), screen.make_small());
    let whole = live(move || {
        is_large.get().then(|| {
            let button = |icon_name: &str, label: String| {
                h::button().set("type", "button").class("btn btn-quiet btn-sm btn-icon").set("aria-label", label).with(icon(icon_name))
            };
            let head = h::figcaption().with((
                icon("file"),
                h::span().class("cut").with(file.name.clone()),
                h::span().class("muted tiny nowrap").with(size(&file)),
                h::span().class("push"),
                button("download", format!("{}: {}", screen.download(), file.name)).on_click(download(app, &file, wrong)),
                button("x", format!("{small}: {}", file.name)).on_click(again.clone()),
            ));
            h::figure().class("preview").with((head, image("preview-image", file.name.clone())))
        })
    });
    h::li().class("file-picture").with((thumb, whole, trouble(wrong)))
}
