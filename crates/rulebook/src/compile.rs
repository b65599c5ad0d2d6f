//! From a file to rules: every name resolved, every mistake found with its place.

mod apps;
mod idle;
mod kinds;
mod on_behalf;
mod operations;
mod reach;
mod switches;
mod waiting;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::document::{AcceptanceBy, CheckupConsequence, Document, MembersHold, When};
use crate::names::{Names, Table};
use crate::problem::{Collector, Problem, Problems, nearest};
use crate::reason::Reason;
use crate::rules::{Profiles, Rulebook, Rules};

/// The format this code reads.
const FORMAT: u32 = 1;

/// A rulebook file that could be parsed.
#[derive(Debug, Clone)]
pub struct Source {
    file: String,
    text: String,
    document: Document,
}

impl Source {
    /// Returns the parsed file.
    ///
    /// `file` is only used in messages.
    /// Errors: [`Problems`] with file, line, the name at fault and a hint, when it is not TOML or has
    /// unknown or missing keys.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        match toml::from_str::<Document>(text) {
            Ok(document) => Ok(Self {
                file: file.to_owned(),
                text: text.to_owned(),
                document,
            }),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                let line = 1 + text.get(..start).unwrap_or(text).matches('\n').count();
                Err(Problems(vec![Problem {
                    file: file.to_owned(),
                    line,
                    message: error.message().to_owned(),
                    hint: Some("see docs/rulebooks.md for the format".to_owned()),
                }]))
            }
        }
    }

    /// Returns what was written.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// Returns the text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the SHA-256 of the text.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }

    /// Returns the rules under these values of the realm's switches; switches left out take their
    /// first value.
    ///
    /// Errors: [`Problems`], one for each mistake found.
    pub fn compile(&self, chosen: &BTreeMap<String, String>) -> Result<Rulebook, Problems> {
        let mut collector = Collector::new(&self.file, &self.text);
        let head = &self.document.rulebook;
        if *head.format.get_ref() != FORMAT {
            let message = format!("format `{}` is not known", head.format.get_ref());
            collector.at(
                &head.format.span(),
                message,
                Some(format!("write `format = {FORMAT}`")),
            );
        }
        let names = Arc::new(names(&self.document));
        let switches = switches::choose(&self.document, chosen, &mut collector);
        let profile_switch = switches::profile_switch(&self.document, &mut collector);
        let mut profile = |value: Option<&String>| {
            let mut values = switches.clone();
            if let (Some((name, _)), Some(value)) = (&profile_switch, value) {
                values.insert(name.clone(), value.clone());
            }
            let mut check = Check {
                document: &self.document,
                names: &names,
                values,
                collector: &mut collector,
            };
            Arc::new(check.rules())
        };
        let mut values = profile_switch.iter().flat_map(|(_, values)| values);
        let first = profile(values.next());
        let others = values.map(|value| profile(Some(value))).collect();
        let renamed = self
            .document
            .renamed
            .iter()
            .map(|(old, new)| (old.clone(), new.get_ref().clone()))
            .collect();
        collector.finish(Rulebook {
            name: head.name.get_ref().clone(),
            label: head.label.clone(),
            version: head.version.clone(),
            digest: self.digest(),
            switches: switches.into_iter().collect(),
            profile_switch,
            renamed,
            profiles: Profiles::new(first, others),
        })
    }
}

/// Numbers are given in the order of names, whatever the switches say, so that they agree between
/// profiles.
fn names(document: &Document) -> Names {
    fn table<'n>(names: impl Iterator<Item = &'n str>) -> Table {
        let mut table = Table::default();
        names.for_each(|name| {
            table.add(name);
        });
        table
    }
    Names {
        kinds: table(document.kind.keys().map(|name| name.get_ref().as_str())),
        permissions: table(
            document
                .scope
                .keys()
                .chain(document.feature.keys())
                .map(|name| name.get_ref().as_str()),
        ),
        operations: table(
            document
                .operation
                .iter()
                .flat_map(|row| std::iter::once(&row.name).chain(&row.same_for))
                .map(|name| name.get_ref().as_str()),
        ),
        token_kinds: table(
            document
                .token_kind
                .keys()
                .map(|name| name.get_ref().as_str()),
        ),
        app_types: table(document.app_type.keys().map(|name| name.get_ref().as_str())),
        tiers: table(
            document
                .rulebook
                .tiers
                .iter()
                .map(|name| name.get_ref().as_str()),
        ),
    }
}

/// One pass over a document under one choice of switches.
#[derive(Debug)]
pub(crate) struct Check<'a, 'c> {
    pub(crate) document: &'a Document,
    pub(crate) names: &'a Arc<Names>,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) collector: &'a mut Collector<'c>,
}

