//! Checks the names of a row against the rulebook.

use engine::AssetOrGroup;
use engine::fact::Terms;
use rulebook::{Family, Kind, nearest};

use super::Check;
use crate::document::terms::TermsRow;

impl<'a> Check<'a> {
    /// Returns the terms in full, every name checked against the kind it is for.
    pub(crate) fn terms(
        &mut self,
        field: &str,
        of: &AssetOrGroup,
        row: &TermsRow,
    ) -> Option<Terms> {
        let kind = match of {
            AssetOrGroup::Asset(id) => Some(self.kind_of(id)?),
            AssetOrGroup::Group(_) => None,
        };
        self.terms_for(field, kind, row)
    }

    /// The same for a kind; for several, without one.
    pub(crate) fn terms_for(
        &mut self,
        field: &str,
        kind: Option<&str>,
        row: &TermsRow,
    ) -> Option<Terms> {
        let Some(terms) = row.terms(kind) else {
            let hint = Some("name them per kind of asset: `{ ad_account: NAME, page: NAME }`");
            self.wrong(field, "a group holds assets of several kinds", hint);
            return None;
        };
        for (named, names) in &terms.0 {
            if let Some(kind) = kind
                && kind != named
            {
                let hint = format!("name terms for `{kind}`, or leave the kind out");
                let message = format!("the asset is of kind `{kind}`, not `{named}`");
                self.wrong(field, &message, Some(&hint));
                continue;
            }
            self.terms_of_kind(field, named, names);
        }
        Some(terms)
    }

    fn terms_of_kind(&mut self, field: &str, kind: &str, names: &[String]) {
        self.asset_kind(field, kind);
        for name in names {
            let mut kinds = self.kinds().filter(|known| known.name == kind);
            if kinds.any(|known| known.term(name).is_some()) || self.was_renamed(name) {
                continue;
            }
            let Some(known) = self.kinds().find(|known| known.name == kind) else {
                return;
            };
            let levels = known.levels.iter().map(|level| level.name.as_str());
            let roles = known.roles.iter().map(|role| role.name.as_str());
            let names = roles.chain(levels);
            let what = format!("role, level or capability of `{kind}`");
            self.unknown(field, &what, name, names);
        }
    }

    /// Every kind of every profile.
    fn kinds(&self) -> impl Iterator<Item = &'a Kind> + Clone + use<'a> {
        self.rulebook.profiles.iter().flat_map(|rules| &rules.kinds)
    }

    /// Facts keep the old names of terms and scopes; a rulebook lists them.
    fn was_renamed(&self, name: &str) -> bool {
        self.rulebook.renamed.iter().any(|(old, _)| old == name)
    }

    /// Checks the kind of an asset.
    pub(crate) fn asset_kind(&mut self, field: &str, name: &str) {
        let assets = |kind: &&Kind| kind.family == Family::Asset;
        let known = self.rulebook.rules(0).kinds.iter().filter(assets);
        if known.clone().any(|kind| kind.name == name) {
            return;
        }
        self.unknown(
            field,
            "kind of asset",
            name,
            known.map(|kind| kind.name.as_str()),
        );
    }

    /// Checks a role of a family that has one kind.
    pub(crate) fn role(&mut self, field: &str, family: Family, name: &str) {
        let what = match family {
            Family::Business => "role of a business",
            Family::App => "role of an app",
            Family::Realm => "role of an operator",
            Family::Asset => "role of an asset",
        };
        let roles = self.kinds().filter(|kind| kind.family == family);
        let roles = roles
            .flat_map(|kind| &kind.roles)
            .map(|role| role.name.as_str());
        if roles.clone().any(|role| role == name) || self.was_renamed(name) {
            return;
        }
        let first = self.rulebook.rules(0).kinds.iter();
        let first = first.filter(|kind| kind.family == family);
        let first = first
            .flat_map(|kind| &kind.roles)
            .map(|role| role.name.as_str());
        self.unknown(field, what, name, first);
    }

    /// Checks a value of the switch that businesses set for themselves.
    pub(crate) fn profile(&mut self, field: &str, value: &str) {
        let rulebook = self.rulebook;
        match &rulebook.profile_switch {
            Some((_, values)) if values.iter().any(|known| known == value) => {}
            Some((switch, values)) => {
                let what = format!("value of the switch `{switch}`");
                self.unknown(field, &what, value, values.iter().map(String::as_str));
            }
            None => self.unknown(field, "profile", value, std::iter::empty()),
        }
    }

    /// Checks a type of apps.
    pub(crate) fn app_type(&mut self, field: &str, name: Option<&str>) {
        let rules = self.rulebook.rules(0);
        if let Some(name) = name
            && rules.names.app_type(name).is_none()
        {
            let known = rules.app_types.iter().map(|row| row.name.as_str());
            self.unknown(field, "type of app", name, known);
        }
    }

    /// Checks an API tier.
    pub(crate) fn tier(&mut self, field: &str, name: Option<&str>) {
        let rules = self.rulebook.rules(0);
        if let Some(name) = name
            && rules.names.tier(name).is_none()
        {
            let known = rules.names.tiers().iter().map(String::as_str);
            self.unknown(field, "tier", name, known);
        }
    }

    /// Checks a scope or feature.
    pub(crate) fn permission(&mut self, field: &str, name: &str) {
        let rules = self.rulebook.rules(0);
        if rules.names.permission(name).is_none() && !self.was_renamed(name) {
            let known = rules.permissions.iter().map(|row| row.name.as_str());
            self.unknown(field, "scope or feature", name, known);
        }
    }

    /// Checks a scope.
    pub(crate) fn scope(&mut self, field: &str, name: &str) {
        let scopes = self.rulebook.rules(0).permissions.iter();
        let scopes = scopes
            .filter(|row| !row.feature)
            .map(|row| row.name.as_str());
        if !scopes.clone().any(|known| known == name) && !self.was_renamed(name) {
            self.unknown(field, "scope", name, scopes);
        }
    }

    /// Checks a kind of token; returns how long one lives, in seconds.
    pub(crate) fn token_life_s(&mut self, field: &str, name: &str) -> Option<u64> {
        let kinds = &self.rulebook.rules(0).token_kinds;
        match kinds.iter().find(|kind| kind.name == name) {
            Some(kind) => kind.life_s,
            None => {
                let known = kinds.iter().map(|kind| kind.name.as_str());
                self.unknown(field, "kind of token", name, known);
                None
            }
        }
    }

    /// Checks the name of an operation.
    pub(crate) fn operation(&mut self, field: &str, name: &str) {
        let names = &self.rulebook.rules(0).names;
        if names.operation(name).is_none() {
            let known = names.operations().iter().map(String::as_str);
            // A platform has hundreds: the nearest is told, the list is not.
            let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
            let hint = near.unwrap_or_else(|| "`countersign rulebook show` lists them".to_owned());
            self.wrong(field, &format!("`{name}` is no operation"), Some(&hint));
        }
    }
}
