//! Many tokens ended in one step.

use engine::fact::{EndReason, Fact, Token};
use engine::{Credential, Directory, GrantId, Holder, PersonId, Thing};
use serde::{Deserialize, Serialize};

use super::about_grant;
use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Ends every live token of a holder, or of a grant. The grants stay: new tokens can be got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeTokens {
    /// Of whom, or…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// …of which grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
}

impl UseCase for RevokeTokens {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        match (&self.holder, &self.grant) {
            (Some(holder), None) => Ok(About::new(holder.into())),
            (None, Some(grant)) => about_grant(directory, grant),
            _ => Err(Refusal::invalid("holder", "name a holder or a grant")),
        }
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        if let Some(grant) = &self.grant {
            desk.grant(grant)?;
            desk.end_tokens(grant, EndReason::Revoked);
        }
        for fact in self
            .holder
            .iter()
            .flat_map(|holder| desk.directory.grants_held_by(holder))
        {
            if let Fact::Grant(grant) = fact {
                desk.end_tokens(&grant.id, EndReason::Revoked);
            }
        }
        Ok(())
    }
}

/// A person's password was changed: tokens of kinds that stand on it end. Those of system users,
/// businesses and apps go on. The new password is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChanged {
    /// Whose.
    pub person: PersonId,
}

impl UseCase for PasswordChanged {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        let person = Thing::Person(self.person.clone());
        Ok(About::new(person).with("platform", Thing::Realm))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.person(&self.person)?;
        let kinds = &desk.rules().token_kinds;
        // A kind the rulebook no longer knows is not known to survive.
        let stands_on_it = |token: &Token| {
            let kind = kinds.iter().find(|kind| kind.name == token.kind);
            kind.is_none_or(|kind| kind.ends_with_password)
        };
        let holder = Holder::Person(self.person.clone());
        for fact in desk.directory.grants_held_by(&holder) {
            let Fact::Grant(grant) = fact else { continue };
            for fact in desk.directory.tokens_of(&grant.id) {
                if let Fact::Token(token) = fact
                    && token.ended.is_none()
                    && stands_on_it(&token)
                {
                    desk.end_token(token, EndReason::PasswordChanged);
                }
            }
        }
        Ok(())
    }
}
