//! `GET /api/v1/ticket-count` and `GET /api/v1/tickets.csv`.

use client::Method;
use serde_json::json;

use super::given::{self, request};
use crate::world::{Who, World};

fn lines(world: &World, who: Who, query: &str) -> Vec<String> {
    let file = world.caller(who).get(&format!("/tickets.csv?{query}")).must(200);
    let text = file.text();
    let text = text.strip_prefix('\u{feff}').expect("a spreadsheet is told that it is UTF-8").to_owned();
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

on_both! {
    fn a_list_is_counted_by_its_filters_and_its_scope(world: &World) {
        world.user().create(request("De la usuaria")).must(201);
        world.other_user().create(request("Del otro")).must(201);
        given::closed(world);

        let count = |who, query: &str| world.caller(who).get(&format!("/ticket-count?{query}")).must(200).json()["n"].clone();
        assert_eq!(count(Who::HelpDesk, ""), 3);
        assert_eq!(count(Who::HelpDesk, "ended=false"), 2);
        assert_eq!(count(Who::HelpDesk, "ended=true&limit=1&sort=oldest"), 1);
        assert_eq!(count(Who::OtherUser, ""), 1);
        assert_eq!(count(Who::Admin, ""), 0);
        world.user().get("/ticket-count?phase=x").field_problem("phase", "malformed");
        world.anonymous().get("/ticket-count").problem(401, "unauthenticated");
    }

    fn what_the_person_confirmed_is_a_list_of_its_own(world: &World) {
        let solved = given::done(world, Who::HelpDesk, given::in_attention(world), json!({ "action": "record_solution", "cause": "C", "solution": "S" }));
        let confirmed = given::done(world, Who::HelpDesk, given::in_attention(world), json!({ "action": "record_solution", "cause": "C", "solution": "S" }));
        given::done(world, Who::User, confirmed, json!({ "action": "confirm_solved" }));

        assert_eq!(given::listed(world, Who::HelpDesk, "&phase=to_close&confirmed=true"), [confirmed]);
        assert_eq!(given::listed(world, Who::HelpDesk, "&phase=to_close&confirmed=false"), [solved]);
    }

    fn a_file_has_what_its_reader_sees_in_their_language(world: &World) {
        world.user().create(request("=1+1, y más")).must(201);
        world.other_user().create(request("Del otro")).must(201);

        let all = lines(world, Who::HelpDesk, "columns=number,title,kind,state&sort=oldest");
        assert_eq!(all[0], "N.º,Asunto,Tipo,Estado");
        assert!(all[1].ends_with(",\"'=1+1, y más\",Por categorizar,Por recibir"), "a formula is none: {}", all[1]);
        assert_eq!(all.len(), 3);
        assert_eq!(lines(world, Who::OtherUser, "columns=title"), ["Asunto", "Del otro"], "its reader's scope");
        assert_eq!(lines(world, Who::HelpDesk, "columns=title&words=otro"), ["Asunto", "Del otro"], "its filters");
        assert_eq!(lines(world, Who::HelpDesk, "")[0].split(',').count(), 13, "all of them, where none is asked for");

        let english = world.help_desk().ask(Method::GET, "/tickets.csv?columns=state,title").header("accept-language", "en").send().must(200);
        assert!(english.text().contains("State,Subject\r\nTo receive,"), "{}", english.text());
        assert_eq!(english.header("cache-control"), Some("no-store"));
        assert!(english.header("content-disposition").unwrap().starts_with("attachment"));
    }

    fn a_file_that_is_asked_for_wrongly_is_refused(world: &World) {
        world.help_desk().get("/tickets.csv?columns=title,secret").field_problem("columns", "malformed");
        world.help_desk().get("/tickets.csv?color=red").field_problem("color", "unknown_field");
        world.help_desk().get("/tickets.csv?phase=x").field_problem("phase", "malformed");
        world.help_desk().get("/tickets.csv?cursor=x").problem(400, "cursor_bad");
        world.anonymous().get("/tickets.csv").problem(401, "unauthenticated");
    }

    fn a_file_is_longer_than_a_page(world: &World) {
        for n in 0..205 {
            world.user().create(request(&format!("Solicitud {n}"))).must(201);
        }
        let all = lines(world, Who::User, "columns=number&sort=oldest");
        assert_eq!(all.len(), 206);
        let numbers: Vec<i64> = all[1..].iter().map(|line| line.trim_start_matches("TI-").parse().unwrap()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
    }
}
