//! `cargo xtask`: the chores of this project, by name.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command's job is to print what it found"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use xtask::tidy;

const HELP: &str = "\
Chores of this project.

  cargo xtask tidy      check the tree: arrows, sizes, names, ratchets, documents
  cargo xtask ratchet   lower each ratchet to what the tree needs today
";

fn main() -> ExitCode {
    let chore: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = chore.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["tidy"] => run_tidy(),
        ["ratchet"] => run_ratchet(),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("{HELP}");
            Ok(ExitCode::from(2))
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_tidy() -> Result<ExitCode> {
    let tree = tidy::Tree::read(&project_root()?)?;
    let findings = tidy::findings(&tree)?;
    if findings.is_empty() {
        println!(
            "tidy: {} checks over {} files, nothing found",
            tidy::CHECKS.len(),
            tree.len()
        );
        return Ok(ExitCode::SUCCESS);
    }
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {} to mend", findings.len());
    Ok(ExitCode::FAILURE)
}

fn run_ratchet() -> Result<ExitCode> {
    let root = project_root()?;
    let tree = tidy::Tree::read(&root)?;
    match tidy::ratchet::lowered(&tree)? {
        None => println!("ratchet: nothing to lower"),
        Some(lowered) => {
            std::fs::write(root.join(tidy::ratchet::FILE), lowered.text)
                .with_context(|| format!("could not write `{}`", tidy::ratchet::FILE))?;
            println!("ratchet: packages {} -> {}", lowered.from, lowered.to);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The root of the tree this was called in. Asked of Cargo at run time, not at compile time: work
/// trees that share a target directory also share the built `xtask`.
fn project_root() -> Result<PathBuf> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").context("call it as `cargo xtask`")?;
    let root = Path::new(&xtask)
        .parent()
        .context("`xtask` stands in the project's root")?;
    Ok(root.to_owned())
}
