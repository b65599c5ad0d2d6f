//! Kinds, roles, levels, what follows.

use toml::Spanned;

use super::Check;
use crate::document::{self, Family};
use crate::rules::{Follows, Kind, Level, Role};
use crate::sets::{CapSet, KindId, RoleId};

const MOST_CAPABILITIES: usize = 64;

impl Check<'_, '_> {
    pub(super) fn kinds(&mut self) -> Vec<Kind> {
        let document = self.document;
        let mut kinds = Vec::new();
        for (index, (name, row)) in (0u8..).zip(&document.kind) {
            self.sourced(&row.source, name);
            self.capability_names(name, row);
            let mut kind = Kind {
                id: KindId(index),
                name: name.get_ref().clone(),
                label: row.label.clone(),
                family: row.family,
                capabilities: row.can.iter().map(|can| can.get_ref().clone()).collect(),
                roles: Vec::new(),
                levels: Vec::new(),
                default_level: row
                    .default_level
                    .as_ref()
                    .map(|level| level.get_ref().clone()),
                follows: Vec::new(),
            };
            self.roles(&mut kind, row);
            self.levels(&mut kind, row);
            kinds.push(kind);
        }
        self.follows(&mut kinds);
        self.families(&kinds);
        kinds
    }

    fn capability_names(&mut self, name: &Spanned<String>, row: &document::Kind) {
        if row.can.len() > MOST_CAPABILITIES {
            let message = format!(
                "kind `{}` has {} capabilities",
                name.get_ref(),
                row.can.len()
            );
            self.wrong(
                &name.span(),
                message,
                Some(format!("at most {MOST_CAPABILITIES}")),
            );
        }
        for (index, can) in row.can.iter().enumerate() {
            if row
                .can
                .iter()
                .take(index)
                .any(|earlier| earlier.get_ref() == can.get_ref())
            {
                self.wrong(
                    &can.span(),
                    format!("`{}` stands twice", can.get_ref()),
                    None,
                );
            }
        }
    }

    fn roles(&mut self, kind: &mut Kind, row: &document::Kind) {
        for (name, role) in &row.role {
            self.sourced(&role.source, name);
            let mut can = self.capabilities(kind, &role.can);
            for more in &role.also {
                self.sourced(&more.source, name);
                let further = self.capabilities(kind, &more.can);
                if self.holds(&more.when) {
                    can = can.with(further);
                }
            }
            if !self.holds(&role.when) {
                continue;
            }
            if can.is_empty() && kind.family == Family::Asset {
                let message = format!("role `{}` can do nothing", name.get_ref());
                self.wrong(
                    &name.span(),
                    message,
                    Some("give it a capability or remove it".to_owned()),
                );
            }
            if role.sandbox_only && kind.family != Family::App {
                let message = format!(
                    "role `{}` is `sandbox_only` but not of an app",
                    name.get_ref()
                );
                self.wrong(&name.span(), message, None);
            }
            kind.roles.push(Role {
                name: name.get_ref().clone(),
                label: role.label.clone(),
                can,
                sandbox_only: role.sandbox_only,
                source: role.source.clone(),
            });
        }
    }

    fn levels(&mut self, kind: &mut Kind, row: &document::Kind) {
        // In the order of the file: where several names mean the same, the first is the one to use.
        let mut rows: Vec<_> = row.level.iter().collect();
        rows.sort_by_key(|(name, _)| name.span().start);
        for (name, level) in rows {
            self.sourced(&level.source, name);
            let known = row
                .role
                .keys()
                .any(|role| role.get_ref() == level.role.get_ref());
            if !known {
                let roles: Vec<String> =
                    row.role.keys().map(|role| role.get_ref().clone()).collect();
                let what = format!("role of kind `{}`", kind.name);
                self.unknown(&what, &level.role, roles.iter().map(String::as_str));
            }
            if !self.holds(&level.when) {
                continue;
            }
            let can = kind
                .roles
                .iter()
                .find(|role| role.name == *level.role.get_ref());
            if let Some(role) = can {
                let can = role.can;
                kind.levels.push(Level {
                    name: name.get_ref().clone(),
                    role: role.name.clone(),
                    can,
                    source: level.source.clone(),
                });
            }
        }
        if let Some(level) = &row.default_level
            && !kind
                .levels
                .iter()
                .any(|known| known.name == *level.get_ref())
        {
            let what = format!("level of kind `{}`", kind.name);
            self.unknown(
                &what,
                level,
                kind.levels.iter().map(|known| known.name.as_str()),
            );
        }
    }

