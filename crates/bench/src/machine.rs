//! The machine that a figure belongs to: without it no figure says anything.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What runs it all.
#[derive(Debug, Clone)]
pub struct Machine {
    pub n_cores: usize,
    pub cpu: String,
    pub memory_mib: u64,
    pub kernel: String,
}

impl Machine {
    pub fn read() -> Result<Machine> {
        let about_cpu = fs::read_to_string("/proc/cpuinfo").context("read /proc/cpuinfo")?;
        let about_memory = fs::read_to_string("/proc/meminfo").context("read /proc/meminfo")?;
        Ok(Machine {
            n_cores: std::thread::available_parallelism().context("count the cores")?.get(),
            cpu: field(&about_cpu, "model name").unwrap_or("unknown").to_owned(),
            memory_mib: field(&about_memory, "MemTotal").and_then(kibibytes).unwrap_or_default() / 1024,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").context("read the kernel's version")?.trim().to_owned(),
        })
    }

    pub fn json(&self) -> Value {
        json!({ "cores": self.n_cores, "cpu": self.cpu, "memory_mib": self.memory_mib, "kernel": self.kernel })
    }
}

/// The value of `name: value` in the kernel's tables.
pub fn field<'a>(table: &'a str, name: &str) -> Option<&'a str> {
    table.lines().find_map(|line| line.split_once(':').filter(|(key, _)| key.trim() == name)).map(|(_, value)| value.trim())
}

/// The number of `1234 kB`.
pub fn kibibytes(value: &str) -> Option<u64> {
    value.strip_suffix("kB")?.trim().parse().ok()
}

/// How many other things want the processors: the load average of the last minute.
pub fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default()
}

/// The disk under a folder: durable writes of 4 KiB in a second, one after the other.
pub fn fdatasync_rate(folder: &Path) -> Result<f64> {
    const SPAN: Duration = Duration::from_secs(2);
    let path = folder.join("fdatasync-probe");
    let measured = (|| {
        let mut file = File::create(&path)?;
        let page = [0x5A_u8; 4096];
        let (begun, mut n) = (Instant::now(), 0_u32);
        while begun.elapsed() < SPAN {
            file.write_all(&page)?;
            file.sync_data()?;
            n += 1;
        }
        Ok::<_, std::io::Error>(f64::from(n) / begun.elapsed().as_secs_f64())
    })();
    let _ = fs::remove_file(&path);
    measured.with_context(|| format!("write to {}", path.display()))
}

/// The device and the kind of file system of a folder.
pub fn file_system(folder: &Path) -> String {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let fields =
        mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()).filter(|fields| fields.len() > 2 && folder.starts_with(fields[1]));
    fields.max_by_key(|fields| fields[1].len()).map_or_else(|| "unknown".to_owned(), |fields| format!("{} {}", fields[0], fields[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_the_kernel_is_read_by_name() {
        let table = "MemTotal:       24684276 kB\nMemFree:         123 kB\n";
        assert_eq!(field(table, "MemTotal").and_then(kibibytes), Some(24_684_276));
        assert_eq!(field(table, "Mem"), None);
    }

    #[test]
    fn this_machine_says_what_it_is() {
        let machine = Machine::read().unwrap();
        assert!(machine.n_cores > 0 && machine.memory_mib > 0 && !machine.kernel.is_empty());
    }
}
