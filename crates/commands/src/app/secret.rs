//! The secret an app shows for itself.

use engine::fact::{EndReason, Fact};
use engine::{AppId, Credential, Directory, Holder};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::{Refusal, SecretOf};

/// Makes a new secret of an app, in place of the one before. It is answered this once, and whoever
/// asked for it is from now on known to hold it. Tokens of kinds that stand on the secret end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSecret {
    /// The app.
    pub app: AppId,
}

impl UseCase for NewSecret {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(super::on_app(&self.app))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let mut app = desk.app(&self.app)?;
        // Those before him held another secret, which no longer opens anything; the list keeps
        // them, since they hold what else was shown to them.
        if let Some(Holder::Person(person)) = desk.caller()
            && !app.credentials_held_by.contains(&person)
        {
            app.credentials_held_by.push(person);
        }
        end_those_of_the_secret(desk, &self.app);
        let secret = desk.secret("css_");
        desk.keep_secret(SecretOf::App(self.app.clone()), &secret);
        desk.answer.id = Some(self.app.to_string());
        desk.answer.secret = Some(secret);
        // Also when the holders stay the same: that a secret was made belongs in the log.
        desk.set(app);
        Ok(())
    }
}

fn end_those_of_the_secret(desk: &mut Desk<'_>, app: &AppId) {
    let kinds = &desk.rules().token_kinds;
    let stands_on_it = |name: &str| {
        let kind = kinds.iter().find(|kind| kind.name == name);
        kind.is_some_and(|kind| kind.ends_with_secret)
    };
    for fact in desk.directory.grants_to(app) {
        let Fact::Grant(grant) = fact else { continue };
        for fact in desk.directory.tokens_of(&grant.id) {
            if let Fact::Token(token) = fact
                && token.ended.is_none()
                && stands_on_it(&token.kind)
            {
                desk.end_token(token, EndReason::Revoked);
            }
        }
    }
}
