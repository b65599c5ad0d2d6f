//! `countersign rulebook check`.

use std::collections::BTreeMap;

use ::rulebook::{Problems, Source, SwitchScope};
use anyhow::Result;
use serde::Serialize;

use crate::exit::Exit;
use crate::output::Output;
use crate::paint::Paint;
use crate::shell::Shell;
use crate::sources;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Names of shipped rulebooks, or files.
    #[arg(required = true)]
    rulebooks: Vec<String>,
}

/// What came of one rulebook.
#[derive(Debug, Serialize)]
struct Checked<'a> {
    rulebook: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let mut all = Vec::new();
    for named in &args.rulebooks {
        let checked = check(named);
        if shell.output == Output::Table {
            tell(&checked, shell)?;
        }
        all.push(checked);
    }
    if shell.output == Output::Json {
        shell.json(&all)?;
    }
    let ok = all.iter().all(|checked| checked.ok);
    Ok(if ok { Exit::Ok } else { Exit::Findings })
}

fn check(named: &str) -> Checked<'_> {
    let mut checked = Checked {
        rulebook: named,
        ok: false,
        version: None,
        operations: None,
        problems: Vec::new(),
    };
    let source = match sources::rulebook(named, None) {
        Ok(source) => source,
        Err(error) => {
            checked.problems.push(error.to_string());
            return checked;
        }
    };
    for chosen in choices(&source) {
        match source.compile(&chosen) {
            Ok(rulebook) => {
                checked.version = Some(rulebook.version.clone());
                checked.operations = Some(rulebook.rules(0).names.operations().len());
            }
            Err(Problems(problems)) => {
                for problem in problems {
                    let text = problem.to_string();
                    if !checked.problems.contains(&text) {
                        checked.problems.push(text);
                    }
                }
            }
        }
    }
    checked.ok = checked.problems.is_empty();
    checked
}

/// The default switches, and every other value of each switch alone.
fn choices(source: &Source) -> Vec<BTreeMap<String, String>> {
    let switches = source.document().switch.iter();
    let of_realm = switches.filter(|(_, switch)| switch.scope == SwitchScope::Realm);
    let others = of_realm.flat_map(|(name, switch)| {
        let values = switch.values.iter().skip(1);
        values.map(|value| BTreeMap::from([(name.get_ref().clone(), value.get_ref().clone())]))
    });
    std::iter::once(BTreeMap::new()).chain(others).collect()
}

fn tell(checked: &Checked<'_>, shell: &mut Shell<'_>) -> Result<()> {
    if checked.ok {
        let mark = shell.paint(Paint::Good, "ok");
        let version = checked.version.as_deref().unwrap_or_default();
        let operations = checked.operations.unwrap_or_default();
        shell.line(format!(
            "{mark}  {}  version {version}, {operations} operations",
            checked.rulebook
        ))?;
        return Ok(());
    }
    let mark = shell.paint(Paint::Bad, "WRONG");
    shell.line(format!("{mark}  {}", checked.rulebook))?;
    for problem in &checked.problems {
        shell.line(problem)?;
    }
    Ok(())
}
