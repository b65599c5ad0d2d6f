//! What a command is about, as the engine is asked.

use engine::AssetOrGroup;
use engine::fact::Terms;
use engine::{Context, Credential, Owner, Request, Thing};

/// What a command is about.
#[derive(Debug, Clone)]
pub struct About {
    resource: Thing,
    with: Vec<(String, Thing)>,
    terms: Terms,
}

impl About {
    pub(crate) fn new(resource: Thing) -> Self {
        Self {
            resource,
            with: Vec::new(),
            terms: Terms::default(),
        }
    }

    /// Names a further thing.
    pub(crate) fn with(mut self, name: &str, thing: Thing) -> Self {
        self.with.push((name.to_owned(), thing));
        self
    }

    /// Names the terms that would be given.
    pub(crate) fn terms(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }

    pub(crate) fn request(self, operation: &str, credential: Credential) -> Request {
        Request {
            credential,
            operation: operation.to_owned(),
            resource: self.resource,
            with: self.with,
            context: Context {
                terms: self.terms,
                ..Context::default()
            },
        }
    }
}

/// Returns an asset or group as a thing.
pub(crate) fn thing_on(on: &AssetOrGroup) -> Thing {
    match on {
        AssetOrGroup::Asset(id) => Thing::Asset(id.clone()),
        AssetOrGroup::Group(id) => Thing::Group(id.clone()),
    }
}

/// Returns an owner as a thing.
pub(crate) fn thing_owned_by(owner: &Owner) -> Thing {
    match owner {
        Owner::Business(id) => Thing::Business(id.clone()),
        Owner::Person(id) => Thing::Person(id.clone()),
    }
}
