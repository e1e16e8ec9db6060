//! The tables of the directory, as `migrations/*/2026-11-23-000001_directory` makes them on both databases.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    areas (id) {
        id -> BigInt,
        version -> Integer,
        name -> Text,
        name_folded -> Text,
        abbreviation -> Nullable<Text>,
        parent_id -> Nullable<BigInt>,
        head_id -> Nullable<BigInt>,
        is_reserved -> Bool,
        ended_on -> Nullable<Date>,
    }
}

table! {
    area_closure (ancestor_id, descendant_id) {
        ancestor_id -> BigInt,
        descendant_id -> BigInt,
        depth -> Integer,
    }
}

table! {
    area_tree (id) {
        id -> BigInt,
        n_changes -> BigInt,
    }
}

table! {
    name_changes (id) {
        id -> BigInt,
        n_changes -> BigInt,
    }
}

table! {
    people (id) {
        id -> BigInt,
        version -> Integer,
        name -> Text,
        name_folded -> Text,
        email -> Nullable<Text>,
        post -> Nullable<Text>,
        area_id -> BigInt,
        extension -> Nullable<Text>,
        phone -> Nullable<Text>,
        place -> Nullable<Text>,
        language -> Text,
        is_contact -> Bool,
        is_active -> Bool,
        signed_in_at -> Nullable<Timestamp>,
        merged_into_id -> Nullable<BigInt>,
    }
}

table! {
    person_roles (person_id, role) {
        person_id -> BigInt,
        role -> Text,
    }
}

table! {
    credentials (person_id) {
        person_id -> BigInt,
        password_hash -> Text,
        changed_at -> Timestamp,
    }
}

table! {
    services (id) {
        id -> BigInt,
        version -> Integer,
        name -> Text,
        name_folded -> Text,
        description -> Nullable<Text>,
        is_active -> Bool,
    }
}

table! {
    providers (id) {
        id -> BigInt,
        version -> Integer,
        name -> Text,
        name_folded -> Text,
        ruc -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        contact -> Nullable<Text>,
        is_active -> Bool,
    }
}

table! {
    record_words (entity, word, record_id) {
        entity -> Text,
        word -> Text,
        record_id -> BigInt,
    }
}

table! {
    record_changes (id) {
        id -> BigInt,
        entity -> Text,
        entity_id -> BigInt,
        version -> Integer,
        at -> Timestamp,
        by_person -> Nullable<BigInt>,
        before -> Nullable<Text>,
        after -> Text,
        origin -> Nullable<Text>,
    }
}

table! {
    sessions (id) {
        id -> BigInt,
        person_id -> BigInt,
        opened_at -> Timestamp,
        used_at -> Timestamp,
        expires_at -> Timestamp,
        is_revoked -> Bool,
    }
}

table! {
    refresh_tokens (token_hash) {
        token_hash -> Binary,
        session_id -> BigInt,
        issued_at -> Timestamp,
        spent_at -> Nullable<Timestamp>,
        is_graced -> Bool,
    }
}

table! {
    setup (id) {
        id -> BigInt,
        done_at -> Nullable<Timestamp>,
    }
}

table! {
    setup_offers (token_hash) {
        token_hash -> Binary,
        offered_at -> Timestamp,
    }
}

table! {
    settings (id) {
        id -> BigInt,
        version -> Integer,
        name -> Text,
        value -> Text,
    }
}

joinable!(people -> areas (area_id));
joinable!(person_roles -> people (person_id));
joinable!(credentials -> people (person_id));
joinable!(record_changes -> people (by_person));
joinable!(sessions -> people (person_id));
joinable!(refresh_tokens -> sessions (session_id));

allow_tables_to_appear_in_same_query!(
    areas,
    area_closure,
    people,
    person_roles,
    credentials,
    services,
    providers,
    record_words,
    record_changes,
    sessions,
    refresh_tokens,
);
