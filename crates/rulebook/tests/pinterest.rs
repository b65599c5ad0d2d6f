//! The Pinterest rulebook as tables: a change of policy shows as a changed table.

#[path = "support/table.rs"]
mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use insta::assert_snapshot;
use rulebook::{
    CapSet, HolderKind, Kind, Need, Operation, PermissionSet, RateKey, Reason, ReasonSet, Relation,
    Rulebook, Rules, Source, Target,
};
use table::Table;

const TEXT: &str = include_str!("../../../rulebooks/pinterest.toml");

fn source() -> Source {
    Source::parse("pinterest.toml", TEXT).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The rulebook with these switches of the realm chosen.
fn pinterest(chosen: &[(&str, &str)]) -> Rulebook {
    let chosen = chosen
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    source()
        .compile(&chosen)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// The rules of a business under this profile.
fn profile<'r>(rulebook: &'r Rulebook, name: &str) -> &'r Rules {
    let number = rulebook.profile(name).expect("a profile of the rulebook");
    rulebook.rules(number)
}

/// One row per capability, one column per role; `yes` where the role has it.
fn grid(kind: &Kind, roles: &[&str]) -> String {
    let mut table = Table::headed(heading(kind, roles));
    for (name, bit) in kind.capabilities.iter().zip(0u8..) {
        let has = |role: &&str| {
            let can = kind.term(role).expect("a role of this kind");
            mark(can.meets(CapSet::bit(bit)))
        };
        let cells = std::iter::once(name.clone()).chain(roles.iter().map(has));
        table.row(cells);
    }
    table.text()
}

fn heading(kind: &Kind, roles: &[&str]) -> Vec<String> {
    let label = |role: &&str| {
        let found = kind.roles.iter().find(|known| known.name == **role);
        found.map_or_else(|| (*role).to_owned(), |role| role.label.clone())
    };
    std::iter::once(kind.label.clone())
        .chain(roles.iter().map(label))
        .collect()
}

fn mark(yes: bool) -> String {
    if yes { "yes" } else { "-" }.to_owned()
}

fn names(kind: &Kind) -> Vec<&str> {
    kind.roles.iter().map(|role| role.name.as_str()).collect()
}

/// `resource ad_account: edit_campaigns`, alternatives after `or`.
fn need(rules: &Rules, need: &Need) -> String {
    let kind = rules.kind(need.kind).expect("a kind of the rulebook");
    let target = match &need.target {
        Target::Resource => "resource",
        Target::Owner => "owner",
        Target::Parent => "parent",
        Target::Named(name) => name.as_str(),
    };
    let can: Vec<&str> = kind.names_of(need.any_of).collect();
    let mut text = format!("{target} {}: {}", kind.name, can.join(" | "));
    for other in &need.or {
        write!(text, " or {}", self::need(rules, other)).expect("writing to a string");
    }
    text
}

fn scopes(rules: &Rules, operation: &Operation) -> String {
    let list = |set: PermissionSet, between: &str| {
        let names = set.iter().map(|id| rules.names.permission_name(id));
        names.collect::<Vec<_>>().join(between)
    };
    if operation.first_party {
        return "first-party sign-in".to_owned();
    }
    let mut parts = Vec::new();
    if !operation.all_scopes.is_empty() {
        parts.push(list(operation.all_scopes, " + "));
    }
    if !operation.any_scope.is_empty() {
        parts.push(format!("one of {}", list(operation.any_scope, ", ")));
    }
    if !operation.features.is_empty() {
        parts.push(format!("feature {}", list(operation.features, ", ")));
    }
    parts.join("; ")
}

const OPERATION_HEADING: [&str; 5] = ["operation", "class", "needs", "scopes", "only tokens"];

