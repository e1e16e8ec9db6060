//! Fills a database: the agency, and tickets of one year.

use std::sync::mpsc::sync_channel;
use std::time::Instant as Clock;

use anyhow::{Context, Result, bail};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};
use domain::{Entry, Instant, PersonId, Phase, TicketId, day_in_lima};
use draw::Draw;
use store::streams::{self, NewTicket};
use store::{Conn, Store, StoreError};

use crate::agency::Agency;
use crate::story;

/// Tickets of one transaction.
const CHUNK: usize = 2_000;
/// About how many tickets the measured user has.
const N_OWN: usize = 100;

/// What was loaded, as far as requests need to know it.
#[derive(Debug)]
pub struct Loaded {
    pub agency: Agency,
    pub tickets: Vec<Known>,
    pub n_events: usize,
    pub seconds: f64,
}

/// One ticket that was loaded.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub id: i64,
    pub phase: Phase,
    pub requester: PersonId,
    pub holder: Option<PersonId>,
}

/// One thread tells the stories while the other writes them.
pub fn load(store: &Store, n_tickets: usize, seed: u64, now: Instant) -> Result<Loaded> {
    let agency = Agency::write(store, seed, now - TimeDelta::days(400)).context("write the agency")?;
    let begun = Clock::now();
    let (mut known, mut n_events) = (Vec::with_capacity(n_tickets), 0);
    std::thread::scope(|scope| -> Result<()> {
        let (send, chunks) = sync_channel::<Result<Chunk>>(2);
        let of_teller = &agency;
        scope.spawn(move || {
            for begin in (0..n_tickets).step_by(CHUNK) {
                let chunk = tell(of_teller, begin..n_tickets.min(begin + CHUNK), n_tickets, seed, now);
                if send.send(chunk).is_err() {
                    return; // The writer has given up.
                }
            }
        });
        for chunk in chunks {
            let Chunk { streams, tickets } = chunk?;
            n_events += streams.iter().map(Vec::len).sum::<usize>();
            let ids = store.write::<_, StoreError>(move |conn| write(conn, &streams)).context("write tickets")?;
            if ids.len() != tickets.len() {
                bail!("{} tickets were written of {}", ids.len(), tickets.len());
            }
            known.extend(ids.iter().zip(tickets).map(|(id, ticket)| Known { id: id.get(), ..ticket }));
            if known.len() % (n_tickets / 4).next_multiple_of(CHUNK) == 0 {
                println!("  {} tickets after {:.1} s", known.len(), begun.elapsed().as_secs_f64());
            }
        }
        Ok(())
    })?;
    Ok(Loaded { agency, tickets: known, n_events, seconds: begun.elapsed().as_secs_f64() })
}

/// What a request does, many times over.
fn write(conn: &mut Conn, streams: &[Vec<Entry>]) -> Result<Vec<TicketId>, StoreError> {
    let new: Vec<NewTicket<'_>> = streams.iter().map(|entries| NewTicket { entries, origin: None }).collect();
    Ok(streams::create_many(conn, &new)?.into_iter().map(|(id, _)| id).collect())
}

struct Chunk {
    streams: Vec<Vec<Entry>>,
    /// Their numbers are not known yet.
    tickets: Vec<Known>,
}

fn tell(agency: &Agency, places: std::ops::Range<usize>, n_tickets: usize, seed: u64, now: Instant) -> Result<Chunk> {
    let mut chunk = Chunk { streams: Vec::with_capacity(places.len()), tickets: Vec::with_capacity(places.len()) };
    let calendar = Calendar::before(now);
    for place in places {
        let mut draw = Draw::of(seed, &[2, place as u64]);
        let is_own = place % (n_tickets / N_OWN).max(1) == 0;
        let requester = if is_own { agency.measured_user } else { *draw.pick(&agency.users) };
        let received_at = calendar.at((place as f64 + draw.fraction()) / n_tickets as f64);
        let (ticket, entries) = story::tell(agency, &mut draw, requester, received_at, now)?;
        chunk.tickets.push(Known { id: 0, phase: ticket.stage.phase(), requester: ticket.requester, holder: ticket.stage.holder() });
        chunk.streams.push(entries);
    }
    Ok(chunk)
}

/// The working hours of a year.
struct Calendar {
    days: Vec<NaiveDate>,
}

impl Calendar {
    const HOURS: f64 = 9.0;

    /// The year that ended the day before.
    fn before(now: Instant) -> Calendar {
        let today = day_in_lima(now);
        let days = (1..=365).rev().filter_map(|n| today.checked_sub_days(Days::new(n)));
        Calendar { days: days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)).collect() }
    }

    /// From 0, its first moment, to 1: between 8 and 17 hours of Lima.
    fn at(&self, fraction: f64) -> Instant {
        let place = fraction.clamp(0.0, 0.999_999_999) * self.days.len() as f64;
        let day = self.days[place as usize].and_time(NaiveTime::MIN).and_utc();
        day + TimeDelta::hours(5 + 8) + TimeDelta::milliseconds((place.fract() * Self::HOURS * 3_600_000.0) as i64)
    }
}

/// How many tickets of each phase there are.
pub fn phases(tickets: &[Known]) -> Vec<(Phase, usize)> {
    let count = |phase: Phase| tickets.iter().filter(|ticket| ticket.phase == phase).count();
    Phase::ALL.iter().map(|phase| (*phase, count(*phase))).filter(|(_, n)| *n > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::StoreSettings;

    #[test]
    fn a_loaded_year_reaches_every_phase_of_the_procedure() {
        let folder = std::env::temp_dir().join(format!("bench-load-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite:{}", folder.join("load.db").display());
        Store::migrate(&url).unwrap();
        let store = Store::open(&StoreSettings { url, n_readers: 1, queue: 4 }).unwrap();
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();

        let loaded = load(&store, 20_000, 7, now).unwrap();

        store.stop();
        drop(store);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(loaded.tickets.len(), 20_000);
        assert!(loaded.tickets.windows(2).all(|two| two[0].id < two[1].id));
        let phases: Vec<Phase> = phases(&loaded.tickets).into_iter().map(|(phase, _)| phase).collect();
        let missing: Vec<&Phase> = Phase::ALL.iter().filter(|phase| !phases.contains(phase) && **phase != Phase::Duplicate).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let n_ended = loaded.tickets.iter().filter(|ticket| ticket.phase.is_end()).count();
        assert!((16_000..19_800).contains(&n_ended), "{n_ended} of 20,000 are ended");
        let n_own = loaded.tickets.iter().filter(|ticket| ticket.requester == loaded.agency.measured_user).count();
        assert_eq!(n_own, N_OWN);
    }

    #[test]
    fn the_year_goes_from_one_working_morning_to_another() {
        let calendar = Calendar::before(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        assert!(calendar.at(0.0) < calendar.at(0.5) && calendar.at(0.5) < calendar.at(1.0));
        assert!(calendar.at(1.0).timestamp() < 1_800_000_000 && calendar.at(0.0).timestamp() > 1_800_000_000 - 366 * 24 * 3600);
    }
}
