//! One step of a scenario: a question or a command, and what is expected.

use std::collections::BTreeMap;

use engine::{Holder, Thing};
use jiff::Timestamp;
use rulebook::{Reason, ReasonSet, nearest};
use schemars::JsonSchema;
use serde::Deserialize;

use super::command::CommandRow;
use super::expect::{ExpectRow, ExpectSchema, RemediesRow, RemediesSchema};
use super::words::{ContextRow, EvidenceRow, ThingRow, WhoRow};
use crate::document::{moment, schema};

/// One step, as written. What it is, its first field says: `ask`, `who_can`, `what_can`, `holds`,
/// `findings`, `residue` or `do`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    { "required": ["ask", "who", "operation", "on"] },
    { "required": ["who_can", "operation", "on"] },
    { "required": ["what_can", "who"] },
    { "required": ["holds", "who", "on"] },
    { "required": ["findings"] },
    { "required": ["residue", "who", "on"] },
    { "required": ["do", "as", "command"] },
]))]
pub struct StepRow {
    /// May this be done? In the words of the business.
    pub ask: Option<String>,
    /// Who may do this? In the words of the business.
    pub who_can: Option<String>,
    /// What can somebody reach? In the words of the business.
    pub what_can: Option<String>,
    /// What has somebody in a business? In the words of the business.
    pub holds: Option<String>,
    /// What is unsafe, in a business or everywhere? In the words of the business.
    pub findings: Option<String>,
    /// What is left of a partner on the assets of a business? In the words of the business.
    pub residue: Option<String>,
    /// Somebody does something, in the words of the business.
    #[serde(rename = "do")]
    pub does: Option<String>,
    /// The rules it is about, by any name.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Anything worth saying.
    pub note: Option<String>,
    /// When; the scenario's `at`, if left out.
    #[serde(default, deserialize_with = "moment::read_if_there")]
    #[schemars(with = "Option<schema::Moment>")]
    pub at: Option<Timestamp>,
    /// Switches of the rulebook for this step alone.
    #[serde(default)]
    pub switches: BTreeMap<String, String>,
    /// Who asks.
    #[schemars(with = "Option<WhoSchema>")]
    pub who: Option<WhoRow>,
    /// Who gives the command.
    #[serde(rename = "as")]
    #[schemars(with = "Option<WhoSchema>")]
    pub by: Option<WhoRow>,
    /// What they want to do: an operation of the rulebook.
    pub operation: Option<String>,
    /// On what.
    #[schemars(with = "Option<schema::ThingText>")]
    pub on: Option<ThingRow>,
    /// Further things, by the names the operation uses.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, schema::ThingText>")]
    pub with: BTreeMap<String, ThingRow>,
    /// The circumstances the asker names.
    #[serde(default)]
    pub context: ContextRow,
    /// What was measured.
    #[serde(default)]
    pub evidence: EvidenceRow,
    /// For `what_can`: of which kinds; every kind of asset, if left out.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// For `do`: the command, as in `{ member.remove: { business: "9001", person: ben } }`.
    #[schemars(with = "Option<BTreeMap<String, BTreeMap<String, serde_json::Value>>>")]
    pub command: Option<CommandRow>,
    /// For `do`: what later steps call the secret it answers: `gives: code` is `secret:code` there.
    pub gives: Option<String>,
    /// `allow` or `deny`; a list of holders or things; `done` or `{ refused: [REASON] }`.
    #[schemars(with = "Option<ExpectSchema>")]
    pub expect: Option<ExpectRow>,
    /// The complete set of reasons.
    pub reasons: Option<Vec<String>>,
    /// May the asker know that the thing exists?
    pub visible: Option<bool>,
    /// What must come with the allow: `start_paused`, `notify`.
    pub obligations: Option<Vec<ObligationRow>>,
    /// The complete set of gates that are closed to the app: what, how far, since when, whose turn, as
    /// in `ads_management rejected since 2026-04-03T12:00:00Z, next app_admin`.
    pub gates: Option<Vec<String>>,
    /// Can it be put right? `some`, `none`, or ways that must be offered, each a list of step names.
    #[schemars(with = "Option<RemediesSchema>")]
    pub remedies: Option<RemediesRow>,
}

/// What comes with an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObligationRow {
    /// What is made starts paused.
    StartPaused,
    /// Somebody is told.
    Notify,
}

impl ObligationRow {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::StartPaused => "start_paused",
            Self::Notify => "notify",
        }
    }
}

