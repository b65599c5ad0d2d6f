//! One fact by its key, and the facts that hang on a thing.

use crate::directory::Directory;
use crate::directory::index::{Class, HolderIx, NONE, OnIx, Who};
use crate::directory::lists::Head;
use crate::directory::rows::Row;
use crate::fact::{Fact, Key};
use crate::id::{AppId, AssetId, AssetOrGroup, BusinessId, GrantId, GroupId, Holder, PersonId};

impl Directory {
    /// Returns the fact with this key, if it holds.
    #[must_use]
    pub fn fact(&self, key: &Key) -> Option<Fact> {
        match key {
            Key::Settings(()) => self.settings().cloned().map(Fact::Settings),
            Key::Business(id) => {
                self.business_fact(self.businesses.get(self.find_business(id.as_str())?)?)
            }
            Key::Person(id) => self.person_fact(self.people.get(self.find_person(id)?)?),
            Key::Operator(id) => {
                let person = self.person_mentioned(id)?;
                self.operators.get(&person).cloned().map(Fact::Operator)
            }
            Key::Membership(key) => {
                let row = self.people.get(self.person_mentioned(&key.person)?)?;
                let member = row.members.iter().find(|member| {
                    let business = self.businesses.get(member.business);
                    business.is_some_and(|row| row.ident().is(key.business.as_str()))
                })?;
                self.membership_fact(row, member)
            }
            Key::SystemUser(id) => {
                self.system_user_fact(self.system_users.get(self.find_system_user(id.as_str())?)?)
            }
            Key::App(id) => self
                .apps
                .get(self.find_app(id)?)?
                .fact
                .as_ref()
                .map(|fact| Fact::App((**fact).clone())),
            Key::AppClaim(of) => self.app_fact(&of.app, key),
            Key::AppRole(of) => self.app_fact(&of.app, key),
            Key::AppPermission(of) => self.app_fact(&of.app, key),
            Key::Install(of) => self.app_fact(&of.app, key),
            Key::AccessRequest(id) => self.access_request(id).map(Fact::AccessRequest),
            Key::OnBehalf(key) => self.on_behalf(key).map(Fact::OnBehalf),
            _ => self.fact_of_asset_or_token(key),
        }
    }

    fn fact_of_asset_or_token(&self, key: &Key) -> Option<Fact> {
        match key {
            Key::Asset(id) => {
                let row = self.assets.get(self.find_asset(id.as_str())?)?;
                self.asset_fact(row)
            }
            Key::Link(of) => {
                let on = self.find_on(&AssetOrGroup::Asset(of.asset.clone()))?;
                let row = self.assets.get(on.parts().0)?;
                self.asset_facts(row)
                    .into_iter()
                    .find(|fact| fact.key() == *key)
            }
            Key::Group(id) => self.group_fact(self.groups.get(self.find_group(id.as_str())?)?),
            Key::GroupAsset(of) => {
                let on = self.find_on(&AssetOrGroup::Group(of.group.clone()))?;
                let row = self.groups.get(on.parts().0)?;
                self.group_asset_facts(row)
                    .into_iter()
                    .find(|fact| fact.key() == *key)
            }
            Key::Share(of) => {
                let to = self.business_mentioned(&of.to)?;
                let row = self.share_slot(self.find_on(&of.of)?, to)?.row;
                self.share_fact(self.shares.get(row)?)
            }
            Key::Assignment(of) => {
                let via = match &of.via {
                    Some(via) => self.business_mentioned(via)?,
                    None => NONE,
                };
                let holder = self.holder_mentioned(&of.holder)?;
                let row = self.assignment_row(holder, self.find_on(&of.on)?, via)?;
                self.assignment_fact(self.assignments.get(row)?)
            }
            Key::Delegate(of) => {
                let index = self.find_delegate(of.business.as_str(), of.id.as_str())?;
                self.delegate_fact(self.delegates.get(index)?)
            }
            Key::Grant(id) => self.grant_fact(self.grants.get(self.find_grant(id.as_str())?)?),
            Key::Token(id) => self.token_fact(self.find_token(id.as_str())?),
            Key::Renewal(token) => self.renewals.get(token).cloned().map(Fact::Renewal),
            Key::Disclosure(of) => {
                let extra = self.extra_of_person(self.person_mentioned(&of.to)?)?;
                let rows = self.lists.iter(extra.disclosures);
                let mut facts =
                    rows.filter_map(|number| self.disclosure_fact(self.disclosures.get(number)?));
                facts.find(|fact| fact.key() == *key)
            }
            Key::Proposal(id) => self.proposal(id).cloned().map(Fact::Proposal),
            Key::Mandate(id) => {
                let row = self.mandates.get(self.find_mandate(id.as_str())?)?;
                row.fact
                    .as_ref()
                    .map(|fact| Fact::Mandate((**fact).clone()))
            }
            Key::Invitation(_) => self.waiting_fact(key),
            _ => None,
        }
    }

