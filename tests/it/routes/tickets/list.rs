//! `GET /api/v1/tickets`.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::json;

use super::given::{self, call, listed, request};
use crate::world::{Area, Who, World};

const NONE: [i64; 0] = [];

on_both! {
    fn each_sees_what_concerns_them(world: &World) {
        let own = world.user().create(request("De la usuaria")).must(201).id();
        let colleagues = world.colleague().create(request("Del colega")).must(201).id();
        let others = world.other_user().create(request("Del otro")).must(201).id();
        let reserved = world.reserved_user().create(request("De integridad")).must(201).id();
        let noted = world.help_desk().create(call(world.person(Who::OtherUser), "Por teléfono")).must(201).id();

        for (who, seen) in [
            (Who::User, vec![own]),
            (Who::Colleague, vec![colleagues]),
            (Who::OtherUser, vec![others, noted]),
            (Who::ReservedUser, vec![reserved]),
            (Who::AreaHead, vec![own, colleagues]),
            (Who::Admin, vec![]),
            (Who::HelpDesk, vec![own, colleagues, others, reserved, noted]),
            (Who::Support2, vec![own, colleagues, others, reserved, noted]),
            (Who::Auditor, vec![own, colleagues, others, reserved, noted]),
        ] {
            assert_eq!(listed(world, who, ""), seen, "{who:?}");
        }
        world.anonymous().get("/tickets").problem(401, "unauthenticated");
    }

    fn a_filter_never_widens_what_is_seen(world: &World) {
        let others = world.other_user().create(request("Ajeno")).must(201).id();
        let (other, hr) = (world.person(Who::OtherUser), world.area(Area::People));

        for query in [
            format!("&requester={other}"), format!("&area={hr}"), "&words=ajeno".into(), "&holder=none".into(), "&phase=requested".into(), "&kind=none".into(),
        ] {
            assert_eq!(listed(world, Who::User, &query), NONE, "{query}");
            assert_eq!(listed(world, Who::Auditor, &query), [others], "{query}");
        }
    }

    fn each_filter_holds_what_it_says(world: &World) {
        let requested = given::requested(world);
        let occurrence = given::occurrence(world);
        let escalated = given::escalated1(world);
        let closed = given::closed(world);
        let noted = world.help_desk().create({
            let mut call = call(world.person(Who::OtherUser), "Por teléfono");
            call["service"] = world.service().into();
            call
        }).must(201).id();
        let waiting = given::done(world, Who::HelpDesk, given::in_attention(world), json!({ "action": "ask_person", "question": "¿Qué piso?" }));
        let (support1, desk, other, user) =
            (world.person(Who::Support1), world.person(Who::HelpDesk), world.person(Who::OtherUser), world.person(Who::User));
        let (service, administration, people) = (world.service(), world.area(Area::Administration), world.area(Area::People));

        for (query, expected) in [
            ("&phase=requested".to_owned(), vec![requested, noted]),
            ("&phase=escalated1,closed".into(), vec![escalated, closed]),
            ("&kind=occurrence".into(), vec![occurrence]),
            ("&kind=none".into(), vec![requested, noted]),
            ("&kind=none,occurrence".into(), vec![requested, occurrence, noted]),
            ("&outcome=solved_at_desk".into(), vec![closed]),
            (format!("&holder={support1}"), vec![escalated]),
            (format!("&holder={desk}"), vec![occurrence, waiting]),
            ("&holder=none".into(), vec![requested, closed, noted]),
            (format!("&requester={other}"), vec![noted]),
            (format!("&requester={user}&phase=closed"), vec![closed]),
            (format!("&area={administration}"), vec![requested, occurrence, escalated, closed, waiting]),
            (format!("&area={people}"), vec![noted]),
            ("&channel=phone".into(), vec![noted]),
            ("&channel=phone,web&phase=requested".into(), vec![requested, noted]),
            (format!("&service={service}"), vec![noted]),
            ("&waiting=true".into(), vec![waiting]),
            ("&waiting=false&phase=in_attention".into(), vec![occurrence]),
            ("&area=999999".into(), vec![]),
            ("&service=999999".into(), vec![]),
        ] {
            assert_eq!(listed(world, Who::Auditor, &query), expected, "{query}");
        }
        assert_eq!(listed(world, Who::HelpDesk, "&holder=me"), [occurrence, waiting]);
        assert_eq!(listed(world, Who::HelpDesk, "&requester=me"), [noted], "whom they created for");
        assert_eq!(listed(world, Who::OtherUser, "&requester=me"), [noted]);
    }

    fn a_day_is_a_day_in_lima(world: &World) {
        // The world begins at 09:00 in Lima; that day began nine hours before, and ends in fifteen.
        let late = world.help_desk().create(call(world.person(Who::User), "Anteayer")).must(201).id();
        world.advance(TimeDelta::hours(15) - TimeDelta::seconds(1));
        let last = given::requested(world);
        world.advance(TimeDelta::seconds(1));
        let next = given::requested(world);

        assert_eq!(listed(world, Who::Auditor, "&received_to=2026-11-23"), [late, last]);
        assert_eq!(listed(world, Who::Auditor, "&received_from=2026-11-24"), [next]);
        assert_eq!(listed(world, Who::Auditor, "&received_from=2026-11-23&received_to=2026-11-23"), [late, last]);
        assert_eq!(listed(world, Who::Auditor, "&received_to=2026-11-22"), NONE);
    }

    fn words_are_found_without_their_accents_and_unfinished(world: &World) {
        let printer = world.user().create(request("La impresora del almacén no imprime")).must(201).id();
        let account = world.user().create(request("CONTRASEÑA vencida: «SIGA»")).must(201).id();

        for (words, expected) in [
            ("impresora", vec![printer]),
            ("IMPRESORA", vec![printer]),
            ("almacen", vec![printer]),
            ("almacén", vec![printer]),
            ("alma", vec![printer]),
            ("imprime%20impresora", vec![printer]),
            ("contrasena", vec![account]),
            ("contraseña", vec![account]),
            ("siga", vec![account]),
            ("impresora%20siga", vec![]),
            ("mprime", vec![]),
            ("%20", vec![printer, account]),
        ] {
            assert_eq!(listed(world, Who::User, &format!("&words={words}")), expected, "{words}");
        }
        for harmless in ["%22", "(", "*", "AND", "a%20OR", "NEAR(", "%27%3B--", "%25", "\\", "a%00b", "-x", ":*", "%26%7C!", "^a"] {
            world.user().get(&format!("/tickets?words={harmless}")).must(200);
        }
    }

    fn a_corrected_title_is_found_by_its_new_words(world: &World) {
        let ticket = given::in_attention(world);

        let facts = json!({ "action": "correct_facts", "facts": { "title": "El escáner no enciende" } });
        given::done(world, Who::HelpDesk, ticket, facts);

        assert_eq!(listed(world, Who::User, "&words=escaner"), [ticket]);
        assert_eq!(listed(world, Who::User, "&words=plotter"), NONE);
    }

    fn each_order_goes_through_all_by_its_cursor(world: &World) {
        let tickets: Vec<i64> = (0..7)
            .map(|n| {
                world.advance(TimeDelta::minutes(n % 3));
                given::requested(world)
            })
            .collect();
        for (minutes, place) in [(1, 3), (0, 0), (2, 5)] {
            world.advance(TimeDelta::minutes(minutes));
            given::done(world, Who::HelpDesk, tickets[place], given::categorise("incident"));
        }
        for sort in ["newest", "oldest", "updated", "waiting"] {
            let whole = world.auditor().get(&format!("/tickets?sort={sort}")).must(200).json();
            let whole = whole["items"].as_array().unwrap();
            for limit in [1, 2, 3, 7, 8] {
                let (mut pieces, mut cursor, mut n_pages) = (Vec::new(), String::new(), 0);

                loop {
                    let page = world.auditor().get(&format!("/tickets?sort={sort}&limit={limit}{cursor}")).must(200).json();
                    pieces.extend(page["items"].as_array().unwrap().clone());
                    n_pages += 1;
                    assert!(n_pages <= 7, "the cursor goes on");
                    match page["next"].as_str() {
                        Some(next) => cursor = format!("&cursor={next}"),
                        None => break,
                    }
                }

                assert_eq!(&pieces, whole, "{sort} by {limit}");
                assert_eq!(n_pages, 7_usize.div_ceil(limit), "no empty page ends {sort} by {limit}");
            }
        }
    }

    fn the_orders_are_what_they_are_called(world: &World) {
        let first = given::requested(world);
        world.advance(TimeDelta::minutes(1));
        let second = given::requested(world);
        world.advance(TimeDelta::minutes(1));
        given::done(world, Who::User, first, given::comment("Sigue igual."));
        let order = |sort: &str| -> Vec<i64> {
            let page = world.auditor().get(&format!("/tickets?sort={sort}")).must(200).json();
            page["items"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_i64().unwrap()).collect()
        };

        assert_eq!(order("newest"), [second, first]);
        assert_eq!(order("oldest"), [first, second]);
        assert_eq!(order("updated"), [first, second]);
        assert_eq!(order("waiting"), [first, second]);
        given::done(world, Who::HelpDesk, first, given::categorise("incident"));
        assert_eq!(order("waiting"), [second, first]);
    }

    fn a_page_is_not_disturbed_by_what_comes_meanwhile(world: &World) {
        let before: Vec<i64> = (0..4).map(|_| given::requested(world)).collect();
        let page = world.auditor().get("/tickets?limit=2").must(200).json();

        given::requested(world);
        let rest = world.auditor().get(&format!("/tickets?limit=10&cursor={}", page["next"].as_str().unwrap())).must(200).json();

        let ids = |page: &serde_json::Value| -> BTreeSet<i64> { page["items"].as_array().unwrap().iter().map(|t| t["id"].as_i64().unwrap()).collect() };
        assert_eq!(ids(&page).union(&ids(&rest)).copied().collect::<Vec<_>>(), before);
        assert!(ids(&page).is_disjoint(&ids(&rest)));
    }

    fn a_cursor_that_is_none_is_refused(world: &World) {
        let _: Vec<i64> = (0..3).map(|_| given::requested(world)).collect();
        let next = world.auditor().get("/tickets?limit=1").must(200).json()["next"].as_str().unwrap().to_owned();
        let ask = |query: &str| world.auditor().get(&format!("/tickets?{query}"));

        for bad in ["x", "%00", "bm9uZQ", "e30", &next[..next.len() - 3], &"A".repeat(4000)] {
            ask(&format!("cursor={bad}")).problem(400, "cursor_bad");
        }
        ask(&format!("cursor={next}&sort=updated")).problem(400, "cursor_bad");
        ask(&format!("cursor={next}")).must(200);
    }

    fn a_parameter_that_is_wrong_is_named(world: &World) {
        let ask = |query: &str| world.auditor().get(&format!("/tickets?{query}"));

        ask("limit=0").field_problem("limit", "out_of_range");
        ask("limit=201").field_problem("limit", "out_of_range");
        ask("limit=1").must(200);
        ask("limit=200").must(200);
        for (query, path) in [
            ("limit=-1", "limit"),
            ("limit=ten", "limit"),
            ("phase=nowhere", "phase"),
            ("phase=requested,nowhere", "phase"),
            ("kind=trouble", "kind"),
            ("outcome=fine", "outcome"),
            ("holder=somebody", "holder"),
            ("requester=somebody", "requester"),
            ("channel=telex", "channel"),
            ("waiting=maybe", "waiting"),
            ("received_from=ayer", "received_from"),
            ("received_to=2026-13-01", "received_to"),
            ("sort=best", "sort"),
        ] {
            ask(query).field_problem(path, "malformed");
        }
        ask("area=0").field_problem("area", "out_of_range");
        ask("fase=requested").field_problem("fase", "unknown_field");
        ask("limit=1&limit=2").field_problem("limit", "malformed");
    }

    fn an_empty_list_is_a_page_without_a_next(world: &World) {
        let page = world.user().get("/tickets").must(200).json();

        assert_eq!(page, json!({ "items": [] }));
    }
}
