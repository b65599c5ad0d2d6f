//! Apps: permissions, levels given without review, modes, tokens, limits, sharing.

use std::fmt::Write as _;

use rulebook::{PermissionSet, Rulebook, Rules};

use super::{HOLDERS, Table, permissions};

fn flag(on: bool) -> &'static str {
    if on { "yes" } else { "-" }
}

/// Scopes and features.
pub(crate) fn permissions_table(rules: &Rules) -> String {
    let mut table = Table::headed(["permission", "what", "implies", "review", "removable"]);
    for permission in &rules.permissions {
        let own = rules.names.permission(&permission.name).unwrap();
        let implied = permission.implies.without(PermissionSet::of(own));
        let what = if permission.feature {
            "feature"
        } else {
            "scope"
        };
        let implied = permissions(rules, implied, " ");
        let cells = [
            permission.name.as_str(),
            what,
            if implied.is_empty() { "-" } else { &implied },
            flag(permission.review),
            flag(permission.removable),
        ];
        table.row(cells);
    }
    table.text()
}

/// Types of apps, modes, levels given without review, checkup, verification.
pub(crate) fn app_rules(rules: &Rules) -> String {
    let mut table = Table::headed(["rule", "of", "value"]);
    for row in &rules.app_types {
        let levels = if row.access_levels {
            "access levels"
        } else {
            "no access levels"
        };
        table.row(["app type", &row.name, levels]);
    }
    table.row(["tiers", "", &rules.names.tiers().join(" < ")]);
    for row in &rules.auto_approvals {
        let types: Vec<&str> = row
            .app_types
            .iter()
            .filter_map(|id| rules.app_types.get(usize::from(*id)))
            .map(|kind| kind.name.as_str())
            .collect();
        let before = row
            .created_before_ms
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .map_or(String::new(), |day| format!(" created before {day}"));
        let names = permissions(rules, row.permissions, ", ");
        let of = format!("{}{before}", types.join(", "));
        table.row([
            "approved without review",
            &of,
            &format!("{names}, starts {:?}", row.starts),
        ]);
    }
    for (name, mode) in [
        ("development", &rules.development),
        ("sandbox", &rules.sandbox),
    ] {
        let reaches = mode.as_ref().map_or("everything".to_owned(), |mode| {
            format!("people {:?}, assets {:?}", mode.people, mode.assets)
        });
        table.row(["mode", name, &reaches]);
    }
    table.row([
        "Advanced needs a verified business",
        "",
        flag(rules.verification),
    ]);
    table.row(["missed checkup", "", &format!("{:?}", rules.missed_checkup)]);
    table.text()
}

/// Limits, rate pools, sharing, order of reasons.
pub(crate) fn the_rest(rulebook: &Rulebook, rules: &Rules) -> String {
    let mut table = Table::headed(["rule", "of", "value"]);
    table.row(["share accepted", "", &format!("{:?}", rules.acceptance)]);
    table.row([
        "a partner's shares are held by",
        "",
        &format!("{:?}", rules.members),
    ]);
    let business = rules.kind_named("business").unwrap();
    for limit in &rules.limits {
        let role = limit
            .role
            .and_then(|id| business.role(id))
            .map_or("any role", |role| &role.name);
        let tier = limit.tier.map_or("any", |rank| rules.names.tier_name(rank));
        let of = format!("{:?}, {role}, tier {tier}", limit.counts);
        table.row(["limit", &of, &format!("at most {}", limit.at_most)]);
    }
    for (name, key) in &rules.rate_pools {
        table.row(["rate pool", name, &format!("per {key:?}")]);
    }
    for score in &rules.rate_scores {
        let kind = rules.names.kind_name(score.kind);
        let of = format!("{}, each app on each {kind}", score.pool);
        let costs = format!("read {}, write {}", score.read, score.write);
        table.row(["score", &of, &costs]);
        for (tier, limit) in &score.tiers {
            let of = format!("{}, tier {}", score.pool, rules.names.tier_name(*tier));
            let most = format!(
                "{} points, gone in {} s, then {} s refused",
                limit.most, limit.decay_s, limit.block_s
            );
            table.row(["score", &of, &most]);
        }
    }
    for (name, value) in &rulebook.switches {
        table.row(["switch", name, value]);
    }
    let order = rules.order.iter().map(|reason| reason.code());
    let order: Vec<String> = order
        .enumerate()
        .map(|(at, code)| format!("{}. {code}", at + 1))
        .collect();
    let mut text = table.text();
    writeln!(text, "\norder of reasons\n{}", order.join("\n")).unwrap();
    text
}

/// Kinds of tokens.
pub(crate) fn token_kinds(rules: &Rules) -> String {
    let heading = [
        "token",
        "held by",
        "life",
        "refreshable",
        "only where named",
        "scopes",
    ];
    let mut table = Table::headed(heading);
    for kind in &rules.token_kinds {
        let holders: Vec<&str> = HOLDERS
            .iter()
            .filter(|(holder, _)| kind.holders.contains(holder))
            .map(|(_, name)| *name)
            .collect();
        let life = kind
            .life_s
            .map_or(String::new(), |seconds| match seconds / 86_400 {
                0 => format!("{} hours", seconds / 3_600),
                days => format!("{days} days"),
            });
        let endless = if kind.may_be_endless {
            "or endless"
        } else {
            ""
        };
        let flag = |on: bool| if on { "yes" } else { "-" }.to_owned();
        let bounded = kind.scopes.map(|set| permissions(rules, set, " "));
        let cells = [
            kind.name.clone(),
            holders.join(", "),
            format!("{life} {endless}").trim().to_owned(),
            flag(kind.refreshable),
            flag(kind.only_where_named),
            bounded.unwrap_or_else(|| "all".to_owned()),
        ];
        table.row(cells);
    }
    table.text()
}
