//! How time is taken.
//!
//! Each figure is the median of several repetitions, with the smallest and the largest beside it,
//! after one repetition that is thrown away. Time is CPU time of the one thread that works: on a
//! shared machine it does not grow when somebody else's build takes the core, and on a quiet one it
//! equals the wall clock (`busy` says how nearly). What other processes do to the shared
//! caches it cannot remove, hence the smallest value.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Nanoseconds for one item, over several repetitions.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Timing {
    pub median_ns: f64,
    pub min_ns: f64,
    pub max_ns: f64,
    /// CPU time over wall time, of all repetitions: 1 on a quiet machine.
    pub busy: f64,
    pub repetitions: usize,
}

/// One call at a time, the clock read around each; about 25 ns of each figure is the clock.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Latency {
    pub p50_ns: f64,
    pub p99_ns: f64,
}

fn thread_cpu_ns() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Runs `work(0)` unmeasured, then `work(1..=repetitions)`; each call works through `items` items.
pub fn repeat(
    repetitions: usize,
    items: usize,
    mut work: impl FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<Timing> {
    work(0)?;
    let mut per_item = Vec::with_capacity(repetitions);
    let (mut cpu, mut wall) = (0.0, 0.0);
    for repetition in 1..=repetitions {
        let (wall_start, cpu_start) = (Instant::now(), thread_cpu_ns());
        work(repetition)?;
        let took = thread_cpu_ns() - cpu_start;
        wall += wall_start.elapsed().as_nanos() as f64;
        cpu += took;
        per_item.push(took / items as f64);
    }
    per_item.sort_by(f64::total_cmp);
    Ok(Timing {
        median_ns: per_item[repetitions / 2],
        min_ns: per_item[0],
        max_ns: per_item[repetitions - 1],
        busy: cpu / wall,
        repetitions,
    })
}

/// The same on several threads at once, by the wall clock: thread `t` runs `work(t, repetition)`
/// through `items` items each time. What one item takes is the wall time over the items of all.
pub fn repeat_on(
    threads: usize,
    repetitions: usize,
    items: usize,
    work: impl Fn(usize, usize) + Sync,
) -> Timing {
    let mut per_item = Vec::with_capacity(repetitions);
    for repetition in 0..=repetitions {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let work = &work;
                scope.spawn(move || work(thread, repetition));
            }
        });
        let took = start.elapsed().as_nanos() as f64;
        if repetition > 0 {
            per_item.push(took / (items * threads) as f64);
        }
    }
    per_item.sort_by(f64::total_cmp);
    Timing {
        median_ns: per_item[repetitions / 2],
        min_ns: per_item[0],
        max_ns: per_item[repetitions - 1],
        busy: 1.0,
        repetitions,
    }
}

/// Runs `work` once and returns what it made, with the CPU time it took in seconds.
pub fn once<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(T, f64)> {
    let start = thread_cpu_ns();
    let made = work()?;
    Ok((made, (thread_cpu_ns() - start) / 1e9))
}

/// Times `count` calls one by one, by the wall clock.
pub fn one_by_one(
    count: usize,
    mut call: impl FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<Latency> {
    let mut times = Vec::with_capacity(count);
    for index in 0..count {
        let start = Instant::now();
        call(index)?;
        times.push(start.elapsed().as_nanos() as f64);
    }
    times.sort_by(f64::total_cmp);
    Ok(Latency {
        p50_ns: times[count / 2],
        p99_ns: times[count * 99 / 100],
    })
}
