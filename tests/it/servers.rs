//! Several servers on one PostgreSQL: no mail goes twice, and nobody is reminded twice.

use std::collections::BTreeSet;

use store::{Backend, outbox};

use crate::routes::tickets::given::call;
use crate::world::mail_server::{MailServer, wait_until};
use crate::world::{Installation, Who};

#[test]
fn two_servers_that_start_together_on_one_postgresql_send_no_mail_twice() {
    const N_TICKETS: usize = 24;
    let installation = Installation::new(Backend::Postgres);
    let mail_server = MailServer::start();
    let settings = mail_server.settings();

    let servers = std::thread::scope(|scope| {
        let starting = [(); 2].map(|()| scope.spawn(|| installation.serve_with(&settings)));
        starting.map(|starting| starting.join().unwrap())
    });
    let first = servers.iter().find(|server| server.is_offered_setup()).expect("one of them offers the set-up");
    let agency = installation.found_on(first);
    for n in 0..N_TICKETS {
        let desk = servers[n % 2].caller(Who::HelpDesk);
        desk.create(call(agency.person(Who::User), &format!("La impresora {n}"))).must(201);
    }

    let store = installation.store();
    wait_until("every mail has left", || store.read(outbox::depth).is_ok_and(|(n, _)| n == 0));
    store.stop();
    let mails: Vec<_> = mail_server.mails().iter().map(|mail| mail.read()).collect();
    let ids: BTreeSet<&str> = mails.iter().filter_map(|mail| mail.message_id.as_deref()).collect();
    let subjects: BTreeSet<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!((mails.len(), ids.len(), subjects.len()), (N_TICKETS, N_TICKETS, N_TICKETS), "{subjects:?}");
}
