//! `/api/openapi.json` and `/api/docs/`: the document, and Swagger UI over it, from the server alone.

use client::Method;
use serde_json::json;

use crate::world::{PASSWORD, Who, World};

/// What a page loads: the values of its `src` and `href`.
fn loaded(page: &str) -> Vec<String> {
    let references = regex::Regex::new(r#"(?:src|href)\s*=\s*"([^"]*)""#).unwrap();
    references.captures_iter(page).map(|found| found[1].to_owned()).collect()
}

on_both! {
    fn the_document_is_served_as_it_is_committed(world: &World) {
        let served = world.anonymous().get("//api/openapi.json").must(200);

        assert_eq!(served.header("content-type"), Some("application/json"));
        assert_eq!(served.text(), api::openapi::text());
    }

    fn swagger_ui_comes_from_the_server_alone(world: &World) {
        let root = world.anonymous().get("//api/docs").must(302);
        assert_eq!(root.header("location"), Some("/api/docs/"));

        let page = world.anonymous().get("//api/docs/").must(200);

        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let names = loaded(&page.text());
        assert!(names.len() >= 5, "{names:?}");
        for name in names {
            assert!(!name.contains(':') && !name.starts_with("//"), "{name} is of this server");
            let asset = world.anonymous().get(&format!("//api/docs/{}", name.trim_start_matches("./"))).must(200);
            assert!(!asset.bytes().is_empty());
            assert_eq!(asset.header("x-content-type-options"), Some("nosniff"), "{name}");
            let media_type = asset.header("content-type").unwrap();
            let expected = match name.rsplit_once('.').unwrap().1 {
                "js" => "javascript",
                "css" => "text/css",
                "png" => "image/png",
                other => panic!("what is a {other}?"),
            };
            assert!(media_type.contains(expected), "{name}: {media_type}");
        }
        let inline = regex::Regex::new(r"(?s)<script[^>]*>(.*?)</script>").unwrap();
        let page = page.text();
        assert!(
            inline.captures_iter(&page).all(|script| script[1].trim().is_empty()),
            "no script stands in the page itself: its policy forbids it"
        );
        assert!(!page.contains(" onload=") && !page.contains(" onclick="));
    }

    fn swagger_ui_asks_this_server_and_nobody_else(world: &World) {
        let initializer = world.anonymous().get("//api/docs/swagger-initializer.js").must(200).text();

        assert!(initializer.contains("\"/api/openapi.json\""), "{initializer}");
        assert!(initializer.contains("\"validatorUrl\": \"none\""), "no validator elsewhere is told of the document: {initializer}");
        assert!(!initializer.contains("http://") && !initializer.contains("https://"), "{initializer}");
        let policy = world.anonymous().get("//api/docs/").header("content-security-policy").unwrap().to_owned();
        assert!(policy.contains("connect-src 'self'") && policy.contains("script-src 'self';"), "{policy}");
        let document = api::openapi::document();
        assert_eq!(document["servers"], json!([{ "url": "/", "description": "This server." }]), "calls go where the page came from");
    }

    fn a_call_is_tried_from_the_page(world: &World) {
        // As the page does it: sign in, then a call with the token, from the page's own origin.
        let origin = world.base_url();
        let call = |method: Method, path: &str| {
            world.anonymous().ask(method, path).header("origin", &origin).header("sec-fetch-site", "same-origin")
        };
        let body = json!({ "email": Who::User.email(), "password": PASSWORD });
        let session = call(Method::POST, "/session").json(body).send().must(200);
        let bearer = format!("Bearer {}", session.json()["access_token"].as_str().unwrap());

        let tickets = call(Method::GET, "/tickets").header("authorization", &bearer).header("accept", "application/json").send();

        assert_eq!(tickets.must(200).json()["items"], json!([]));
    }

    fn what_swagger_ui_does_not_have_is_not_found(world: &World) {
        for path in ["nothing.js", "..%2f..%2fCargo.toml", "index.html%00", "swagger-ui.css/x", "%00"] {
            world.anonymous().get(&format!("//api/docs/{path}")).problem(404, "not_found");
        }
        // A client tidies its addresses; this is said as it stands.
        for path in ["../../../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..\\..\\etc\\passwd"] {
            let mut raw = world.raw();
            raw.say(format!("GET /api/docs/{path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").as_bytes());

            let heard = raw.hear();
            assert!(heard.starts_with("HTTP/1.1 404") || heard.starts_with("HTTP/1.1 400"), "{path}: {heard}");
        }
    }
}
