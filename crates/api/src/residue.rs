//! What is left of a partner, as it is written.

use std::collections::BTreeMap;

use commands::residue::{Residue, UNSEEN};
use commands::{Action, Step, runners};
use engine::Directory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::explanation::Eyes;
use crate::remedy::{StepBody, step_body};
use crate::sentence::sentence;

/// The stable code of something that is left. It is a finding, and not a reason to refuse.
pub const RESIDUAL_ACCESS: &str = "RESIDUAL_ACCESS";

/// Whose removal is to be proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveRemovalBody {
    /// The businesses whose assets are looked at.
    pub businesses: Vec<String>,
    /// The partner.
    pub partner: String,
}

/// What is left of a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResidueBody {
    /// The businesses whose assets were looked at.
    pub businesses: Vec<String>,
    /// The partner.
    pub partner: String,
    /// The assets.
    pub assets: Vec<String>,
    /// How many ways are left.
    pub left: usize,
    /// `RESIDUAL_ACCESS` while something is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Every list that was looked through.
    pub lists: Vec<ResidueListBody>,
    /// What could not be seen.
    pub cannot_see: Vec<String>,
    /// The certificate, where nothing is left and there is a log to certify: the object in it is the
    /// file, to be written with two spaces of indentation and a line feed at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub certificate: Option<serde_json::Value>,
    /// The certificate as a file, byte for byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A list that was looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResidueListBody {
    /// Its name.
    pub list: String,
    /// What it holds.
    pub of: String,
    /// How many things were looked at.
    pub checked: usize,
    /// What is left.
    pub left: Vec<LeftBody>,
}

/// Something that is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftBody {
    /// In plain words.
    pub text: String,
    /// The kind of fact it rests on.
    pub kind: String,
    /// The step that ends it; absent where no command does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<StepBody>,
}

impl ResidueBody {
    /// Returns a residue as it is written for these eyes, each step with who may do it.
    #[must_use]
    pub fn of(directory: &Directory, residue: &Residue, eyes: &Eyes, now: Timestamp) -> Self {
        // A thing that stands in two lists has one step, and finding out who may do it costs.
        let mut steps: BTreeMap<engine::fact::Key, Option<StepBody>> = BTreeMap::new();
        let lists = residue.lists.iter().map(|list| ResidueListBody {
            list: list.name.word().to_owned(),
            of: list.name.label().to_owned(),
            checked: list.checked,
            left: list
                .remains
                .iter()
                .map(|one| {
                    let step = steps.entry(one.fact.key()).or_insert_with(|| {
                        let command = one.removal.as_ref()?;
                        let action = Action::Command(Box::new(command.clone()));
                        let body = match runners(directory, command, now) {
                            Some(runners) => step_body(directory, &Step { action, runners }, eyes),
                            None => StepBody {
                                text: crate::remedy::words(&action),
                                command: serde_json::to_value(command).ok(),
                                who: Vec::new(),
                            },
                        };
                        Some(body)
                    });
                    LeftBody {
                        text: sentence(&one.fact),
                        kind: one.fact.kind().to_owned(),
                        removal: step.clone(),
                    }
                })
                .collect(),
        });
        let lists = lists.collect();
        let left = residue.remains().count();
        Self {
            businesses: residue.businesses.iter().map(ToString::to_string).collect(),
            partner: residue.subject.partner.to_string(),
            assets: residue.assets.iter().map(ToString::to_string).collect(),
            left,
            finding: (left > 0).then(|| RESIDUAL_ACCESS.to_owned()),
            lists,
            cannot_see: UNSEEN.map(str::to_owned).into(),
            certificate: None,
            file: None,
        }
    }
}
