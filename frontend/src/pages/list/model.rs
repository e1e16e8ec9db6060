//! A list, worked out: its columns, its filters as the address says them, and where one moves in it.

use domain::{Action, Actor, Audience, Channel, Instant, Kind, Outcome, PersonId, Phase, Role};
use wire::{TICKET_COLUMNS, TicketSort, TicketSummary};
use words::{Language, Screen};

use crate::components::Choice;
use crate::pages::home::model::{query_of, standing_of, value_in, with_value};

/// What is shown where nobody chose: to the people of IT who has it, to others who asked.
const FIRST_COLUMNS: [&str; 5] = ["number", "title", "state", "holder", "updated_at"];
const FIRST_COLUMNS_OF_OTHERS: [&str; 5] = ["number", "title", "state", "requester", "updated_at"];
/// Without these a row says nothing.
const FIXED_COLUMNS: [&str; 2] = ["number", "title"];

/// The columns that were chosen, by what the browser keeps of it.
pub fn columns(kept: Option<&str>, is_it: bool) -> Vec<&'static str> {
    let Some(kept) = kept else { return if is_it { FIRST_COLUMNS.to_vec() } else { FIRST_COLUMNS_OF_OTHERS.to_vec() } };
    let chosen: Vec<&str> = kept.split(',').collect();
    TICKET_COLUMNS.into_iter().filter(|column| FIXED_COLUMNS.contains(column) || chosen.contains(column)).collect()
}

/// The columns that one may choose.
pub fn choosable() -> impl Iterator<Item = &'static str> {
    TICKET_COLUMNS.into_iter().filter(|column| !FIXED_COLUMNS.contains(column))
}

