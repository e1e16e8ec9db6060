//! A run as people read it and as programs do.

use serde_json::{Value, json};

use crate::load::{Loaded, phases};
use crate::machine::Machine;
use crate::measure::Figures;
use crate::process::{Memory, round};
use crate::targets::Target;

/// One database, measured.
pub struct Report {
    pub database: &'static str,
    pub machine: Machine,
    pub disk: String,
    pub fdatasync_per_second: f64,
    pub n_tickets: usize,
    pub n_events: usize,
    pub phases: Vec<(String, usize)>,
    pub load_seconds: f64,
    pub seconds: u64,
    pub settings: Vec<(String, String)>,
    pub figures: Vec<(Figures, Vec<Target>)>,
    pub idle_before: Memory,
    pub idle_after: Memory,
    pub idle_targets: Vec<Target>,
}

impl Report {
    pub fn loaded(&mut self, loaded: &Loaded) {
        self.n_tickets = loaded.tickets.len();
        self.n_events = loaded.n_events;
        self.phases = phases(&loaded.tickets).into_iter().map(|(phase, n)| (phase.to_string(), n)).collect();
        self.load_seconds = loaded.seconds;
    }

    pub fn tickets_per_second(&self) -> f64 {
        self.n_tickets as f64 / self.load_seconds
    }

    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.figures.iter().flat_map(|(_, targets)| targets).chain(&self.idle_targets)
    }

    pub fn json(&self) -> Value {
        json!({
            "database": self.database,
            "machine": self.machine.json(),
            "disk": { "device": self.disk, "fdatasync_per_second": round(self.fdatasync_per_second) },
            "loaded": {
                "tickets": self.n_tickets,
                "events": self.n_events,
                "seconds": round(self.load_seconds),
                "tickets_per_second": round(self.tickets_per_second()),
                "phases": self.phases.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            },
            "seconds_each": self.seconds,
            "settings": self.settings.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "figures": self.figures.iter().map(|(figures, _)| figures.json()).collect::<Vec<_>>(),
            "idle_memory": { "after_start": self.idle_before.json(), "after_run": self.idle_after.json() },
            "targets": self.targets().map(Target::json).collect::<Vec<_>>(),
        })
    }

    /// Figures of all operations, and what was to be reached.
    pub fn table(&self) -> String {
        let head = [
            "operation",
            "conns",
            "req/s",
            "p50 ms",
            "p99 ms",
            "max ms",
            "server CPU",
            "db CPU",
            "load CPU",
            "RSS MiB",
            "own MiB",
            "load avg",
            "target",
        ];
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(self.figures.iter().map(|(figures, targets)| row(figures, targets)));
        let mut text = aligned(&rows);
        text.push_str(
            "CPU: seconds of processor time for 1,000 requests. own: without pages of files, which the kernel may take back.\n\n",
        );
        for (when, memory) in [("3 s after start", self.idle_before), ("3 s after the run", self.idle_after)] {
            text.push_str(&format!("idle memory {when}: {:.1} MiB, own {:.1} MiB\n", memory.resident_mib, memory.own_mib));
        }
        text.push('\n');
        for target in self.targets() {
            text.push_str(&format!("{:<8} {}: {:.1}\n", word(target), target.what, target.measured));
        }
        text
    }
}

fn row(figures: &Figures, targets: &[Target]) -> [String; 13] {
    let words: Vec<&str> = targets.iter().map(word).collect();
    [
        figures.operation.name().to_owned(),
        figures.n_connections.to_string(),
        format!("{:.0}", figures.per_second),
        format!("{:.2}", figures.p50_ms),
        format!("{:.2}", figures.p99_ms),
        format!("{:.1}", figures.max_ms),
        format!("{:.3}", figures.server_cpu),
        format!("{:.3}", figures.database_cpu),
        format!("{:.3}", figures.load_cpu),
        format!("{:.1}", figures.memory.resident_mib),
        format!("{:.1}", figures.memory.own_mib),
        format!("{:.1}", figures.load_average),
        words.join(", "),
    ]
}

fn word(target: &Target) -> &'static str {
    if target.is_reached { "reached" } else { "MISSED" }
}

/// Columns as wide as what is in them; the first to the left, numbers to the right.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if column == 0 || column == N - 1 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [["créate", "1", ""], ["b", "100", "reached"]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), "créate    1\nb       100  reached\n");
    }
}