fn operation_rows(rules: &Rules) -> Vec<(String, Vec<String>)> {
    let mut rows: Vec<_> = rules
        .operations
        .iter()
        .flatten()
        .map(|operation| {
            let needs: Vec<String> = operation.needs.iter().map(|row| need(rules, row)).collect();
            let own = operation.own.then(|| "one's own".to_owned());
            let needs: Vec<String> = needs.into_iter().chain(own).collect();
            let needs = if needs.is_empty() {
                "no role".to_owned()
            } else {
                needs.join("; ")
            };
            let tokens: Vec<&str> = operation
                .tokens
                .iter()
                .filter_map(|id| rules.token_kind(*id))
                .map(|kind| kind.name.as_str())
                .collect();
            let row = vec![
                operation.name.clone(),
                format!("{:?}", operation.class).to_lowercase(),
                needs,
                scopes(rules, operation),
                tokens.join(", "),
            ];
            (operation.name.clone(), row)
        })
        .collect();
    rows.sort();
    rows
}

/// Whether a role of the ad account, held on it and nothing else, meets every need of an operation.
///
/// Audiences and profiles count as linked to the ad account; a tag too.
fn role_does(rules: &Rules, role: &str, operation: &str) -> bool {
    let account = rules.kind_named("ad_account").expect("ad accounts");
    let held = account.term(role).expect("a role of ad accounts");
    let operation = rules
        .operation_named(operation)
        .expect("an operation of the rulebook");
    operation.needs.iter().all(|need| {
        if need.kind == account.id {
            return need.any_of.meets(held);
        }
        let kind = rules.kind(need.kind).expect("a kind of the rulebook");
        let followed = kind
            .follows
            .iter()
            .filter(|row| row.kind == account.id && row.has.meets(held))
            .fold(CapSet::NONE, |all, row| all.with(row.can));
        need.any_of.meets(followed)
    })
}

#[test]
fn every_choice_of_switches_compiles() {
    for token in ["associated_user_always", "associated_user_for_capi_only"] {
        for archive in ["true", "false"] {
            for members in ["assigned", "all"] {
                let rulebook = pinterest(&[
                    ("role_of_token", token),
                    ("archive_is_delete", archive),
                    ("partner_members", members),
                ]);
                assert_eq!(rulebook.profiles.iter().count(), 2);
            }
        }
    }
}

#[test]
fn hub_roles() {
    let rulebook = pinterest(&[]);
    let rules = profile(&rulebook, "hub");
    let business = rules.kind_named("business").expect("businesses");
    assert_snapshot!(grid(business, &["admin", "employee"]));
}

#[test]
fn ad_account_roles() {
    let rulebook = pinterest(&[]);
    let roles = [
        "admin",
        "campaign_manager",
        "analyst",
        "audience_manager",
        "finance_manager",
        "finance_edit",
        "finance_view",
        "catalogs_manager",
        "catalogs_viewer",
    ];
    let mut text = String::new();
    for name in ["hub", "api"] {
        let rules = profile(&rulebook, name);
        let account = rules.kind_named("ad_account").expect("ad accounts");
        assert_eq!(names(account).len(), roles.len(), "a role is in no column");
        writeln!(text, "policy_profile = {name}\n\n{}", grid(account, &roles))
            .expect("writing to a string");
    }
    assert_snapshot!(text);
}

#[test]
fn roles_of_other_assets_and_what_follows() {
    let rulebook = pinterest(&[]);
    let mut text = String::new();
    for name in ["hub", "api"] {
        let rules = profile(&rulebook, name);
        let account = rules.kind_named("ad_account").expect("ad accounts");
        writeln!(text, "policy_profile = {name}\n").expect("writing to a string");
        for kind in ["tag", "catalog", "audience", "profile", "app"] {
            let kind = rules.kind_named(kind).expect("a kind of the rulebook");
            text.push_str(&grid(kind, &names(kind)));
            for row in &kind.follows {
                let has: Vec<&str> = account.names_of(row.has).collect();
                let can: Vec<&str> = kind.names_of(row.can).collect();
                writeln!(text, "follows: {} -> {}", has.join(", "), can.join(", "))
                    .expect("writing to a string");
            }
            text.push('\n');
        }
    }
    assert_snapshot!(text);
}