/// A step that says everything its kind needs.
#[derive(Debug, Clone)]
pub(crate) enum Step<'r> {
    Ask(Ask<'r>),
    WhoCan {
        operation: &'r str,
        on: &'r Thing,
        expect: Vec<Holder>,
    },
    WhatCan {
        who: &'r WhoRow,
        operation: Option<&'r str>,
        expect: Vec<Thing>,
    },
    /// As in `seat person:dana`, word and thing.
    Holds {
        who: &'r WhoRow,
        on: &'r Thing,
        expect: &'r [String],
    },
    /// As in `ONE_ADMIN business:4400`.
    Findings {
        on: Option<&'r Thing>,
        expect: &'r [String],
    },
    /// As in `members person:dana in business:4400, member.remove`.
    Residue {
        who: &'r WhoRow,
        on: &'r Thing,
        expect: &'r [String],
    },
    Do {
        by: &'r WhoRow,
        command: &'r CommandRow,
        /// What later steps call the secret it answers.
        gives: Option<&'r str>,
        /// Nothing when it is to be done.
        refused: Option<&'r [String]>,
    },
}

/// May this be done?
#[derive(Debug, Clone)]
pub(crate) struct Ask<'r> {
    pub(crate) who: &'r WhoRow,
    pub(crate) operation: &'r str,
    pub(crate) on: &'r Thing,
    pub(crate) allow: bool,
    pub(crate) reasons: Option<ReasonSet>,
}

/// A mistake in a step, and what to do about it.
pub(crate) type Mistake = (String, Option<String>);

fn mistake<T>(message: impl Into<String>, hint: &str) -> Result<T, Mistake> {
    Err((message.into(), Some(hint.to_owned())))
}

fn needed<'r, T: ?Sized>(value: Option<&'r T>, field: &str) -> Result<&'r T, Mistake> {
    match value {
        Some(value) => Ok(value),
        None => mistake(
            format!("the field `{field}` is missing"),
            &format!("write `{field}: …`"),
        ),
    }
}

impl StepRow {
    /// Returns the words of the business.
    #[must_use]
    pub fn words(&self) -> &str {
        let words = [
            &self.ask,
            &self.who_can,
            &self.what_can,
            &self.holds,
            &self.findings,
            &self.residue,
            &self.does,
        ];
        let words = words.into_iter().flatten().next();
        words.map_or("", String::as_str)
    }

