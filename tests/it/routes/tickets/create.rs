//! `POST /api/v1/tickets`.

use serde_json::json;

use crate::world::World;

on_both! {
    fn a_person_asks_for_support(world: &World) {
        let request = json!({ "channel": "web", "title": "La impresora no imprime", "description": "Sale en blanco." });

        let answer = world.user().create(request).must(201);

        assert_eq!(answer.json()["standing"]["phase"], "requested");
        assert_eq!(answer.header("location"), Some(format!("/api/v1/tickets/{}", answer.id()).as_str()));
    }
}
