//! The tables of the tickets, as `migrations/*/2026-11-23-000002_tickets` makes them on both databases.

use diesel::{allow_tables_to_appear_in_same_query, table};

use super::beside::columns_beside;
use super::directory::{area_closure, areas, people, providers, services};

table! {
    tickets (id) {
        id -> BigInt,
        position -> Integer,
        version -> Integer,
        phase -> Text,
        is_ended -> Bool,
        kind -> Nullable<Text>,
        outcome -> Nullable<Text>,
        requester_id -> BigInt,
        creator_id -> Nullable<BigInt>,
        area_id -> BigInt,
        is_reserved -> Bool,
        holder_id -> Nullable<BigInt>,
        waiting_since -> Nullable<Timestamp>,
        reminders_left -> Nullable<Integer>,
        reminded_at -> Nullable<Timestamp>,
        solver_id -> Nullable<BigInt>,
        is_confirmed -> Bool,
        is_phone_notice_due -> Bool,
        channel -> Text,
        title -> Text,
        title_folded -> Text,
        service_id -> Nullable<BigInt>,
        duplicate_of_id -> Nullable<BigInt>,
        from_ticket_id -> Nullable<BigInt>,
        n_reopened -> Integer,
        received_at -> Timestamp,
        updated_at -> Timestamp,
        phase_since -> Timestamp,
        solved_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        attend_seconds -> Nullable<BigInt>,
        solve_seconds -> Nullable<BigInt>,
    }
}

columns_beside! {
    tickets (details) {
        internal -> Integer,
        report_author_id -> Nullable<BigInt>,
        is_covered -> Bool,
        reopenable_until -> Nullable<Timestamp>,
        description -> Nullable<Text>,
        since_on -> Nullable<Date>,
        impact -> Nullable<Text>,
        equipment -> Nullable<Text>,
        place -> Nullable<Text>,
        solution -> Nullable<Text>,
        provider_id -> Nullable<BigInt>,
        draft -> Nullable<Text>,
        report -> Nullable<Text>,
        n_visits -> Integer,
        created_at -> Timestamp,
        held_since -> Timestamp,
        attended_at -> Nullable<Timestamp>,
    }
}

table! {
    events (ticket_id, position) {
        ticket_id -> BigInt,
        position -> Integer,
        version -> Integer,
        internal -> Integer,
        at -> Timestamp,
        by_person -> Nullable<BigInt>,
        name -> Text,
        is_internal -> Bool,
        is_hidden -> Bool,
        payload -> Text,
        origin -> Nullable<Text>,
    }
}

table! {
    ticket_watchers (ticket_id, person_id) {
        ticket_id -> BigInt,
        person_id -> BigInt,
    }
}

table! {
    files (id) {
        id -> BigInt,
        name -> Text,
        media_type -> Text,
        n_bytes -> BigInt,
        sha256 -> Text,
        uploaded_by -> Nullable<BigInt>,
        uploaded_at -> Timestamp,
        ticket_id -> Nullable<BigInt>,
        position -> Nullable<Integer>,
    }
}

table! {
    outbox (id) {
        id -> BigInt,
        ticket_id -> Nullable<BigInt>,
        position -> Nullable<Integer>,
        person_id -> Nullable<BigInt>,
        kind -> Text,
        created_at -> Timestamp,
        leased_until -> Timestamp,
        n_attempts -> Integer,
        last_error -> Nullable<Text>,
        done_at -> Nullable<Timestamp>,
        provider_id -> Nullable<BigInt>,
        to_name -> Nullable<Text>,
        to_address -> Nullable<Text>,
        language -> Nullable<Text>,
        details -> Nullable<Text>,
        state -> Text,
        subject -> Nullable<Text>,
        message_id -> Nullable<Text>,
    }
}

table! {
    notice_marks (person_id) {
        person_id -> BigInt,
        seen_until -> BigInt,
    }
}

table! {
    idempotency (person_id, route, key) {
        person_id -> BigInt,
        route -> Text,
        key -> Text,
        request_hash -> Binary,
        created_at -> Timestamp,
        status -> Nullable<Integer>,
        etag -> Nullable<Text>,
        location -> Nullable<Text>,
        body -> Nullable<Text>,
    }
}

allow_tables_to_appear_in_same_query!(tickets, events, ticket_watchers, files, outbox, idempotency);
allow_tables_to_appear_in_same_query!(tickets, people);
allow_tables_to_appear_in_same_query!(tickets, areas);
allow_tables_to_appear_in_same_query!(tickets, area_closure);
allow_tables_to_appear_in_same_query!(tickets, services);
allow_tables_to_appear_in_same_query!(tickets, providers);
allow_tables_to_appear_in_same_query!(events, people);
allow_tables_to_appear_in_same_query!(files, people);
allow_tables_to_appear_in_same_query!(outbox, people);
allow_tables_to_appear_in_same_query!(outbox, providers);
