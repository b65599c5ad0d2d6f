//! Huge pages: a decision waits for memory, and less long where addresses are found at once.

/// Begins the program anew with an allocator that asks for huge pages, if the C library is glibc and
/// nobody has said how it is to allocate: it reads that when a program begins, and never again.
///
/// Returns where that cannot be done. Then pages are small, and nothing else is different.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn ask_for() {
    use std::env;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    const TUNABLES: &str = "GLIBC_TUNABLES";
    if env::var_os(TUNABLES).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else {
        return;
    };
    let mut words = env::args_os();
    let mut again = Command::new(program);
    again.env(TUNABLES, "glibc.malloc.hugetlb=1");
    if let Some(name) = words.next() {
        again.arg0(name);
    }
    // Comes back only if it fails.
    let _ = again.args(words).exec();
}

/// Does nothing: this C library cannot be asked.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) const fn ask_for() {}
