//! A gate that is closed to an app, as it is written: which, how far, since when, whose turn.

use std::borrow::Cow;

use engine::{Gate, GateSort, GateState, GateTurn};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A review, verification, checkup or list that is closed to the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GateBody {
    /// The reason it stands behind.
    pub reason: Cow<'static, str>,
    /// In plain words, with whose turn it is.
    pub text: String,
    /// What is closed: `permission`, `verification`, `checkup`, `confirmation` or `allow_list`.
    pub sort: Cow<'static, str>,
    /// Which permission or feature, business or list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How far it is: `never_asked`, `asked`, `rejected`, `not_raised`, `removed`, `missed` or
    /// `not_given`.
    pub state: Cow<'static, str>,
    /// Since when it stands so, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub since: Option<Timestamp>,
    /// What was asked for, or why it was rejected; for those who manage the app, unless erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Whose turn it is: `app_admin` or `platform`.
    pub next: Cow<'static, str>,
    /// With which command.
    pub command: Cow<'static, str>,
}

impl GateBody {
    /// Returns a gate as it is written. `why` is the text behind it, if it may be told.
    pub(crate) fn of(gate: &Gate, why: Option<String>) -> Self {
        let (sort, of) = match &gate.sort {
            GateSort::Permission(name) => ("permission", Some(name.clone())),
            GateSort::Verification(owner) => {
                ("verification", owner.as_ref().map(ToString::to_string))
            }
            GateSort::Checkup => ("checkup", None),
            GateSort::Confirmation => ("confirmation", None),
            GateSort::AllowList(list) => ("allow_list", Some(list.clone())),
        };
        Self {
            reason: Cow::Borrowed(gate.reason.code()),
            text: sentence(gate, why.as_deref()),
            sort: Cow::Borrowed(sort),
            of,
            state: Cow::Borrowed(gate.state.word()),
            since: gate.since,
            why,
            next: Cow::Borrowed(gate.next.word()),
            command: Cow::Borrowed(gate.command),
        }
    }
}

/// Returns a gate as one sentence without a full stop.
fn sentence(gate: &Gate, why: Option<&str>) -> String {
    let app = &gate.app;
    let since = |word: &str| match gate.since {
        Some(since) => format!("{word} {since}"),
        None => String::new(),
    };
    let stands = match (&gate.sort, gate.state) {
        (GateSort::Permission(name), state) => {
            let stands = match state {
                GateState::Asked => {
                    format!("its review was asked for and waits{}", since(" since"))
                }
                GateState::Rejected => format!("its review was rejected{}", since(" on")),
                GateState::NotRaised => "nothing is open, but it is not raised".to_owned(),
                GateState::Removed => "the app gave it up".to_owned(),
                _ => "nobody asked for its review".to_owned(),
            };
            format!("{name} of app:{app}: {stands}")
        }
        (GateSort::Verification(Some(owner)), _) => {
            format!("business:{owner}, which owns app:{app}, is not verified")
        }
        (GateSort::Verification(None), _) => {
            format!("app:{app} belongs to no business that could be verified")
        }
        (GateSort::Checkup, _) => {
            format!("the checkup of app:{app} was missed{}", since(" on"))
        }
        (GateSort::Confirmation, _) => format!(
            "app:{app} acts by itself, and the platform has not confirmed its maker as a partner"
        ),
        (GateSort::AllowList(list), _) => {
            format!("app:{app} is not on the platform's list {list}")
        }
    };
    let why = why.map_or_else(String::new, |why| format!(", “{why}”"));
    format!("{stands}{why}; {}", turn(gate))
}

