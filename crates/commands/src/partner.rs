//! Partners: many assets shared at once, all of it accepted or declined at once, and all of it ended
//! at once.

use engine::fact::{AccessRequest, Delegate, Fact, Key, Share, ShareKey, ShareState, Terms};
use engine::{AssetId, AssetOrGroup, BusinessId, Credential, Directory, Owner, Thing};
use rulebook::PartnerType;
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::command::UseCase;
use crate::desk::Desk;
use crate::on_behalf::end_on_behalf;
use crate::order::Refusal;
use crate::share::{
    TermsOf, end_share, first_state, known_terms, owner_of, terms_of_kind, verified_to_share,
};

/// Shares many assets with a partner at once. What is shared already gets the new level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPartner {
    /// The business that shares.
    pub business: BusinessId,
    /// The partner, by its business id.
    pub partner: BusinessId,
    /// A type of partner of the rulebook, whose levels are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What is shared: assets of the business.
    pub assets: Vec<AssetId>,
    /// Levels per kind of asset, in place of those of the template. A kind of which neither says
    /// anything is shared at its default level.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
}

impl UseCase for AddPartner {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(about(&self.business, &self.partner).terms(self.terms.clone()))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        desk.business(&self.partner)?;
        if self.business == self.partner {
            let message = "a business need not share with itself";
            return Err(Refusal::invalid("partner", message));
        }
        if self.assets.is_empty() {
            return Err(Refusal::invalid("assets", "name what is shared"));
        }
        let template = self.template(desk)?;
        let owner = Owner::Business(self.business.clone());
        verified_to_share(desk, &owner, &self.partner)?;
        let state = first_state(desk, &owner, &self.partner);
        for id in &self.assets {
            // An asset of somebody else sounds like one that is not there.
            let own = desk.asset(id).ok().filter(|asset| asset.owner == owner);
            let asset = own.ok_or_else(|| Refusal::not_found("asset of the business", id))?;
            let terms = self.terms_for(desk, template, &asset.kind)?;
            self.share(desk, AssetOrGroup::Asset(id.clone()), terms, state);
        }
        desk.answer.share = Some(state);
        Ok(())
    }
}

impl AddPartner {
    fn template<'d>(&self, desk: &Desk<'d>) -> Result<Option<&'d PartnerType>, Refusal> {
        let Some(name) = &self.template else {
            return Ok(None);
        };
        let all = &desk.rules().partner_types;
        let found = all.iter().find(|one| one.name == *name);
        found.map(Some).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
            let message = format!(
                "`{name}` is no type of partner; known: {}",
                known.join(", ")
            );
            Refusal::invalid("template", message)
        })
    }

    /// What is said wins, then the template, then the kind's default level.
    fn terms_for(
        &self,
        desk: &Desk<'_>,
        template: Option<&PartnerType>,
        kind: &str,
    ) -> Result<Terms, Refusal> {
        let kind = desk.kind(kind)?;
        let said = self.terms.0.get(&kind.name).cloned();
        let mut levels = template.into_iter().flat_map(|template| &template.terms);
        let level = levels.find(|(id, _)| *id == kind.id);
        let names = said.or_else(|| level.map(|(_, level)| vec![level.clone()]));
        let terms = names.map(|names| Terms([(kind.name.clone(), names)].into()));
        let terms = terms_of_kind(kind, terms.unwrap_or_default(), TermsOf::Share)?;
        known_terms(desk, &terms)?;
        Ok(terms)
    }

    fn share(&self, desk: &mut Desk<'_>, of: AssetOrGroup, terms: Terms, state: ShareState) {
        let to = self.partner.clone();
        let key = ShareKey { of, to };
        let changed = match desk.directory.fact(&Key::Share(key.clone())) {
            Some(Fact::Share(there)) if there.terms == terms => None,
            Some(Fact::Share(there)) => Some(Share { terms, ..there }),
            _ => Some(Share {
                of: key.of,
                to: key.to,
                terms,
                state,
                until: None,
            }),
        };
        if let Some(share) = changed {
            desk.set(share);
        }
    }
}

macro_rules! answer_all {
    ($(#[doc = $doc:literal] $name:ident $answer:expr;)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The business that answers.
            pub business: BusinessId,
            /// The business that shared.
            pub partner: BusinessId,
        }

        impl UseCase for $name {
            fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
                Ok(about(&self.business, &self.partner))
            }

            fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
                let answer: fn(&mut Desk<'_>, Share) -> Result<(), Refusal> = $answer;
                let waiting = waiting(desk, &self.partner, &self.business);
                if waiting.is_empty() {
                    return Err(Refusal::not_found("share that waits, from", &self.partner));
                }
                for share in waiting {
                    answer(desk, share)?;
                }
                Ok(())
            }
        }
    )*};
}