/// With one column more, or less.
pub fn toggled(columns: &[&'static str], column: &str) -> Vec<&'static str> {
    let is_shown = columns.contains(&column);
    TICKET_COLUMNS.into_iter().filter(|one| if *one == column { !is_shown } else { columns.contains(one) }).collect()
}

/// A file has what is seen: the sign beside a title is its kind.
pub fn exported(columns: &[&'static str]) -> String {
    let seen = TICKET_COLUMNS.into_iter().filter(|column| *column == "kind" || columns.contains(column));
    seen.collect::<Vec<_>>().join(",")
}

/// How a column's head sorts: the order it asks for next, and how it is sorted now.
pub fn sorting(column: &str, now: TicketSort) -> Option<(TicketSort, Option<&'static str>)> {
    match (column, now) {
        ("number", TicketSort::Newest) => Some((TicketSort::Oldest, Some("descending"))),
        ("number", TicketSort::Oldest) => Some((TicketSort::Newest, Some("ascending"))),
        ("number", _) => Some((TicketSort::Newest, None)),
        ("updated_at", now) => Some((TicketSort::Updated, (now == TicketSort::Updated).then_some("descending"))),
        ("phase_since", now) => Some((TicketSort::Waiting, (now == TicketSort::Waiting).then_some("ascending"))),
        _ => None,
    }
}

/// One way to narrow a list: a part of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    Words,
    State,
    Kind,
    Holder,
    Area,
    Service,
    Channel,
    Outcome,
    Waiting,
    Confirmed,
    From,
    Until,
    Requester,
    SolvedFrom,
    SolvedUntil,
    EndedFrom,
    EndedUntil,
    PendingOn,
    Solver,
    Step,
    StepFrom,
    StepUntil,
    AreaAlone,
    WithoutService,
}

impl Filter {
    /// In the order of their chips.
    pub const ALL: [Filter; 24] = [
        Filter::Words,
        Filter::State,
        Filter::Kind,
        Filter::Holder,
        Filter::Area,
        Filter::Requester,
        Filter::Service,
        Filter::Channel,
        Filter::Outcome,
        Filter::Waiting,
        Filter::Confirmed,
        Filter::From,
        Filter::Until,
        Filter::SolvedFrom,
        Filter::SolvedUntil,
        Filter::EndedFrom,
        Filter::EndedUntil,
        Filter::PendingOn,
        Filter::Solver,
        Filter::Step,
        Filter::StepFrom,
        Filter::StepUntil,
        Filter::AreaAlone,
        Filter::WithoutService,
    ];

    /// The name that the address gives it.
    pub fn name(self) -> &'static str {
        match self {
            Filter::Words => "words",
            Filter::State => "phase",
            Filter::Kind => "kind",
            Filter::Holder => "holder",
            Filter::Area => "area",
            Filter::Service => "service",
            Filter::Channel => "channel",
            Filter::Outcome => "outcome",
            Filter::Waiting => "waiting",
            Filter::Confirmed => "confirmed",
            Filter::From => "received_from",
            Filter::Until => "received_to",
            Filter::Requester => "requester",
            Filter::SolvedFrom => "solved_from",
            Filter::SolvedUntil => "solved_to",
            Filter::EndedFrom => "ended_from",
            Filter::EndedUntil => "ended_to",
            Filter::PendingOn => "pending_on",
            Filter::Solver => "solver",
            Filter::Step => "step",
            Filter::StepFrom => "step_from",
            Filter::StepUntil => "step_to",
            Filter::AreaAlone => "area_alone",
            Filter::WithoutService => "without_service",
        }
    }

    pub fn label(self, screen: Screen) -> &'static str {
        match self {
            Filter::Words => screen.filter_text(),
            Filter::State => screen.list_state(),
            Filter::Kind => screen.list_kind(),
            Filter::Holder => screen.list_holder(),
            Filter::Area => screen.list_area(),
            Filter::Service => screen.list_service(),
            Filter::Channel => screen.list_channel(),
            Filter::Outcome => screen.list_outcome(),
            Filter::Waiting => screen.filter_waits(),
            Filter::Confirmed => screen.filter_confirmation(),
            Filter::From => screen.filter_received_from(),
            Filter::Until => screen.filter_received_until(),
            Filter::Requester => screen.list_requester(),
            Filter::SolvedFrom => screen.filter_solved_from(),
            Filter::SolvedUntil => screen.filter_solved_until(),
            Filter::EndedFrom => screen.filter_ended_from(),
            Filter::EndedUntil => screen.filter_ended_until(),
            Filter::PendingOn => screen.filter_pending_on(),
            Filter::Solver => screen.filter_solver(),
            Filter::Step => screen.filter_step(),
            Filter::StepFrom => screen.filter_step_from(),
            Filter::StepUntil => screen.filter_step_until(),
            Filter::AreaAlone => screen.filter_area_alone(),
            Filter::WithoutService => screen.filter_without_service(),
        }
    }

    /// Does a chip invite to it before it is used?
    pub fn is_at_hand(self) -> bool {
        matches!(self, Filter::State | Filter::Kind | Filter::Holder | Filter::Area)
    }

    /// What is for the people of IT asks for records that others do not read.
    pub fn is_for(self, audience: Audience) -> bool {
        audience == Audience::It
            || !matches!(self, Filter::Kind | Filter::Holder | Filter::Area | Filter::Service | Filter::Requester | Filter::Solver)
    }

    /// Is it a day?
    pub fn is_day(self) -> bool {
        use Filter::*;
        matches!(self, From | Until | SolvedFrom | SolvedUntil | EndedFrom | EndedUntil | PendingOn | StepFrom | StepUntil)
    }

    /// Is it offered, or only shown where a figure led here with it?
    pub fn is_offered(self) -> bool {
        !matches!(self, Filter::Step | Filter::StepFrom | Filter::StepUntil | Filter::AreaAlone)
    }

    /// May several values stand in it?
    pub fn takes_several(self) -> bool {
        matches!(self, Filter::State | Filter::Kind | Filter::Channel | Filter::Outcome)
    }

    /// The values that the domain knows; of records, none.
    pub fn values(self, screen: Screen, audience: Audience, language: Language) -> Vec<Choice> {
        let named = |name: &str, words: &str| (name.to_owned(), words.to_owned());
        match self {
            Filter::State => {
                let words = if audience == Audience::It { words::phase } else { words::phase_for_requester };
                Phase::ALL.iter().map(|phase| named(phase.name(), words(*phase, language))).collect()
            }
            Filter::Kind => {
                let kinds = Kind::ALL.iter().map(|kind| named(kind.name(), words::kind(*kind, language)));
                kinds.chain([named("none", words::kind_or_none(None, language))]).collect()
            }
            Filter::Holder => vec![named("me", screen.filter_mine()), named("none", screen.filter_nobody())],
            Filter::Channel => Channel::ALL.iter().map(|channel| named(channel.name(), words::channel(*channel, language))).collect(),
            Filter::Outcome => Outcome::ALL.iter().map(|outcome| named(outcome.name(), words::outcome(*outcome, language))).collect(),
            Filter::Waiting => vec![named("true", screen.filter_waiting()), named("false", screen.filter_not_waiting())],
            Filter::Confirmed => vec![named("true", screen.filter_confirmed()), named("false", screen.filter_not_confirmed())],
            Filter::Requester => vec![named("me", screen.filter_mine())],
            Filter::Solver => vec![named("me", screen.filter_mine())],
            Filter::AreaAlone | Filter::WithoutService => vec![named("true", screen.yes())],
            Filter::Step => {
                words::EVALUATION_STEPS.iter().map(|step| named(step, words::evaluation_step(step, language).unwrap_or(step))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What the address says of a filter. That a list is of what is (not) ended is a state, too.
pub fn value_of(search: &str, filter: Filter) -> Option<String> {
    if filter == Filter::State && value_in(search, "phase").is_none() {
        return match value_in(search, "ended").as_deref() {
            Some("false") => Some("open".to_owned()),
            Some("true") => Some("ended".to_owned()),
            _ => None,
        };
    }
    value_in(search, filter.name()).filter(|value| !value.is_empty())
}

/// The address with another value for a filter; without it, where there is none.
pub fn with_filter(search: &str, filter: Filter, value: &str) -> String {
    match (filter, value) {
        (Filter::State, "open") => with_value(&with_value(search, "phase", ""), "ended", "false"),
        (Filter::State, "ended") => with_value(&with_value(search, "phase", ""), "ended", "true"),
        (Filter::State, value) => with_value(&with_value(search, "ended", ""), "phase", value),
        (filter, value) => with_value(search, filter.name(), value),
    }
}

/// The list of an address as a view keeps it: every filter that it is read for, and the order.
pub fn address_of(search: &str) -> String {
    // As its filters are asked of the server.
    let Ok(serde_json::Value::Object(filters)) = serde_json::to_value(query_of(|name| value_in(search, name))) else {
        return String::new();
    };
    let mut address = String::new();
    for (name, value) in filters {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        address = with_value(&address, &name, &value);
    }
    address
}

/// Do two addresses say the same list, in whatever order they say it?
pub fn is_same_list(one: &str, other: &str) -> bool {
    address_of(one) == address_of(other)
}

/// One value more, or less, of those that stand in a filter.
pub fn with_one(value: Option<&str>, one: &str) -> String {
    let before: Vec<&str> = value.unwrap_or_default().split(',').filter(|part| !part.is_empty()).collect();
    let is_in = before.contains(&one);
    let after: Vec<&str> = before.into_iter().filter(|part| *part != one).chain((!is_in).then_some(one)).collect();
    after.join(",")
}

/// What can be done to many at once, as far as a row tells. Reassigning asks to whom.
pub fn bulk_actions<'a>(chosen: impl Iterator<Item = &'a TicketSummary> + Clone, actor: &Actor, now: Instant) -> Vec<Action> {
    const OFFERED: [Action; 4] = [Action::Close, Action::Take, Action::Reassign, Action::Watch];
    let is_permitted = |action: &Action| chosen.clone().any(|ticket| domain::permit(&standing_of(ticket), actor, now, *action).is_ok());
    OFFERED.into_iter().filter(is_permitted).collect()
}

/// Who could take at least one of those that are chosen: whoever works at the level of one, but for the person who holds all of that level.
pub fn takers<'a>(chosen: impl Iterator<Item = &'a TicketSummary>, actor: &Actor, now: Instant) -> Vec<(Role, Option<PersonId>)> {
    let mut takers: Vec<(Role, Option<PersonId>)> = Vec::new();
    for ticket in chosen {
        let standing = standing_of(ticket);
        if domain::permit(&standing, actor, now, Action::Reassign).is_err() {
            continue;
        }
        let level = domain::permit::level_of(ticket.phase);
        match takers.iter_mut().find(|(role, _)| *role == level) {
            None => takers.push((level, standing.holder)),
            Some((_, but)) if *but != standing.holder => *but = None,
            Some(_) => {}
        }
    }
    takers
}

/// A title in pieces, each with whether it is what was sought: the beginnings of its words, whatever their case and accents.
pub fn cut_at(title: &str, sought: &str) -> Vec<(String, bool)> {
    let sought: Vec<Vec<char>> = sought
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().map(plain).collect())
        .collect();
    let letters: Vec<char> = title.chars().collect();
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let begins = letters[at].is_alphanumeric() && (at == 0 || !letters[at - 1].is_alphanumeric());
        let is_here =
            |word: &&Vec<char>| letters[at..].len() >= word.len() && letters[at..].iter().zip(word.iter()).all(|(a, b)| plain(*a) == *b);
        let found = sought.iter().filter(|_| begins).filter(is_here).map(Vec::len).max();
        let (n, is_found) = found.map_or((1, false), |n| (n, true));
        let piece: String = letters[at..at + n].iter().collect();
        match pieces.last_mut() {
            Some((last, false)) if !is_found => last.push_str(&piece),
            _ => pieces.push((piece, is_found)),
        }
        at += n;
    }
    pieces
}

/// A letter without its accent, in lower case. (The letters of Spanish: the tables of all others would be loaded by every visitor.)
pub fn plain(c: char) -> char {
    match c {
        'á' | 'Á' => 'a',
        'é' | 'É' => 'e',
        'í' | 'Í' => 'i',
        'ó' | 'Ó' => 'o',
        'ú' | 'Ú' | 'ü' | 'Ü' => 'u',
        'Ñ' => 'ñ',
        other => other.to_ascii_lowercase(),
    }
}

/// Where one is after a step: within the list.
pub fn moved(at: Option<usize>, by: i32, n: usize) -> Option<usize> {
    let last = n.checked_sub(1)?;
    Some(match at {
        None => 0,
        Some(at) => at.saturating_add_signed(by as isize).min(last),
    })
}

/// What a row says, as far as it changes: a row is drawn anew only where this does.
pub fn row_key(ticket: &TicketSummary, n_columns: usize) -> String {
    let holder = ticket.holder.as_ref().map_or(0, |holder| holder.id.get());
    let (id, version, phase) = (ticket.id, ticket.version, ticket.phase.name());
    let signs = [ticket.is_waiting, ticket.is_confirmed, ticket.is_reserved].map(u8::from);
    format!("{id}-{version}-{phase}-{holder}-{}-{signs:?}-{n_columns}", ticket.updated_at.timestamp_millis())
}

/// A list that was read anew: what stood on its first page is as it is now; what was read after it stays.
pub fn refreshed(before: &[TicketSummary], first_page: Vec<TicketSummary>, is_one_page: bool) -> Vec<TicketSummary> {
    if is_one_page {
        return first_page;
    }
    let now = |ticket: &TicketSummary| first_page.iter().find(|now| now.id == ticket.id).unwrap_or(ticket).clone();
    before.iter().map(now).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_but_for_those_that_a_row_needs() {
        assert_eq!((columns(None, true), columns(None, false)), (FIRST_COLUMNS.to_vec(), FIRST_COLUMNS_OF_OTHERS.to_vec()));
        assert_eq!(columns(Some("area,secret,state"), true), ["number", "title", "state", "area"]);
        assert_eq!(columns(Some(""), true), FIXED_COLUMNS);
        assert_eq!(toggled(&["number", "title", "state"], "area"), ["number", "title", "state", "area"]);
        assert_eq!(toggled(&["number", "title", "state"], "state"), ["number", "title"]);
        assert!(!choosable().any(|column| column == "title"));
        assert_eq!(exported(&["number", "title", "state"]), "number,title,kind,state");
    }

    #[test]
    fn a_state_is_a_phase_or_whether_it_has_ended() {
        let open = with_filter("phase=closed&words=x", Filter::State, "open");
        assert_eq!(open, "words=x&ended=false");
        assert_eq!(value_of(&open, Filter::State).as_deref(), Some("open"));
        assert_eq!(with_filter(&open, Filter::State, "closed"), "words=x&phase=closed");
        assert_eq!(with_filter(&open, Filter::State, ""), "words=x");
        assert_eq!(value_of("words=", Filter::Words), None);
    }

    #[test]
    fn values_are_added_and_taken_away() {
        assert_eq!(with_one(None, "incident"), "incident");
        assert_eq!(with_one(Some("incident"), "occurrence"), "incident,occurrence");
        assert_eq!(with_one(Some("incident,occurrence"), "incident"), "occurrence");
        assert_eq!(with_one(Some("incident"), "incident"), "");
    }

    #[test]
    fn every_filter_is_one_that_the_address_is_read_for() {
        let all: Vec<String> = Filter::ALL.iter().map(|filter| format!("{}=1", filter.name())).collect();
        let query = query_of(|name| value_in(&all.join("&"), name));
        assert!(query.phase.is_some() && query.kind.is_some() && query.holder.is_some() && query.area.is_some() && query.service.is_some());
        assert!(query.channel.is_some() && query.outcome.is_some() && query.requester.is_some() && query.words.is_some());
        let days = query_of(|name| Some(if name.starts_with("received") { "2026-01-31" } else { "true" }.to_owned()));
        assert!(days.received_from.is_some() && days.received_to.is_some());
        assert_eq!((days.waiting, days.confirmed, days.ended), (Some(true), Some(true), Some(true)));
    }

    #[test]
    fn a_view_keeps_what_the_address_asks_for_and_nothing_else() {
        let search = "utm=x&words=ni%C3%B1o+%26&phase=requested,in_attention&waiting=perhaps&sort=oldest&area=3&limit=5";
        let kept = address_of(search);
        assert_eq!(value_in(&kept, "words").as_deref(), Some("niño &"));
        assert_eq!(value_in(&kept, "phase").as_deref(), Some("requested,in_attention"));
        assert_eq!((value_in(&kept, "sort").as_deref(), value_in(&kept, "area").as_deref()), (Some("oldest"), Some("3")));
        assert!(["utm", "waiting", "limit"].iter().all(|name| value_in(&kept, name).is_none()), "{kept}");
        assert_eq!(address_of(&kept), kept);
        assert_eq!(address_of(""), "");
    }

    #[test]
    fn a_list_is_the_same_in_whatever_order_its_address_says_it() {
        assert!(is_same_list("phase=requested%2Cin_attention&sort=oldest", "sort=oldest&phase=requested,in_attention&x=1"));
        assert!(is_same_list("", "words="));
        assert!(!is_same_list("phase=requested", "phase=requested&sort=oldest"));
    }

    fn ticket(phase: &str, holder: Option<i64>) -> TicketSummary {
        let holder = holder.map(|id| serde_json::json!({ "id": id, "name": "Ana" }));
        serde_json::from_value(serde_json::json!({
            "id": 1, "version": 1, "title": "t", "phase": phase, "kind": "incident", "outcome": null, "channel": "web", "is_waiting": false,
            "is_reserved": false, "is_confirmed": false, "n_reopened": 0, "requester": { "id": 9, "name": "Ana" },
            "area": { "id": 1, "name": "A" }, "holder": holder, "service": null, "received_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "phase_since": "2026-01-01T00:00:00Z"
        }))
        .unwrap()
    }

    fn actor(role: Role) -> Actor {
        let who = domain::Who::Person(PersonId::parse(7).unwrap());
        Actor { who, roles: [role].into(), area: None, areas_headed: std::collections::BTreeSet::new() }
    }

    #[test]
    fn whoever_could_take_one_of_the_chosen_is_offered() {
        let takers = |tickets: &[TicketSummary], role| takers(tickets.iter(), &actor(role), Instant::UNIX_EPOCH);
        let person = |id| Some(PersonId::parse(id).unwrap());

        let both = [ticket("in_attention", Some(3)), ticket("escalated1", Some(4)), ticket("escalated1", Some(5))];
        assert_eq!(takers(&both, Role::HelpDesk), [(Role::HelpDesk, person(3)), (Role::Support1, None)]);
        assert_eq!(takers(&both[1..2], Role::ItHead), [(Role::Support1, person(4))]);
        assert_eq!(takers(&[ticket("in_attention", None)], Role::HelpDesk), [(Role::HelpDesk, None)]);
        // Of what cannot be reassigned, or not by them, nobody is asked for.
        assert_eq!(takers(&[ticket("requested", None), ticket("closed", None)], Role::HelpDesk), []);
        assert_eq!(takers(&both, Role::Support2), []);
        assert_eq!(takers(&[ticket("escalated2", Some(7))], Role::Support2), [(Role::Support2, person(7))]);
    }

    #[test]
    fn reassigning_is_offered_where_one_of_the_chosen_can_be() {
        let offered = |tickets: &[TicketSummary]| bulk_actions(tickets.iter(), &actor(Role::HelpDesk), Instant::UNIX_EPOCH);

        assert!(offered(&[ticket("requested", None), ticket("escalated1", Some(4))]).contains(&Action::Reassign));
        assert!(!offered(&[ticket("requested", None)]).contains(&Action::Reassign));
    }

    #[test]
    fn what_was_sought_is_marked_where_a_word_begins() {
        let marked = |title, sought| cut_at(title, sought).into_iter().filter(|(_, is)| *is).map(|(piece, _)| piece).collect::<Vec<_>>();
        assert_eq!(marked("El ESCÁNER no escanea", "escan"), ["ESCÁN", "escan"]);
        assert_eq!(marked("Preescáner", "escan"), [""; 0]);
        assert_eq!(marked("No abre", ""), [""; 0]);
        let whole: String = cut_at("Ñandú, ñato", "ña").into_iter().map(|(piece, _)| piece).collect();
        assert_eq!(whole, "Ñandú, ñato");
    }

    #[test]
    fn one_moves_within_the_list() {
        assert_eq!(
            (moved(None, 1, 3), moved(Some(0), 1, 3), moved(Some(2), 1, 3), moved(Some(0), -1, 3)),
            (Some(0), Some(1), Some(2), Some(0))
        );
        assert_eq!((moved(None, -1, 3), moved(Some(5), 1, 0)), (Some(0), None));
    }

    #[test]
    fn a_head_sorts_by_what_it_names() {
        assert_eq!(sorting("number", TicketSort::Newest), Some((TicketSort::Oldest, Some("descending"))));
        assert_eq!(sorting("updated_at", TicketSort::Newest), Some((TicketSort::Updated, None)));
        assert_eq!(sorting("title", TicketSort::Newest), None);
    }
}
