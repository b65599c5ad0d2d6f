//! The `countersign` command.
//!
//! One file a subcommand. Each takes its arguments and a [`Shell`], writes what was asked for to the
//! shell's output and what is only said along the way to its error output, and returns how the
//! process ends ([`Exit`]). Whatever decides is in `engine` and `commands`; this crate reads files,
//! asks the clock or a server, and prints.
//!
//! What is not here: a rule, a decision, SQL. HTTP is in `client` alone.

mod args;
mod client;
mod data_folder;
mod exit;
mod next;
mod order;
mod output;
mod pages;
mod paint;
mod place;
mod question;
mod removal;
mod shell;
mod sources;
mod world;

mod bulk;
mod business;
mod certificate;
mod check;
mod completions;
mod demo;
mod does;
mod explain;
mod export;
mod findings;
mod import;
mod invitation;
mod ledger;
mod man;
mod mandate;
mod on_behalf;
mod partner;
mod person;
mod proposal;
mod realm;
mod request;
mod rulebook;
mod schema;
mod serve;
mod sweep;
mod test;
mod token;
mod what_can;
mod who_can;

use std::ffi::OsStr;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Subcommand};
use exit::Exit;
use shell::Shell;

fn main() -> ExitCode {
    let args = Args::parse();
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let mut shell = Shell {
        colour: wants_colour(std::env::var_os("NO_COLOR").as_deref(), out.is_terminal()),
        live: err.is_terminal(),
        wide: 0,
        out: &mut out,
        err: &mut err,
        output: args.output,
    };
    match run(args.subcommand, &mut shell) {
        Ok(exit) => exit.into(),
        // Whoever reads us has seen enough, as in `countersign … | head`.
        Err(error) if is_closed_pipe(&error) => Exit::Ok.into(),
        Err(error) => {
            shell.complain(&error);
            Exit::Error.into()
        }
    }
}

/// Colour is for terminals, and for those who have not said that they want none.
fn wants_colour(no_color: Option<&OsStr>, terminal: bool) -> bool {
    terminal && no_color.is_none_or(OsStr::is_empty)
}

fn run(subcommand: Subcommand, shell: &mut Shell<'_>) -> anyhow::Result<Exit> {
    match subcommand {
        Subcommand::Check(args) => check::run(&args, shell),
        Subcommand::Explain(args) => explain::run(&args, shell),
        Subcommand::WhoCan(args) => who_can::run(&args, shell),
        Subcommand::WhatCan(args) => what_can::run(&args, shell),
        Subcommand::Do(args) => does::run(&args, shell),
        Subcommand::Invitation(args) => invitation::run(*args, shell),
        Subcommand::Person(args) => person::run(&args, shell),
        Subcommand::Findings(args) => findings::run(&args, shell),
        Subcommand::Bulk(args) => bulk::run(&args, shell),
        Subcommand::Business(args) => business::run(&args, shell),
        Subcommand::Partner(args) => partner::run(&args, shell),
        Subcommand::OnBehalf(args) => on_behalf::run(&args, shell),
        Subcommand::Request(args) => request::run(&args, shell),
        Subcommand::Mandate(args) => mandate::run(*args, shell),
        Subcommand::Proposal(args) => proposal::run(*args, shell),
        Subcommand::Certificate(args) => certificate::run(&args, shell),
        Subcommand::Import(args) => import::run(&args, shell),
        Subcommand::Export(args) => export::run(&args, shell),
        Subcommand::Ledger(args) => ledger::run(&args, shell),
        Subcommand::Token(args) => token::run(&args, shell),
        Subcommand::Sweep(args) => sweep::run(&args, shell),
        Subcommand::Serve(args) => serve::run(&args, shell),
        Subcommand::Realm(args) => realm::run(&args, shell),
        Subcommand::Test(args) => test::run(&args, shell),
        Subcommand::Rulebook(args) => rulebook::run(&args, shell),
        Subcommand::Schema(args) => schema::run(&args, shell),
        Subcommand::Completions(args) => completions::run(&args, shell),
        Subcommand::Man(args) => man::run(&args, shell),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    let mut kinds = causes.map(std::io::Error::kind);
    kinds.any(|kind| kind == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::wants_colour;

    #[test]
    fn colour_is_for_terminals_unless_somebody_wants_none() {
        let cases = [
            (None, true, true),
            (None, false, false),
            (Some(""), true, true),
            (Some("1"), true, false),
            (Some("1"), false, false),
        ];
        for (no_color, terminal, expected) in cases {
            let got = wants_colour(no_color.map(OsStr::new), terminal);
            assert_eq!(got, expected, "{no_color:?} {terminal}");
        }
    }
}
