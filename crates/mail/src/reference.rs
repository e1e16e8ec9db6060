//! The signed reference that ties an answer to its ticket: `ti-123-45-<mac>`, ticket 123 as it was sent to person 45.
//!
//! It stands in the Message-ID of what we send, which an answer repeats in `In-Reply-To` and `References`, and in the address to answer to.
//! Whoever has it was sent it by us, or was forwarded it; a number in a subject proves nothing, and is not looked at.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::incoming::Incoming;

/// Letters of RFC 4648, in lower case: what changes the case of an address on its way changes nothing.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// 26 letters of five bits: 130 of the 256 bits.
const MAC_LETTERS: usize = 26;
/// What the bytes that are signed begin with, so that no other use of the key signs the same.
const LABEL: &[u8] = b"atiende mail reference 1\0";
/// RFC 5321, section 4.5.3.1.1.
const MAX_LOCAL_PART_BYTES: usize = 64;
/// What comes in is looked at no further: people with more addresses or longer threads answered something else.
const MAX_PLACES: usize = 400;

/// The key that signs references.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

/// Which ticket is answered, and to whom the answered message was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference {
    pub ticket: i64,
    pub person: i64,
}

impl Key {
    pub fn new(secret: &[u8]) -> Key {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        mac.update(LABEL);
        Key(mac)
    }

    /// `ti-123-45-<mac>`.
    pub fn reference(&self, ticket: i64, person: i64) -> String {
        let signed = format!("ti-{ticket}-{person}");
        let mac = self.mac(&signed);
        format!("{signed}-{mac}")
    }

    /// The reference that this text is, whole. It is compared in a time that does not depend on where it differs.
    pub fn read(&self, text: &str) -> Option<Reference> {
        let text = text.to_ascii_lowercase();
        let (signed, mac) = text.rsplit_once('-')?;
        let (ticket, person) = signed.strip_prefix("ti-")?.split_once('-')?;
        let reference = Reference { ticket: number(ticket)?, person: number(person)? };
        is_equal(mac.as_bytes(), self.mac(signed).as_bytes()).then_some(reference)
    }

    fn mac(&self, signed: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(signed.as_bytes());
        base32(&mac.finalize().into_bytes(), MAC_LETTERS)
    }
}

/// It tells nothing of the key.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The Message-ID of the `serial`-th message about a ticket to somebody, without its angle brackets. The same numbers make the same one.
pub fn message_id(key: &Key, ticket: i64, person: i64, serial: i64, host: &str) -> String {
    let reference = key.reference(ticket, person);
    let host: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
    let host = if host.is_empty() { "atiende.invalid" } else { &host };
    format!("{reference}.{serial}@{}", host.to_ascii_lowercase())
}

/// `helpdesk+ti-123-45-<mac>@agencia.example`. None where that would be no address: the mailbox is none, or its name is too long.
pub fn reply_address(mailbox: &str, reference: &str) -> Option<String> {
    let (local, domain) = mailbox.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty())?;
    let local = format!("{local}+{reference}");
    (local.len() <= MAX_LOCAL_PART_BYTES).then(|| format!("{local}@{domain}"))
}

/// The first reference of ours in what a message answers, from the nearest to the farthest, and then in the addresses that it was sent to.
pub fn find(key: &Key, incoming: &Incoming) -> Option<Reference> {
    let answered = incoming.in_reply_to.iter().chain(incoming.references.iter().rev());
    let in_id = |id: &String| key.read(id.trim_matches(['<', '>', ' ']).split_once(['.', '@'])?.0);
    let addresses = incoming.to.iter().chain(&incoming.cc).map(|mailbox| &mailbox.address).chain(&incoming.delivered_to);
    let in_address = |address: &String| key.read(address.rsplit_once('@')?.0.rsplit_once('+')?.1);
    answered.take(MAX_PLACES).find_map(in_id).or_else(|| addresses.take(MAX_PLACES).find_map(in_address))
}

/// A positive number as we write it: no sign and no zero before it, so that each reference has one spelling.
fn number(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}

fn is_equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && std::hint::black_box(left.iter().zip(right).fold(0, |differing, (l, r)| differing | (l ^ r))) == 0
}