    fn business_mentioned(&self, id: &BusinessId) -> Option<u32> {
        self.find_in(&self.businesses, Class::Business, id.as_str())
    }

    fn holder_mentioned(&self, holder: &Holder) -> Option<HolderIx> {
        match holder {
            Holder::Person(id) => self.person_mentioned(id).map(HolderIx::person),
            Holder::SystemUser(id) => self
                .find_in(&self.system_users, Class::SystemUser, id.as_str())
                .map(HolderIx::system_user),
            Holder::Business(id) => self.business_mentioned(id).map(HolderIx::business),
            Holder::App(id) => self.app_mentioned(id).map(HolderIx::app),
        }
    }

    fn app_fact(&self, app: &AppId, key: &Key) -> Option<Fact> {
        let index = self.app_mentioned(app)?;
        let row = self.apps.get(index)?;
        self.app_facts(row)
            .into_iter()
            .find(|fact| fact.key() == *key)
    }

    fn assignments_head(&self, on: OnIx) -> Option<Head> {
        let (index, is_group) = on.parts();
        if is_group {
            self.groups.get(index).map(|row| row.assignments)
        } else {
            self.assets.get(index).map(|row| row.assignments)
        }
    }

    fn assignment_facts(&self, head: Head) -> Vec<Fact> {
        let rows = self
            .lists
            .iter(head)
            .filter_map(|number| self.assignments.get(number));
        rows.filter_map(|row| self.assignment_fact(row)).collect()
    }

    /// Returns the assignments a holder has, in no order.
    #[must_use]
    pub fn assignments_of(&self, holder: &Holder) -> Vec<Fact> {
        let head = match self.find_holder(holder).map(HolderIx::which) {
            Some(Who::Person(index)) => self.people.get(index).map(|row| row.assignments),
            Some(Who::SystemUser(index)) => self.system_users.get(index).map(|row| row.assignments),
            Some(Who::Business(index)) => self.businesses.get(index).map(|row| row.assignments),
            Some(Who::App(index)) => self.apps.get(index).map(|row| row.assignments),
            _ => None,
        };
        head.map(|head| self.assignment_facts(head))
            .unwrap_or_default()
    }

    /// Returns the assignments on an asset or group itself, in no order.
    #[must_use]
    pub fn assignments_on(&self, on: &AssetOrGroup) -> Vec<Fact> {
        let head = self.find_on(on).and_then(|on| self.assignments_head(on));
        head.map(|head| self.assignment_facts(head))
            .unwrap_or_default()
    }

    /// Returns the shares of an asset or group itself, in no order.
    #[must_use]
    pub fn shares_of(&self, of: &AssetOrGroup) -> Vec<Fact> {
        let head = self.find_on(of).and_then(|on| {
            let (index, is_group) = on.parts();
            if is_group {
                self.groups.get(index).map(|row| row.shares)
            } else {
                self.assets.get(index).map(|row| row.shares)
            }
        });
        self.share_facts(head.unwrap_or_default())
    }

    /// Returns what was shared to a business, in no order.
    #[must_use]
    pub fn shares_to(&self, business: &BusinessId) -> Vec<Fact> {
        let row = self
            .find_business(business.as_str())
            .and_then(|index| self.businesses.get(index));
        self.share_facts(row.map(|row| row.shares_in).unwrap_or_default())
    }

