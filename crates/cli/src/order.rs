//! A command tried on facts that are here: what it would change, or why it is refused.

use anyhow::Result;
use commands::document::{FreeText, plain_digest};
use commands::scenario::{EvidenceRow, WhoRow};
use commands::{Command, Handled, Order, Refusal, handle};
use engine::{DelegateId, Directory};
use jiff::Timestamp;
use node::Random as _;

use crate::question::credential;

/// Who gives a command, on what was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Giver<'a> {
    pub(crate) who: &'a WhoRow,
    /// The employee for whom a system user gives it.
    pub(crate) delegate: Option<&'a DelegateId>,
    pub(crate) evidence: Option<&'a EvidenceRow>,
}

/// What a command came to, and the texts it brought, which are kept beside the facts.
#[derive(Debug)]
pub(crate) struct Tried {
    pub(crate) outcome: Result<Handled, Refusal>,
    pub(crate) texts: Vec<FreeText>,
}

impl Giver<'_> {
    /// Tries a command on a directory, and changes nothing. Ids that it makes derive from `id`.
    ///
    /// Errors: the facts do not know who gives it; the machine gives no randomness.
    pub(crate) fn tries(
        &self,
        command: &Command,
        directory: &Directory,
        now: Timestamp,
        id: &str,
    ) -> Result<Tried> {
        let mut texts: Vec<FreeText> = Vec::new();
        let mut keep_text = |text: &str| {
            let digest = plain_digest("", text);
            texts.push(FreeText {
                of: command.name().to_owned(),
                digest: digest.clone(),
                text: text.to_owned(),
            });
            digest
        };
        let mut entropy = [0; 32];
        node::SystemRandom.fill(&mut entropy)?;
        let mut order = Order {
            by: credential(self.who, directory)?,
            delegate: self.delegate.cloned(),
            evidence: self.evidence.cloned().unwrap_or_default().evidence(now),
            now,
            id,
            entropy,
            keep_text: &mut keep_text,
        };
        let outcome = handle(directory, command, &mut order);
        Ok(Tried { outcome, texts })
    }
}
