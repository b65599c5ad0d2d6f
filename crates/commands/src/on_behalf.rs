//! Acting on behalf of a client: begun by the client, ended by either side.
//!
//! The partner gets no role and no share by it. He may have tokens of one system user in the client's
//! business, which reaches what the client assigns it and nothing else, and which ends with the relation.

use engine::fact::{
    AppClaimKey, Fact, Grant, Install, InstallKey, Key, OnBehalf, OnBehalfKey, SystemUser,
};
use engine::{
    AppId, BusinessId, Credential, Directory, GrantId, Holder, Owner, SystemUserId, Thing, TokenId,
};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::order::Refusal;
use crate::system_user::{end_system_user, free_id, limit};
use crate::token::{IssueToken, known_scopes};

/// A client lets a business act on its behalf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartOnBehalf {
    /// The business that will act.
    pub partner: BusinessId,
    /// The client.
    pub client: BusinessId,
}

impl UseCase for StartOnBehalf {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(about(&self.partner, &self.client))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let (partner, client) = (desk.business(&self.partner)?, desk.business(&self.client)?);
        if partner.id == client.id {
            let message = "a business need not act on behalf of itself";
            return Err(Refusal::invalid("partner", message));
        }
        if client.parent.as_ref() == Some(&partner.id) {
            let message = "a parent manages its children already";
            return Err(Refusal::conflict(message));
        }
        if relation(desk, &self.partner, &self.client).is_ok() {
            let message = "the business acts on behalf of this client already";
            return Err(Refusal::conflict(message));
        }
        desk.answer.id = Some(client.id.to_string());
        desk.set(OnBehalf {
            partner: partner.id,
            client: client.id,
            system_user: None,
        });
        Ok(())
    }
}

/// Ends that a business acts on behalf of a client, with the system user through which it did and all
/// its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndOnBehalf {
    /// The business that acts.
    pub partner: BusinessId,
    /// The client.
    pub client: BusinessId,
}

impl UseCase for EndOnBehalf {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(about(&self.partner, &self.client))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let relation = relation(desk, &self.partner, &self.client)?;
        end_on_behalf(desk, &relation);
        Ok(())
    }
}

/// Issues a token of the client's system user through which the business acts; the first makes it. The
/// secret is answered this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueOnBehalf {
    /// The business that acts.
    pub partner: BusinessId,
    /// The client.
    pub client: BusinessId,
    /// An app of the partner.
    pub app: AppId,
    /// The scopes asked for: none that the token that asks does not carry.
    pub scopes: Vec<String>,
    /// Its public id; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<TokenId>,
    /// The id of the system user, if this makes it; made if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_user: Option<SystemUserId>,
    /// What the system user is called, if this makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Without an end, where the rulebook allows it.
    #[serde(default)]
    pub endless: bool,
}

impl UseCase for IssueOnBehalf {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(about(&self.partner, &self.client))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let rule = desk.rules().on_behalf.clone();
        let rule = rule.ok_or(Refusal::NoSuchCommand {
            command: "on_behalf_token.issue",
        })?;
        let relation = relation(desk, &self.partner, &self.client)?;
        self.check_scopes(desk)?;
        self.check_app(desk)?;
        let system_user = match relation.system_user {
            Some(id) => id,
            None => self.new_system_user(desk, &rule.role)?,
        };
        let grant = self.grant(desk, system_user)?;
        let issue = IssueToken {
            grant: grant.id.clone(),
            kind: rule.token,
            id: self.id.clone(),
            endless: self.endless,
            associated_user: None,
            replaces: None,
        };
        issue.issue(desk, &grant)
    }
}

impl IssueOnBehalf {
    /// Nobody gets more than he has.
    fn check_scopes(&self, desk: &Desk<'_>) -> Result<(), Refusal> {
        known_scopes(desk, &self.scopes)?;
        if self.scopes.is_empty() {
            return Err(Refusal::invalid("scopes", "name what the token is for"));
        }
        let own = carried(desk);
        let lacks = |scope: &&String| own.as_ref().is_some_and(|own| !own.contains(scope));
        match self.scopes.iter().find(lacks) {
            None => Ok(()),
            Some(scope) => {
                let message = format!("`{scope}` is not in the token that asks");
                Err(Refusal::invalid("scopes", message))
            }
        }
    }

    /// An app of a stranger and one that does not exist are told alike.
    fn check_app(&self, desk: &Desk<'_>) -> Result<(), Refusal> {
        let key = AppClaimKey {
            app: self.app.clone(),
            business: self.partner.clone(),
        };
        let owner = desk.app(&self.app).ok().map(|app| app.owner);
        let owns = owner == Some(Owner::Business(self.partner.clone()));
        if owns || desk.directory.fact(&Key::AppClaim(key)).is_some() {
            return Ok(());
        }
        let message = format!(
            "business `{}` must own or claim the app first",
            self.partner
        );
        Err(Refusal::conflict(message))
    }

