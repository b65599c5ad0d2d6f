//! Findings about people and the businesses they are in.

use std::collections::{BTreeMap, BTreeSet};

use engine::fact::Person;
use engine::{BusinessId, PersonId, Thing};
use rulebook::Family;

use super::{Facts, Finding, FindingCode, FindingOn};
use crate::{AppChange, ChangePerson, SendInvitation, UpdateApp};

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = logins(facts);
    found.extend(admins(facts));
    found.extend(credentials(facts));
    found
}

fn change(person: &PersonId) -> ChangePerson {
    ChangePerson {
        person: person.clone(),
        name: None,
        email: None,
        identity: None,
        shared_login: None,
    }
}

/// Logins that several people share: where that was said, and where two people sign in as one.
fn logins(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut identities: BTreeMap<(&str, &str), Vec<&Person>> = BTreeMap::new();
    for person in &facts.people {
        if let Some(identity) = &person.identity {
            let key = (identity.issuer.as_str(), identity.subject.as_str());
            identities.entry(key).or_default().push(person);
        }
        if person.shared_login {
            found.push(Finding {
                code: FindingCode::SharedLogin,
                what: format!("several people use the login of person:{}", person.id),
                on: FindingOn::Thing(Thing::Person(person.id.clone())),
                business: facts.businesses_of(&person.id).next().cloned(),
                mend: Some(
                    ChangePerson {
                        shared_login: Some(false),
                        ..change(&person.id)
                    }
                    .into(),
                ),
            });
        }
    }
    for people in identities.into_values().filter(|people| people.len() > 1) {
        let ids: Vec<String> = people
            .iter()
            .map(|one| format!("person:{}", one.id))
            .collect();
        let Some(first) = people.first() else {
            continue;
        };
        found.push(Finding {
            code: FindingCode::SharedIdentity,
            what: format!("{} sign in as one", ids.join(" and ")),
            on: FindingOn::Thing(Thing::Person(first.id.clone())),
            business: facts.businesses_of(&first.id).next().cloned(),
            mend: None,
        });
    }
    found
}

/// Businesses that one person manages, or nobody. A child is managed by its parent.
fn admins(facts: &Facts<'_>) -> Vec<Finding> {
    let roles = managing(facts);
    let Some(role) = roles.iter().next() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for business in facts.businesses.iter().filter(|one| one.parent.is_none()) {
        let mut managers = facts.members.iter().filter(|one| {
            one.business == business.id && one.until.is_none() && roles.contains(one.role.as_str())
        });
        let (code, what) = match (managers.next(), managers.next()) {
            (Some(only), None) => (
                FindingCode::OneAdmin,
                format!(
                    "only person:{} manages business:{}",
                    only.person, business.id
                ),
            ),
            (None, _) => (
                FindingCode::NoAdmin,
                format!("nobody manages the people of business:{}", business.id),
            ),
            _ => continue,
        };
        found.push(Finding {
            code,
            what,
            on: FindingOn::Thing(Thing::Business(business.id.clone())),
            business: Some(business.id.clone()),
            mend: Some(
                SendInvitation {
                    business: business.id.clone(),
                    id: None,
                    role: (*role).to_owned(),
                    email: None,
                    until: None,
                    assignments: Vec::new(),
                }
                .into(),
            ),
        });
    }
    found
}

/// Returns the roles that manage people.
fn managing<'a>(facts: &Facts<'a>) -> BTreeSet<&'a str> {
    let kinds = facts.directory.rulebook().rules(0).kinds.iter();
    let mut kinds = kinds.filter(|kind| kind.family == Family::Business);
    let Some((kind, manages)) = kinds.find_map(|kind| Some((kind, kind.term("manage_people")?)))
    else {
        return BTreeSet::new();
    };
    let roles = kind.roles.iter().filter(|role| role.can.meets(manages));
    roles.map(|role| role.name.as_str()).collect()
}

/// App credentials in the hands of people without a place in the business that owns the app.
fn credentials(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for app in facts.apps.values() {
        let Some(business) = facts.owner_of(&app.id) else {
            continue;
        };
        let (stay, gone): (Vec<PersonId>, Vec<PersonId>) = app
            .credentials_held_by
            .iter()
            .cloned()
            .partition(|person| facts.sits_in(person, &business));
        if gone.is_empty() {
            continue;
        }
        let names: Vec<String> = gone.iter().map(|one| format!("person:{one}")).collect();
        found.push(Finding {
            code: FindingCode::CredentialsHeld,
            what: format!(
                "{} hold the credentials of app:{} and have no place in business:{business}",
                names.join(" and "),
                app.id
            ),
            on: FindingOn::Thing(Thing::App(app.id.clone())),
            business: Some(business),
            mend: Some(
                UpdateApp {
                    app: app.id.clone(),
                    change: AppChange {
                        credentials_held_by: Some(stay),
                        ..AppChange::default()
                    },
                }
                .into(),
            ),
        });
    }
    found
}

impl Facts<'_> {
    /// Returns the businesses in which a person has a place.
    fn businesses_of(&self, person: &PersonId) -> impl Iterator<Item = &BusinessId> {
        let members = self.members.iter();
        members
            .filter(move |one| one.person == *person)
            .map(|one| &one.business)
    }
}
