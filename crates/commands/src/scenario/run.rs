//! Runs a scenario on a directory of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::fact::{Change, Digest};
use engine::{Context, Credential, DelegateId, Directory, Evidence, Request, Search, Thing};
use jiff::Timestamp;
use rulebook::{Family, KindId, Problem, Problems, Rulebook, Source, nearest};

use super::ScenarioFile;
use super::report::{Answered, Difference, Report};
use super::step::{Ask, Mistake, Step, StepRow};
use super::words::WhoRow;
use super::{compare, listed};
use crate::command::{Command, handle};
use crate::document::{DirectoryFile, plain_digest};
use crate::order::{Order, Refusal};
use crate::reach::reach;

/// More than any scenario asks for, so that a list is never cut.
const EVERYBODY: usize = 1_000_000;

/// A scenario that is being run.
struct Run<'a> {
    scenario: &'a ScenarioFile,
    source: &'a Source,
    switches: BTreeMap<String, String>,
    compiled: BTreeMap<BTreeMap<String, String>, Arc<Rulebook>>,
    directory: Directory,
    /// Secrets that commands answered, by the names that steps gave them.
    secrets: BTreeMap<String, String>,
}

/// Asks every question and gives every command, in order; a command that is done changes what
/// later steps see.
pub(super) fn run(
    scenario: &ScenarioFile,
    file: &DirectoryFile,
    source: &Source,
) -> Result<Report, Problems> {
    let mut switches = file.document().switches.clone();
    switches.extend(scenario.document.switches.clone());
    let rulebook = Arc::new(source.compile(&switches)?);
    let facts = file.facts(&rulebook, &mut plain_digest)?;
    // Nobody hostile chooses the ids of a test, so any seed will do.
    let mut directory = Directory::new(Arc::clone(&rulebook), 0);
    for fact in facts.facts {
        directory.apply(&Change::Set(fact));
    }
    let mut run = Run {
        scenario,
        source,
        compiled: BTreeMap::from([(switches.clone(), rulebook)]),
        switches,
        directory,
        secrets: BTreeMap::new(),
    };
    let mut questions = Vec::new();
    let mut problems = Vec::new();
    for (index, (line, row)) in scenario.steps().enumerate() {
        match run.step(index, row) {
            Ok(differences) => questions.push(Answered {
                line,
                words: row.words().to_owned(),
                rules: row.rules.clone(),
                differences,
            }),
            Err((message, hint)) => problems.push(Problem {
                file: scenario.name.clone(),
                line,
                message: format!("{}: {message}", row.words()),
                hint,
            }),
        }
    }
    match problems.is_empty() {
        true => Ok(Report {
            file: scenario.name.clone(),
            title: scenario.document.title.clone(),
            questions,
        }),
        false => Err(Problems(problems)),
    }
}

/// How a command is given.
struct Giving {
    by: Credential,
    delegate: Option<DelegateId>,
    evidence: Evidence,
    now: Timestamp,
}

