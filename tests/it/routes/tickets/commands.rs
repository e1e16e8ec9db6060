//! `POST /api/v1/tickets/{id}/commands`.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::Action;
use serde_json::{Value, json};

use super::given::{self, call, categorise, close, comment, done, escalate, events, internal, listed, phase, request, solve};
use crate::world::{Who, World};

/// Where each action is at home: who does it, to which ticket, saying what.
fn at_home(world: &World, action: Action) -> (Who, i64, Value) {
    let with_reason = || json!({ "action": action.name(), "reason": "Hay un motivo." });
    let bare = || json!({ "action": action.name() });
    let ask = json!({ "action": "ask_person", "question": "¿En qué piso está?" });
    let asked = || done(world, Who::HelpDesk, given::in_attention(world), ask.clone());
    let reminded = |n: i64| {
        let ticket = asked();
        for _ in 0..n {
            world.advance(TimeDelta::hours(24));
            done(world, Who::HelpDesk, ticket, json!({ "action": "remind" }));
        }
        ticket
    };
    match action {
        Action::Categorise => (Who::HelpDesk, given::requested(world), categorise("incident")),
        Action::RecordAction => {
            (Who::HelpDesk, given::occurrence(world), json!({ "action": "record_action", "action_taken": "Se desbloqueó." }))
        }
        Action::RecordSolution => (Who::HelpDesk, given::in_attention(world), solve()),
        Action::Escalate => (Who::HelpDesk2, given::in_attention(world), escalate(world.person(Who::Support1))),
        Action::CoordinateProvider => (Who::Support2, given::escalated2(world), given::coordinate(world)),
        Action::DraftReport => {
            (Who::Support2, given::escalated2(world), json!({ "action": "draft_report", "report": { "background": "No enciende." } }))
        }
        Action::SubmitTechnicalReport => (Who::Support2, given::escalated2(world), given::submit("INF-1")),
        Action::ApproveContracting => {
            (Who::ItHead, given::under_evaluation(world), json!({ "action": "approve_contracting", "grounds": "Es necesario." }))
        }
        Action::RejectContracting => (Who::ItHead, given::under_evaluation(world), given::reject()),
        Action::RecordContract => {
            let contract = json!({ "action": "record_contract", "provider": world.provider(), "reference": "OS-15-2026", "expected_on": "2026-11-30" });
            (Who::ItHead, given::contracting(world), contract)
        }
        Action::RecordServiceProvided => (Who::HelpDesk, given::with_provider(world), given::served(world)),
        Action::ConfirmResolution => (Who::Support2, given::verifying(world), given::confirm()),
        Action::ReturnToProvider => {
            (Who::Support2, given::verifying(world), json!({ "action": "return_to_provider", "reason": "Sigue igual.", "means": "phone" }))
        }
        Action::Close => (Who::HelpDesk2, given::to_close(world), close()),
        Action::LogTask => {
            (Who::Support1, given::escalated1(world), json!({ "action": "log_task", "text": "Se revisó el equipo.", "minutes": 20 }))
        }
        Action::Comment => (Who::User, given::requested(world), comment("Sigue igual.")),
        Action::Attach => {
            let file = world.user().upload("foto.jpg", b"jpg");
            (Who::User, given::requested(world), json!({ "action": "attach", "files": [file] }))
        }
        Action::Watch => (Who::AreaHead, given::requested(world), bare()),
        Action::Unwatch => (Who::AreaHead, done(world, Who::AreaHead, given::requested(world), json!({ "action": "watch" })), bare()),
        Action::AskPerson => (Who::HelpDesk, given::in_attention(world), ask),
        Action::Remind => {
            let ticket = asked();
            world.advance(TimeDelta::hours(24));
            (Who::HelpDesk, ticket, bare())
        }
        Action::Resume => (Who::HelpDesk2, asked(), json!({ "action": "resume", "note": "Respondió por teléfono." })),
        Action::GiveUpWaiting => (Who::HelpDesk, reminded(2), bare()),
        Action::Take => (Who::Support1b, given::escalated1(world), bare()),
        Action::Reassign => (
            Who::ItHead,
            given::escalated2(world),
            json!({ "action": "reassign", "to": world.person(Who::Support2b), "reason": "Licencia." }),
        ),
        Action::ReturnToDesk => (Who::Support1, given::escalated1(world), with_reason()),
        Action::CorrectCategory => {
            (Who::HelpDesk, given::occurrence(world), json!({ "action": "correct_category", "kind": "incident", "reason": "Toma tiempo." }))
        }
        Action::CorrectFacts => {
            (Who::HelpDesk, given::requested(world), json!({ "action": "correct_facts", "facts": { "place": "Piso 4" } }))
        }
        Action::ReturnReport => {
            (Who::ItHead2, given::under_evaluation(world), json!({ "action": "return_report", "remarks": "Falta el costo." }))
        }
        Action::WithdrawReport => (Who::Support2, given::under_evaluation(world), bare()),
        Action::CoverageRefused => (Who::Support2, given::with_provider(world), with_reason()),
        Action::ContractingFailed => (Who::Support2, given::contracting(world), with_reason()),
        Action::ConfirmSolved => (Who::User, given::to_close(world), bare()),
        Action::DenySolved => (Who::User, given::to_close(world), with_reason()),
        Action::Reopen => (Who::User, given::closed(world), with_reason()),
        Action::Withdraw => (Who::User, given::escalated1(world), bare()),
        Action::MarkDuplicate => {
            let principal = given::requested(world);
            (Who::HelpDesk, given::requested(world), json!({ "action": "mark_duplicate", "of": principal }))
        }
        Action::UndoDuplicate => {
            let (principal, ticket) = (given::requested(world), given::requested(world));
            done(world, Who::HelpDesk, ticket, json!({ "action": "mark_duplicate", "of": principal }));
            (Who::HelpDesk, ticket, with_reason())
        }
        Action::Discard => (Who::HelpDesk, given::requested(world), json!({ "action": "discard", "reason": "by_mistake" })),
        Action::CreateFromThis => (
            Who::HelpDesk,
            given::requested(world),
            json!({ "action": "create_from_this", "title": "Otra cosa", "description": "También esto." }),
        ),
        Action::HideNote => (Who::User, given::requested(world), json!({ "action": "hide_note", "number": "1", "reason": "Una clave." })),
        Action::MarkInformedByPhone => {
            let contact = json!({ "name": "Sin Correo", "area": world.area(crate::world::Area::Logistics) });
            let contact = world.help_desk().post("/contacts", contact).must(201).id();
            let body = json!({ "request": call(contact, "Sin red"), "then": [categorise("incident"), solve(), close()] });
            (Who::HelpDesk2, world.help_desk().post("/tickets", body).must(201).id(), bare())
        }
    }
}