fn turn(gate: &Gate) -> String {
    let (app, command) = (&gate.app, gate.command);
    let who = match (&gate.sort, gate.next) {
        (GateSort::Checkup, _) => {
            format!("an administrator of app:{app} does it, and the platform notes it")
        }
        (GateSort::Verification(_), _) => "the platform verifies it".to_owned(),
        (_, GateTurn::Platform) if gate.state == GateState::Asked => {
            "the platform's reviewer decides".to_owned()
        }
        (_, GateTurn::Platform) => "the platform decides".to_owned(),
        (_, GateTurn::AppAdmin) => {
            let does = match gate.state {
                GateState::Rejected => "asks again",
                GateState::NotRaised => "raises it",
                GateState::Removed => "restores it",
                _ => "asks for it",
            };
            format!("an administrator of app:{app} {does}")
        }
    };
    format!("next, {who}: {command}")
}

#[cfg(test)]
mod tests {
    use engine::{Gate, GateSort, GateState, GateTurn};
    use insta::assert_snapshot;
    use rulebook::Reason;

    use super::sentence;

    fn gate(sort: GateSort, state: GateState, next: GateTurn, command: &'static str) -> Gate {
        Gate {
            reason: Reason::AppReviewGate,
            app: "feed".parse().unwrap(),
            sort,
            state,
            since: "2026-04-03T12:00:00Z".parse().ok(),
            why: None,
            next,
            command,
        }
    }

    #[test]
    fn each_gate_says_how_far_it_is_and_whose_turn_it_is() {
        let ads = || GateSort::Permission("ads_management".to_owned());
        let (admin, platform) = (GateTurn::AppAdmin, GateTurn::Platform);
        let ask = "app_permission.request_review";
        let raise = "app_permission.set_level";
        let owner = "acme".parse().ok();
        let list = GateSort::AllowList("page_only".to_owned());
        let told = [
            sentence(&gate(ads(), GateState::NeverAsked, admin, ask), None),
            sentence(&gate(ads(), GateState::Asked, platform, "app.review"), None),
            sentence(
                &gate(ads(), GateState::Rejected, admin, ask),
                Some("The wrong app"),
            ),
            sentence(&gate(ads(), GateState::NotRaised, admin, raise), None),
            sentence(&gate(ads(), GateState::Removed, admin, raise), None),
            sentence(
                &gate(
                    GateSort::Verification(owner),
                    GateState::NotGiven,
                    platform,
                    "business.verify",
                ),
                None,
            ),
            sentence(
                &gate(
                    GateSort::Verification(None),
                    GateState::NotGiven,
                    platform,
                    "business.verify",
                ),
                None,
            ),
            sentence(
                &gate(
                    GateSort::Checkup,
                    GateState::Missed,
                    admin,
                    "app.set_checkup",
                ),
                None,
            ),
            sentence(
                &gate(
                    GateSort::Confirmation,
                    GateState::NotGiven,
                    platform,
                    "app.allow",
                ),
                None,
            ),
            sentence(
                &gate(list, GateState::NotGiven, platform, "app.allow"),
                None,
            ),
        ];
        assert_snapshot!(told.join("\n"), @r"
        ads_management of app:feed: nobody asked for its review; next, an administrator of app:feed asks for it: app_permission.request_review
        ads_management of app:feed: its review was asked for and waits since 2026-04-03T12:00:00Z; next, the platform's reviewer decides: app.review
        ads_management of app:feed: its review was rejected on 2026-04-03T12:00:00Z, “The wrong app”; next, an administrator of app:feed asks again: app_permission.request_review
        ads_management of app:feed: nothing is open, but it is not raised; next, an administrator of app:feed raises it: app_permission.set_level
        ads_management of app:feed: the app gave it up; next, an administrator of app:feed restores it: app_permission.set_level
        business:acme, which owns app:feed, is not verified; next, the platform verifies it: business.verify
        app:feed belongs to no business that could be verified; next, the platform verifies it: business.verify
        the checkup of app:feed was missed on 2026-04-03T12:00:00Z; next, an administrator of app:feed does it, and the platform notes it: app.set_checkup
        app:feed acts by itself, and the platform has not confirmed its maker as a partner; next, the platform decides: app.allow
        app:feed is not on the platform's list page_only; next, the platform decides: app.allow
        ");
    }
}