/// The seven analytics rules: who of the three roles may do what, with nothing but the ad account.
#[test]
fn analytics_rules() {
    let rulebook = pinterest(&[]);
    let operations = [
        ("1 conversion reporting", "conversion_report.read"),
        ("2 tag debugging: events", "tag.view_events"),
        ("2 tag debugging: helper", "tag_helper.use"),
        ("3 audience insights", "audience_insights.read"),
        ("4 lift study: request", "lift_study.request"),
        ("4 lift study: view", "lift_study.view"),
        ("5 organic analytics", "organic_analytics.read"),
        ("6 data export", "report.export"),
        ("7 attribution: view", "attribution.view"),
        ("7 attribution: change", "attribution.edit"),
    ];
    let roles = ["admin", "campaign_manager", "analyst"];
    let mut text = String::new();
    for name in ["hub", "api"] {
        let rules = profile(&rulebook, name);
        let mut table = Table::headed(["rule", "operation"].into_iter().chain(roles));
        for (rule, operation) in operations {
            let cells = roles.map(|role| mark(role_does(rules, role, operation)));
            let row = [rule.to_owned(), operation.to_owned()];
            table.row(row.into_iter().chain(cells));
        }
        writeln!(text, "policy_profile = {name}\n\n{}", table.text()).expect("writing to a string");
    }
    assert_snapshot!(text);
}

#[test]
fn operations() {
    let rulebook = pinterest(&[]);
    let mut table = Table::headed(OPERATION_HEADING);
    for (_, row) in operation_rows(profile(&rulebook, "hub")) {
        table.row(row);
    }
    assert_snapshot!(table.text());
}

/// Only these operations are written differently in Pinterest's text; all else differs by role.
#[test]
fn operations_of_the_api_profile() {
    let rulebook = pinterest(&[]);
    let hub: BTreeMap<_, _> = operation_rows(profile(&rulebook, "hub"))
        .into_iter()
        .collect();
    let mut table = Table::headed(OPERATION_HEADING);
    for (name, row) in operation_rows(profile(&rulebook, "api")) {
        if hub.get(&name) != Some(&row) {
            table.row(row);
        }
    }
    assert_snapshot!(table.text());
}

#[test]
fn no_hub_role_reaches_an_asset() {
    let rulebook = pinterest(&[]);
    for name in ["hub", "api"] {
        let rules = profile(&rulebook, name);
        let business = rules.kind_named("business").expect("businesses");
        for kind in rules.kinds.iter().filter(|kind| kind.family.is_asset()) {
            for role in names(business) {
                let role = business.role_id(role).expect("a business role");
                for relation in [
                    Relation::Owned,
                    Relation::ChildOwned,
                    Relation::Shared,
                    Relation::Child,
                ] {
                    let reached = rules.reach(role, HolderKind::Person, relation, kind.id);
                    assert!(reached.is_empty(), "{} in profile {name}", kind.name);
                }
            }
        }
    }
}

#[test]
fn a_business_admin_is_told_that_the_layers_are_independent() {
    let rulebook = pinterest(&[]);
    let rules = profile(&rulebook, "hub");
    let business = rules.kind_named("business").expect("businesses");
    let account = rules.kind_named("ad_account").expect("ad accounts");
    let told = |role: &str, relation: Relation, reason: Reason| {
        let role = business.role_id(role).expect("a business role");
        rules.replaced(ReasonSet::of(reason), role, relation, account.id)
    };
    let independent = ReasonSet::of(Reason::LayerIndependent);
    let unassigned = ReasonSet::of(Reason::AssetNotAssigned);
    assert_eq!(
        told("admin", Relation::Owned, Reason::AssetNotAssigned),
        independent
    );
    assert_eq!(
        told("employee", Relation::Owned, Reason::AssetNotAssigned),
        unassigned
    );
    assert_eq!(
        told("admin", Relation::Shared, Reason::AssetNotAssigned),
        unassigned
    );
    let too_low = ReasonSet::of(Reason::RoleTooLow);
    assert_eq!(told("admin", Relation::Owned, Reason::RoleTooLow), too_low);
}

