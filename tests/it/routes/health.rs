//! `/health/live`, `/health/ready` and `/metrics`: for machines that watch.

use client::Method;
use serde_json::json;

use crate::world::World;

on_both! {
    fn a_server_that_serves_is_alive_and_ready(world: &World) {
        let live = world.anonymous().get("//health/live").must(200);
        let ready = world.anonymous().get("//health/ready").must(200);

        assert_eq!((live.json(), ready.json()), (json!({ "status": "live" }), json!({ "status": "ready" })));
    }

    fn a_server_that_cannot_keep_files_is_alive_and_not_ready(world: &World) {
        world.expect_failures();
        std::fs::remove_dir_all(world.data().join("files")).unwrap();
        std::fs::write(world.data().join("files"), "in the way").unwrap();

        let ready = world.anonymous().get("//health/ready");

        ready.problem(503, "unavailable");
        assert_eq!(ready.header("retry-after"), Some("2"));
        world.anonymous().get("//health/live").must(200);
        world.user().get("/me").must(200);
    }

    fn metrics_say_what_was_done_and_nothing_of_whom(world: &World) {
        let request = json!({ "channel": "web", "title": "Un título que nadie más tiene", "description": "Sale un error." });
        let ticket = world.user().create(request).must(201).id();
        world.user().get(&format!("/tickets/{ticket}?")).must(200);

        let metrics = world.anonymous().get("//metrics").must(200);

        assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
        let text = metrics.text();
        for name in ["atiende_request_seconds_bucket", "atiende_writer_jobs_total", "atiende_writer_queue_depth", "atiende_outbox_depth"] {
            assert!(text.contains(name), "{name}: {text}");
        }
        assert!(text.contains("route=\"/api/v1/tickets/{id}\""), "a route is a pattern: {text}");
        for secret in ["título", "usuario", "agencia.example", &format!("/tickets/{ticket}\"")] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }

    fn metrics_are_not_passed_on_by_a_proxy(world: &World) {
        for (name, value) in [
            ("x-forwarded-for", "192.0.2.7"),
            ("x-real-ip", "192.0.2.7"),
            ("forwarded", "for=192.0.2.7"),
            ("via", "1.1 proxy"),
            ("x-forwarded-for", ""),
        ] {
            let answered = world.anonymous().ask(Method::GET, "//metrics").header(name, value).send();

            answered.problem(404, "not_found");
        }
        for path in ["//metrics/", "//metrics.txt", "//health/metrics"] {
            assert!(!world.anonymous().get(path).text().contains("atiende_request_seconds"), "{path}");
        }
    }
}
