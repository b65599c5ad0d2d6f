//! Tokens that are renewed by themselves, and what came of it.

use engine::fact::{Disclosure, Key, Renewal};
use engine::{Credential, Directory, Holder, TokenId};
use serde::{Deserialize, Serialize};

use super::about_token;
use super::life::{alive, refreshable, through_its_grant};
use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;

/// Days before its end at which a token is renewed if nobody says when.
const DAYS_BEFORE: u32 = 14;
const DAY_S: u64 = 86_400;

/// Lets a token be renewed by itself before it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRenewal {
    /// The token.
    pub token: TokenId,
    /// How many days before its end; 14 if left out, or half its life if that is shorter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_before: Option<u32>,
}

/// Lets a token end when its time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndRenewal {
    /// The token.
    pub token: TokenId,
}

/// Notes that the secret of a token that was renewed by itself is handed out. The secret itself is
/// the installation's to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CollectToken {
    /// The new token.
    pub token: TokenId,
}

impl UseCase for SetRenewal {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let token = desk.token(&self.token)?;
        alive(&token, desk.now)?;
        let kind = refreshable(desk.rules(), &token)?;
        let (Some(_), Some(life_s)) = (token.expires, kind.life_s) else {
            return Err(Refusal::conflict("a token without an end needs no renewal"));
        };
        let most = u32::try_from(life_s.saturating_sub(1) / DAY_S).unwrap_or(u32::MAX);
        let usual = DAYS_BEFORE.min(u32::try_from(life_s / DAY_S / 2).unwrap_or(u32::MAX));
        let days_before = self.days_before.unwrap_or(usual);
        if days_before == 0 || days_before > most {
            let message = format!("1 to {most} days: a `{}` token lives no longer", kind.name);
            return Err(Refusal::invalid("days_before", message));
        }
        desk.set(Renewal {
            token: self.token.clone(),
            days_before,
        });
        Ok(())
    }
}

impl UseCase for EndRenewal {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let key = Key::Renewal(self.token.clone());
        if desk.directory.fact(&key).is_none() {
            return Err(Refusal::not_found("renewal of token", &self.token));
        }
        desk.end(key);
        Ok(())
    }
}

impl UseCase for CollectToken {
    fn about(&self, directory: &Directory, _: &Credential) -> Result<About, Refusal> {
        about_token(directory, &self.token)
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let token = desk.token(&self.token)?;
        through_renewal(desk, &token)?;
        if let Some(Holder::Person(to)) = desk.caller() {
            desk.set(Disclosure {
                token: token.id,
                to,
                at: desk.now,
            });
        }
        Ok(())
    }
}

fn through_renewal(desk: &Desk<'_>, token: &engine::fact::Token) -> Result<(), Refusal> {
    through_its_grant(desk, token)?;
    alive(token, desk.now)
}
