//! By which credential: a token there is, a token described, or none.

use engine::fact::{Digest, MandateOf};
use engine::{AppId, Assumed, Credential, Holder};
use rulebook::Operation;

use super::Asking;
use crate::reference::principal::holder_kind;
use crate::world::dice::Dice;
use crate::world::growing::id;

impl Asking<'_> {
    pub(crate) fn credential(
        &self,
        dice: &mut Dice,
        holder: Option<Holder>,
        operation: Option<&Operation>,
    ) -> Credential {
        let Some(holder) = holder else {
            return Credential::Token(Digest::of("nobody"));
        };
        let first_party = operation.is_some_and(|operation| operation.first_party);
        match dice.number(0, 99) {
            _ if first_party && dice.chance(80) => Credential::Holder(holder),
            0..=24 => Credential::Holder(holder),
            25..=44 => Credential::Assumed(self.assumed(dice, holder, operation)),
            45..=46 => Credential::Token(Digest::of("nobody")),
            _ => {
                let grants = self.facts.grants().filter(|grant| grant.holder == holder);
                let grants: Vec<_> = grants.map(|grant| &grant.id).collect();
                let tokens = self.facts.tokens();
                let tokens: Vec<_> = tokens
                    .filter(|token| {
                        grants.contains(&&token.grant)
                            || token.associated_user.is_some() && dice.chance(5)
                    })
                    .map(|token| token.digest)
                    .collect();
                match dice.pick(&tokens) {
                    Some(digest) => Credential::Token(*digest),
                    None => Credential::Assumed(self.assumed(dice, holder, operation)),
                }
            }
        }
    }

    /// A token described: mostly with what the operation needs.
    fn assumed(&self, dice: &mut Dice, holder: Holder, operation: Option<&Operation>) -> Assumed {
        let mut apps: Vec<AppId> = self.facts.apps().map(|app| app.id.clone()).collect();
        let mandated: Vec<AppId> = self
            .facts
            .mandates()
            .filter_map(|mandate| match &mandate.to {
                MandateOf::App(id) => Some(id.clone()),
                MandateOf::Partner(_) => None,
            })
            .collect();
        if dice.chance(25) && !mandated.is_empty() {
            apps = mandated;
        } else if dice.chance(2) {
            apps = vec![id("app99")];
        }
        let all = self.rules.permissions.iter();
        let mut scopes: Vec<String> = all.map(|one| one.name.clone()).collect();
        if let Some(operation) = operation
            && dice.chance(70)
        {
            let needed = operation.all_scopes.with(operation.any_scope);
            let needed = needed.iter().filter_map(|id| self.rules.permission(id));
            scopes = needed.map(|one| one.name.clone()).collect();
        } else {
            scopes = dice.some(&scopes, 50);
        }
        let named: Vec<_> = operation.map_or_else(Vec::new, |operation| operation.tokens.clone());
        let wanted = holder_kind(&holder);
        let kinds = self.rules.token_kinds.iter().filter(|kind| {
            let id = self.rules.names.token_kind(&kind.name);
            if named.is_empty() {
                kind.holders.contains(&wanted) && !kind.only_where_named
            } else {
                id.is_some_and(|id| named.contains(&id))
            }
        });
        let kinds: Vec<String> = kinds.map(|kind| kind.name.clone()).collect();
        let kind = dice.pick(&kinds).cloned();
        Assumed {
            holder,
            app: dice.pick(&apps).cloned().unwrap_or_else(|| id("app99")),
            scopes,
            kind: match kind {
                Some(kind) if !dice.chance(3) => kind,
                _ => "stowaway".to_owned(),
            },
        }
    }
}
