//! Who reads a list: everything in it, or what the rulebook lets somebody read.

use engine::{
    BusinessId, Context, Credential, Directory, Evidence, Holder, Request, Thing, decide,
};
use jiff::Timestamp;

/// Who reads a list.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// Whoever has the facts themselves, or may ask about everything.
    Everything,
    /// Somebody, who reads what the rulebook lets him.
    Somebody {
        /// By which credential.
        credential: &'a Credential,
        /// What was measured.
        evidence: &'a Evidence,
    },
}

impl Reader<'_> {
    /// May this operation, which reads, be done on the business?
    pub(crate) fn reads(
        &self,
        directory: &Directory,
        operation: &str,
        business: &BusinessId,
        now: Timestamp,
    ) -> bool {
        let Self::Somebody {
            credential,
            evidence,
        } = self
        else {
            return true;
        };
        let request = Request {
            credential: (*credential).clone(),
            operation: operation.to_owned(),
            resource: Thing::Business(business.clone()),
            with: Vec::new(),
            context: Context::default(),
        };
        decide(directory, &request, evidence, now).is_allowed()
    }

    /// Returns who reads, if it is somebody.
    pub(crate) fn holder(&self, directory: &Directory) -> Option<Holder> {
        match self {
            Self::Everything => None,
            Self::Somebody { credential, .. } => crate::desk::caller(directory, credential),
        }
    }
}
