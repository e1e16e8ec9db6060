//! People and areas from a CSV file: first what would become of each row, then the writing.

use client::Method;
use leptos::task::spawn_local;
use serde_json::Value;
use wasm_bindgen::JsCast;

use super::ask::read;
use super::head;
use crate::app::App;
use crate::browser;
use crate::components::html::{self as h, El, each, live};
use crate::components::{Field, choices, icon, notice, trouble};
use crate::reactive::*;

#[derive(Clone, Copy)]
struct Import {
    app: App,
    what: RwSignal<String>,
    file: StoredValue<Vec<u8>>,
    name: RwSignal<String>,
    result: RwSignal<Option<Value>>,
    is_busy: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
}

pub fn import(app: App) -> El {
    let screen = app.screen();
    let import = Import {
        app,
        what: RwSignal::new("people".to_owned()),
        file: StoredValue::new(Vec::new()),
        name: RwSignal::new(String::new()),
        result: RwSignal::new(None),
        is_busy: RwSignal::new(false),
        wrong: RwSignal::new(None),
    };
    let field = Field::new("import-what", screen.import_what());
    let options = [("people", screen.people()), ("areas", screen.areas_short())];
    let options = options.iter().map(|(name, words)| (((*name).to_owned(), (*words).to_owned()), None)).collect();
    let what = field.draw_group(app, choices(&field, "choices choices-inline", options, import.what));
    let columns =
        live(move || if import.what.read().as_str() == "people" { screen.import_people_columns() } else { screen.import_areas_columns() });
    let picked = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        let file = input.files().and_then(|files| files.get(0));
        input.set_value("");
        if let Some(file) = file.filter(|_| !import.is_busy.get_untracked()) {
            import.is_busy.set(true);
            import.result.set(None);
            import.name.set(file.name());
            spawn_local(async move {
                // The page may have been left meanwhile.
                let bytes = browser::read(&file).await.unwrap_or_default();
                if import.file.try_set_value(bytes).is_none() {
                    import.run(true).await;
                }
            });
        }
    };
    let input = h::input().id("import-file").set("type", "file").set("accept", ".csv,text/csv").flag("hidden", true).on("change", picked);
    let is_busy = import.is_busy;
    let click = move || {
        if let Some(input) = browser::element("import-file").filter(|_| !is_busy.get_untracked()) {
            input.click();
        }
    };
    let button = h::button().set("type", "button").class("btn drop").on_click(click);
    let button = button.follow("aria-disabled", move || is_busy.get().then_some("true")).with((icon("clip"), screen.import_choose()));
    // What was worked out of a file is of that file, read as that.
    Effect::new(move || {
        import.what.track();
        import.result.set(None);
    });
    let result = live(move || import.result.get().map(|result| import.report(&result)));
    let busy = live(move || import.is_busy.get().then(|| h::p().class("muted").set("role", "status").with(screen.loading())));
    let form = h::section().class("panel panel-body").with((
        what,
        h::p().class("hint").with(columns),
        h::div().class("row").with([input, button]),
        busy,
        trouble(import.wrong),
    ));
    h::div().class("narrow view").with((head(screen.records_import(), Some(screen.import_lead()), ()), form, result))
}

impl Import {
    async fn run(self, is_dry: bool) {
        let app = self.app;
        self.is_busy.set(true);
        self.wrong.set(None);
        let what = self.what.get_untracked();
        let path = format!("/imports/{what}?dry_run={is_dry}");
        let call = app.client().request(Method::POST, &path).body("text/csv", self.file.get_value());
        let result = call.send().await.and_then(client::Raw::good).and_then(|raw| read(&raw.body));
        app.heard(result.as_ref().err());
        if self.is_busy.try_set(false).is_some() {
            return;
        }
        match result {
            // It was to be read as another kind meanwhile.
            _ if self.what.get_untracked() != what => {}
            Ok(value) => self.result.set(Some(value)),
            Err(error) => {
                self.result.set(None);
                // No field is marked here: what is wrong is said.
                let errors = error.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default();
                let said: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
                self.wrong.set(Some(if said.is_empty() { app.describe(&error) } else { said.join(" ") }));
            }
        }
    }

    /// What became of each row, or would. Those that are the same already are only counted.
    fn report(self, result: &Value) -> El {
        let app = self.app;
        let screen = app.screen();
        let n = |name: &str| result[name].as_u64().unwrap_or_default();
        let is_dry = result["is_dry_run"] == true;
        let count = |words: &'static str, n: u64| h::span().class("badge badge-line").with(format!("{words}: {n}"));
        let counts = h::div().class("row").with([
            count(screen.import_created(), n("n_created")),
            count(screen.import_updated(), n("n_updated")),
            count(screen.import_same(), n("n_same")),
            count(screen.import_wrong(), n("n_wrong")),
        ]);
        let row = |row: &Value| {
            let (class, words) = match row["verdict"].as_str().unwrap_or_default() {
                "create" => ("badge badge-ok", screen.import_create()),
                "update" => ("badge badge-now", screen.import_update()),
                "error" => ("badge badge-over", screen.import_wrong()),
                _ => return None,
            };
            let errors = row["errors"].as_array().into_iter().flatten();
            let error = |error: &Value| {
                let path = error["path"].as_str().unwrap_or_default();
                let label = words::field(path, app.lang()).map_or_else(|| path.to_owned(), str::to_owned);
                h::li().with(words::about(&label, error["detail"].as_str().unwrap_or_default(), app.lang()))
            };
            // A row without what it is known by is known by its line.
            let key = row["key"].as_str().filter(|key| !key.is_empty());
            let key = key.map_or_else(|| format!("{} {}", screen.import_line(), row["line"]), str::to_owned);
            let cells = [
                h::td().class("num r").with(row["line"].to_string()),
                h::td().with(key),
                h::td().with(h::span().class(class).with(words)),
                h::td().with(h::ul().class("plain small").with(each(errors, error))),
            ];
            Some(h::tr().with(cells))
        };
        let drawn = each(result["rows"].as_array().into_iter().flatten().filter_map(row), |row| row);
        let has_rows = !drawn.is_empty();
        let th = |words: &'static str| h::th().set("scope", "col").with(words);
        let heads = [th(screen.import_line()), th(screen.import_key()), th(screen.import_verdict()), th(screen.import_why())];
        let table = h::table().class("table").with([h::thead().with(h::tr().with(heads)), h::tbody().with(drawn)]);
        let next = match (is_dry, n("n_wrong")) {
            (true, 0) => {
                let write = move || {
                    if !self.is_busy.get_untracked() {
                        spawn_local(self.run(false));
                    }
                };
                h::button().set("type", "button").class("btn btn-primary").on_click(write).with(screen.import_write())
            }
            (true, _) => notice(screen.import_mend(), "alert").class("notice notice-soon"),
            (false, _) => notice(screen.import_done(), "check"),
        };
        let name = self.name.get_untracked();
        // It is scrolled by the keyboard, too.
        let rows = h::div().class("table-wrap import-rows").set("tabindex", "0").set("role", "region").set("aria-label", name.clone());
        h::section().class("panel panel-body").with((h::h2().with(name), counts, has_rows.then(|| rows.with(table)), next))
    }
}