fn base32(bytes: &[u8], n_letters: usize) -> String {
    let bit = |place: usize| usize::from(bytes[place / 8] >> (7 - place % 8) & 1);
    let letter = |place: usize| (0..5).fold(0, |value, offset| value << 1 | bit(place * 5 + offset));
    (0..n_letters).map(|place| char::from(BASE32[letter(place)])).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Mailbox;

    fn key() -> Key {
        Key::new(b"a secret of the installation")
    }

    #[test]
    fn an_address_to_answer_to_holds_the_reference() {
        let reference = key().reference(123, 45);

        let address = reply_address("helpdesk@agencia.example", &reference).unwrap();

        assert_eq!(address, format!("helpdesk+{reference}@agencia.example"));
        let incoming = Incoming { to: vec![Mailbox::new(None, &address.to_uppercase())], ..Incoming::default() };
        assert_eq!(find(&key(), &incoming), Some(Reference { ticket: 123, person: 45 }));
    }

    #[test]
    fn a_mailbox_whose_name_is_too_long_has_no_address_to_answer_to() {
        let reference = key().reference(123, 45);
        let room = MAX_LOCAL_PART_BYTES - reference.len() - 1;

        assert!(reply_address(&format!("{}@agencia.example", "m".repeat(room)), &reference).is_some());
        assert_eq!(reply_address(&format!("{}@agencia.example", "m".repeat(room + 1)), &reference), None);
        assert_eq!(reply_address("mesa", &reference), None);
        assert_eq!(reply_address("@agencia.example", &reference), None);
    }

    #[test]
    fn an_answer_is_tied_by_what_it_answers() {
        let id = message_id(&key(), 9, 4, 2, "mesa.agencia.example");

        let answer = Incoming { in_reply_to: vec![id.clone()], ..Incoming::default() };
        let later = Incoming { references: vec![id, "other@elsewhere.example".into()], ..Incoming::default() };

        assert_eq!(find(&key(), &answer), Some(Reference { ticket: 9, person: 4 }));
        assert_eq!(find(&key(), &later), Some(Reference { ticket: 9, person: 4 }));
        assert_eq!(find(&Key::new(b"another secret"), &answer), None);
    }

    #[test]
    fn the_nearest_of_several_references_counts_and_what_is_answered_before_the_address() {
        let (near, far, addressed) = (key().reference(1, 1), key().reference(2, 2), key().reference(3, 3));
        let mut incoming = Incoming {
            references: vec![format!("{far}.1@a.example"), format!("{near}.1@a.example")],
            delivered_to: vec![format!("mesa+{addressed}@a.example")],
            ..Incoming::default()
        };

        assert_eq!(find(&key(), &incoming).unwrap().ticket, 1);
        incoming.references.clear();
        assert_eq!(find(&key(), &incoming).unwrap().ticket, 3);
    }

    #[test]
    fn a_message_id_is_always_the_same_and_its_host_cannot_break_out_of_it() {
        assert_eq!(message_id(&key(), 1, 2, 3, "a.example"), message_id(&key(), 1, 2, 3, "a.example"));
        assert!(message_id(&key(), 1, 2, 3, "A.example>\r\nBcc: x").ends_with(".3@a.examplebccx"));
        assert!(message_id(&key(), 1, 2, 3, "").ends_with("@atiende.invalid"));
    }

    #[test]
    fn each_reference_has_one_spelling() {
        let reference = key().reference(7, 8);
        let mac = reference.rsplit_once('-').unwrap().1;
        for spelling in ["ti-07-8", "ti-+7-8", "ti-7-08", "ti-7-8-", "7-8", "ti-7"] {
            assert_eq!(key().read(&format!("{spelling}-{mac}")), None, "{spelling}");
        }
        for numbers in [(0, 1), (-1, 1), (1, 0), (1, i64::MIN)] {
            assert_eq!(key().read(&key().reference(numbers.0, numbers.1)), None, "{numbers:?}");
        }
        assert_eq!(key().read(&reference.to_uppercase()), Some(Reference { ticket: 7, person: 8 }));
    }

    proptest! {
        #[test]
        fn a_reference_is_read_as_it_was_written(ticket in 1..i64::MAX, person in 1..i64::MAX) {
            let reference = key().reference(ticket, person);

            prop_assert_eq!(key().read(&reference), Some(Reference { ticket, person }));
        }

        #[test]
        fn a_reference_with_one_other_character_is_none(ticket in 1..i64::MAX, person in 1..1_000_000_i64, place in 0_usize..60, other in any::<char>()) {
            let reference = key().reference(ticket, person);
            let mut letters: Vec<char> = reference.chars().collect();
            let place = place % letters.len();
            prop_assume!(!letters[place].eq_ignore_ascii_case(&other));
            letters[place] = other;

            let changed: String = letters.into_iter().collect();

            prop_assert_eq!(key().read(&changed), None);
        }

        #[test]
        fn a_reference_with_a_character_more_or_less_is_none(ticket in 1..i64::MAX, place in 0_usize..60, more in any::<char>()) {
            let reference = key().reference(ticket, 1);
            let mut longer: Vec<char> = reference.chars().collect();
            let mut shorter = longer.clone();
            longer.insert(place % (reference.len() + 1), more);
            shorter.remove(place % reference.len());

            let changed = [longer.into_iter().collect::<String>(), shorter.into_iter().collect()];

            prop_assert_eq!(changed.map(|text| key().read(&text)), [None, None]);
        }

        #[test]
        fn no_text_is_a_reference_by_chance(text in ".{0,80}") {
            prop_assert_eq!(key().read(&text), None);
        }
    }
}