    fn new_system_user(&self, desk: &mut Desk<'_>, role: &str) -> Result<SystemUserId, Refusal> {
        limit(desk, &self.client, role, Some(&self.app))?;
        let id = free_id(desk, self.system_user.as_ref())?;
        let name = desk.text(self.name.as_deref());
        desk.set(SystemUser {
            id: id.clone(),
            business: self.client.clone(),
            role: role.to_owned(),
            name,
        });
        desk.set(OnBehalf {
            partner: self.partner.clone(),
            client: self.client.clone(),
            system_user: Some(id.clone()),
        });
        Ok(id)
    }

    /// Returns the grant that says exactly this, which is made with the installation if there is none.
    fn grant(&self, desk: &mut Desk<'_>, system_user: SystemUserId) -> Result<Grant, Refusal> {
        let install = InstallKey {
            app: self.app.clone(),
            system_user: system_user.clone(),
        };
        if desk.directory.fact(&Key::Install(install)).is_none() {
            desk.set(Install {
                app: self.app.clone(),
                system_user: system_user.clone(),
            });
        }
        let mut scopes = self.scopes.clone();
        scopes.sort();
        scopes.dedup();
        let holder = Holder::SystemUser(system_user);
        let known = desk.directory.grants_of(&holder).into_iter();
        let same = known.filter_map(|fact| match fact {
            Fact::Grant(one) if one.app == self.app && says(&one, &scopes) => Some(one),
            _ => None,
        });
        if let Some(grant) = same.min_by(|one, other| one.id.cmp(&other.id)) {
            return Ok(grant);
        }
        let id: GrantId = desk.new_id("g")?;
        let grant = Grant {
            id,
            holder,
            app: self.app.clone(),
            scopes,
            declined: Vec::new(),
            targets: std::collections::BTreeMap::new(),
            from: None,
        };
        desk.set(grant.clone());
        Ok(grant)
    }
}

fn about(partner: &BusinessId, client: &BusinessId) -> About {
    About::new(Thing::Business(partner.clone())).with("client", Thing::Business(client.clone()))
}

fn relation(
    desk: &Desk<'_>,
    partner: &BusinessId,
    client: &BusinessId,
) -> Result<OnBehalf, Refusal> {
    let key = OnBehalfKey {
        partner: partner.clone(),
        client: client.clone(),
    };
    let found = desk.directory.on_behalf(&key);
    found.ok_or_else(|| Refusal::not_found("client that the business acts for", client))
}

/// Returns the scopes of the token that asks; nothing for a sign-in, which has none.
fn carried(desk: &Desk<'_>) -> Option<Vec<String>> {
    match desk.by() {
        Credential::Holder(_) => None,
        Credential::Assumed(assumed) => Some(assumed.scopes.clone()),
        Credential::Token(_) => {
            let grant = desk.given_through().and_then(|(grant, _)| grant);
            let grant = grant.and_then(|grant| desk.grant(&grant).ok());
            Some(grant.map(|grant| grant.scopes).unwrap_or_default())
        }
    }
}

/// Ends a relation, with the system user through which the partner acted.
pub(crate) fn end_on_behalf(desk: &mut Desk<'_>, relation: &OnBehalf) {
    desk.end(Key::OnBehalf(relation.key()));
    if let Some(system_user) = &relation.system_user {
        end_system_user(desk, system_user);
    }
}

/// Ends every relation of a business, on either side.
pub(crate) fn end_all_on_behalf(desk: &mut Desk<'_>, business: &BusinessId) {
    let mut relations = desk.directory.managed_by(business);
    relations.extend(desk.directory.managers_of(business));
    for relation in relations {
        end_on_behalf(desk, &relation);
    }
}

/// A system user is no more: whoever acted through it gets another with his next token.
pub(crate) fn forget_system_user(desk: &mut Desk<'_>, client: &BusinessId, id: &SystemUserId) {
    for relation in desk.directory.managers_of(client) {
        let there = desk.fact_so_far(&Key::OnBehalf(relation.key())).is_some();
        if there && relation.system_user.as_ref() == Some(id) {
            desk.set(OnBehalf {
                system_user: None,
                ..relation
            });
        }
    }
}

/// Does a grant give these scopes for everything, and nothing else?
fn says(grant: &Grant, scopes: &[String]) -> bool {
    let mut own = grant.scopes.clone();
    own.sort();
    own == scopes && grant.targets.is_empty() && grant.from.is_none()
}
