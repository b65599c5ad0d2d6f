//! The secret an app shows for itself.

use engine::{AppId, Credential, Directory, Holder};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Makes a new secret of an app, in place of the one before. It is answered this once, and whoever
/// asked for it is from now on known to hold it.
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
        let secret = desk.secret("css_");
        desk.keep_secret(&self.app, &secret);
        desk.answer.id = Some(self.app.to_string());
        desk.answer.secret = Some(secret);
        // Also when the holders stay the same: that a secret was made belongs in the log.
        desk.set(app);
        Ok(())
    }
}
