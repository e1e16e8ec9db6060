//! What the kernel says of a process: processor time and memory.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::machine::{field, kibibytes};

/// Clock ticks of a second in `/proc`: Linux promises it to programs, whatever the kernel's own clock (`USER_HZ`, time(7)).
const TICKS: f64 = 100.0;

/// Processor seconds that a process has used, in all its threads.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = Stat::read(pid)?;
    Ok((stat.user + stat.system) as f64 / TICKS)
}

/// The same of a process with its children, those that have ended included.
pub fn family_cpu_seconds(pid: u32) -> Result<f64> {
    let parent = Stat::read(pid)?;
    let mut ticks = parent.user + parent.system + parent.ended_children;
    for child in fs::read_dir("/proc").context("read /proc")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        // One that ends meanwhile is counted by its parent the next time.
        if let Ok(stat) = Stat::read(child)
            && stat.parent == pid
        {
            ticks += stat.user + stat.system;
        }
    }
    Ok(ticks as f64 / TICKS)
}

/// Has it ended? Also when nobody has asked how yet.
pub fn has_ended(pid: u32) -> bool {
    Stat::read(pid).map_or(true, |stat| stat.state == 'Z')
}

struct Stat {
    state: char,
    parent: u32,
    user: u64,
    system: u64,
    ended_children: u64,
}

impl Stat {
    fn read(pid: u32) -> Result<Stat> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("ask for the process {pid}"))?;
        Stat::parse(&text).with_context(|| format!("read what the kernel says of the process {pid}"))
    }

    /// proc(5): the name in parentheses may hold anything; fields are counted from after it.
    fn parse(text: &str) -> Option<Stat> {
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Stat {
            state: fields.first()?.chars().next()?,
            parent: u32::try_from(number(4)?).ok()?,
            user: number(14)?,
            system: number(15)?,
            ended_children: number(16)? + number(17)?,
        })
    }
}

/// Memory of a process that is in RAM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// All of it.
    pub resident_mib: f64,
    /// Its own, rather than pages of files that the kernel may take back at any time: of its program, and of a database that it maps.
    pub own_mib: f64,
}

impl Memory {
    pub fn of(pid: u32) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).with_context(|| format!("ask for the memory of {pid}"))?;
        let mib = |name| field(&status, name).and_then(kibibytes).map(|n| n as f64 / 1024.0);
        let resident_mib = mib("VmRSS").context("no VmRSS")?;
        Ok(Memory { resident_mib, own_mib: mib("RssAnon").context("no RssAnon")? })
    }

    pub fn json(self) -> Value {
        json!({ "resident_mib": round(self.resident_mib), "own_mib": round(self.own_mib) })
    }
}

/// Two digits after the point are more than any of this means.
pub fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_kernel_is_read_whatever_the_name() {
        let stat = Stat::parse("12 (a) b (c) S 7 12 12 0 -1 4194304 100 0 0 0 250 50 3 4 20 0 9 0 1 2 3").unwrap();
        assert_eq!((stat.state, stat.parent, stat.user, stat.system, stat.ended_children), ('S', 7, 250, 50, 7));
    }

    #[test]
    fn this_process_has_memory_and_has_not_ended() {
        let memory = Memory::of(std::process::id()).unwrap();
        assert!(memory.resident_mib >= memory.own_mib && memory.own_mib > 0.0);
        assert!(!has_ended(std::process::id()) && has_ended(u32::MAX));
        assert!(cpu_seconds(std::process::id()).is_ok());
    }
}