#[test]
fn archiving_counts_as_deleting_unless_switched() {
    for (archive_is_delete, manager_may) in [("true", false), ("false", true)] {
        let rulebook = pinterest(&[("archive_is_delete", archive_is_delete)]);
        let rules = profile(&rulebook, "hub");
        for operation in ["campaign.archive", "ad_group.archive", "ad.archive"] {
            assert_eq!(
                role_does(rules, "campaign_manager", operation),
                manager_may,
                "{operation}"
            );
            assert!(role_does(rules, "admin", operation), "{operation}");
        }
    }
}

#[test]
fn the_role_of_a_token_is_its_associated_users() {
    let everywhere = pinterest(&[]);
    let rules = profile(&everywhere, "hub");
    assert_eq!(rules.associated_user.len(), rules.names.operations().len());
    let only_events = pinterest(&[("role_of_token", "associated_user_for_capi_only")]);
    let rules = profile(&only_events, "hub");
    let named: Vec<&str> = rules
        .associated_user
        .iter()
        .map(|id| rules.names.operation_name(*id))
        .collect();
    assert_eq!(named, ["event.send"]);
}

#[test]
fn tokens() {
    let rulebook = pinterest(&[]);
    let rules = profile(&rulebook, "hub");
    let mut table = Table::headed(["kind", "holders", "days", "refresh", "only where named"]);
    for kind in &rules.token_kinds {
        let holders: Vec<String> = kind.holders.iter().map(|one| format!("{one:?}")).collect();
        let days = kind.life_s.map_or_else(
            || "no end".to_owned(),
            |seconds| (seconds / 86_400).to_string(),
        );
        table.row([
            kind.name.clone(),
            holders.join(", "),
            days,
            mark(kind.refreshable),
            mark(kind.only_where_named),
        ]);
    }
    assert_snapshot!(table.text(), @r"
    kind                holders                       days    refresh  only where named
    client_credentials  Business                      30      -        yes
    conversion          Person, Business, SystemUser  no end  -        yes
    refresh             Person, Business              60      yes      yes
    system_user         SystemUser                    30      yes      -
    user                Person, Business              30      yes      -
    ");
}

#[test]
fn rates_are_counted_per_app_in_the_hub_profile() {
    let rulebook = pinterest(&[]);
    let hub = profile(&rulebook, "hub");
    assert!(hub.rate_pools.iter().all(|(_, key)| *key == RateKey::App));
    let api = profile(&rulebook, "api");
    let shared: Vec<&str> = api
        .rate_pools
        .iter()
        .filter(|(_, key)| *key == RateKey::App)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(shared, ["ads_conversions", "msot_write"]);
}

#[test]
fn nineteen_scopes_and_none_implies_another() {
    let rulebook = pinterest(&[]);
    let rules = profile(&rulebook, "hub");
    let scopes: Vec<_> = rules
        .permissions
        .iter()
        .filter(|row| !row.feature)
        .collect();
    assert_eq!(scopes.len(), 19);
    for scope in scopes {
        assert_eq!(scope.implies.iter().count(), 1, "{}", scope.name);
    }
}

#[test]
fn the_first_reason_told_is_the_platforms() {
    let rulebook = pinterest(&[]);
    let rules = profile(&rulebook, "hub");
    let first = |reasons: &[Reason]| rules.first_reason(reasons.iter().copied().collect());
    assert_eq!(
        first(&[
            Reason::RoleTooLow,
            Reason::ScopeMissing,
            Reason::RateLimited
        ]),
        Some(Reason::RateLimited)
    );
    assert_eq!(
        first(&[Reason::ScopeMissing, Reason::Unknown]),
        Some(Reason::ScopeMissing)
    );
    assert_eq!(
        first(&[Reason::TokenExpired, Reason::EnvSandbox]),
        Some(Reason::TokenExpired)
    );
}
