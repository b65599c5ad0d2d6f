//! Taking a person out of a business: everything at once, and what is left is told.

use engine::{BusinessId, Credential, Directory, PersonId, Thing};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::{Command, UseCase};
use crate::desk::Desk;
use crate::holding::{HoldingSort, holdings};
use crate::order::Refusal;

/// Takes away, in one entry, everything a person has in a business that the caller may take away;
/// answers what is left, each with its own step. Without the last admin, nothing is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffboardPerson {
    /// The business.
    pub business: BusinessId,
    /// The person.
    pub person: PersonId,
}

impl UseCase for OffboardPerson {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(About::new(Thing::Business(self.business.clone()))
            .with("person", Thing::Person(self.person.clone())))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.business)?;
        let found = holdings(desk.directory, &self.business, &self.person, desk.now);
        if found.is_empty() {
            return Err(Refusal::not_found("person in the business", &self.person));
        }
        let mut remains = Vec::new();
        for holding in found {
            if !may_take(desk, holding.sort, &holding.removal) {
                remains.push(holding);
                continue;
            }
            match desk.trying(|desk| holding.removal.run(desk)) {
                Ok(()) => {}
                Err(refusal @ Refusal::LastAdmin { .. }) => return Err(refusal),
                Err(_) => remains.push(holding),
            }
        }
        // What was assigned through the seat went with it, whoever could take it by itself.
        remains.retain(|holding| desk.fact_so_far(&holding.fact.key()).is_some());
        desk.answer.id = Some(self.person.to_string());
        desk.answer.remains = Some(remains);
        Ok(())
    }
}

/// Each thing is taken by who could take it with its own command. A consent is the person's own, and
/// yet the business that owns an app may end its use of it: that is what this operation is for.
///
/// Secrets are left: who rotates one must hand the new one to whatever uses it. So is the only
/// approver of a mandate, whose place would otherwise be everybody's.
fn may_take(desk: &Desk<'_>, sort: HoldingSort, removal: &Command) -> bool {
    match sort {
        HoldingSort::Grant => true,
        HoldingSort::KnownSecret | HoldingSort::LentRole | HoldingSort::OnlyApprover => false,
        _ => {
            let request = removal.request(desk.directory, desk.by());
            request.is_ok_and(|request| desk.asking().decide(request).is_ok())
        }
    }
}