    fn follows(&mut self, kinds: &mut [Kind]) {
        let document = self.document;
        for (index, row) in document.kind.values().enumerate() {
            for follow in &row.follows {
                let Some(followed) = self.kind_id(&follow.kind) else {
                    continue;
                };
                let (Some(there), Some(here)) = (
                    kinds.get(usize::from(followed.0)).cloned(),
                    kinds.get(index).cloned(),
                ) else {
                    continue;
                };
                if !there.follows.is_empty()
                    || followed == here.id
                    || followed_back(document, here.name.as_str())
                {
                    let message = format!(
                        "`{}` follows `{}`, which follows or is followed itself",
                        here.name, there.name
                    );
                    self.wrong(
                        &follow.kind.span(),
                        message,
                        Some("following goes one step".to_owned()),
                    );
                }
                let has = self.capabilities(&there, &follow.has);
                let can = self.capabilities(&here, &follow.can);
                if self.holds(&follow.when)
                    && let Some(kind) = kinds.get_mut(index)
                {
                    kind.follows.push(Follows {
                        kind: followed,
                        has,
                        can,
                    });
                }
            }
        }
    }

    fn families(&mut self, kinds: &[Kind]) {
        for (family, name) in [
            (Family::Business, "business"),
            (Family::App, "app"),
            (Family::Realm, "realm"),
        ] {
            let of_family: Vec<_> = kinds.iter().filter(|kind| kind.family == family).collect();
            let right = of_family.iter().all(|kind| kind.name == name) && of_family.len() < 2;
            if !right || (of_family.is_empty() && family == Family::Business) {
                let message = format!("the family `{name}` has one kind, and it is named `{name}`");
                self.wrong(
                    &(0..0),
                    message,
                    Some(format!("write `[kind.{name}]` with `family = \"{name}\"`")),
                );
            }
        }
    }

    pub(super) fn kind_id(&mut self, name: &Spanned<String>) -> Option<KindId> {
        let found = self.names.kind(name.get_ref());
        if found.is_none() {
            let document = self.document;
            self.unknown(
                "kind",
                name,
                document.kind.keys().map(|kind| kind.get_ref().as_str()),
            );
        }
        found
    }

    /// Returns the bits of capability names of a kind; `*` is all.
    pub(super) fn capabilities(&mut self, kind: &Kind, names: &[Spanned<String>]) -> CapSet {
        let mut set = CapSet::NONE;
        for name in names {
            if name.get_ref() == "*" {
                return kind.all();
            }
            let bit = kind
                .capabilities
                .iter()
                .position(|known| known == name.get_ref());
            match bit.and_then(|bit| u8::try_from(bit).ok()) {
                Some(bit) => set = set.with(CapSet::bit(bit)),
                None => {
                    let what = format!("capability of kind `{}`", kind.name);
                    self.unknown(&what, name, kind.capabilities.iter().map(String::as_str));
                }
            }
        }
        set
    }

    pub(super) fn business_role(
        &mut self,
        kinds: &[Kind],
        name: &Spanned<String>,
    ) -> Option<RoleId> {
        let business = kinds.iter().find(|kind| kind.family == Family::Business)?;
        let found = business.role_id(name.get_ref());
        if found.is_none() {
            self.unknown(
                "business role",
                name,
                business.roles.iter().map(|role| role.name.as_str()),
            );
        }
        found
    }

    /// Kinds by name; `*` stands for all assets.
    pub(super) fn kinds_named(&mut self, kinds: &[Kind], names: &[Spanned<String>]) -> Vec<KindId> {
        let mut ids = Vec::new();
        for name in names {
            if name.get_ref() == "*" {
                ids.extend(
                    kinds
                        .iter()
                        .filter(|kind| kind.family == Family::Asset)
                        .map(|kind| kind.id),
                );
            } else if let Some(id) = self.kind_id(name) {
                ids.push(id);
            }
        }
        ids
    }
}

fn followed_back(document: &document::Document, name: &str) -> bool {
    document
        .kind
        .values()
        .flat_map(|kind| &kind.follows)
        .any(|row| row.kind.get_ref() == name)
}
