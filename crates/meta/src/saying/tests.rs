//! The table, read both ways.

use std::collections::BTreeMap;

use rulebook::{Reason, Rulebook, Rules, Source};

use super::clue::{Clues, Verdict};
use super::{Cause, Circumstances, all, find, of_reason};
use crate::error::GraphError;
use crate::refusal::{Place, Speech, hidden};

fn rulebook() -> Rulebook {
    let text = include_str!("../../../../rulebooks/meta.toml");
    let source = Source::parse("meta.toml", text).unwrap();
    source.compile(&BTreeMap::new()).unwrap()
}

/// Where the cause with a reason stands among those of an error; nothing if it is not there.
fn place_of(reason: Reason, error: &GraphError) -> Option<usize> {
    let found = find(error.code, error.subcode, &error.message)?;
    assert!(found.sure, "{error:?}");
    let mut causes = found.causes.iter();
    causes.position(|cause| cause.reason == Some(reason))
}

#[test]
fn every_error_of_the_door_leads_back_to_its_reason() {
    let rulebook = rulebook();
    let rules = rulebook.rules(0);
    let mut asked = 0;
    for reason in Reason::ALL {
        for operation in rules.operations.iter().flatten() {
            let scopes = operation.all_scopes.with(operation.any_scope);
            let scopes: Vec<&str> = scopes
                .iter()
                .map(|scope| rules.names.permission_name(scope))
                .collect();
            for account in [false, true] {
                let edges: &[&str] = match reason {
                    Reason::RateLimited => &["", "insights", "customaudiences", "campaigns"],
                    _ => &[""],
                };
                for edge in edges {
                    let about = Circumstances {
                        operation: &operation.name,
                        page: !operation.tokens.is_empty(),
                        reads: operation.class == rulebook::Class::Read,
                        scopes: &scopes,
                        account,
                        edge,
                    };
                    let error = of_reason(*reason, &about);
                    let place = place_of(*reason, &error);
                    // Where nothing better fits, the platform's words fit everything.
                    let first = match error.message.contains("Permissions error") {
                        true => 30,
                        false => 10,
                    };
                    assert!(
                        place.is_some_and(|place| place < first),
                        "{reason} {error:?}"
                    );
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 10_000, "{asked}");
}

#[test]
fn what_is_said_of_hidden_things_leads_back_to_what_hides_them() {
    for speech in [Speech::Node, Speech::AdAccountEdge, Speech::Edge] {
        let place = Place {
            method: "get",
            id: "act_1",
            speech,
            edge: "",
        };
        let error = hidden(&place);
        for reason in [
            Reason::AssetNotAssigned,
            Reason::PartnerNotShared,
            Reason::PartnerPending,
            Reason::Unknown,
        ] {
            assert!(place_of(reason, &error).is_some(), "{reason} {error:?}");
        }
    }
    for (subcode, reason) in [
        (458, Reason::TokenInvalidated),
        (460, Reason::TokenInvalidated),
        (467, Reason::TokenInvalidated),
        (492, Reason::TokenInvalidated),
        (463, Reason::TokenExpired),
    ] {
        let error = GraphError::dead_token(subcode, "in other words");
        assert_eq!(place_of(reason, &error), Some(0), "{subcode}");
    }
    for missing in [true, false] {
        let error = GraphError::proof(missing);
        assert_eq!(place_of(Reason::ProofMissing, &error), Some(0));
    }
}

#[test]
fn no_row_hides_another_and_each_says_where_to_look() {
    for row in all() {
        let error = row.error("ads_management");
        let found = find(row.code, row.subcode, &error.message).unwrap();
        assert!(found.sure, "{error:?}");
        let reasons = |causes: &[Cause]| {
            let causes = causes.iter();
            causes.map(|cause| cause.reason).collect::<Vec<_>>()
        };
        assert_eq!(reasons(&found.causes), reasons(row.causes), "{error:?}");
        assert!(!row.causes.is_empty(), "{error:?}");
        for cause in row.causes {
            assert!(
                cause.why.ends_with('.') && cause.why.len() < 160,
                "{cause:?}"
            );
            assert!(
                !cause.check.is_empty() && cause.check.len() < 160,
                "{cause:?}"
            );
        }
    }
}

#[test]
fn a_code_with_other_words_is_known_by_its_code_alone() {
    let found = find(190, None, "words of a new version").unwrap();
    assert!(!found.sure);
    assert_eq!(found.causes[0].reason, Some(Reason::TokenUnknown));
    assert_eq!(find(987_654, None, "anything"), None);
    assert_eq!(find(987_654, Some(33), ""), None);
}

/// Returns the causes of an error as they are told, with what is said of each.
fn told_by<'a>(
    rules: &'a Rules,
    message: &'a str,
    code: u32,
    clues: impl Fn(&mut Clues<'a>),
) -> Vec<String> {
    let mut known = Clues {
        rules,
        message,
        operation: None,
        token: None,
        scopes: None,
        live: None,
        advanced: None,
        tier: None,
        role: None,
        business_role: None,
    };
    clues(&mut known);
    let found = find(code, None, message).unwrap();
    let sorted = known.sorted(&found.causes);
    sorted
        .iter()
        .filter(|(_, verdict)| *verdict != Verdict::Possible)
        .map(|(cause, verdict)| {
            let code = cause.reason.map_or("other", Reason::code);
            format!("{} {code}", verdict.word())
        })
        .collect()
}

#[test]
fn what_is_known_sorts_the_causes() {
    let rulebook = rulebook();
    let rules = rulebook.rules(0);
    let requires = "(#200) Requires ads_management permission to manage the object";
    let reads = ["ads_read".to_owned()];
    let writes = ["ads_management".to_owned()];
    assert_eq!(told_by(rules, requires, 200, |_| {}), [""; 0]);
    assert_eq!(
        told_by(rules, requires, 200, |clues| clues.scopes = Some(&reads)),
        ["likely SCOPE_MISSING", "likely SCOPE_DECLINED"]
    );
    assert_eq!(
        told_by(rules, requires, 200, |clues| {
            clues.scopes = Some(&writes);
            clues.live = Some(true);
            clues.advanced = Some(false);
        }),
        [
            "likely APP_LEVEL_STANDARD",
            "ruled_out SCOPE_MISSING",
            "ruled_out SCOPE_DECLINED",
            "ruled_out APP_NOT_LIVE"
        ]
    );
    let no_grant = "(#200) Ad account owner has NOT grant ads_management or ads_read permission";
    // `ads_management` includes what `ads_read` reads.
    assert!(
        told_by(rules, no_grant, 200, |clues| {
            clues.scopes = Some(&writes);
            clues.role = Some("none");
        })
        .starts_with(&["likely ASSET_NOT_ASSIGNED".to_owned()])
    );
    let tier = "(#3) Application does not have the capability to make this API call.";
    assert_eq!(
        told_by(rules, tier, 3, |clues| clues.tier = Some("limited")),
        ["likely APP_TIER"]
    );
    assert_eq!(
        told_by(rules, tier, 3, |clues| clues.tier = Some("full")),
        ["ruled_out APP_TIER"]
    );
    let page = "(#210) A page access token is required to request this resource.";
    assert_eq!(
        told_by(rules, page, 210, |clues| clues.token = Some("user")),
        ["likely TOKEN_WRONG_KIND"]
    );
}

#[test]
fn a_role_is_held_against_what_the_operation_needs() {
    let rulebook = rulebook();
    let not_admin = "(#273) This Ads API call requires the user to be admin of the ad account. User is not admin on ad account";
    let audience = rulebook.rules(0).operation_named("custom_audience.create");
    assert!(audience.is_some());
    for (role, expected) in [
        ("analyst", "likely ROLE_TOO_LOW"),
        ("admin", "ruled_out ROLE_TOO_LOW"),
    ] {
        let found = find(273, None, not_admin).unwrap();
        let clues = Clues {
            rules: rulebook.rules(0),
            message: not_admin,
            operation: audience,
            token: None,
            scopes: None,
            live: None,
            advanced: None,
            tier: None,
            role: Some(role),
            business_role: None,
        };
        let sorted = clues.sorted(&found.causes);
        let said: Vec<String> = sorted
            .iter()
            .map(|(cause, verdict)| {
                format!(
                    "{} {}",
                    verdict.word(),
                    cause.reason.map_or("", Reason::code)
                )
            })
            .collect();
        assert!(said.contains(&expected.to_owned()), "{role}: {said:?}");
    }
}
