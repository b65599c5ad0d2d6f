//! What can be said on the command line.

use clap::Parser;

use crate::output::Output;

/// Who may do what in an advertising business, why, and what would put it right.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 allowed or done, 1 error, 2 usage, 3 denied, 4 something was found."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) subcommand: Subcommand,
    /// How to write what was asked for: `table` is for people, `json` for programs.
    #[arg(
        long,
        short,
        global = true,
        value_enum,
        hide_possible_values = true,
        default_value_t,
        env = "COUNTERSIGN_OUTPUT"
    )]
    pub(crate) output: Output,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    /// Run the server.
    Serve(crate::serve::Args),
    /// Make realms in a data directory.
    Realm(crate::realm::Args),
    /// May this be done?
    Check(crate::check::Args),
    /// Why, and what would put it right.
    Explain(crate::explain::Args),
    /// Who may do this?
    WhoCan(crate::who_can::Args),
    /// On what can somebody do this, or anything at all?
    WhatCan(crate::what_can::Args),
    /// Give a command, as an administrator would.
    Do(crate::does::Args),
    /// Ask people into a business.
    Invitation(Box<crate::invitation::Args>),
    /// Make people known; tell what somebody has in a business, and take it away.
    Person(crate::person::Args),
    /// What is unsafe, each with a command that mends it.
    Findings(crate::findings::Args),
    /// Give thousands of commands, each by itself: a list, or a template for each of many.
    Bulk(crate::bulk::Args),
    /// What there is around a business: children, people, partners, assets.
    Business(crate::business::Args),
    /// Share with a partner, answer one, remove one, and prove that it is gone.
    Partner(crate::partner::Args),
    /// Let a partner act on behalf of a client, get its tokens, end it.
    OnBehalf(crate::on_behalf::Args),
    /// Ask for access to what is another's, and answer those who ask.
    Request(crate::request::Args),
    /// The limits of tools; stop one at once.
    Mandate(Box<crate::mandate::Args>),
    /// What tools propose under their mandates, and answering them.
    Proposal(Box<crate::proposal::Args>),
    /// Verify a certificate, with nothing but a public key.
    Certificate(crate::certificate::Args),
    /// Bring a directory file into a realm: the plan first, then all of it or nothing.
    Import(crate::import::Args),
    /// Write a realm as a directory file.
    Export(crate::export::Args),
    /// Read and verify the log of an installation.
    Ledger(crate::ledger::Args),
    /// List tokens and their ends; get the secret of one that was renewed by itself.
    Token(crate::token::Args),
    /// Do what is due by the calendar: renew tokens, note checkups, end what is long over.
    Sweep(crate::sweep::Args),
    /// Run scenarios: questions with the answers that are expected.
    Test(crate::test::Args),
    /// Check, show and activate rulebooks.
    Rulebook(crate::rulebook::Args),
    /// Print the JSON Schema of a kind of file, for editors.
    Schema(crate::schema::Args),
    /// Print what a shell needs to complete this command line.
    Completions(crate::completions::Args),
    /// Print a page of the manual, or write all of them into a folder.
    Man(crate::man::Args),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::{Arg, Command, CommandFactory as _};

    use super::Args;

    /// Is it given a text? A flag is not, nor is a yes or no.
    fn takes_text(arg: &Arg) -> bool {
        arg.get_action().takes_values() && arg.get_possible_values().is_empty()
    }

    /// Collects the names by which a command is given texts, below it too.
    fn names(command: &Command, names: &mut BTreeSet<String>) {
        for arg in command.get_arguments().filter(|arg| takes_text(arg)) {
            names.insert(arg.get_id().to_string());
            names.extend(arg.get_long().map(str::to_owned));
            names.extend(
                arg.get_env()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
            let values = arg.get_value_names().unwrap_or_default();
            names.extend(values.iter().map(|name| name.to_string()));
        }
        for below in command.get_subcommands() {
            names.insert(below.get_name().to_owned());
            self::names(below, names);
        }
    }

    #[test]
    fn no_argument_takes_a_password() {
        let mut command = Args::command();
        command.build();
        let mut found = BTreeSet::new();
        names(&command, &mut found);
        assert!(found.len() > 80 && found.contains("prove-removal"));
        found.retain(|name| testkit::password::asks_for_one(name));
        assert_eq!(found, BTreeSet::new());
    }
}
