//! The mails that came in, as `migrations/*/2026-11-25-000011_received` makes their table on both databases.

use diesel::{allow_tables_to_appear_in_same_query, table};

use super::directory::people;

table! {
    received_mails (id) {
        id -> BigInt,
        sha256 -> Text,
        n_bytes -> BigInt,
        is_whole -> Bool,
        received_at -> Timestamp,
        envelope_sender -> Nullable<Text>,
        envelope_recipient -> Nullable<Text>,
        message_id -> Nullable<Text>,
        from_address -> Nullable<Text>,
        from_name -> Nullable<Text>,
        subject -> Nullable<Text>,
        is_proven -> Nullable<Bool>,
        state -> Text,
        why -> Nullable<Text>,
        ticket_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        duplicate_of_id -> Nullable<BigInt>,
        bounced_address -> Nullable<Text>,
        message_key -> Nullable<Text>,
        essence -> Nullable<Text>,
        handled_by -> Nullable<BigInt>,
        settled_at -> Nullable<Timestamp>,
        leased_until -> Timestamp,
        n_attempts -> Integer,
        last_error -> Nullable<Text>,
    }
}

allow_tables_to_appear_in_same_query!(received_mails, people);