on_both! {
    fn every_action_is_done_where_it_is_at_home(world: &World) {
        for action in Action::ALL.iter().copied() {
            let (who, ticket, command) = at_home(world, action);
            let before = events(world, ticket).len();

            let answer = world.caller(who).command(ticket, command).must(200);

            assert_eq!(answer.id(), ticket);
            assert!(answer.etag().starts_with(&format!("\"{}-", answer.json()["version"])), "{action}: the ETag begins with the version");
            assert!(events(world, ticket).len() > before, "{action} is an event");
            let read = world.caller(who).get(&format!("/tickets/{ticket}")).must(200);
            assert_eq!((answer.json(), answer.etag()), (read.json(), read.etag()), "{action} answers the ticket as it then is");
        }
    }

    fn nobody_outside_commands_or_learns_anything(world: &World) {
        let ticket = given::requested(world);

        for who in [Who::OtherUser, Who::Colleague, Who::Admin] {
            world.caller(who).command(ticket, comment("Hola")).problem(404, "not_found");
        }
        world.anonymous().command(ticket, comment("Hola")).problem(401, "unauthenticated");
        world.auditor().command(ticket, comment("Hola")).problem(403, "not_your_role");
        world.area_head().command(ticket, categorise("incident")).problem(403, "not_your_role");
        world.help_desk().command(ticket, close()).problem(409, "not_now");
        assert_eq!(events(world, ticket), ["requested"]);
    }

    fn a_refusal_says_what_is_so(world: &World) {
        let ticket = given::escalated1(world);

        let not_assignee = world.support1b().command(ticket, solve());
        let not_now = world.help_desk().command(ticket, categorise("incident"));
        let wrong_level = world.support1().command(ticket, escalate(world.person(Who::Support1b)));

        let problem = not_assignee.problem(403, "not_assignee");
        assert_eq!(problem["params"]["assignee"], world.person(Who::Support1));
        assert_eq!(not_now.problem(409, "not_now")["params"], json!({ "phase": "escalated1", "action": "categorise" }));
        let problem = wrong_level.problem(422, "assignee_lacks_role");
        assert_eq!(problem["errors"][0]["path"], "commands[0].to");
        assert!(problem["detail"].as_str().unwrap().contains(Who::Support1b.name()), "{problem}");
    }

    fn an_incident_is_escalated_twice_and_solved_by_a_provider_at_the_second_visit(world: &World) {
        let ticket = given::escalated2(world);

        done(world, Who::Support2, ticket, given::coordinate(world));
        assert_eq!(phase(world, Who::User, ticket), "with_provider");
        world.advance(TimeDelta::hours(20));
        done(world, Who::Support2, ticket, given::served(world));
        let back = json!({ "action": "return_to_provider", "reason": "No enciende todavía.", "means": "email" });
        done(world, Who::Support2, ticket, back);
        world.advance(TimeDelta::hours(20));
        // The provider's outcome by phone: both activities in one step.
        let both = world.support2().commands(ticket, json!([given::served(world), given::confirm()])).must(200).json();
        world.support2().command(ticket, close()).must(200);

        assert_eq!(both["standing"]["outcome"], "solved_by_provider");
        assert_eq!(both["it"]["n_visits"], 2);
        let view = world.user().get(&format!("/tickets/{ticket}")).must(200).json();
        assert_eq!((&view["standing"]["phase"], &view["solution"]), (&json!("closed"), &json!("El proveedor cambió la fuente.")));
        assert_eq!(
            events(world, ticket)[3..],
            [
                "escalated", "escalated", "coverage_verified", "provider_coordinated", "service_provided", "returned_to_provider", "service_provided",
                "resolution_confirmed", "closed"
            ]
        );
    }

    fn a_report_is_returned_raised_again_rejected_told_to_the_head_and_closed(world: &World) {
        let ticket = given::escalated2(world);
        let draft = json!({ "action": "draft_report", "report": { "number": "INF-9", "background": "No enciende." } });
        done(world, Who::Support2, ticket, draft);
        let early = json!({ "action": "submit_technical_report", "subject": { "equipment": "PAT-7" }, "verification": "No figura." });
        let incomplete = world.support2().command(ticket, early);
        assert_eq!(incomplete.problem(422, "report_incomplete")["params"]["parts"], json!(["analysis", "conclusions", "recommendation"]));

        done(world, Who::Support2, ticket, given::submit("INF-9"));
        done(world, Who::ItHead, ticket, json!({ "action": "return_report", "remarks": "Falta el costo." }));
        assert_eq!(phase(world, Who::User, ticket), "escalated2");
        // The parts are kept: the second time only what changes is said.
        let again = json!({
            "action": "submit_technical_report", "subject": { "equipment": "PAT-7" }, "verification": "No figura.", "report": { "number": "INF-9-A" },
        });
        done(world, Who::Support2, ticket, again);
        let rejected = world.it_head().command(ticket, given::reject()).must(200).json();
        let closed = world.help_desk().command(ticket, close()).must(200).json();

        assert_eq!(rejected["standing"]["outcome"], "not_approved");
        assert_eq!(rejected["it"]["report"]["number"], "INF-9-A");
        assert_eq!(closed["standing"]["phase"], "closed");
        assert_eq!(closed["standing"]["reopenable_until"], json!(null), "what was not approved is not reopened");
        let told = world.auditor().get(&format!("/tickets/{ticket}/events?limit=200")).json()["items"].as_array().unwrap().iter()
            .find(|event| event["event"] == "area_head_told").unwrap()["data"].clone();
        assert_eq!((&told["name"], &told["post"], &told["means"]), (&json!(Who::AreaHead.name()), &json!("Especialista"), &json!("document")));
        assert_eq!(told["area"], world.area(crate::world::Area::Administration), "the nearest head above an area without one");
        world.user().command(ticket, json!({ "action": "reopen", "reason": "Insisto." })).problem(409, "not_this_outcome");
    }

    fn a_rejection_needs_a_head_to_be_told(world: &World) {
        let ticket = world.other_user().create(request("El plotter no enciende")).must(201).id();
        for (who, command) in [
            (Who::HelpDesk, categorise("incident")),
            (Who::HelpDesk, escalate(world.person(Who::Support1))),
            (Who::Support1, escalate(world.person(Who::Support2))),
            (Who::Support2, given::submit("INF-3")),
        ] {
            done(world, who, ticket, command);
        }
        let mut to_another = given::reject();
        to_another["communication"]["to"] = world.person(Who::AreaHead).into();

        let refused = world.it_head().command(ticket, given::reject());
        let wrong = world.it_head().command(ticket, to_another);

        assert_eq!(refused.problem(409, "no_area_head")["errors"][0]["path"], "commands[0].communication.to");
        wrong.problem(422, "not_an_area_head");
    }

    fn a_report_is_approved_contracted_and_served(world: &World) {
        let ticket = given::contracting(world);

        let contract = json!({ "action": "record_contract", "provider": world.provider(), "reference": "OS-15-2026" });
        done(world, Who::Support2, ticket, contract);
        let not_covered = world.support2().command(ticket, json!({ "action": "coverage_refused", "reason": "No." }));
        let confirmed = world.support2().commands(ticket, json!([given::served(world), given::confirm()])).must(200).json();

        not_covered.problem(409, "not_under_coverage");
        assert_eq!(confirmed["standing"]["outcome"], "solved_by_provider");
        assert_eq!(confirmed["it"]["provider"], json!(null), "a provider has it only while it is with them");
    }

    fn nobody_evaluates_their_own_report(world: &World) {
        let ticket = given::escalated2(world);
        done(world, Who::HelpDesk, ticket, json!({ "action": "reassign", "to": world.person(Who::ItHead2) }));
        done(world, Who::ItHead2, ticket, given::submit("INF-4"));

        let own = world.it_head2().command(ticket, json!({ "action": "approve_contracting", "grounds": "Es mío." }));
        let other = world.it_head().command(ticket, json!({ "action": "approve_contracting", "grounds": "Procede." }));

        own.problem(403, "own_report");
        other.must(200);
    }

    fn one_waits_for_a_person_until_the_answer_or_in_vain(world: &World) {
        let ask = json!({ "action": "ask_person", "question": "¿Qué mensaje sale?" });
        let answered = done(world, Who::HelpDesk, given::in_attention(world), ask.clone());
        let silent = done(world, Who::HelpDesk, given::in_attention(world), ask.clone());

        assert_eq!(world.user().get("/counts").must(200).json()["my_answers"], 2);
        done(world, Who::User, answered, comment("Sale «sin papel»."));
        world.help_desk().command(silent, ask).problem(409, "already_waiting");
        world.help_desk().command(silent, json!({ "action": "remind" })).problem(409, "reminded_recently");
        world.help_desk().command(silent, json!({ "action": "give_up_waiting" })).problem(409, "still_waiting");
        for _ in 0..2 {
            world.advance(TimeDelta::hours(24));
            done(world, Who::HelpDesk, silent, json!({ "action": "remind" }));
        }
        let given_up = world.help_desk().command(silent, json!({ "action": "give_up_waiting" })).must(200).json();

        assert_eq!(events(world, answered).last().unwrap(), "person_answered");
        assert_eq!(world.user().get(&format!("/tickets/{answered}")).json()["standing"]["waiting"], json!(null));
        assert_eq!((&given_up["standing"]["phase"], &given_up["standing"]["outcome"]), (&json!("to_close"), &json!("unanswered")));
        done(world, Who::User, silent, comment("Perdón, estaba de viaje."));
        assert_eq!(phase(world, Who::User, silent), "in_attention");
    }

    fn what_waits_for_the_persons_word_is_counted_until_it_is_given(world: &World) {
        let n = || world.user().get("/counts").must(200).json()["my_answers"].clone();
        done(world, Who::HelpDesk, given::in_attention(world), json!({ "action": "ask_person", "question": "¿Qué mensaje sale?" }));
        let solved = given::to_close(world);

        assert_eq!(n(), 2);
        done(world, Who::User, solved, json!({ "action": "confirm_solved" }));

        assert_eq!(n(), 1);
    }

    fn a_duplicate_follows_its_principal_and_betrays_nothing(world: &World) {
        let (principal, ticket) = (world.other_user().create(request("Sin red en el piso 3")).must(201).id(), given::requested(world));

        let view = world.help_desk().command(ticket, json!({ "action": "mark_duplicate", "of": principal })).must(200).json();

        assert_eq!((&view["standing"]["phase"], &view["it"]["duplicate_of"]), (&json!("duplicate"), &json!(principal)));
        assert_eq!(world.auditor().get(&format!("/tickets/{principal}")).json()["it"]["duplicates"], json!([ticket]));
        let told = world.user().get(&format!("/tickets/{ticket}/events")).must(200).json();
        assert_eq!(told["items"][1]["data"], json!({}));
        world.user().get(&format!("/tickets/{principal}")).problem(404, "not_found");
        let mark = |ticket: i64, of: i64| world.help_desk().command(ticket, json!({ "action": "mark_duplicate", "of": of }));
        mark(principal, principal).problem(422, "duplicate_of_itself");
        mark(principal, 999_999).problem(422, "ticket_unknown");
        mark(given::requested(world), ticket).problem(409, "duplicate_of_duplicate");
        mark(principal, given::requested(world)).problem(409, "has_duplicates");
        mark(given::requested(world), given::closed(world)).problem(409, "principal_ended");
        done(world, Who::HelpDesk, ticket, json!({ "action": "undo_duplicate", "reason": "Era otra cosa." }));
        assert_eq!(phase(world, Who::User, ticket), "requested");
    }

    fn a_solution_is_denied_and_reopened_within_its_window(world: &World) {
        let ticket = given::to_close(world);

        done(world, Who::User, ticket, json!({ "action": "deny_solved", "reason": "Sigue sin red." }));
        assert_eq!(phase(world, Who::User, ticket), "in_attention");
        done(world, Who::HelpDesk, ticket, solve());
        let confirmed = world.user().command(ticket, json!({ "action": "confirm_solved" })).must(200).json();
        assert_eq!((&confirmed["standing"]["phase"], &confirmed["standing"]["is_confirmed"]), (&json!("to_close"), &json!(true)));
        done(world, Who::HelpDesk, ticket, close());
        world.advance(TimeDelta::days(10));
        let reopened = world.user().command(ticket, json!({ "action": "reopen", "reason": "Volvió." })).must(200).json();
        let late = given::closed(world);
        world.advance(TimeDelta::days(10) + TimeDelta::microseconds(1));

        assert_eq!((&reopened["standing"]["phase"], &reopened["n_reopened"]), (&json!("in_attention"), &json!(1)));
        world.user().command(late, json!({ "action": "reopen", "reason": "Volvió." })).problem(409, "reopening_expired");
    }

    fn a_person_withdraws_until_a_provider_or_an_evaluation_has_it(world: &World) {
        let withdraw = json!({ "action": "withdraw", "reason": "Ya no lo necesito." });
        for ticket in [given::requested(world), given::in_attention(world), given::escalated2(world)] {
            done(world, Who::User, ticket, withdraw.clone());
            assert_eq!(phase(world, Who::User, ticket), "withdrawn");
        }
        for ticket in [given::with_provider(world), given::contracting(world)] {
            world.user().command(ticket, withdraw.clone()).problem(409, "too_late_to_withdraw");
        }
    }

    fn a_discarded_request_is_ended(world: &World) {
        let ticket = given::requested(world);

        let discard = json!({ "action": "discard", "reason": "not_for_it", "explanation": "Es de mantenimiento." });
        done(world, Who::HelpDesk, ticket, discard);

        assert_eq!(phase(world, Who::User, ticket), "discarded");
        assert_eq!(world.user().get("/counts").json()["my_requests"], 0);
    }

    fn a_requirement_ends_recorded(world: &World) {
        let ticket = given::requested(world);

        done(world, Who::HelpDesk, ticket, categorise("requirement"));

        assert_eq!(phase(world, Who::User, ticket), "recorded");
        world.help_desk().command(ticket, solve()).problem(409, "requirement_has_no_attention");
    }

    fn a_second_request_is_split_from_the_first(world: &World) {
        let an_hour_ago = world.now() - TimeDelta::hours(1);
        let mut noted = call(world.person(Who::User), "No imprime y no hay red");
        noted["received_at"] = json!(an_hour_ago);
        let first = world.help_desk().create(noted).must(201).id();

        let split = json!({ "action": "create_from_this", "title": "No hay red", "description": "En la misma llamada." });
        let answer = world.help_desk().command(first, split).must(200);

        let second = listed(world, Who::User, "&words=red").into_iter().find(|id| *id != first).unwrap();
        assert_eq!(answer.header("location"), Some(format!("/api/v1/tickets/{second}").as_str()));
        let view = world.help_desk().get(&format!("/tickets/{second}")).must(200).json();
        assert_eq!((&view["channel"], &view["received_at"], &view["it"]["from"]), (&json!("phone"), &json!(an_hour_ago), &json!(first)));
        assert_eq!(view["requester"]["id"], world.person(Who::User));
        assert_eq!(answer.json()["it"]["split_off"], json!([second]));
        assert_eq!(world.user().get(&format!("/tickets/{second}")).json().get("it"), None);
    }

    fn somebody_without_an_address_is_told_by_phone(world: &World) {
        let (who, ticket, told) = at_home(world, Action::MarkInformedByPhone);
        assert_eq!(world.help_desk().get("/counts").must(200).json()["to_phone"], 1);

        let view = world.caller(who).command(ticket, told.clone()).must(200).json();

        assert_eq!(view["standing"]["is_phone_notice_due"], false);
        assert_eq!(world.help_desk().get("/counts").json()["to_phone"], 0);
        world.caller(who).command(ticket, told).problem(409, "nothing_to_tell");
    }

    fn a_correction_takes_it_out_of_the_heads_sight_but_not_of_its_creators(world: &World) {
        let ticket = given::requested(world);
        // A head who wrote for somebody else sees by the area, unless it is moved or reserved.
        let mine = world.area_head().create({
            let mut request = request("Sin red");
            request["requester"] = world.person(Who::User).into();
            request
        }).must(201).id();
        assert_eq!(listed(world, Who::AreaHead, ""), [ticket, mine]);

        done(world, Who::HelpDesk, ticket, json!({ "action": "correct_facts", "facts": { "is_reserved": true } }));
        done(world, Who::HelpDesk, mine, json!({ "action": "correct_facts", "facts": { "is_reserved": true } }));

        assert_eq!(listed(world, Who::AreaHead, ""), [mine], "its creator still sees it");
    }

    fn several_commands_are_done_all_or_none(world: &World) {
        let ticket = given::in_attention(world);
        let before = world.auditor().get(&format!("/tickets/{ticket}")).must(200).text();

        let refused = world.help_desk().commands(ticket, json!([comment("Uno."), internal("Dos."), categorise("incident"), close()]));
        let after = world.auditor().get(&format!("/tickets/{ticket}")).must(200).text();
        let done = world.help_desk().commands(ticket, json!([comment("Uno."), solve(), close()]));

        assert_eq!(refused.problem(409, "not_now")["errors"][0]["path"], "commands[2]");
        assert_eq!(after, before);
        assert_eq!(done.must(200).json()["standing"]["phase"], "closed");
        assert_eq!(events(world, ticket), ["requested", "verified", "categorised", "commented", "solution_recorded", "closed"]);
    }

    fn each_command_of_a_step_sees_what_the_one_before_did(world: &World) {
        let ticket = given::occurrence(world);
        let correct = json!({ "action": "correct_category", "kind": "incident", "reason": "Toma tiempo." });

        world.help_desk().command(ticket, escalate(world.person(Who::Support1))).problem(409, "occurrence_is_not_escalated");
        let both = world.help_desk().commands(ticket, json!([correct, escalate(world.person(Who::Support1))]));

        assert_eq!(both.must(200).json()["standing"]["phase"], "escalated1");
    }

    fn a_field_that_is_wrong_is_named_with_its_command(world: &World) {
        let ticket = given::escalated1(world);
        let to = world.person(Who::Support2);
        for (command, path, code) in [
            (json!({ "action": "escalate", "to": to }), "commands[1].handover", "missing_field"),
            (json!({ "action": "escalate", "to": to, "handover": " " }), "commands[1].handover", "empty_field"),
            (json!({ "action": "escalate", "to": to, "handover": "x".repeat(20_001) }), "commands[1].handover", "too_long"),
            (json!({ "action": "escalate", "to": "7", "handover": "x" }), "commands[1].to", "malformed"),
            (json!({ "action": "escalate", "to": to, "handover": "x", "cc": 1 }), "commands[1].cc", "unknown_field"),
            (json!({ "action": "close", "force": true }), "commands[1].force", "unknown_field"),
            (json!({ "action": "fly" }), "commands[1].action", "malformed"),
            (json!({ "to": to }), "commands[1].action", "missing_field"),
            (json!("close"), "commands[1]", "malformed"),
            (json!({ "action": "log_task", "text": "x", "minutes": 0 }), "commands[1].minutes", "out_of_range"),
            (json!({ "action": "hide_note", "number": "x", "reason": "y" }), "commands[1].number", "bad_number"),
            (json!({ "action": "draft_report", "report": { "analysis": "" } }), "commands[1].report.analysis", "empty_field"),
            (json!({ "action": "correct_facts", "facts": { "colour": 1 } }), "commands[1].facts.colour", "unknown_field"),
        ] {
            let answer = world.support1().commands(ticket, json!([comment("Antes."), command]));

            answer.field_problem(path, code);
        }
        world.support1().commands(ticket, json!([])).field_problem("commands", "missing_field");
        world.support1().commands(ticket, json!(vec![comment("x"); 9])).field_problem("commands", "too_many");
        world.support1().post(&format!("/tickets/{ticket}/commands"), json!({ "commands": [], "x": 1 })).field_problem("x", "unknown_field");
        assert_eq!(events(world, ticket).len(), 4, "none of it was written");
    }

    fn a_file_belongs_to_one_note(world: &World) {
        let ticket = given::requested(world);
        let (file, secret) = (world.user().upload("a.txt", b"a"), world.help_desk().upload("b.txt", b"b"));
        let attach = |file: i64| json!({ "action": "attach", "files": [file] });

        let both = world.user().commands(ticket, json!([attach(file), attach(file)]));
        let twice = world.user().command(ticket, json!({ "action": "attach", "files": [file, file] }));
        let none = world.user().command(ticket, json!({ "action": "attach", "files": [] }));
        done(world, Who::User, ticket, attach(file));
        done(world, Who::HelpDesk, ticket, json!({ "action": "comment", "text": "Ojo.", "is_internal": true, "files": [secret] }));

        assert_eq!(both.problem(422, "file_unknown")["errors"][0]["path"], "commands[1].files");
        twice.problem(422, "file_unknown");
        none.problem(422, "no_files");
        let readers = |file: i64| -> BTreeSet<Who> {
            Who::ALL.iter().copied().filter(|who| world.caller(*who).get(&format!("/files/{file}")).status == 200).collect()
        };
        let it = [Who::HelpDesk, Who::HelpDesk2, Who::Support1, Who::Support1b, Who::Support2, Who::Support2b, Who::ItHead, Who::ItHead2, Who::Auditor];
        assert_eq!(readers(secret), BTreeSet::from(it));
        assert_eq!(readers(file), it.into_iter().chain([Who::User, Who::AreaHead]).collect());
    }

    fn a_body_of_ten_megabytes_is_too_large(world: &World) {
        let ticket = given::requested(world);

        let huge = world.user().command(ticket, comment(&"x".repeat(10 * 1024 * 1024)));

        huge.problem(413, "payload_too_large");
    }
}
