//! A database that takes no writes: the callers are told to come again, and reading goes on.

use serde_json::json;

use crate::world::{Who, World};

on_both! {
    fn what_cannot_be_written_now_is_asked_for_again_later(world: &World) {
        let request = json!({ "channel": "web", "title": "Sin red", "description": "Ahora no." });
        let before = world.user().create(request.clone()).must(201).id();
        world.expect_failures();

        world.store().stop();
        let refused = world.caller(Who::User).create(request);

        refused.problem(503, "unavailable");
        assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|seconds| seconds >= 1)), "{refused}");
        world.user().get(&format!("/tickets/{before}")).must(200);
        world.anonymous().get("//health/live").must(200);
    }
}

#[test]
#[should_panic(expected = "the server failed where the test did not expect it")]
fn a_failure_that_a_test_does_not_expect_fails_it() {
    let world = World::new(store::Backend::Sqlite);

    let user = world.user();
    user.get("/tickets").must(200); // Signed in, while that can be written.
    world.store().stop();
    user.create(json!({ "channel": "web", "title": "Sin red", "description": "Ahora no." }));
}