impl Check<'_, '_> {
    fn rules(&mut self) -> Rules {
        let kinds = self.kinds();
        let permissions = self.permissions();
        let token_kinds = self.token_kinds();
        let operations = self.operations(&kinds);
        let business_roles = kinds
            .iter()
            .find(|kind| kind.family == crate::document::Family::Business)
            .map_or(0, |kind| kind.roles.len());
        let reach = self.reach(&kinds, business_roles);
        let replaces = self.replaces(&kinds);
        let partner_types = self.partner_types(&kinds);
        let limits = self.limits(&kinds);
        let auto_approvals = self.auto_approvals();
        let associated_user = self.associated_user();
        self.idle_roles();
        let document = self.document;
        let app = &document.app;
        let on_behalf = self.on_behalf(&kinds, &token_kinds);
        Rules {
            names: Arc::clone(self.names),
            permissions,
            app_types: self.app_types(),
            token_kinds,
            operations,
            development: app.development.as_ref().map(apps::mode),
            sandbox: app.sandbox.as_ref().map(apps::mode),
            verification: app.verification.iter().any(|rule| self.holds(&rule.when)),
            checkup: app.checkup.as_ref().map(apps::checkup),
            missed_checkup: self
                .first_holding(&app.missed_checkup, |rule| &rule.when)
                .map_or(CheckupConsequence::Standard, |rule| rule.then),
            associated_user,
            auto_approvals,
            limits,
            rate_pools: self.rate_pools(),
            rate_scores: self.rate_scores(),
            partner_types,
            acceptance: self
                .first_holding(&document.sharing.acceptance, |rule| &rule.when)
                .map_or(AcceptanceBy::Each, |rule| rule.by),
            members: self
                .first_holding(&document.sharing.members, |rule| &rule.when)
                .map_or(MembersHold::Assigned, |rule| rule.hold),
            break_glass: self.break_glass(&kinds),
            on_behalf,
            verified_before_sharing: self
                .first_holding(&document.sharing.verified, |rule| &rule.when)
                .is_some(),
            waiting: self.waiting(),
            order: self.order(),
            reach,
            replaces,
            business_roles,
            kinds,
        }
    }

    fn break_glass(&mut self, kinds: &[crate::Kind]) -> Option<(String, u32)> {
        let rule = self.document.break_glass.as_ref()?;
        let business = kinds
            .iter()
            .find(|kind| kind.family == crate::Family::Business);
        let mut roles = business.map_or(&[][..], |kind| &kind.roles).iter();
        let name = rule.role.get_ref();
        if !roles.any(|role| role.name == *name) {
            let message = format!("`{name}` is no role in a business");
            let hint = "name a role of the kind of family `business`".to_owned();
            self.collector.at(&rule.role.span(), message, Some(hint));
        }
        Some((name.clone(), rule.hours))
    }

    fn first_holding<'r, T>(&mut self, rows: &'r [T], when: impl Fn(&T) -> &When) -> Option<&'r T> {
        let mut found = None;
        for row in rows {
            if self.holds(when(row)) && found.is_none() {
                found = Some(row);
            }
        }
        found
    }

    /// Does the entry hold under the chosen switches? Also checks the names in `when`.
    pub(crate) fn holds(&mut self, when: &When) -> bool {
        let mut all = true;
        for (name, wanted) in when {
            let switch = self
                .document
                .switch
                .iter()
                .find(|(known, _)| known.get_ref() == name.get_ref());
            let Some((_, switch)) = switch else {
                self.unknown(
                    "switch",
                    name,
                    self.document
                        .switch
                        .keys()
                        .map(|known| known.get_ref().as_str()),
                );
                continue;
            };
            for value in wanted.names() {
                if !switch.values.iter().any(|known| known.get_ref() == value) {
                    let known = switch.values.iter().map(|known| known.get_ref().as_str());
                    let place = Spanned::new(name.span(), value.clone());
                    self.unknown("value of the switch", &place, known);
                }
            }
            let chosen = self.values.get(name.get_ref());
            all &= chosen.is_some_and(|chosen| wanted.names().contains(chosen));
        }
        all
    }

    fn order(&mut self) -> Vec<Reason> {
        let mut order = Vec::new();
        for name in &self.document.rulebook.order {
            if let Some(reason) = self.reason(name)
                && !order.contains(&reason)
            {
                order.push(reason);
            }
        }
        let rest = Reason::ALL
            .iter()
            .filter(|reason| !order.contains(*reason))
            .copied();
        let rest: Vec<Reason> = rest.collect();
        order.extend(rest);
        order
    }

    pub(crate) fn reason(&mut self, name: &Spanned<String>) -> Option<Reason> {
        let reason = Reason::from_code(name.get_ref());
        if reason.is_none() {
            self.unknown(
                "reason",
                name,
                Reason::ALL.iter().map(|reason| reason.code()),
            );
        }
        reason
    }

    /// Notes that a name is not known, with the nearest known one as a hint.
    pub(crate) fn unknown<'n>(
        &mut self,
        what: &str,
        name: &Spanned<String>,
        known: impl Iterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.collect();
        let hint = match nearest(name.get_ref(), known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("the rulebook defines no {what}"),
            None => format!("known: {}", known.join(", ")),
        };
        self.wrong(
            &name.span(),
            format!("`{}` is not a known {what}", name.get_ref()),
            Some(hint),
        );
    }

    /// Notes a mistake.
    pub(crate) fn wrong(&mut self, span: &Range<usize>, message: String, hint: Option<String>) {
        self.collector.at(span, message, hint);
    }

    /// Every rule says where it comes from.
    pub(crate) fn sourced(&mut self, source: &str, name: &Spanned<String>) {
        if source.trim().is_empty() {
            let message = format!("`{}` has an empty source", name.get_ref());
            let hint = "name the document and section the rule comes from, or write `assumed: …`";
            self.wrong(&name.span(), message, Some(hint.to_owned()));
        }
    }
}
