//! What is to be reached: on two cores with the load on the same machine, at 100,000 tickets and 32 connections; figures of the board at one.

use serde_json::{Value, json};
use store::Backend;

use crate::measure::Figures;
use crate::operations::Operation;
use crate::process::Memory;

/// The targets are set for these.
pub const N_TICKETS: usize = 100_000;
pub const N_CONNECTIONS: usize = 32;

const READS: f64 = 8_000.0;
const LISTS: f64 = 2_000.0;
const LIST_P99_MS: f64 = 50.0;
const CREATES_ON_SQLITE: f64 = 3_000.0;
const CREATES_ON_POSTGRES: f64 = 1_500.0;
/// A figure of the board, asked alone.
const REPORT_P50_MS: f64 = 100.0;
const IDLE_MIB: f64 = 60.0;

/// One target, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub what: String,
    pub measured: f64,
    pub is_reached: bool,
}

impl Target {
    fn at_least(what: &str, measured: f64, least: f64, unit: &str) -> Target {
        Target { what: format!("{what} ≥ {least}{unit}"), measured, is_reached: measured >= least }
    }

    fn below(what: &str, measured: f64, most: f64, unit: &str) -> Target {
        Target { what: format!("{what} < {most}{unit}"), measured, is_reached: measured < most }
    }

    pub fn json(&self) -> Value {
        json!({ "target": self.what, "measured": crate::process::round(self.measured), "is_reached": self.is_reached })
    }
}

/// The targets of one measurement; none, where none is set.
pub fn of(backend: Backend, n_tickets: usize, figures: &Figures) -> Vec<Target> {
    if n_tickets != N_TICKETS {
        return Vec::new();
    }
    if figures.operation.is_report() && figures.n_connections == 1 {
        return vec![Target::below(&format!("{}: p50", figures.operation.name()), figures.p50_ms, REPORT_P50_MS, " ms")];
    }
    if figures.n_connections != N_CONNECTIONS {
        return Vec::new();
    }
    let at_least = |least| Target::at_least(figures.operation.name(), figures.per_second, least, "/s");
    match (figures.operation, backend) {
        (Operation::ReadOne | Operation::ReadOwn, _) => vec![at_least(READS)],
        (Operation::List, _) => vec![at_least(LISTS), Target::below("list 50, newest: p99", figures.p99_ms, LIST_P99_MS, " ms")],
        (Operation::Create, Backend::Sqlite) => vec![at_least(CREATES_ON_SQLITE)],
        (Operation::Create, Backend::Postgres) => vec![at_least(CREATES_ON_POSTGRES)],
        _ => Vec::new(),
    }
}

/// The memory of a server that does nothing.
pub fn idle(when: &str, memory: Memory) -> Target {
    Target::below(&format!("idle memory, {when}"), memory.resident_mib, IDLE_MIB, " MiB")
}
