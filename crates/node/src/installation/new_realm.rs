//! Making a realm, and filling it: for the owner of the machine.

use std::collections::BTreeMap;

use commands::document::DirectoryFile;
use engine::PersonId;
use engine::fact::{Change, Digest, Fact};
use ledger::{Actor, CommandId, Realm, RowWrite};
use rulebook::{Problems, Source};

use super::{Asked, Installation, PART, RunError, directory};
use crate::realms::{OwnerTask, Task, TaskRefusal};
use crate::texts::Texts;
use crate::writer::Outcome;

/// A realm to be made and filled.
#[derive(Debug, Clone)]
pub struct NewRealm {
    /// Its name.
    pub realm: Realm,
    /// Its rulebook's text.
    pub rulebook: String,
    /// Its switches.
    pub switches: BTreeMap<String, String>,
    /// Its first operator, with the role.
    pub operator: Option<(PersonId, String)>,
    /// Its facts.
    pub changes: Vec<Change>,
    /// Rows that keep its free texts.
    pub texts: Vec<RowWrite>,
}

impl NewRealm {
    /// Returns the realm that a directory file describes, without an operator beyond those of the
    /// file. `entropy` makes the salts of its texts.
    ///
    /// Errors: [`Problems`] of the file under the rulebook, or of the file's switches.
    pub fn from_file(
        realm: Realm,
        rulebook: &Source,
        file: &DirectoryFile,
        entropy: [u8; 32],
    ) -> Result<Self, Problems> {
        let compiled = file.document().compile(rulebook)?;
        let mut texts = Texts::new(entropy);
        let facts = file.facts(&compiled, &mut |_, text| texts.keep(text))?;
        let facts = facts.facts.into_iter();
        let facts = facts.filter(|fact| !matches!(fact, Fact::Settings(_)));
        Ok(Self {
            realm,
            rulebook: rulebook.text().to_owned(),
            switches: file.document().switches.clone(),
            operator: None,
            changes: facts.map(Change::Set).collect(),
            texts: texts.into_writes(),
        })
    }
}

impl Installation {
    /// Makes a realm and fills it, in parts; it answers nothing until the last part is in. Where an
    /// earlier attempt was cut off, the same facts go on from there.
    ///
    /// For the local owner of the installation. `progress` is told how many changes are in.
    /// Errors: the realm is there and loaded; the rulebook is wrong; half of other facts is in it.
    pub fn create_realm(
        &self,
        new: &NewRealm,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(), RunError> {
        if directory(&self.view(), &new.realm).is_some() {
            let refusal = TaskRefusal::RealmExists(new.realm.clone());
            return Err(RunError::Refused(refusal));
        }
        let create = OwnerTask::CreateRealm {
            rulebook: new.rulebook.clone(),
            switches: new.switches.clone(),
            operator: new.operator.clone(),
            loading: !new.changes.is_empty(),
        };
        self.own(&new.realm, "realm.create", 0, create, new.rulebook.clone())?;
        let parts = new.changes.chunks(PART).count();
        let mut texts = new.texts.clone();
        let mut done = 0;
        for (index, part) in new.changes.chunks(PART).enumerate() {
            let load = OwnerTask::Load {
                changes: part.to_vec(),
                texts: std::mem::take(&mut texts),
                last: index + 1 == parts,
            };
            let digest = serde_json::to_string(part).map(|text| Digest::of(&text));
            let digest = digest.map_err(RunError::Encode)?;
            self.own(&new.realm, "realm.load", index, load, digest.to_string())?;
            done += part.len();
            progress(done, new.changes.len());
        }
        Ok(())
    }

    fn own(
        &self,
        realm: &Realm,
        what: &str,
        index: usize,
        task: OwnerTask,
        text: String,
    ) -> Result<(), RunError> {
        let id = format!("{what}:{}:{index}", realm.as_str());
        let id = CommandId::parse(&id).map_err(RunError::Id)?;
        let asked = Asked {
            realm: realm.clone(),
            task: Task::Own(task),
            text,
        };
        match self.run(id, Actor::System, &asked)? {
            Outcome::Refused(refusal) => Err(RunError::Refused(refusal)),
            _ => Ok(()),
        }
    }
}
