//! Who gave the command that became an entry.

/// Who gave a command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// Countersign itself: expiry, sweeps, refresh.
    System,
    /// A person or a system user, by themselves or through an app.
    Principal(Principal),
}

/// A person or a system user who gave a command. Ids as the directory writes them; never a name or
/// an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    who: Box<str>,
    app: Option<Box<str>>,
    token: Option<Box<str>>,
}

/// An id of an actor is empty, too long, or has a control character.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` cannot be the id of an actor, app or token: 1 to 200 characters, none of them a control character"
)]
pub struct ActorError(String);

impl Actor {
    /// Returns the principal `who`, through no app. Errors: the id is empty, longer than 200 bytes,
    /// or has control characters.
    pub fn principal(who: &str) -> Result<Self, ActorError> {
        Ok(Self::Principal(Principal {
            who: checked(who)?,
            app: None,
            token: None,
        }))
    }

    /// Returns the principal `who`, through `app` and with `token` (the token's id or hash, never
    /// the token itself). Errors as [`Actor::principal`].
    pub fn through(who: &str, app: Option<&str>, token: Option<&str>) -> Result<Self, ActorError> {
        Ok(Self::Principal(Principal {
            who: checked(who)?,
            app: app.map(checked).transpose()?,
            token: token.map(checked).transpose()?,
        }))
    }

    /// Returns the id of the person or system user; nothing for the system.
    #[must_use]
    pub fn who(&self) -> Option<&str> {
        match self {
            Self::System => None,
            Self::Principal(principal) => Some(&principal.who),
        }
    }

    /// Returns the id of the app through which the command came.
    #[must_use]
    pub fn app(&self) -> Option<&str> {
        match self {
            Self::System => None,
            Self::Principal(principal) => principal.app.as_deref(),
        }
    }

    /// Returns the id of the token with which the command came.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match self {
            Self::System => None,
            Self::Principal(principal) => principal.token.as_deref(),
        }
    }

    /// Returns within what a command id is unique: who and app.
    ///
    /// The token is left out, since a client that tries again may have refreshed it in between. The
    /// app is in, since two apps of one person choose their ids without knowing of each other.
    #[must_use]
    pub fn command_scope(&self) -> CommandScope<'_> {
        CommandScope {
            who: self.who().unwrap_or(""),
            app: self.app().unwrap_or(""),
        }
    }
}

/// Within what a command id is unique. Empty texts stand for "the system" and "no app".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandScope<'a> {
    /// The person or system user; empty for the system itself.
    pub who: &'a str,
    /// The app; empty when the command came through none.
    pub app: &'a str,
}

fn checked(id: &str) -> Result<Box<str>, ActorError> {
    // An empty id would be the same as none in a store's index of commands.
    if (1..=200).contains(&id.len()) && !id.chars().any(char::is_control) {
        return Ok(id.into());
    }
    Err(ActorError(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Actor;

    #[test]
    fn a_refreshed_token_keeps_the_scope_of_command_ids() {
        let before = Actor::through("person_ana", Some("app_1"), Some("token_1")).unwrap();
        let after = Actor::through("person_ana", Some("app_1"), Some("token_2")).unwrap();
        let elsewhere = Actor::through("person_ana", Some("app_2"), Some("token_3")).unwrap();
        assert_eq!(before.command_scope(), after.command_scope());
        assert_ne!(before.command_scope(), elsewhere.command_scope());
        assert_ne!(
            Actor::principal("person_ana").unwrap().command_scope(),
            before.command_scope()
        );
        assert_ne!(Actor::System.command_scope(), before.command_scope());
    }

    #[test]
    fn ids_are_not_empty() {
        assert!(Actor::principal("").is_err());
        assert!(Actor::through("person_ana", Some(""), None).is_err());
        assert!(Actor::through("person_ana", None, Some("a\nb")).is_err());
    }
}
