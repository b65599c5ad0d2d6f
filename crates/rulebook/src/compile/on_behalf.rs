//! As what a business acts on behalf of another.

use super::Check;
use crate::rules::OnBehalf;
use crate::{Family, Kind, TokenKind};

impl Check<'_, '_> {
    pub(super) fn on_behalf(&mut self, kinds: &[Kind], tokens: &[TokenKind]) -> Option<OnBehalf> {
        let rule = self.document.on_behalf.as_ref()?;
        self.sourced(&rule.source, &rule.role);
        let business = kinds.iter().find(|kind| kind.family == Family::Business);
        let roles = business.map_or(&[][..], |kind| &kind.roles);
        let role = rule.role.get_ref();
        if !roles.iter().any(|one| one.name == *role) {
            let known = roles.iter().map(|one| one.name.as_str());
            self.unknown("role in a business", &rule.role, known);
        }
        let token = rule.token.get_ref();
        if !tokens.iter().any(|one| one.name == *token) {
            let known = tokens.iter().map(|one| one.name.as_str());
            self.unknown("kind of token", &rule.token, known);
        }
        Some(OnBehalf {
            role: role.clone(),
            token: token.clone(),
        })
    }
}