    /// Returns the step, if it says what its kind needs and nothing that belongs to another.
    pub(crate) fn step(&self) -> Result<Step<'_>, Mistake> {
        let kinds = [
            self.ask.is_some(),
            self.who_can.is_some(),
            self.what_can.is_some(),
            self.holds.is_some(),
            self.findings.is_some(),
            self.residue.is_some(),
            self.does.is_some(),
        ];
        let kind = kinds.iter().position(|is| *is);
        let alone = kinds.iter().filter(|is| **is).count() == 1;
        match kind.filter(|_| alone) {
            Some(0) => self.asked().map(Step::Ask),
            Some(1) => self.who_can_step(),
            Some(2) => self.what_can_step(),
            Some(3) => self.holds_step(),
            Some(4) => self.findings_step(),
            Some(5) => self.residue_step(),
            Some(6) => self.do_step(),
            _ => mistake(
                "a step is one of `ask`, `who_can`, `what_can`, `holds`, `findings`, `residue` and `do`",
                "begin it with one of these, and the words of the business",
            ),
        }
    }

    fn asked(&self) -> Result<Ask<'_>, Mistake> {
        self.without(&[
            ("as", self.by.is_some()),
            ("command", self.command.is_some()),
            ("gives", self.gives.is_some()),
        ])?;
        let allow = match &self.expect {
            Some(ExpectRow::Word(word)) if word == "allow" => true,
            Some(ExpectRow::Word(word)) if word == "deny" => false,
            _ => {
                return mistake(
                    "what is expected is missing",
                    "write `expect: allow` or `expect: deny`",
                );
            }
        };
        let reasons = self.reasons.as_deref().map(reason_set).transpose()?;
        match reasons {
            Some(reasons) if allow && !reasons.is_empty() => {
                return mistake(
                    "an allow has no reasons",
                    "leave `reasons` out, or expect a deny",
                );
            }
            None if !allow => {
                return mistake("a deny says why", "write `reasons: […]`: the complete set");
            }
            _ => {}
        }
        Ok(Ask {
            who: needed(self.who.as_ref(), "who")?,
            operation: needed(self.operation.as_deref(), "operation")?,
            on: &needed(self.on.as_ref(), "on")?.0,
            allow,
            reasons,
        })
    }

    fn who_can_step(&self) -> Result<Step<'_>, Mistake> {
        self.without(&[
            ("who", self.who.is_some()),
            ("as", self.by.is_some()),
            ("command", self.command.is_some()),
            ("gives", self.gives.is_some()),
            ("reasons", self.reasons.is_some()),
            ("gates", self.gates.is_some()),
        ])?;
        Ok(Step::WhoCan {
            operation: needed(self.operation.as_deref(), "operation")?,
            on: &needed(self.on.as_ref(), "on")?.0,
            expect: self.list("`person:ben`")?,
        })
    }

    fn what_can_step(&self) -> Result<Step<'_>, Mistake> {
        self.without(&[
            ("on", self.on.is_some()),
            ("as", self.by.is_some()),
            ("command", self.command.is_some()),
            ("gives", self.gives.is_some()),
            ("reasons", self.reasons.is_some()),
            ("gates", self.gates.is_some()),
        ])?;
        Ok(Step::WhatCan {
            who: needed(self.who.as_ref(), "who")?,
            operation: self.operation.as_deref(),
            expect: self.list("`asset:act_1`")?,
        })
    }

    /// A list is asked by nobody: only what it is about is named.
    fn is_a_list(&self) -> Result<&[String], Mistake> {
        self.without(&[
            ("as", self.by.is_some()),
            ("command", self.command.is_some()),
            ("gives", self.gives.is_some()),
            ("operation", self.operation.is_some()),
            ("reasons", self.reasons.is_some()),
            ("gates", self.gates.is_some()),
        ])?;
        match &self.expect {
            Some(ExpectRow::List(texts)) => Ok(texts),
            _ => mistake(
                "what is expected is missing",
                "write `expect: […]`, a list of a word and a thing each; `[]` for none",
            ),
        }
    }

    fn holds_step(&self) -> Result<Step<'_>, Mistake> {
        Ok(Step::Holds {
            expect: self.is_a_list()?,
            who: needed(self.who.as_ref(), "who")?,
            on: &needed(self.on.as_ref(), "on")?.0,
        })
    }

    fn residue_step(&self) -> Result<Step<'_>, Mistake> {
        Ok(Step::Residue {
            expect: self.is_a_list()?,
            who: needed(self.who.as_ref(), "who")?,
            on: &needed(self.on.as_ref(), "on")?.0,
        })
    }

    fn findings_step(&self) -> Result<Step<'_>, Mistake> {
        let expect = self.is_a_list()?;
        self.without(&[("who", self.who.is_some())])?;
        let on = self.on.as_ref().map(|on| &on.0);
        Ok(Step::Findings { on, expect })
    }

    fn do_step(&self) -> Result<Step<'_>, Mistake> {
        self.without(&[
            ("who", self.who.is_some()),
            ("operation", self.operation.is_some()),
            ("on", self.on.is_some()),
            ("reasons", self.reasons.is_some()),
            ("gates", self.gates.is_some()),
            ("switches", !self.switches.is_empty()),
        ])?;
        let named = ContextRow {
            delegate: self.context.delegate.clone(),
            ..ContextRow::default()
        };
        if self.context != named {
            let message = "of the circumstances, a command has only `delegate`";
            return mistake(message, "what it is about, its own fields say");
        }
        let refused = match &self.expect {
            None => None,
            Some(ExpectRow::Word(word)) if word == "done" => None,
            Some(ExpectRow::Refused(reasons)) => Some(reasons.as_slice()),
            Some(_) => {
                let hint = "write `expect: done` or `expect: { refused: [REASON] }`";
                return mistake("a command is done or refused", hint);
            }
        };
        Ok(Step::Do {
            by: needed(self.by.as_ref(), "as")?,
            command: needed(self.command.as_ref(), "command")?,
            gives: self.gives.as_deref(),
            refused,
        })
    }

    /// A field that means nothing here would be believed to be checked.
    fn without(&self, fields: &[(&str, bool)]) -> Result<(), Mistake> {
        match fields.iter().find(|(_, there)| *there) {
            None => Ok(()),
            Some((field, _)) => mistake(
                format!("the field `{field}` means nothing in this kind of step"),
                "leave it out",
            ),
        }
    }

    fn list<T: std::str::FromStr<Err = engine::IdError>>(
        &self,
        example: &str,
    ) -> Result<Vec<T>, Mistake> {
        let Some(ExpectRow::List(texts)) = &self.expect else {
            return mistake(
                "what is expected is missing",
                &format!("write `expect: […]`, a list as of {example}; `[]` for none"),
            );
        };
        let parse = |text: &String| {
            text.parse()
                .map_err(|error: engine::IdError| (error.to_string(), None))
        };
        texts.iter().map(parse).collect()
    }
}

fn reason_set(codes: &[String]) -> Result<ReasonSet, Mistake> {
    let parse = |code: &String| match Reason::from_code(code) {
        Some(reason) => Ok(reason),
        None => {
            let near = nearest(code, Reason::ALL.iter().map(|reason| reason.code()));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            Err((format!("`{code}` is no reason"), hint))
        }
    };
    codes.iter().map(parse).collect()
}

schema::text! {
    #[doc = "A token, a holder, or a token described."]
    WhoSchema = { "anyOf": [
        { "type": "string", "pattern": "^(token|person|system_user|business|app):\\S+$" },
        { "type": "object", "required": ["holder", "app", "kind"], "additionalProperties": false, "properties": {
            "holder": { "type": "string", "pattern": "^(person|system_user|business|app):\\S+$" },
            "app": { "type": "string" },
            "scopes": { "type": "array", "items": { "type": "string" } },
            "kind": { "type": "string" },
        } },
    ] };
}