    fn share_facts(&self, head: Head) -> Vec<Fact> {
        let rows = self
            .lists
            .iter(head)
            .filter_map(|number| self.shares.get(number));
        rows.filter_map(|row| self.share_fact(row)).collect()
    }

    /// Returns the memberships in a business, in no order.
    #[must_use]
    pub fn members_of(&self, business: &BusinessId) -> Vec<Fact> {
        let Some(index) = self.find_business(business.as_str()) else {
            return Vec::new();
        };
        let head = self.businesses.get(index).map(|row| row.members);
        let people = self.lists.iter(head.unwrap_or_default());
        people
            .filter_map(|person| {
                let row = self.people.get(person)?;
                let mut members = row.members.iter();
                let member = members.find(|member| member.business == index)?;
                self.membership_fact(row, member)
            })
            .collect()
    }

    /// Returns the facts that hang on a business: memberships, system users, children, assets,
    /// apps, groups, mandates, delegates.
    #[must_use]
    pub fn facts_of_business(&self, business: &BusinessId) -> Vec<Fact> {
        let row = self
            .find_business(business.as_str())
            .and_then(|index| self.businesses.get(index));
        let Some(row) = row else { return Vec::new() };
        let mut facts = self.members_of(business);
        let system_users = self.lists.iter(row.system_users);
        facts.extend(
            system_users.filter_map(|one| self.system_user_fact(self.system_users.get(one)?)),
        );
        let children = self.lists.iter(row.children);
        facts.extend(children.filter_map(|one| self.business_fact(self.businesses.get(one)?)));
        for asset in self
            .lists
            .iter(row.assets)
            .filter_map(|one| self.assets.get(one))
        {
            facts.extend(self.asset_fact(asset));
        }
        let apps = self
            .lists
            .iter(row.apps)
            .filter_map(|one| self.apps.get(one)?.fact.clone());
        facts.extend(apps.map(|fact| Fact::App((*fact).clone())));
        let groups = self.lists.iter(row.groups);
        facts.extend(groups.filter_map(|one| self.group_fact(self.groups.get(one)?)));
        let mandates = self.lists.iter(row.mandates);
        let mandates = mandates.filter_map(|one| self.mandates.get(one)?.fact.clone());
        facts.extend(mandates.map(|fact| Fact::Mandate((*fact).clone())));
        let delegates = self.lists.iter(row.delegates);
        facts.extend(delegates.filter_map(|one| self.delegate_fact(self.delegates.get(one)?)));
        facts
    }

    /// Returns the grants a person or system user gave, in no order.
    #[must_use]
    pub fn grants_of(&self, holder: &Holder) -> Vec<Fact> {
        let head = match self.find_holder(holder).map(HolderIx::which) {
            Some(Who::Person(index)) => self.people.get(index).map(|row| row.grants),
            Some(Who::SystemUser(index)) => self.system_users.get(index).map(|row| row.grants),
            _ => None,
        };
        self.grant_facts(head.unwrap_or_default())
    }

    /// Returns the grants given to an app, in no order.
    #[must_use]
    pub fn grants_to(&self, app: &AppId) -> Vec<Fact> {
        let row = self.find_app(app).and_then(|index| self.apps.get(index));
        self.grant_facts(row.map(|row| row.grants).unwrap_or_default())
    }

    fn grant_facts(&self, head: Head) -> Vec<Fact> {
        let rows = self
            .lists
            .iter(head)
            .filter_map(|number| self.grants.get(number));
        rows.filter_map(|row| self.grant_fact(row)).collect()
    }

    /// Returns the tokens of a grant, in no order.
    #[must_use]
    pub fn tokens_of(&self, grant: &GrantId) -> Vec<Fact> {
        let row = self
            .find_grant(grant.as_str())
            .and_then(|index| self.grants.get(index));
        let head = row.map(|row| row.tokens).unwrap_or_default();
        let tokens = self.lists.iter(head);
        tokens.filter_map(|index| self.token_fact(index)).collect()
    }

