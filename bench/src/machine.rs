//! What the figures were taken on.

use std::fs;

use serde::{Deserialize, Serialize};

const MIB: f64 = 1024.0 * 1024.0;

/// The machine as a reader of the figures must know it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub memory_gib: f64,
    /// `always`, `madvise` or `never`: whether the kernel backs memory with huge pages.
    pub huge_pages: String,
    /// Whether the engines' allocator asks for huge pages (`--huge-pages`).
    pub allocator_asks_for_huge_pages: bool,
    pub kernel: String,
    pub load_average: String,
}

impl Machine {
    pub fn look(allocator_asks_for_huge_pages: bool) -> Self {
        let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into());
        let family = field("/proc/cpuinfo", "cpu family").unwrap_or_default();
        let model = field("/proc/cpuinfo", "model").unwrap_or_default();
        let total_kib = field("/proc/meminfo", "MemTotal").and_then(|v| first_number(&v));
        let enabled = read("/sys/kernel/mm/transparent_hugepage/enabled");
        let chosen = enabled.split(['[', ']']).nth(1).unwrap_or("unknown");
        let load = read("/proc/loadavg");
        Self {
            cpu: format!("{cpu} (family {family}, model {model})"),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gib: total_kib.unwrap_or_default() * 1024.0 / MIB / 1024.0,
            huge_pages: chosen.into(),
            allocator_asks_for_huge_pages,
            kernel: read("/proc/sys/kernel/osrelease").trim().into(),
            load_average: load.split(' ').take(3).collect::<Vec<_>>().join(" "),
        }
    }
}

/// Memory this process holds now, in MiB.
pub fn resident_mib() -> f64 {
    kib("/proc/self/status", "VmRSS")
}

/// The most memory this process ever held, in MiB.
pub fn peak_mib() -> f64 {
    kib("/proc/self/status", "VmHWM")
}

/// Memory of this process that lies in huge pages, in MiB.
pub fn huge_mib() -> f64 {
    kib("/proc/self/smaps_rollup", "AnonHugePages")
}

/// Memory that a new process can have without anybody being killed for it, in MiB.
pub fn available_mib() -> f64 {
    kib("/proc/meminfo", "MemAvailable")
}

fn kib(path: &str, name: &str) -> f64 {
    field(path, name)
        .and_then(|value| first_number(&value))
        .unwrap_or_default()
        / 1024.0
}

fn first_number(value: &str) -> Option<f64> {
    value.split_whitespace().next()?.parse().ok()
}

fn field(path: &str, name: &str) -> Option<String> {
    read(path).lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

/// Empty when the file is not there: the report then says `unknown`.
fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
