//! Grants, tokens of all kinds and ends, disclosures, mandates.

use std::collections::BTreeMap;

use engine::fact::{
    Amounts, Digest, Disclosure, EndReason, Grant, Limits, Mandate, MandateMode, MandateOf,
    Proposal, ProposalState, Renewal, Token,
};
use engine::{AssetId, GrantId, Holder, Owner};
use jiff::SignedDuration;

use super::growing::{Growing, id};

impl Growing<'_> {
    pub(crate) fn tokens(&mut self) {
        for number in 1..=self.dice.count(5, 12) {
            self.grant(number);
        }
        self.disclosures();
        for number in 1..=self.dice.count(1, 7) {
            self.mandate(number);
            self.proposal(number);
        }
    }

    fn grant(&mut self, number: usize) {
        let apps: Vec<_> = self.known().apps().map(|app| app.id.clone()).collect();
        let (Some(holder), Some(app)) = (self.holder(), self.dice.pick(&apps).cloned()) else {
            return;
        };
        let mut all: Vec<String> = self
            .rules
            .permissions
            .iter()
            .filter(|permission| !permission.feature)
            .map(|permission| permission.name.clone())
            .collect();
        all.push("stowaway".to_owned());
        let percent = *self.dice.pick(&[40, 80, 100]).unwrap_or(&80);
        let scopes = self.dice.some(&all, percent);
        let declined = if self.dice.chance(40) {
            all.retain(|name| !scopes.contains(name));
            self.dice.some(&all, 60)
        } else {
            Vec::new()
        };
        let targets = self.targets(&scopes);
        let grant: GrantId = id(&format!("gr{number}"));
        let kind = self.token_kind(&holder);
        self.add(Grant {
            id: grant.clone(),
            holder,
            app,
            scopes,
            declined,
            targets,
            from: None,
        });
        self.token(&format!("t{number}"), grant.clone(), kind.clone());
        if self.dice.chance(15) {
            self.token(&format!("t{number}b"), grant, kind);
        }
    }

    /// Some scopes reach some assets only.
    fn targets(&mut self, scopes: &[String]) -> BTreeMap<String, Vec<AssetId>> {
        let mut targets = BTreeMap::new();
        if self.dice.chance(25) {
            let assets: Vec<AssetId> = self.known().assets().map(|one| one.id.clone()).collect();
            for scope in self.dice.some(scopes, 50) {
                let mut named = self.dice.some(&assets, 50);
                named.sort();
                targets.insert(scope, named);
            }
        }
        targets
    }

    /// A kind the holder can have, mostly.
    fn token_kind(&mut self, holder: &Holder) -> String {
        let wanted = crate::reference::principal::holder_kind(holder);
        let kinds = self.rules.token_kinds.iter();
        let fitting: Vec<String> = kinds
            .filter(|kind| kind.holders.contains(&wanted))
            .map(|kind| kind.name.clone())
            .collect();
        let all = self.rules.token_kinds.iter();
        let all: Vec<String> = all.map(|kind| kind.name.clone()).collect();
        match self.dice.number(0, 49) {
            0 => "stowaway".to_owned(),
            1..=4 => self.dice.pick(&all).cloned().unwrap_or_default(),
            _ => self.dice.pick(&fitting).cloned().unwrap_or_default(),
        }
    }

    fn token(&mut self, text: &str, grant: GrantId, kind: String) {
        let people = self.people_ids();
        let issued = SignedDuration::from_hours(-self.dice.number(1, 2_000));
        let ended = self.dice.chance(8);
        let ends = [
            EndReason::Revoked,
            EndReason::Rotated,
            EndReason::PasswordChanged,
            EndReason::AppRemoved,
            EndReason::RoleLost,
        ];
        let ended = self.dice.pick(&ends).copied().filter(|_| ended);
        let associated = self.dice.chance(25);
        let associated_user = self.dice.pick(&people).cloned().filter(|_| associated);
        let expires = self.until(25);
        self.add(Token {
            id: id(text),
            digest: Digest::of(text),
            grant,
            kind,
            issued: self.now.checked_add(issued).unwrap_or(self.now),
            expires,
            ended,
            associated_user,
        });
    }

    fn disclosures(&mut self) {
        let tokens: Vec<_> = self
            .known()
            .tokens()
            .map(|token| token.id.clone())
            .collect();
        let people = self.people_ids();
        if let (Some(token), Some(to)) = (
            self.dice.pick(&tokens).cloned(),
            self.dice.pick(&people).cloned(),
        ) {
            let at = self.now;
            self.add(Disclosure { token, to, at });
        }
    }

    /// Some live tokens are renewed by themselves.
    pub(crate) fn renewals(&mut self) {
        let live = self.known().tokens().filter(|one| one.ended.is_none());
        let some: Vec<_> = live.step_by(5).map(|one| one.id.clone()).collect();
        for token in some {
            let days_before = 14;
            self.add(Renewal { token, days_before });
        }
    }

    /// A mandate that fits something automated, mostly.
    fn mandate(&mut self, number: usize) {
        let businesses = self.businesses();
        let assets: Vec<_> = self.known().assets().cloned().collect();
        let apps: Vec<_> = self.known().apps().cloned().collect();
        let automated: Vec<_> = self
            .known()
            .businesses()
            .filter(|business| business.automated)
            .map(|business| business.id.clone())
            .collect();
        let owner = self
            .dice
            .pick(&assets)
            .and_then(|asset| match &asset.owner {
                Owner::Business(id) => Some(id.clone()),
                Owner::Person(_) => None,
            });
        let any = self.dice.pick(&businesses).cloned();
        let app = self.dice.pick(&apps);
        let to = match (self.dice.number(0, 9), app) {
            (0..=4, Some(app)) => Some(MandateOf::App(app.id.clone())),
            (5..=7, _) if !automated.is_empty() => {
                self.dice.pick(&automated).cloned().map(MandateOf::Partner)
            }
            (_, Some(app)) => match &app.owner {
                Owner::Business(id) => Some(MandateOf::Partner(id.clone())),
                Owner::Person(_) => any.clone().map(MandateOf::Partner),
            },
            _ => any.clone().map(MandateOf::Partner),
        };
        let (Some(business), Some(to)) = (owner.or(any), to) else {
            return;
        };
        let assets: Vec<AssetId> = assets.into_iter().map(|asset| asset.id).collect();
        let mandate = Mandate {
            id: id(&format!("m{number}")),
            business,
            to,
            assets: self.rarely(&assets, 30),
            operations: self.rarely(self.rules.names.operations(), 20),
            mode: if self.dice.chance(50) {
                MandateMode::SemiAutomatic
            } else {
                MandateMode::Autopilot
            },
            limits: self.limits(),
            until: self.until(25),
            stopped: self.dice.chance(10),
            approvers: {
                let people = self.people_ids();
                self.rarely(&people, 30)
            },
            fresh_within_s: *self.dice.pick(&[900, 60, 3_600]).unwrap_or(&900),
        };
        self.add(mandate);
    }

    /// A change that was made under some mandate a short while ago, or that waits.
    fn proposal(&mut self, number: usize) {
        let assets: Vec<AssetId> = self.known().assets().map(|one| one.id.clone()).collect();
        let Some(asset) = self.dice.pick(&assets).cloned() else {
            return;
        };
        let at = self.now - SignedDuration::from_secs(self.dice.number(0, 120));
        let from = u64::try_from(self.dice.number(0, 20_000)).unwrap_or_default();
        let more = u64::try_from(self.dice.number(0, 5_000)).unwrap_or_default();
        let proposal = Proposal {
            id: id(&format!("pr{number}")),
            mandate: id(&format!("m{number}")),
            operation: "budget.raise".to_owned(),
            asset,
            change: Some(Amounts {
                from,
                to: from.saturating_add(more),
            }),
            currency: None,
            starts_paused: false,
            by: Holder::Person(id("p1")),
            app: None,
            at,
            until: self.now,
            state: if self.dice.chance(80) {
                ProposalState::Executed {
                    approved_by: None,
                    at,
                }
            } else {
                ProposalState::Pending
            },
        };
        self.add(proposal);
    }

    /// Mostly nothing, which stands for everything; else half.
    fn rarely<T: Clone>(&mut self, of: &[T], percent: u64) -> Vec<T> {
        if self.dice.chance(percent) {
            self.dice.some(of, 50)
        } else {
            Vec::new()
        }
    }

    fn limits(&mut self) -> Limits {
        let mut limit = |least, most| {
            let set = self.dice.chance(35);
            let value = u64::try_from(self.dice.number(least, most)).unwrap_or(0);
            set.then_some(value)
        };
        Limits {
            step: limit(500, 5_000),
            daily_budget_total: limit(30_000, 70_000),
            cpa: limit(2_000, 4_000),
            roas: limit(1_000, 4_000),
            spend_total: limit(30_000, 70_000),
        }
    }
}
