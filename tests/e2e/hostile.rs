//! Markup, scripts and links in everything that people can write: on every screen of every role it is text, runs nothing and loads nothing.

use std::time::{Duration, Instant};

use client::Method;
use serde_json::{Value, json};
use store::Backend;
use thirtyfour::Key;

use super::browser::Browser;
use super::{among_others, base, signed_in};
use crate::routes::tickets::given;
use crate::world::mail_server::wait_until;
use crate::world::{Agency, Area, Caller, Installation, Mail, Process, Who, World, all_received, intake, wait_for};

/// A line of text; each of its parts would run, were it ever read as markup, or lead somewhere, were it ever made a link.
const LINE: &str =
    r#""><img src=x onerror="window.planted=1"><script>window.planted=1</script>' onfocus='window.planted=1' javascript:window.planted=1"#;
/// The same as several lines, with what else browsers run.
const TEXT: &str = r#"</textarea></title></style>"><script>window.planted=1</script>
<svg onload="window.planted=1"><script>window.planted=1</script></svg><iframe srcdoc="<script>parent.planted=1</script>"></iframe>
<a href="javascript:window.planted=1">pulse</a> [pulse](javascript:window.planted=1) https://fuera.example/pixel.gif
<style>@import url(https://fuera.example/x.css); * { background: url(https://fuera.example/pixel.gif) }</style>
<img src=x onerror="window.planted=1"><base href="https://fuera.example/"><meta http-equiv="refresh" content="0;url=https://fuera.example/">{{7*7}}"#;
const PAGE: &[u8] = b"<!DOCTYPE html><script>window.planted=1;parent.planted=1</script>";
const DRAWING: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="window.planted=1"><script>window.planted=1</script><image href="https://fuera.example/pixel.gif"/></svg>"#;

/// Addresses, and whether each shows by itself what was planted.
type Screens = Vec<(String, bool)>;

/// What must be nowhere in a page: elements that none of our screens has, and attributes that run.
const FOREIGN: &str = r"
    const elements = [...document.querySelectorAll('*')];
    const runs = (a) => /^on/i.test(a.name) || (['href', 'src', 'action', 'srcdoc', 'data'].includes(a.name) && /^\s*javascript:/i.test(a.value));
    const is_own = (url) => /^(blob|data):/.test(url) || new URL(url, location).origin === location.origin;
    const names = ['iframe', 'object', 'embed', 'base', 'frame', 'applet', 'foreignObject'];
    const found = elements.filter((e) => [...e.attributes].some(runs) || names.includes(e.localName)
        || (e.localName === 'script' && !e.src) || (e.localName === 'style' && /fuera/.test(e.textContent))
        || (e.localName === 'img' && !is_own(e.src)) || (e.localName === 'a' && e.protocol === 'javascript:')
        || (e.localName === 'meta' && e.httpEquiv.toLowerCase() === 'refresh'));
    const loaded = performance.getEntriesByType('resource').map((entry) => entry.name).filter((url) => !is_own(url));
    return [...(window.planted === undefined ? [] : ['a script ran']), ...found.map((e) => e.outerHTML.slice(0, 300)), ...loaded];
";
/// Whatever folds open is opened.
const UNFOLD: &str = r"
    document.querySelectorAll('details').forEach((one) => { one.open = true });
    document.querySelectorAll('.file-picture > button, .flow-summary, #more-actions, button[aria-controls=more-actions]').forEach((one) => one.click());
    return 0
";

fn done(process: &Process, who: Who, ticket: i64, command: Value) -> i64 {
    process.caller(who).command(ticket, command).must(200);
    ticket
}

/// Every record has the line wherever it may have text.
fn plant_records(process: &Process, agency: &Agency) {
    let admin = process.caller(Who::First);
    let put = |path: String, body: Value| {
        let _ = admin.ask(Method::PUT, &path).if_match("*").json(body).send().must(200);
    };
    for (who, is_named) in Who::ALL.iter().map(|who| (*who, *who != Who::First)) {
        let person = admin.get(&format!("/people/{}", agency.person(who))).must(200).json();
        let name = if is_named { format!("{who:?} {LINE}") } else { who.name().to_owned() };
        let body = json!({
            "name": name, "email": person["email"], "area": person["area"]["id"], "roles": who.roles(),
            "post": LINE, "extension": LINE, "phone": LINE, "place": LINE,
        });
        put(format!("/people/{}", agency.person(who)), body);
    }
    for (n, area) in [Area::Agency, Area::Administration, Area::Logistics, Area::It].into_iter().enumerate() {
        let path = format!("/areas/{}", agency.area(area));
        let mut body = admin.get(&path).must(200).json();
        let head = body["head"]["id"].clone();
        let fields = body.as_object_mut().unwrap();
        ["id", "version"].iter().for_each(|field| drop(fields.remove(*field)));
        fields.extend([
            ("name".into(), format!("{n} {LINE}").into()),
            ("abbreviation".into(), format!("{n}{LINE}").into()),
            ("head".into(), head),
        ]);
        put(path, body);
    }
    put(format!("/services/{}", agency.service), json!({ "name": LINE, "description": TEXT }));
    let provider = json!({ "name": LINE, "email": "mesa@servicios.example", "phone": LINE, "contact": LINE });
    put(format!("/providers/{}", agency.provider), provider);
    put("/settings/helpdesk_extension".into(), json!({ "value": LINE }));
    admin
        .post("/me/tokens", json!({ "name": LINE, "scope": "read", "expires_at": chrono::Utc::now() + chrono::TimeDelta::days(9) }))
        .must(201);
    for who in [Who::User, Who::Support1] {
        process.caller(who).post("/absences", json!({ "from_on": "2030-01-04", "until_on": "2030-01-08", "reason": LINE })).must(201);
    }
}

/// Tickets in every place where one shows, with the markup in all that was said on their way.
fn plant_tickets(process: &Process, agency: &Agency) -> Vec<i64> {
    let now = || chrono::Utc::now();
    let files = |caller: &Caller| -> Vec<i64> {
        let image = LINE.replace('/', "∕");
        [(format!("{image}.html"), PAGE), (format!("{image}.svg"), DRAWING), (format!("{image}.png"), PAGE), ("dibujo.png".into(), DRAWING)]
            .map(|(name, content)| caller.upload(&name[name.len().saturating_sub(180)..], content))
            .into()
    };
    let request = |n: usize| {
        let user = process.caller(Who::User);
        let body = json!({
            "channel": "web", "title": format!("{n} {LINE}"), "description": TEXT, "service": agency.service,
            "equipment": LINE, "place": LINE, "files": files(&user),
        });
        user.create(body).must(201).id()
    };
    let incident = |n: usize| done(process, Who::HelpDesk, request(n), json!({ "action": "categorise", "kind": "incident" }));
    let level2 = |n: usize| {
        let ticket = incident(n);
        for (who, to) in [(Who::HelpDesk, Who::Support1), (Who::Support1, Who::Support2)] {
            done(process, who, ticket, json!({ "action": "escalate", "to": agency.person(to), "handover": TEXT }));
        }
        ticket
    };
    let reported = |n: usize| {
        let parts = ["background", "analysis", "conclusions", "recommendation"].map(|part| (part.to_owned(), json!(TEXT)));
        let mut report: serde_json::Map<String, Value> = parts.into_iter().collect();
        report.insert("number".into(), json!(format!("{n} {LINE}")));
        let ticket = level2(n);
        let submit =
            json!({ "action": "submit_technical_report", "subject": { "equipment": LINE }, "verification": TEXT, "report": report });
        done(process, Who::Support2, ticket, submit)
    };
    let covered = |n: usize| {
        let coordinate = json!({
            "action": "coordinate_provider", "subject": { "equipment": LINE }, "provider": agency.provider, "means": "phone", "message": TEXT,
            "coverage": { "kind": "warranty", "description": LINE, "until": "2099-12-31" }, "case_number": LINE,
        });
        done(process, Who::Support2, level2(n), coordinate)
    };
    let served = |ticket: i64| {
        let served = json!({ "action": "record_service_provided", "served_at": now(), "means": "in_person", "what_was_done": TEXT });
        done(process, Who::Support2, ticket, served)
    };

    let talked = incident(1);
    for is_internal in [false, true] {
        let desk = process.caller(Who::HelpDesk);
        let comment = json!({ "action": "comment", "text": TEXT, "is_internal": is_internal, "files": files(&desk) });
        done(process, Who::HelpDesk, talked, comment);
    }
    done(process, Who::HelpDesk, talked, json!({ "action": "log_task", "text": TEXT, "minutes": 5 }));
    done(process, Who::HelpDesk, talked, json!({ "action": "ask_person", "question": TEXT }));
    let solve = || json!({ "action": "record_solution", "cause": TEXT, "solution": TEXT });
    let solved = done(process, Who::HelpDesk, incident(2), solve());
    done(
        process,
        Who::User,
        done(process, Who::HelpDesk, solved, json!({ "action": "comment", "text": TEXT })),
        json!({ "action": "confirm_solved" }),
    );
    let closed = done(process, Who::HelpDesk, done(process, Who::HelpDesk, incident(3), solve()), json!({ "action": "close" }));
    done(process, Who::User, closed, json!({ "action": "reopen", "reason": TEXT }));
    let evaluated = reported(4);
    let returned = done(process, Who::ItHead, reported(5), json!({ "action": "return_report", "remarks": TEXT }));
    let communication = json!({ "text": TEXT, "means": "document" });
    let rejected =
        done(process, Who::ItHead, reported(6), json!({ "action": "reject_contracting", "grounds": TEXT, "communication": communication }));
    let contracting = done(process, Who::ItHead, reported(7), json!({ "action": "approve_contracting", "grounds": TEXT }));
    let visited = served(done(
        process,
        Who::Support2,
        served(covered(8)),
        json!({ "action": "return_to_provider", "reason": TEXT, "means": "phone" }),
    ));
    let conformity = json!({ "given_by": LINE, "given_on": domain::day_in_lima(now()), "reference": LINE });
    let confirmed = json!({ "action": "confirm_resolution", "cause": TEXT, "solution": TEXT, "conformity": conformity });
    let confirmed = done(process, Who::Support2, served(covered(9)), confirmed);
    let discarded = done(process, Who::HelpDesk, request(10), json!({ "action": "discard", "reason": "unwanted", "explanation": TEXT }));
    let waiting = request(11);
    vec![talked, solved, closed, evaluated, returned, rejected, contracting, visited, confirmed, discarded, waiting]
}

/// Mails with a page for a text, and a picture of another server in it: two that open tickets, one that nobody need read, and at last one that
/// the desk has to look at, for it answers what was written to somebody else.
fn plant_mails(process: &Process) -> Vec<i64> {
    let name = LINE.replace('"', "\\\"");
    let page = format!("<html><body>{TEXT}<p>Hola</p></body></html>");
    let mail = |subject: &str| {
        let mail = Mail::from(&format!("\"{name}\" <otra@fuera.example>"), subject, &page);
        mail.with("Content-Type", "text/html; charset=utf-8")
    };
    let with_files = Mail::from("\"<b>Ana</b>\" <ana@fuera.example>", &format!("{LINE} 2"), TEXT).and_files(&[
        ("../x\\\"><b>.html", "text/html", PAGE),
        ("dibujo.svg", "image/svg+xml", DRAWING),
        ("foto.png", "image/png", PAGE),
    ]);
    let admin = process.caller(Who::First);
    let sent = admin.get("/outgoing-mails?state=sent&limit=1").must(200).json()["items"][0]["id"].clone();
    let sent = admin.get(&format!("/outgoing-mails/{sent}")).must(200).json()["message_id"].clone();
    let answer = mail(&format!("{LINE} 4")).with("In-Reply-To", &format!("<{}>", sent.as_str().unwrap()));
    let mails = [mail(LINE), with_files, mail(&format!("{LINE} 3")).with("Auto-Submitted", "auto-replied"), answer];
    let ids = mails.map(|mail| intake(&admin, mail.bytes()).send().must(201).id());
    wait_until("the mails are looked after", || all_received(&admin).iter().all(|mail| mail["state"] != "kept"));
    assert_eq!(process.caller(Who::HelpDesk).get(&format!("/received-mails/{}", ids[3])).must(200).json()["summary"]["state"], "unmatched");
    ids.into()
}

/// Waits until the screen says no more than it said a moment before.
async fn settled(browser: &Browser) -> String {
    let begun = Instant::now();
    let mut before = String::new();
    loop {
        tokio::time::sleep(Duration::from_millis(120)).await;
        let now = browser.text().await;
        if now == before && !now.is_empty() {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the screen never rests:\n{now}");
        before = now;
    }
}

/// Nothing ran, nothing was loaded from elsewhere, and no element is there that somebody wrote.
async fn is_harmless(browser: &Browser, what: &str) {
    let found = browser.run(FOREIGN).await;
    assert_eq!(found, json!([]), "{what}");
    assert_eq!(browser.troubles().await, Vec::<String>::new(), "{what}");
    assert!(browser.path().await != "/x" && browser.driver.windows().await.unwrap().len() == 1, "{what}: nothing led elsewhere");
}

/// Goes there, opens what folds open, and looks. Where it is so, what was planted is read there as text, once it has come.
async fn look(browser: &Browser, path: &str, shows: bool) {
    const SAID: &str = "return document.body.innerText + [...document.querySelectorAll('input, textarea, option')].map((one) => one.value + one.textContent).join(' ')";
    browser.go(path).await;
    settled(browser).await;
    browser.run(UNFOLD).await;
    settled(browser).await;
    let begun = Instant::now();
    while shows && !browser.run(SAID).await.as_str().is_some_and(|said| said.contains("window.planted=1")) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{path} never shows what was written, as text:\n{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(120)).await;
    }
    is_harmless(browser, path).await;
}

/// The search, the palette, the bell and the menu, which are on every page.
async fn look_at_the_frame(browser: &Browser, who: Who) {
    browser.press_key("/").await;
    if browser.focus().await == "q" {
        browser.write("onerror").await;
        settled(browser).await;
        is_harmless(browser, &format!("the search of {who:?}")).await;
        browser.press(Key::Escape).await;
        browser.press(Key::Escape).await;
    }
    for open in ["#open-bell", "#open-menu"] {
        if browser.shows(open).await {
            browser.click(open).await;
            settled(browser).await;
            is_harmless(browser, &format!("{open} of {who:?}")).await;
            browser.press(Key::Escape).await;
        }
    }
    browser.press_with_control('k').await;
    settled(browser).await;
    is_harmless(browser, &format!("the palette of {who:?}")).await;
    browser.press(Key::Escape).await;
}

/// On one database: what is drawn does not know which, and the test is long.
#[test]
fn what_was_planted_is_text_on_every_screen_of_everybody() {
    let backend = Backend::Sqlite;
    let _turn = among_others();
    let installation = Installation::new(backend);
    let (process, agency) = installation.found();
    let base = base(&process);
    plant_records(&process, &agency);
    let tickets = plant_tickets(&process, &agency);
    let contact = json!({ "name": LINE, "area": agency.area(Area::Logistics), "email": "c@fuera.example", "place": LINE });
    let contact = process.caller(Who::HelpDesk).post("/contacts", contact).must(201).id();
    let mails = plant_mails(&process);
    // One of each kind.
    let all_sent = process.caller(Who::First).get("/outgoing-mails?limit=200").must(200).json();
    let kinds = all_sent["items"].as_array().unwrap().iter().map(|mail| (mail["kind"].to_string(), mail["id"].as_i64().unwrap()));
    let sent: Vec<i64> = kinds.collect::<std::collections::BTreeMap<_, _>>().into_values().collect();
    let [evaluated, rejected] = [tickets[3], tickets[5]];
    let (user, area, service, provider) = (agency.person(Who::User), agency.area(Area::Logistics), agency.service, agency.provider);
    // Of each: does it show what was planted by itself?
    let shown = |paths: &[&str]| paths.iter().map(|path| ((*path).to_owned(), true)).collect::<Vec<_>>();
    let plain = |paths: &[&str]| paths.iter().map(|path| ((*path).to_owned(), false)).collect::<Vec<_>>();
    let page = |of: &str, ids: &[i64]| ids.iter().map(|id| (format!("{of}{id}"), true)).collect::<Vec<_>>();
    let roles: Vec<(Who, Vec<Screens>)> = vec![
        (Who::User, vec![shown(&["/mine", "/tickets", "/notices", "/me"]), plain(&["/request"]), page("/tickets/", &tickets[..6])]),
        (Who::AreaHead, vec![shown(&["/", "/told"]), plain(&["/figures"]), page("/tickets/", &[rejected])]),
        (
            Who::HelpDesk,
            vec![
                shown(&["/", "/?phase=in_attention", "/?phase=to_close&sort=waiting", "/tickets?words=onerror", "/notices", "/figures"]),
                page("/?phase=requested&sort=oldest&at=m", &mails[3..]),
                page("/admin/mail-in/", &mails),
                plain(&["/call"]),
                page("/tickets/", &tickets),
            ],
        ),
        (Who::Support2, vec![shown(&["/", "/tickets"]), page("/tickets/", &tickets[7..9])]),
        (Who::ItHead, vec![shown(&["/", "/evaluate", "/figures"]), page("/evaluate/", &[evaluated])]),
        (
            Who::First,
            vec![
                shown(&[
                    "/admin/people",
                    "/admin/areas",
                    "/admin/services",
                    "/admin/providers",
                    "/admin/absences?all=true",
                    "/admin/tokens",
                ]),
                shown(&["/admin/mail-out", "/admin/mail-in", "/admin/settings", "/admin/absences/1"]),
                page("/admin/people/", &[user, contact]),
                page("/admin/areas/", &[area]),
                page("/admin/services/", &[service]),
                page("/admin/providers/", &[provider]),
                page("/admin/mail-out/", &sent),
                shown(&["/audit"]),
                plain(&["/admin/import", "/admin/health"]),
            ],
        ),
        (Who::Auditor, vec![shown(&["/audit", &format!("/audit?entity=ticket&id={}", tickets[0])]), page("/tickets/", &tickets[..1])]),
    ];
    wait_for(async move {
        for (who, screens) in roles {
            let browser = signed_in(&base, who).await;
            for (path, shows) in screens.iter().flatten() {
                look(&browser, path, *shows).await;
            }
            browser.go("/").await;
            browser.find(".frame").await;
            look_at_the_frame(&browser, who).await;
            // And had it been markup, this would have been seen. In one breath: it would lead elsewhere.
            let found = browser.run(&format!("document.querySelector('main').innerHTML = {}; {FOREIGN}", json!(TEXT))).await;
            assert!(found.as_array().is_some_and(|found| found.len() >= 5), "{found}");
            browser.close().await;
        }
    });
    assert!(process.stop().success());
}

on_both! {
    fn what_was_planted_is_text_for_whoever_answers_a_mail_and_runs_in_no_file(backend: Backend) {
        let _turn = among_others();
        let world = World::new(backend);
        let solve = json!({ "action": "record_solution", "cause": TEXT, "solution": TEXT });
        let ticket = given::done(&world, Who::HelpDesk, given::in_attention(&world), solve);
        let link = world.app().answer_link(ticket.try_into().unwrap(), world.person(Who::User).try_into().unwrap(), 4);
        let link = link[link.find("/answer#").unwrap()..].to_owned();
        let [page, drawing] = [("x.html", PAGE), ("x.svg", DRAWING)].map(|(name, content)| world.user().upload(name, content));
        let (base, token) = (world.base_url(), world.user().client().session().unwrap().access_token);

        wait_for(async move {
            let browser = Browser::open(&base).await;
            look(&browser, &link, true).await;
            for bad in ["/answer#<img src=x onerror=window.planted=1>", "/reset#token=\"><script>window.planted=1</script>", "/%22%3E%3Cscript%3Ewindow.planted=1%3C/script%3E", "/sign-in?next=javascript:window.planted=1"] {
                browser.go("/sign-in").await;
                look(&browser, bad, false).await;
            }
            // A file that is a page, fetched and opened as whoever got its address would: by address it is nobody's, and as bytes it is no page.
            for file in [page, drawing] {
                browser.go("/sign-in").await;
                settled(&browser).await;
                let fetched = format!(
                    "const answer = await fetch('/api/v1/files/{file}', {{ headers: {{ authorization: 'Bearer {token}' }} }}); \
                     const blob = await answer.blob(); \
                     return [answer.status, blob.type, answer.headers.get('content-disposition').slice(0, 10), answer.headers.get('content-security-policy')].join('|')"
                );
                let told = browser.run(&format!("return (async () => {{ {fetched} }})()")).await;
                assert_eq!(told, "200|application/octet-stream|attachment|default-src 'none'; sandbox");
                browser.go(&format!("/api/v1/files/{file}")).await;
                assert!(browser.text().await.contains("unauthenticated"), "{}", browser.text().await);
                assert_eq!(browser.run("return window.planted === undefined").await, true);
            }
            browser.close().await;
        });
    }
}
