//! What a process has used, as Linux counts it.

use std::{fs, io};

/// User and system time of a process, in seconds: fields 14 and 15 of its `stat`, in hundredths of a second on every
/// Linux that Rust supports. A process that is gone has used nothing that can still be read.
#[allow(dead_code, reason = "not every benchmark asks for time")]
pub fn cpu_seconds(process: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

/// Sets this process's peak back to what is in memory now, and returns that, in KiB.
#[allow(dead_code, reason = "not every benchmark asks for memory")]
pub fn reset_peak() -> io::Result<u64> {
    fs::write("/proc/self/clear_refs", "5")?;
    status("VmRSS")
}

/// A line of this process's `status`, in KiB.
#[allow(dead_code, reason = "not every benchmark asks for memory")]
pub fn status(name: &str) -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|it| it.starts_with(name)).unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|it| it.parse().ok())
        .ok_or_else(|| io::Error::other("no such line in /proc/self/status"))
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