answer_all! {
    #[doc = "Accepts at once everything another business shared and that waits."]
    AcceptPartner crate::share::accept;
    #[doc = "Declines at once everything another business shared and that waits."]
    DeclinePartner |desk, share| {
        end_share(desk, &share.key());
        Ok(())
    };
}

/// Ends everything between two businesses, both ways, in one action: what was shared, what was
/// assigned through it, that one acts on behalf of the other, what one asked of the other, and whatever is
/// left of an earlier time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovePartner {
    /// The business that acts.
    pub business: BusinessId,
    /// The other.
    pub partner: BusinessId,
}

impl UseCase for RemovePartner {
    fn about(&self, _: &Directory, _: &Credential) -> Result<About, Refusal> {
        Ok(about(&self.business, &self.partner))
    }

    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        let sides = [
            (&self.business, &self.partner),
            (&self.partner, &self.business),
        ];
        for (owner, partner) in sides {
            for share in shares_between(desk, owner, partner) {
                end_share(desk, &share.key());
            }
            end_leftovers(desk, owner, partner);
            for relation in desk.directory.managers_of(owner) {
                if relation.partner == *partner {
                    end_on_behalf(desk, &relation);
                }
            }
        }
        if desk.has_changes() {
            return Ok(());
        }
        Err(Refusal::not_found("partner", &self.partner))
    }
}

fn about(business: &BusinessId, partner: &BusinessId) -> About {
    About::new(Thing::Business(business.clone())).with("partner", Thing::Business(partner.clone()))
}

fn shares_between(desk: &Desk<'_>, owner: &BusinessId, partner: &BusinessId) -> Vec<Share> {
    let owner = Owner::Business(owner.clone());
    let shares = desk.shares_to(partner).into_iter();
    shares
        .filter(|share| owner_of(desk, &share.of).is_ok_and(|one| one == owner))
        .collect()
}

fn waiting(desk: &Desk<'_>, owner: &BusinessId, partner: &BusinessId) -> Vec<Share> {
    let mut shares = shares_between(desk, owner, partner);
    shares.retain(|share| {
        share.state == ShareState::Pending && share.until.is_none_or(|until| until > desk.now)
    });
    shares.sort_by_key(Share::key);
    shares
}

/// Ends what gives nothing without a share and would give again with a new one: assignments through
/// the partner, the owner's assets in the partner's groups and in what its employees are mapped to;
/// and what the partner asked for.
fn end_leftovers(desk: &mut Desk<'_>, owner: &BusinessId, partner: &BusinessId) {
    let via = Some(partner.clone());
    let mut assets = Vec::new();
    for fact in desk.directory.facts_of_business(owner) {
        let on = match fact {
            Fact::Asset(asset) => {
                assets.push(asset.id.clone());
                AssetOrGroup::Asset(asset.id)
            }
            Fact::Group(group) => AssetOrGroup::Group(group.id),
            _ => continue,
        };
        desk.end_assignments_on(&on, |key| key.via == via);
    }
    for fact in desk.directory.facts_of_business(partner) {
        match fact {
            Fact::Group(group) => {
                for fact in desk.directory.assets_in(&group.id) {
                    if let Fact::GroupAsset(one) = &fact
                        && assets.contains(&one.asset)
                    {
                        desk.end(fact.key());
                    }
                }
            }
            Fact::Delegate(one) => take_from_delegate(desk, one, &assets),
            _ => {}
        }
    }
    for request in desk.directory.requests_from(partner) {
        if assets.contains(&request.asset) {
            desk.end(Key::AccessRequest(request.key()));
        }
    }
}

/// Takes assets from what an employee known elsewhere is mapped to; the mapping ends with the last.
pub(crate) fn take_from_delegate(desk: &mut Desk<'_>, delegate: Delegate, assets: &[AssetId]) {
    let mut left = delegate.assets.clone();
    left.retain(|asset| !assets.contains(asset));
    if left.len() == delegate.assets.len() {
        return;
    }
    if left.is_empty() {
        desk.end(Key::Delegate(delegate.key()));
    } else {
        desk.set(Delegate {
            assets: left,
            ..delegate
        });
    }
}

/// Returns the requests of a business for an asset that wait.
pub(crate) fn open_requests(
    desk: &Desk<'_>,
    asset: &AssetId,
    from: &BusinessId,
) -> Vec<AccessRequest> {
    let mut requests = desk.directory.requests_for(asset);
    requests.retain(|one| one.from == *from && one.is_open(desk.now));
    requests
}
