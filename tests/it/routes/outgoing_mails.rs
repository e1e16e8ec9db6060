//! `/api/v1/outgoing-mails`: what the administrator sees of mail out.

use chrono::TimeDelta;
use domain::NoticeState;
use serde_json::json;
use store::Backend;

use super::tickets::given::*;
use crate::world::mails::Mood;
use crate::world::{Who, World, mails};

on_both! {
    fn the_administrator_sees_what_went_and_what_failed_and_tries_again(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        let sent = world.help_desk().create(call(world.person(Who::User), "Primera")).must(201).id();
        world.settle_mails();
        catcher.set(Mood::Refuses);
        let failed = world.help_desk().create(call(world.person(Who::Colleague), "Segunda")).must(201).id();
        world.settle_mails();

        let list = |query: &str| world.admin().get(&format!("/outgoing-mails{query}")).must(200).json();
        let of = |query: &str| -> Vec<i64> { list(query)["items"].as_array().unwrap().iter().map(|mail| mail["ticket"].as_i64().unwrap()).collect() };
        assert_eq!(of(""), [failed, sent], "the newest first");
        assert_eq!((of("?state=sent"), of("?state=failed"), of("?state=queued")), (vec![sent], vec![failed], vec![]));
        assert_eq!(of(&format!("?ticket={sent}")), [sent]);
        assert_eq!(of(&format!("?person={}", world.person(Who::Colleague))), [failed]);
        let first = list("?limit=1");
        assert_eq!(of(&format!("?limit=1&cursor={}", first["next"].as_str().unwrap())), [sent]);
        let counts = world.auditor().get("/outgoing-mail-counts").must(200).json();
        assert_eq!(counts, json!({ "queued": 0, "sent": 1, "failed": 1, "cancelled": 0, "oldest_queued_at": null }));

        let id = first["items"][0]["id"].as_i64().unwrap();
        let mail = world.admin().get(&format!("/outgoing-mails/{id}")).must(200).json();
        assert_eq!((&mail["mail"]["state"], &mail["mail"]["n_attempts"]), (&json!("failed"), &json!(1)));
        assert!(mail["mail"]["why"].as_str().unwrap().contains("550"), "{mail}");
        assert_eq!(mail["subject"], format!("[TI-{failed}] Recibimos su solicitud: Segunda"));
        assert!(mail["text"].as_str().unwrap().contains("Estimado(a) Camila Colega:") && mail["html"].as_str().unwrap().contains("<html lang=\"es-PE\">"));

        catcher.set(Mood::Takes);
        world.admin().ask(client::Method::POST, &format!("/outgoing-mails/{id}/retry")).send().must(200);
        world.settle_mails();
        let again = world.admin().get(&format!("/outgoing-mails/{id}")).must(200).json();
        assert_eq!((&again["mail"]["state"], &again["mail"]["to_address"]), (&json!("sent"), &json!(Who::Colleague.email())));
        assert_eq!(again["message_id"], catcher.caught()[1].read().message_id.unwrap());
        world.admin().ask(client::Method::POST, &format!("/outgoing-mails/{id}/retry")).send().problem(409, "mail_not_ended");
        world.admin().ask(client::Method::POST, "/outgoing-mails/999999/retry").send().problem(404, "not_found");
        world.admin().get("/outgoing-mails/999999").problem(404, "not_found");
        world.admin().get("/outgoing-mails?state=lost").must(422);
    }

    fn a_link_that_answers_is_shown_to_nobody_else(backend: Backend) {
        let (world, catcher) = World::with_mail(backend);
        to_close(&world);
        world.advance(TimeDelta::minutes(16));
        world.settle_mails();
        let id = world.mails_of("solved")[0].id;

        let mail = world.admin().get(&format!("/outgoing-mails/{id}")).must(200);

        let token = catcher.to(Who::User.email())[0].text().split("/answer#").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        assert!(token.len() > 40 && !mail.text().contains(&token), "{mail}");
        assert!(mail.text().contains("/answer#…"), "{mail}");
    }

    fn what_waits_is_measured(world: &World) {
        mails::failed(world);
        let waiting = to_close(world);
        world.settle_mails();

        let metrics = world.anonymous().get("//metrics").must(200).text();
        assert!(metrics.contains("atiende_outbox_depth 1"), "{metrics}");
        assert!(metrics.contains("atiende_outbox_oldest_seconds"));
        let queued: Vec<_> = world.mails().into_iter().filter(|mail| mail.state == NoticeState::Queued).collect();
        assert_eq!(queued.len(), 1);
        assert_eq!(queued[0].notice.ticket.unwrap().0.get(), waiting);
    }
}
