//! Who was away in the year, is away now, or soon will be. Nobody does anything on a day on which they are away.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, TimeDelta};
use domain::{Day, Instant, Line, PersonId, day_in_lima};
use draw::Draw;

use crate::agency::{Agency, line};
use crate::calendar;
use crate::story::Step;

/// From one day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    pub person: PersonId,
    pub from_on: Day,
    pub until_on: Day,
    pub reason: Line,
    /// Who holds their post meanwhile.
    pub acting: Option<PersonId>,
    /// When they said so.
    pub recorded_at: Instant,
}

impl Absence {
    /// Said three days before, or when the year begins.
    pub fn new(person: PersonId, (from_on, until_on): (Day, Day), reason: &str, acting: Option<PersonId>, begins_at: Instant) -> Absence {
        let recorded_at = calendar::instant(from_on - Days::new(3), 10 * 60).max(begins_at + TimeDelta::hours(1));
        Absence { person, from_on, until_on, reason: line(reason), acting, recorded_at }
    }

    pub fn begins_at(&self) -> Instant {
        calendar::instant(self.from_on, 0)
    }

    pub fn ends_at(&self) -> Instant {
        calendar::instant(self.until_on + Days::new(1), 0)
    }
}

/// Holidays that people took, beside those of the heads.
const N_HOLIDAYS: usize = 30;
const REASONS: [(&str, u64); 4] = [("Vacaciones", 14), ("Vacaciones", 7), ("Comisión de servicios", 4), ("Descanso médico", 2)];

/// All absences of the year: the encargo of the head of IT, heads that somebody stands in for, others; and of the people of IT who will be away soon.
pub fn absences(agency: &Agency, steps: &[Step], seed: u64, begins_at: Instant, until: Instant) -> Vec<Absence> {
    let busy: BTreeSet<(PersonId, Day)> = steps.iter().filter_map(|step| Some((step.by.person()?, day_in_lima(step.at)))).collect();
    let is_free = |person: PersonId, (from, until): (Day, Day)| {
        from.iter_days().take_while(|day| *day <= until).all(|day| !busy.contains(&(person, day)))
    };
    let mut draw = Draw::of(seed, &[3]);
    let today = day_in_lima(until);
    let epoch = agency.at(until);
    let shown: BTreeSet<PersonId> = agency.accounts().into_iter().map(|(_, person)| person).collect();
    let it = agency.area("OA-TI");
    let works = |person: &PersonId| epoch.person(*person).email.is_some() && epoch.person(*person).area != it && !shown.contains(person);
    let mut all = vec![agency.encargo.clone()];

    // Days before the last one on which it began, and how long: the last of them is away now.
    let mut heads: Vec<(PersonId, PersonId)> = Vec::new();
    for area in epoch.areas.iter().filter(|area| !area.is_reserved) {
        let Some(head) = area.head.filter(|head| works(head) && heads.iter().all(|(other, _)| other != head)) else { continue };
        let colleague = epoch.active(Some(epoch.person(head).area)).find(|person| *person != head && works(person));
        heads.extend(colleague.map(|colleague| (head, colleague)));
    }
    draw.shuffle(&mut heads);
    for (ago, n_days) in [(150, 14), (64, 7), (3, 12)] {
        let from = monday(today - Days::new(ago));
        let days = (from, from + Days::new(n_days));
        let free = heads.iter().position(|(head, _)| is_free(*head, days));
        if let Some(place) = free {
            let (head, colleague) = heads.remove(place);
            all.push(Absence::new(head, days, "Vacaciones", Some(colleague), begins_at));
        }
    }

    let mut others: Vec<PersonId> =
        epoch.active(None).filter(|person| works(person) && all.iter().all(|absence| absence.person != *person)).collect();
    draw.shuffle(&mut others);
    for person in others.into_iter().take(N_HOLIDAYS) {
        let (reason, n_days) = *draw.pick(&REASONS);
        let from = monday(today - Days::new(10 + draw.below(340) as u64));
        let days = (from, from + Days::new(n_days));
        if calendar::instant(from, 0) > begins_at && is_free(person, days) {
            all.push(Absence::new(person, days, reason, None, begins_at));
        }
    }

    // Of IT: who has done nothing since yesterday or longer is away, and two will be.
    let last_day = |person: PersonId| busy.iter().filter(|(other, _)| *other == person).map(|(_, day)| *day).max();
    let idle = agency.level1.iter().chain(&agency.level2).filter(|person| !shown.contains(person));
    let idlest = idle.filter_map(|person| Some((last_day(*person).filter(|day| *day < today)?, *person))).min();
    if let Some((last, person)) = idlest {
        let absence =
            Absence::new(person, (last + Days::new(1), monday(today + Days::new(7)) + Days::new(4)), "Descanso médico", None, begins_at);
        all.push(Absence { recorded_at: absence.begins_at() + TimeDelta::minutes(510), ..absence });
    }
    let soon = monday(today + Days::new(7));
    let said = calendar::backward(until, calendar::DAY_MINUTES);
    for (person, from, n_days) in [(agency.desk[2], soon, 4), (agency.level1[1], soon + Days::new(7), 11)] {
        if all.iter().all(|absence| absence.person != person) {
            let absence = Absence::new(person, (from, from + Days::new(n_days)), "Vacaciones", None, begins_at);
            all.push(Absence { recorded_at: said, ..absence });
        }
    }
    all.sort_by_key(|absence| (absence.recorded_at, absence.person));
    all
}

/// The Monday of that week.
fn monday(day: Day) -> Day {
    day - Days::new(day.weekday().num_days_from_monday().into())
}
