//! What a decision is told of the world.

use chrono::TimeDelta;
use domain::*;
use store::areas::NewArea;
use store::people::NewPerson;
use store::records::RecordError;
use store::services::NewService;
use store::{StoreError, areas, facts, people, services, streams, tickets};

use crate::cast::{Cast, actor, line};
use crate::world::{World, at};

fn told(world: &World, who: &Actor, this: Option<TicketId>, mentions: &Mentions, now: Instant) -> Facts {
    world.read(|conn| facts::facts(conn, who, this, mentions, Rules::default(), now))
}

on_both! {
    fn people_come_with_their_areas_and_the_heads_above_them(world: &World) {
        let cast = Cast::of(world);
        let (boss, chief) = (cast.people[7], cast.people[9]);
        let root = cast.areas[0];
        world.write::<_, RecordError>(move |conn| {
            let row = areas::find(conn, root)?.unwrap();
            let new = NewArea { name: line(&row.name), abbreviation: None, parent: None, head: Some(boss), is_reserved: true, ended_on: None };
            areas::update(conn, None, at(1), root, row.version, &new)?;
            let row = people::find(conn, chief)?.unwrap();
            let new = NewPerson {
                name: line("Zoé Ñahui"),
                email: Some(Email::parse("zoe@agencia.example").unwrap()),
                post: Some(line("Jefa")),
                area: row.area,
                extension: None,
                phone: None,
                place: None,
                language: "es-PE".to_owned(),
                roles: [Role::Support1, Role::Support2].into(),
                is_contact: false,
                is_active: false,
            };
            people::update(conn, None, at(1), chief, row.version, &new)
        });

        // Person 9 is in area 4, which is under 1, which is under 0.
        let facts = told(world, &actor(cast.people[2], &[]), None, &Mentions { people: [chief].into(), ..Mentions::default() }, at(0));

        let fact = &facts.people[&chief];
        assert_eq!((fact.name.as_str(), fact.post.as_ref().map(Line::as_str)), ("Zoé Ñahui", Some("Jefa")));
        assert_eq!((fact.is_active, fact.has_address, fact.area), (false, true, cast.areas[4]));
        assert_eq!(fact.roles, [Role::Support1, Role::Support2].into());
        assert_eq!(facts.people.keys().copied().collect::<Vec<_>>(), [cast.people[2], boss, chief], "the caller and the head too");
        let chain: Vec<AreaId> = facts.areas.keys().copied().collect();
        assert_eq!(chain, [cast.areas[0], cast.areas[1], cast.areas[2], cast.areas[4]], "and those of the caller");
        let root = &facts.areas[&cast.areas[0]];
        assert_eq!((root.parent, root.head, root.is_open, root.is_reserved), (None, Some(boss), true, true));
        assert_eq!(facts.areas[&cast.areas[4]].parent, Some(cast.areas[1]));
    }

    fn an_area_is_open_through_its_last_day_in_lima(world: &World) {
        let cast = Cast::of(world);
        let area = cast.areas[2];
        // Nine in the evening in Lima is already tomorrow in UTC.
        let evening = at(0) + TimeDelta::hours(12);
        let last = day_in_lima(evening);
        world.write::<_, RecordError>(move |conn| {
            let row = areas::find(conn, area)?.unwrap();
            let new = NewArea { name: line(&row.name), abbreviation: None, parent: row.parent, head: None, is_reserved: false, ended_on: Some(last) };
            areas::update(conn, None, at(1), area, row.version, &new)
        });
        let mentions = Mentions { areas: [area].into(), ..Mentions::default() };
        let is_open = |now: Instant| told(world, &Actor::system(), None, &mentions, now).areas[&area].is_open;
        assert!(is_open(at(0)) && is_open(evening));
        assert!(!is_open(evening + TimeDelta::days(1)));
    }

    fn what_is_not_in_use_or_not_there_is_not_told(world: &World) {
        let cast = Cast::of(world);
        let old = world.write::<_, RecordError>(|conn| {
            services::insert(conn, None, at(0), &NewService { name: line("Fax"), description: None, is_active: false })
        });
        let mentions = Mentions {
            people: [PersonId::parse(4_711).unwrap()].into(),
            areas: [AreaId::parse(4_711).unwrap()].into(),
            services: [cast.services[0], old, ServiceId::parse(4_711).unwrap()].into(),
            providers: [cast.providers[1], ProviderId::parse(4_711).unwrap()].into(),
            files: [FileId::parse(4_711).unwrap()].into(),
            tickets: [TicketId::parse(4_711).unwrap()].into(),
        };
        let facts = told(world, &Actor::system(), None, &mentions, at(0));
        assert_eq!(facts.services, [cast.services[0]].into());
        assert_eq!(facts.providers, [cast.providers[1]].into());
        assert!(facts.people.is_empty() && facts.areas.is_empty() && facts.files.is_empty() && facts.tickets.is_empty());
        assert_eq!((facts.this, facts.n_duplicates, facts.rules), (None, 0, Rules::default()));
    }

    fn a_ticket_is_told_with_what_was_joined_to_it(world: &World) {
        let cast = Cast::of(world);
        let me = cast.people[1];
        let principal = cast.ticket(world, me, "La impresora");
        let duplicate = {
            let joined = Event::MarkedDuplicate { of: principal };
            let entries = vec![cast.request(me, "Otra vez", 1), Entry { at: at(2), by: Who::Person(me), event: joined }];
            world.write::<_, StoreError>(move |conn| streams::create(conn, &entries)).0
        };
        let mentions = Mentions { tickets: [principal, duplicate].into(), ..Mentions::default() };
        let facts = told(world, &actor(me, &[]), Some(principal), &mentions, at(3));
        assert_eq!(facts.n_duplicates, 1);
        assert_eq!(facts.tickets[&principal], TicketFact { phase: Phase::Requested, duplicate_of: None });
        assert_eq!(facts.tickets[&duplicate], TicketFact { phase: Phase::Duplicate, duplicate_of: Some(principal) });
    }

    fn names_are_told_by_their_ids(world: &World) {
        let cast = Cast::of(world);
        let twice = [cast.people[0], cast.people[3], cast.people[0], PersonId::parse(4_711).unwrap()];
        let names = world.read(|conn| tickets::names(conn, &twice, &cast.areas[1..2], &[], &cast.providers));
        assert_eq!(names.people.len(), 2);
        assert_eq!((names.people[&cast.people[3]].as_str(), names.areas[&cast.areas[1]].as_str()), ("Persona 3", "Área 1"));
        assert_eq!((names.services.len(), names.providers.len()), (0, 2));
    }
}
