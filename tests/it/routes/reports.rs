//! `/api/v1/reports/…`: figures, for whom they are, and the lists that they lead to.

use chrono::TimeDelta;
use client::Method;
use serde_json::{Value, json};

use super::tickets::given;
use crate::world::{Area, Caller, World};

fn n_listed(caller: &Caller, query: &str) -> u64 {
    caller.get(&format!("/tickets?limit=200&{query}")).must(200).json()["items"].as_array().unwrap().len() as u64
}

fn read(caller: &Caller, report: &str) -> Value {
    caller.get(&format!("/reports/{report}")).must(200).json()
}

on_both! {
    fn the_figures_of_these_days_are_the_lists_that_they_lead_to(world: &World) {
        let closed = given::closed(world);
        let solved = given::to_close(world);
        let open = given::requested(world);
        assert!(closed != solved && solved != open);
        let today = (world.now() - TimeDelta::hours(5)).date_naive();
        let (days, desk) = (format!("from={today}&to={today}"), world.help_desk());

        let volume = read(&desk, &format!("volume?{days}"));
        let total = &volume["total"];
        assert_eq!(total["n_opened"], n_listed(&desk, &format!("received_from={today}&received_to={today}")));
        let outcomes = "attended,solved_at_desk,solved_at_level1,solved_at_level2,solved_by_provider";
        assert_eq!(total["n_solved"], n_listed(&desk, &format!("solved_from={today}&solved_to={today}&outcome={outcomes}")));
        assert_eq!(total["n_ended"], n_listed(&desk, &format!("ended_from={today}&ended_to={today}")));
        assert_eq!(total["n_pending"], n_listed(&desk, &format!("pending_on={today}")));
        assert_eq!((&total["n_opened"], &total["n_solved"], &total["n_ended"], &total["n_pending"]), (&json!(3), &json!(2), &json!(1), &json!(2)));
        assert_eq!(volume["n_pending_before"], 0);

        for by in ["kind", "channel", "service", "area"] {
            let parts = read(&desk, &format!("breakdown/{by}?{days}"));
            assert_eq!(parts["total"], *total, "{by}");
        }
        let resolution = read(&desk, &format!("resolution?{days}"));
        assert_eq!(resolution["n"], 2);
        let times = read(&desk, &format!("times?{days}"));
        assert_eq!((&times["attend"]["n"], &times["solve"]["n"]), (&json!(2), &json!(2)));
        let waiting = read(&desk, "waiting");
        assert_eq!(waiting["n"], 2);
        let load = read(&desk, &format!("load?{days}"));
        let solver = load["people"].as_array().unwrap().iter().find(|load| load["n_solved"] != 0).unwrap();
        let id = &solver["person"]["id"];
        assert_eq!(solver["n_solved"], n_listed(&desk, &format!("solved_from={today}&solved_to={today}&outcome={outcomes}&solver={id}")));

        let yesterday = today.pred_opt().unwrap();
        assert_eq!(read(&desk, &format!("volume?from={yesterday}&to={yesterday}"))["total"], json!({ "n_opened": 0, "n_solved": 0, "n_ended": 0, "n_pending": 0 }));
    }

    fn a_head_reads_the_figures_of_their_area_and_of_no_other(world: &World) {
        given::requested(world);
        let head = world.area_head();
        let own = read(&head, "volume");
        let area = own["scope"]["area"]["id"].as_i64().unwrap();
        assert_eq!(own["total"]["n_pending"], n_listed(&head, &format!("area={area}&phase=requested")));

        assert_eq!(read(&head, &format!("volume?area={area}"))["total"], own["total"]);
        assert_eq!(area, world.area(Area::Administration));
        assert!(read(&head, &format!("volume?area={}", world.area(Area::Logistics)))["scope"]["area"]["name"].is_string());
        head.get(&format!("/reports/volume?area={}", world.area(Area::People))).must(404);
        world.user().get("/reports/volume").must(403);
        world.help_desk().get("/reports/volume?area=999999").must(404);
    }

    fn days_that_are_none_are_told(world: &World) {
        let desk = world.help_desk();
        for days in ["from=2026-10-02&to=2026-10-01", "from=1990-01-01", "from=octubre", "to=2026-02-30", "desde=2026-01-01"] {
            desk.get(&format!("/reports/volume?{days}")).must(422);
        }
        desk.get("/reports/breakdown/colour").must(404);
        desk.get("/reports/files/colour.csv").must(404);
    }

    fn each_table_is_a_file_too(world: &World) {
        given::closed(world);
        let desk = world.help_desk();
        for report in
            ["volume", "breakdown-kind", "breakdown-channel", "breakdown-service", "breakdown-area", "resolution", "times", "waiting", "decisions", "load"]
        {
            let file = desk.get(&format!("/reports/files/{report}.csv")).must(200);
            assert!(file.header("content-type").unwrap().starts_with("text/csv"), "{report}");
            let text = file.text();
            assert!(text.starts_with('\u{feff}'), "{report}: {text}");
            let n_cells = |line: &str| line.split(',').count();
            assert!(n_cells(text.lines().next().unwrap()) > 1 && text.ends_with("\r\n"), "{report}: {text}");
            assert!(text.lines().all(|line| n_cells(line) == n_cells(text.lines().next().unwrap())), "{report}: {text}");
        }
    }

    fn a_file_is_in_its_readers_language(world: &World) {
        given::closed(world);
        given::requested(world);
        let desk = world.help_desk();
        let read = |report: &str, language: &str| {
            let path = format!("/reports/files/{report}.csv");
            let file = desk.ask(Method::GET, &path).header("accept-language", language).send().must(200);
            (file.header("content-disposition").unwrap().to_owned(), file.text())
        };

        let (name, kinds) = read("breakdown-kind", "es-PE");
        assert!(name.contains("\"solicitudes-por-tipo.csv\""), "{name}");
        assert!(kinds.starts_with("\u{feff}Tipo,Abiertas,Atendidas,Terminadas,Pendientes\r\n"), "{kinds}");
        assert!(kinds.contains("\r\nPor categorizar,1,0,0,1\r\n"), "{kinds}");
        let (name, kinds) = read("breakdown-kind", "en");
        assert!(name.contains("\"tickets-by-kind.csv\"") && kinds.starts_with("\u{feff}Kind,Opened,"), "{name} {kinds}");
        assert!(read("breakdown-service", "es-PE").1.contains("\r\nSin servicio,"));
        let times = read("times", "es-PE").1;
        assert!(times.contains("Para atender: mediana (h:mm:ss)") && times.lines().last().unwrap().starts_with("Todas,1,"), "{times}");
    }
}