impl Run<'_> {
    fn step(&mut self, index: usize, row: &StepRow) -> Result<Vec<Difference>, Mistake> {
        let now = row.at.or(self.scenario.document.at).ok_or_else(|| {
            let hint = "write `at: 2026-04-01T00:00:00Z` at the top of the scenario or in the step";
            ("it is asked at no time".to_owned(), Some(hint.to_owned()))
        })?;
        match row.step()? {
            Step::Ask(ask) => self.ask(row, &ask, now),
            Step::WhoCan {
                operation,
                on,
                expect,
            } => {
                self.known_operation(operation)?;
                let directory = self.under(row)?;
                let (with, context) = around(row, on, &directory)?;
                let evidence = row.evidence.evidence(now);
                let search = Search {
                    with: &with,
                    context: &context,
                    evidence: &evidence,
                    now,
                    limit: EVERYBODY,
                };
                let page = engine::who_can(&directory, operation, on, None, &search);
                Ok(compare::sets("holders", expect, page.items))
            }
            Step::WhatCan {
                who,
                operation,
                expect,
            } => {
                let got = self.what_can(row, who, operation, now)?;
                Ok(compare::sets("things", expect, got))
            }
            Step::Holds { who, on, expect } => listed::held(&self.directory, who, on, expect, now),
            Step::Residue { who, on, expect } => {
                listed::left(&self.directory, who, on, expect, now)
            }
            Step::Findings { on, expect } => Ok(listed::found(&self.directory, on, expect, now)),
            Step::Do {
                by,
                command,
                gives,
                refused,
            } => {
                let command = command
                    .command(&self.directory)
                    .map_err(|error| (error.to_string(), None))?;
                let command = self.with_secrets(command)?;
                let by = by.credential(&self.directory);
                let evidence = row.evidence.evidence(now);
                let giving = Giving {
                    by,
                    delegate: row.context.delegate.clone(),
                    evidence,
                    now,
                };
                let got = self.give(index, &command, giving, gives);
                Ok(compare_done(refused, got.as_deref()))
            }
        }
    }

    /// Gives a command; returns why it was refused, if it was.
    fn give(
        &mut self,
        index: usize,
        command: &Command,
        giving: Giving,
        gives: Option<&str>,
    ) -> Option<Vec<String>> {
        let mut keep_text = |text: &str| plain_digest("", text);
        let id = format!("{} step {index}", self.scenario.name);
        let mut order = Order {
            by: giving.by,
            delegate: giving.delegate,
            evidence: giving.evidence,
            now: giving.now,
            id: &id,
            entropy: Digest::of(&id).0,
            keep_text: &mut keep_text,
        };
        match handle(&self.directory, command, &mut order) {
            Ok(handled) => {
                for change in &handled.changes {
                    self.directory.apply(change);
                }
                let secret = gives.zip(handled.answer.secret);
                self.secrets
                    .extend(secret.map(|(name, secret)| (name.to_owned(), secret)));
                None
            }
            Err(refusal) => Some(codes(&refusal)),
        }
    }

    /// Puts the secrets of earlier steps where the command names them.
    fn with_secrets(&self, command: Command) -> Result<Command, Mistake> {
        if self.secrets.is_empty() {
            return Ok(command);
        }
        let wrong = |error: serde_json::Error| (error.to_string(), None);
        let mut value = serde_json::to_value(&command).map_err(wrong)?;
        self.put_secrets(&mut value);
        serde_json::from_value(value).map_err(wrong)
    }

    fn put_secrets(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => {
                let name = text.strip_prefix("secret:");
                if let Some(secret) = name.and_then(|name| self.secrets.get(name)) {
                    text.clone_from(secret);
                }
            }
            serde_json::Value::Array(items) => {
                items.iter_mut().for_each(|item| self.put_secrets(item));
            }
            serde_json::Value::Object(fields) => {
                fields.values_mut().for_each(|one| self.put_secrets(one));
            }
            _ => {}
        }
    }

    fn ask(
        &mut self,
        row: &StepRow,
        ask: &Ask<'_>,
        now: Timestamp,
    ) -> Result<Vec<Difference>, Mistake> {
        self.known_operation(ask.operation)?;
        let directory = self.under(row)?;
        let (with, context) = around(row, ask.on, &directory)?;
        let request = Request {
            credential: ask.who.credential(&directory),
            operation: ask.operation.to_owned(),
            resource: ask.on.clone(),
            with,
            context,
        };
        let evidence = row.evidence.evidence(now);
        let decision = engine::decide(&directory, &request, &evidence, now);
        let mut differences =
            compare::decision(ask, row.visible, row.obligations.as_deref(), &decision);
        if let Some(expected) = &row.gates {
            let gates = engine::explain(&directory, &request, &evidence, now).gates;
            differences.extend(compare::gates(expected, &gates));
        }
        if let Some(expected) = &row.remedies {
            let offered = crate::remedies(&directory, &request, &evidence, now);
            differences.extend(compare::remedies(expected, &offered));
        }
        Ok(differences)
    }

    fn what_can(
        &mut self,
        row: &StepRow,
        who: &WhoRow,
        operation: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<Thing>, Mistake> {
        let directory = self.under(row)?;
        let kinds = self.kinds(&row.kinds)?;
        let context = Context::default();
        let evidence = row.evidence.evidence(now);
        let search = Search {
            with: &[],
            context: &context,
            evidence: &evidence,
            now,
            limit: EVERYBODY,
        };
        let credential = who.credential(&directory);
        let Some(operation) = operation else {
            let things = reach(&directory, &credential, &kinds, &search);
            return Ok(things.into_iter().collect());
        };
        self.known_operation(operation)?;
        let names = &directory.rulebook().rules(0).names;
        let of_kind = |kind: KindId| {
            let kind = names.kind_name(kind);
            engine::what_can(&directory, &credential, operation, kind, None, &search).items
        };
        Ok(kinds.into_iter().flat_map(of_kind).collect())
    }

    /// Returns the kinds named; every kind of asset if none is.
    fn kinds(&self, named: &[String]) -> Result<Vec<KindId>, Mistake> {
        let rules = self.directory.rulebook().rules(0);
        if named.is_empty() {
            let assets = rules
                .kinds
                .iter()
                .filter(|kind| kind.family == Family::Asset);
            return Ok(assets.map(|kind| kind.id).collect());
        }
        let known = || rules.kinds.iter().map(|kind| kind.name.as_str());
        let find = |name: &String| {
            let kind = rules.names.kind(name);
            kind.ok_or_else(|| unknown("kind", name, known()))
        };
        named.iter().map(find).collect()
    }

    fn known_operation(&self, name: &str) -> Result<(), Mistake> {
        let names = &self.directory.rulebook().rules(0).names;
        match names.operation(name) {
            Some(_) => Ok(()),
            None => Err(unknown(
                "operation",
                name,
                names.operations().iter().map(String::as_str),
            )),
        }
    }

    /// Returns the directory under the switches of the step.
    fn under(&mut self, row: &StepRow) -> Result<Directory, Mistake> {
        if row.switches.is_empty() {
            return Ok(self.directory.clone());
        }
        let mut switches = self.switches.clone();
        switches.extend(row.switches.clone());
        let rulebook = match self.compiled.get(&switches) {
            Some(rulebook) => Arc::clone(rulebook),
            None => {
                let rulebook = self.source.compile(&switches);
                let rulebook = Arc::new(rulebook.map_err(|wrong| (wrong.to_string(), None))?);
                self.compiled.insert(switches, Arc::clone(&rulebook));
                rulebook
            }
        };
        Ok(self.directory.under(rulebook))
    }
}

