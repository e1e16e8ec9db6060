//! `/api/v1/imports`: people and areas from CSV files.

use client::Method;
use serde_json::{Value, json};

use crate::world::{Answered, Caller, Who, World};

fn import(caller: &Caller, what: &str, file: impl Into<Vec<u8>>, is_dry_run: bool) -> Answered {
    caller.ask(Method::POST, &format!("/imports/{what}?dry_run={is_dry_run}")).body("text/csv", file.into()).send()
}

fn verdicts(answered: &Answered) -> Vec<String> {
    let rows = answered.json()["rows"].as_array().unwrap().clone();
    rows.iter().map(|row| format!("{} {}", row["line"], row["verdict"].as_str().unwrap())).collect()
}

fn person(world: &World, words: &str) -> Value {
    world.admin().get(&format!("/people?all=true&words={words}")).must(200).json()["items"][0].clone()
}

on_both! {
    fn a_dry_run_says_what_would_become_of_each_row_and_writes_nothing(world: &World) {
        let file = format!(
            "Nombre;Correo;Área;Anexo\nNueva Persona;nueva@agencia.example;ULOG;300\nUlises Ñahui;{};ulog;301\n{};{};ULOG;\nSin Área;sin@agencia.example;XX;\n",
            Who::User.email(), Who::Colleague.name(), Who::Colleague.email(),
        );
        let before = world.admin().get("/people?limit=200&all=true").must(200).text();

        let dry = import(&world.admin(), "people", file.clone(), true).must(200);

        assert_eq!(verdicts(&dry), ["2 create", "3 update", "4 same", "5 error"]);
        let counts = dry.json();
        assert_eq!([&counts["n_created"], &counts["n_updated"], &counts["n_same"], &counts["n_wrong"]], [1, 1, 1, 1]);
        let error = counts["rows"][3]["errors"][0].clone();
        assert_eq!((&error["path"], &error["code"]), (&json!("area"), &json!("unknown_record")));
        assert!(error["detail"].as_str().unwrap().contains("«XX»"), "{error}");
        let refused = import(&world.admin(), "people", file, false);
        assert_eq!(refused.problem(422, "invalid_fields")["errors"][0]["path"], "rows[5].area");
        assert_eq!(world.admin().get("/people?limit=200&all=true").must(200).text(), before, "all or nothing");
    }

    fn people_are_added_and_changed_with_their_history_and_what_is_the_same_is_not_written(world: &World) {
        let file = format!(
            "\u{FEFF}name,email,area,extension,roles,is_active\n\"Nueva, Ana\",Nueva@Agencia.example,Unidad de Logística,300,\"Mesa de Ayuda|user\",sí\n{},{},ULOG,301,,\n",
            Who::User.name(), Who::User.email(),
        );
        let before = person(world, "usuario");

        let first = import(&world.admin(), "people", file.clone(), false).must(200);
        let again = import(&world.admin(), "people", file, false).must(200);

        assert_eq!((verdicts(&first), verdicts(&again)), (vec!["2 create".into(), "3 update".into()], vec!["2 same".into(), "3 same".into()]));
        let made = person(world, "nueva");
        assert_eq!((&made["name"], &made["roles"], &made["has_account"]), (&json!("Nueva, Ana"), &json!(["user", "help_desk"]), &json!(false)));
        let after = person(world, "usuario");
        assert_eq!(after["extension"], "301");
        assert_eq!((&after["post"], &after["roles"]), (&before["post"], &before["roles"]), "columns that are not there change nothing");
        assert_eq!(after["version"].as_i64().unwrap(), before["version"].as_i64().unwrap() + 1);
        let changes = world.auditor().get(&format!("/people/{}/history", after["id"])).must(200).json();
        assert_eq!(changes["items"].as_array().unwrap().last().unwrap()["by"]["id"], world.person(Who::Admin));
    }

    fn what_is_wrong_with_a_row_names_its_field(world: &World) {
        let file = "name,email,area,roles,is_active,language\n\
            ,a@agencia.example,ULOG,,,\nAna,nadie,ULOG,,,\nAna,b@agencia.example,ULOG,rey,,\nAna,c@agencia.example,ULOG,,quizás,\n\
            Ana,d@agencia.example,ULOG,area_head,,\nAna,e@agencia.example,ULOG,,,fr\nAna,f@agencia.example,ULOG\n\
            Ana,g@agencia.example,ULOG,,,\nEva,G@agencia.example,ULOG,,,\n";

        let rows = import(&world.admin(), "people", file, true).must(200).json()["rows"].clone();

        let told: Vec<_> = rows.as_array().unwrap().iter().map(|row| {
            (row["errors"][0]["path"].as_str().unwrap_or_default().to_owned(), row["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
        }).collect();
        let expected = [
            ("name", "missing_field"), ("email", "bad_email"), ("roles", "malformed"), ("is_active", "malformed"), ("roles", "malformed"),
            ("language", "malformed"), ("file", "malformed"), ("", ""), ("email", "twice"),
        ];
        assert_eq!(told, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
        let told = |n: usize| rows[n]["errors"][0]["detail"].as_str().unwrap_or_default().to_owned();
        assert!(told(2).contains("Se admite: Usuario, Mesa de Ayuda, Escalado 1"), "{}", told(2));
        assert!(told(4).contains("dirigir un área"), "{}", told(4));
        let picture = import(&world.admin(), "people", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(), true);
        let detail = picture.problem(422, "invalid_fields")["errors"][0]["detail"].clone();
        assert!(detail.as_str().unwrap().contains("CSV en UTF-8"), "{detail}");
        import(&world.admin(), "people", "name,email\nAna,a@agencia.example", true).field_problem("area", "missing_field");
        import(&world.admin(), "people", "name,email,area,salary\n", true).field_problem("salary", "unknown_field");
        import(&world.admin(), "people", vec![b'a'; 5 * 1024 * 1024 + 1], true).problem(413, "payload_too_large");
        world.admin().post("/imports/people?dry_run=true", json!({})).problem(415, "unsupported_media_type");
        world.admin().ask(Method::POST, "/imports/people?dry=true").body("text/csv", b"name".to_vec()).send().field_problem("dry", "unknown_field");
    }

    fn roles_are_given_by_their_names_or_as_the_screens_call_them(world: &World) {
        let file = "name,email,area,roles\n\
            Ana,a@agencia.example,ULOG,MESA DE AYUDA\n\
            Eva,e@agencia.example,ULOG,asistente en soporte tecnico (Escalado 1) | Head of IT\n\
            Ida,i@agencia.example,ULOG,support2+Administrador\n\
            Leo,l@agencia.example,ULOG,Asistente en Soporte\u{a0}Técnico (escalado\u{a0}2)\n";

        import(&world.admin(), "people", file, false).must(200);

        let roles = |words: &str| person(world, words)["roles"].clone();
        assert_eq!(roles("a@agencia.example"), json!(["help_desk"]));
        assert_eq!(roles("e@agencia.example"), json!(["support1", "it_head"]));
        assert_eq!(roles("i@agencia.example"), json!(["support2", "admin"]));
        // As it is copied from a screen, whose spaces may not break.
        assert_eq!(roles("l@agencia.example"), json!(["support2"]));
    }

    fn the_last_administrator_is_not_imported_away(world: &World) {
        let file = format!(
            "name,email,area,roles\n{},{},OTI,user\n{},{},,user\n",
            Who::Admin.name(), Who::Admin.email(), Who::First.name(), Who::First.email(),
        ).replace(",,user", ",Agencia de Compras,user");

        import(&world.admin(), "people", file, false).problem(409, "last_administrator");

        world.admin().get("/access-tokens").must(200);
        world.caller(Who::First).get("/access-tokens").must(200);
    }

    fn areas_depend_on_rows_of_the_same_file_in_any_order(world: &World) {
        let file = format!(
            "sigla,nombre,depende de,jefe,reservada\nT-A1,Equipo Uno,T-A,,\nT-A,Área de Prueba,GA,{},no\nULOG,Unidad de Logística,GA,,\n",
            Who::User.email(),
        );

        let made = import(&world.admin(), "areas", file.clone(), false).must(200);

        assert_eq!(verdicts(&made), ["2 create", "3 create", "4 same"]);
        let areas = world.admin().get("/areas?limit=200").must(200).json()["items"].clone();
        let find = |code: &str| areas.as_array().unwrap().iter().find(|area| area["abbreviation"] == code).unwrap().clone();
        assert_eq!((&find("T-A1")["parent"], &find("T-A")["head"]["id"]), (&find("T-A")["id"], &json!(world.person(Who::User))));
        assert_eq!(verdicts(&import(&world.admin(), "areas", file, false).must(200)), ["2 same", "3 same", "4 same"]);
        let wrong = "code,name,parent,head,ended_on\nR-1,Uno,R-2,,\nR-2,Dos,R-1,,\nR-3,Tres,R-1,,\nR-4,Cuatro,,nadie@x.example,\nR-5,Cinco,,,31/02/2026\n";
        let rows = import(&world.admin(), "areas", wrong, true).must(200).json()["rows"].clone();
        let paths: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["errors"][0]["path"].clone()).collect();
        assert_eq!(paths, ["parent", "parent", "parent", "head", "ended_on"]);
        let under_itself = "code,name,parent\nGA,Gerencia de Administración,ULOG\n";
        import(&world.admin(), "areas", under_itself, false).problem(409, "area_loops");
    }
}
