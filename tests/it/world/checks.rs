//! What every test forgets.

use domain::{Actor, TicketId};
use store::tickets::{self, Filter, Sort};
use store::{Conn, Store, StoreError};

/// The row of every ticket is the fold of its events. Returns how many there are.
pub fn rows_are_what_events_say(store: &Store) -> usize {
    let everything = Actor::system();
    let compare = |conn: &mut Conn, id: TicketId| -> Result<(), StoreError> {
        let row = tickets::find(conn, &everything, id)?.expect("a ticket that was listed is found");
        assert_eq!(row, store::streams::rebuild_row(conn, id)?, "the row of ticket {id} is what its events say");
        Ok(())
    };
    store
        .read::<_, StoreError>(|conn| {
            let (mut after, mut n) = (None, 0);
            loop {
                let page = tickets::list(conn, &everything, &Filter::default(), Sort::Oldest, after.as_ref(), 200)?;
                for row in &page {
                    compare(conn, row.id)?;
                }
                n += page.len();
                match page.last() {
                    Some(row) => after = Some(Sort::Oldest.key(row)),
                    None => return Ok(n),
                }
            }
        })
        .expect("the tickets are read again")
}

/// It has done what it took, and takes nothing more.
pub fn the_writer_has_stopped(store: &Store) {
    assert_eq!(store.stats().n_queued, 0, "no write waits in a store that has stopped");
    let late = store.write(|_| Ok::<_, StoreError>(()));
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "a store that has stopped takes no write");
}
