//! The areas as the tree that they are.

use serde_json::json;

use super::ask::fetched_all;
use super::{Part, head, model};
use crate::app::App;
use crate::components::html::{self as h, El, each};
use crate::components::icon;

pub fn tree(app: App) -> El {
    let screen = app.screen();
    let new = h::a().class("btn btn-primary").set("href", "/admin/areas/new").with((icon("plus"), screen.records_new_area()));
    let content = fetched_all(
        app,
        8,
        "/areas".to_owned(),
        json!({ "all": true }),
        Box::new(move |areas| {
            let row = |branch: &model::Branch| {
                let area = &branch.area;
                let text = |field: &str| area[field].as_str().unwrap_or_default().to_owned();
                let has_ended = area["ended_on"].is_string();
                let head = match area["head"]["name"].as_str() {
                    Some(name) => h::span().class("small muted").with(name.to_owned()),
                    None => h::span().class("small due-soon").with(screen.area_no_head()),
                };
                let marks = (
                    has_ended.then(|| h::span().class("badge").with(model::said("ended_on", &area["ended_on"], app.lang()))),
                    (area["is_reserved"] == true)
                        .then(|| h::span().class("badge badge-internal").with((icon("lock"), screen.ticket_reserved()))),
                );
                let link = h::a().class("strong").set("href", format!("/admin/areas/{}", area["id"])).with(text("name"));
                let line =
                    h::div().class("row tree-line").with((link, h::span().class("small muted").with(text("abbreviation")), marks, head));
                let level = (branch.depth + 1).to_string();
                h::li().class(format!("tree-{}", branch.depth.min(6))).set("aria-level", level).with(line)
            };
            h::div().class("panel").with(h::ol().class("plain tree").with(each(&model::tree(&areas), row)))
        }),
    );
    h::div().with((head(Part::Areas.name(app), Some(screen.areas_lead()), new), content))
}
