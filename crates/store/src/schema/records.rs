//! The tables of access tokens, password links, absences and sign-ins, as `migrations/*/2026-11-25-000012_records` makes them on both databases;
//! and that of saved views, as `migrations/*/2026-11-26-000050_saved_views` does.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

use super::directory::people;

table! {
    access_tokens (id) {
        id -> BigInt,
        person_id -> BigInt,
        name -> Text,
        scope -> Text,
        token_hash -> Binary,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

table! {
    password_links (token_hash) {
        token_hash -> Binary,
        person_id -> BigInt,
        kind -> Text,
        issued_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    absences (id) {
        id -> BigInt,
        version -> Integer,
        person_id -> BigInt,
        from_on -> Date,
        until_on -> Date,
        reason -> Nullable<Text>,
        acting_id -> Nullable<BigInt>,
        is_cancelled -> Bool,
    }
}

table! {
    sign_ins (id) {
        id -> BigInt,
        at -> Timestamp,
        person_id -> BigInt,
        origin -> Nullable<Text>,
    }
}

table! {
    saved_views (id) {
        id -> BigInt,
        version -> Integer,
        person_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        query -> Text,
        column_names -> Text,
        is_shared -> Bool,
    }
}

joinable!(access_tokens -> people (person_id));
joinable!(password_links -> people (person_id));
joinable!(sign_ins -> people (person_id));
joinable!(saved_views -> people (person_id));

allow_tables_to_appear_in_same_query!(access_tokens, people);
allow_tables_to_appear_in_same_query!(password_links, people);
allow_tables_to_appear_in_same_query!(absences, people);
allow_tables_to_appear_in_same_query!(sign_ins, people);
allow_tables_to_appear_in_same_query!(saved_views, people);