fn around(
    row: &StepRow,
    on: &Thing,
    directory: &Directory,
) -> Result<(Vec<(String, Thing)>, Context), Mistake> {
    let with = row
        .with
        .iter()
        .map(|(name, thing)| (name.clone(), thing.0.clone()));
    let context = row.context.context(on, directory);
    let context = context.map_err(|error| (format!("context: terms: {error}"), None))?;
    Ok((with.collect(), context))
}

fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Mistake {
    let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    let hint = hint.unwrap_or_else(|| "`countersign rulebook show` lists them".to_owned());
    (format!("`{name}` is no {what} of the rulebook"), Some(hint))
}

/// Returns why a command was refused: the reasons of a deny, or the code of another refusal.
fn codes(refusal: &Refusal) -> Vec<String> {
    match refusal {
        Refusal::Denied { decision, .. } => {
            let reasons = decision.reasons.iter();
            reasons.map(|reason| reason.code().to_owned()).collect()
        }
        other => vec![other.code().to_owned()],
    }
}

fn compare_done(expected: Option<&[String]>, got: Option<&[String]>) -> Vec<Difference> {
    let sorted = |codes: Option<&[String]>| match codes {
        None => "done".to_owned(),
        Some(codes) => {
            let mut codes = codes.to_vec();
            codes.sort();
            format!("refused {}", compare::list(&codes))
        }
    };
    let (expected, got) = (sorted(expected), sorted(got));
    match expected == got {
        true => Vec::new(),
        false => vec![Difference {
            what: "command",
            expected,
            got,
        }],
    }
}