    /// Returns what hangs on a person besides assignments and grants: memberships, app roles,
    /// secrets seen.
    #[must_use]
    pub fn facts_of_person(&self, person: &PersonId) -> Vec<Fact> {
        let index = self.person_mentioned(person);
        let Some(row) = index.and_then(|index| self.people.get(index)) else {
            return Vec::new();
        };
        let mut facts: Vec<Fact> = row
            .members
            .iter()
            .filter_map(|member| self.membership_fact(row, member))
            .collect();
        let Some(extra) = self.person_extras.get(row.extra) else {
            return facts;
        };
        let apps = self.lists.iter(extra.app_roles);
        for app in apps.filter_map(|one| self.apps.get(one)) {
            let of_person =
                |fact: &Fact| matches!(fact, Fact::AppRole(role) if role.person == *person);
            facts.extend(self.app_facts(app).into_iter().filter(of_person));
        }
        let disclosures = self.lists.iter(extra.disclosures);
        facts.extend(
            disclosures.filter_map(|number| self.disclosure_fact(self.disclosures.get(number)?)),
        );
        facts
    }

    /// Returns everything an app has besides itself: claims, roles, permissions, installations.
    #[must_use]
    pub fn facts_of_app(&self, app: &AppId) -> Vec<Fact> {
        let row = self.find_app(app).and_then(|index| self.apps.get(index));
        let facts = row.map(|row| self.app_facts(row)).unwrap_or_default();
        facts
            .into_iter()
            .filter(|fact| !matches!(fact, Fact::App(_)))
            .collect()
    }

    /// Returns what hangs on an asset besides shares and assignments: its links both ways, and the
    /// groups it is in.
    #[must_use]
    pub fn around_asset(&self, asset: &AssetId) -> Vec<Fact> {
        let on = self.find_on(&AssetOrGroup::Asset(asset.clone()));
        let Some(row) = on.and_then(|on| self.assets.get(on.parts().0)) else {
            return Vec::new();
        };
        let links = |fact: &Fact| matches!(fact, Fact::Link(link) if link.asset == *asset || link.to == *asset);
        let mut facts: Vec<Fact> = self.asset_facts(row).into_iter().filter(links).collect();
        let followers = self.lists.iter(self.followers_of(row));
        for follower in followers.filter_map(|index| self.assets.get(index)) {
            facts.extend(self.asset_facts(follower).into_iter().filter(links));
        }
        for group in self
            .lists
            .iter(row.groups)
            .filter_map(|index| self.groups.get(index))
        {
            let here = |fact: &Fact| matches!(fact, Fact::GroupAsset(one) if one.asset == *asset);
            facts.extend(self.group_asset_facts(group).into_iter().filter(here));
        }
        facts
    }

    /// Returns the token whose secret has this digest, alive or not.
    #[must_use]
    pub fn token_with(&self, digest: &crate::fact::Digest) -> Option<crate::fact::Token> {
        let index = self.token_by(&digest.0)?.token.wrapping_sub(1);
        match self.token_fact(index) {
            Some(Fact::Token(token)) => Some(token),
            _ => None,
        }
    }

    /// Returns a grant.
    #[must_use]
    pub fn grant(&self, id: &GrantId) -> Option<crate::fact::Grant> {
        match self.grant_fact(self.grants.get(self.find_grant(id.as_str())?)?) {
            Some(Fact::Grant(grant)) => Some(grant),
            _ => None,
        }
    }

    /// Returns which assets are in a group.
    #[must_use]
    pub fn assets_in(&self, group: &GroupId) -> Vec<Fact> {
        let on = self.find_on(&AssetOrGroup::Group(group.clone()));
        let row = on.and_then(|on| self.groups.get(on.parts().0));
        row.map(|row| self.group_asset_facts(row))
            .unwrap_or_default()
    }

    /// Returns the realm's operators.
    pub fn operators(&self) -> impl Iterator<Item = &crate::fact::Operator> {
        self.operators.values()
    }
}
