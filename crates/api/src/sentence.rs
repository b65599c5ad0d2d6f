//! A fact in plain words.

use engine::fact::{AppMode, Environment, Fact, Level, MandateMode, MandateOf, ShareState, Terms};
use jiff::Timestamp;

/// Returns a fact as one sentence without a full stop: "person:ben holds advertiser on asset:act_1".
#[must_use]
pub fn sentence(fact: &Fact) -> String {
    match fact {
        Fact::Settings(one) => format!("the rulebook is {}", one.rulebook),
        Fact::Business(one) => {
            let parent = one.parent.as_ref();
            let parent =
                parent.map_or_else(String::new, |id| format!(", a child of business {id}"));
            let verified = if one.verified {
                "verified"
            } else {
                "not verified"
            };
            let suspended = if one.suspended { ", suspended" } else { "" };
            format!("business {} is {verified}{parent}{suspended}", one.id)
        }
        Fact::Person(one) => format!("person {} is known", one.id),
        Fact::Operator(one) => format!("{} is {} of the platform", one.person, one.role),
        Fact::Membership(one) => {
            format!(
                "{} is {} in business {}{}",
                one.person,
                one.role,
                one.business,
                ends(one.until)
            )
        }
        Fact::SystemUser(one) => {
            format!(
                "system user {} is {} in business {}",
                one.id, one.role, one.business
            )
        }
        Fact::Asset(one) => {
            let sandbox = if one.sandbox { "sandbox " } else { "" };
            format!("{sandbox}{} {} is owned by {}", one.kind, one.id, one.owner)
        }
        Fact::Link(one) => format!("{} follows {}", one.asset, one.to),
        Fact::Group(one) => {
            let what = if one.project { "project" } else { "group" };
            format!("{what} {} is kept by business {}", one.id, one.business)
        }
        Fact::GroupAsset(one) => format!("{} is in group {}", one.asset, one.group),
        _ => of_sharing(fact),
    }
}

fn of_sharing(fact: &Fact) -> String {
    match fact {
        Fact::Share(one) => {
            let state = match one.state {
                ShareState::Pending => ", not accepted yet",
                ShareState::Accepted => "",
            };
            let terms = terms(&one.terms);
            format!(
                "{} is shared to business {} as {terms}{state}{}",
                one.of,
                one.to,
                ends(one.until)
            )
        }
        Fact::Assignment(one) => {
            let via = one.via.as_ref();
            let via = via.map_or_else(String::new, |via| format!(" through business {via}"));
            format!(
                "{} holds {} on {}{via}{}",
                one.holder,
                terms(&one.terms),
                one.on,
                ends(one.until)
            )
        }
        Fact::Delegate(one) => {
            format!(
                "employee {} is mapped to {} assets through {}",
                one.id,
                one.assets.len(),
                one.system_user
            )
        }
        _ => of_app_or_token(fact),
    }
}

fn of_app_or_token(fact: &Fact) -> String {
    match fact {
        Fact::App(one) => {
            let mode = match one.mode {
                AppMode::Development => "in development",
                AppMode::Live => "live",
            };
            let environment = match one.environment {
                Environment::Sandbox => ", in the sandbox",
                Environment::Production => "",
            };
            let automated = if one.automated { ", automated" } else { "" };
            format!(
                "app {} of {} is {mode}{environment}{automated}",
                one.id, one.owner
            )
        }
        Fact::AppClaim(one) => format!("app {} is claimed by business {}", one.app, one.business),
        Fact::AppRole(one) => format!("{} is {} on app {}", one.person, one.role, one.app),
        Fact::AppPermission(one) => {
            let level = match (one.removed, one.level) {
                (true, _) => "removed",
                (false, Level::Standard) => "at Standard Access",
                (false, Level::Advanced) => "at Advanced Access",
            };
            format!("{} of app {} is {level}", one.permission, one.app)
        }
        Fact::Install(one) => format!("app {} is installed on {}", one.app, one.system_user),
        _ => of_token(fact),
    }
}

fn of_token(fact: &Fact) -> String {
    match fact {
        Fact::Grant(one) => {
            let declined = if one.declined.is_empty() {
                String::new()
            } else {
                format!(" and declined {}", one.declined.join(", "))
            };
            format!(
                "{} gave app {} {}{declined}",
                one.holder,
                one.app,
                one.scopes.join(", ")
            )
        }
        Fact::Token(one) => {
            let life = one
                .expires
                .map_or_else(|| "without an end".to_owned(), |end| format!("until {end}"));
            let ended = if one.ended.is_some() {
                ", ended before its time"
            } else {
                ""
            };
            format!(
                "{} token {} was issued {} {life}{ended}",
                one.kind, one.id, one.issued
            )
        }
        Fact::Disclosure(one) => format!(
            "the secret of {} was shown to {} on {}",
            one.token, one.to, one.at
        ),
        Fact::Mandate(one) => {
            let to = match &one.to {
                MandateOf::App(app) => format!("app {app}"),
                MandateOf::Partner(business) => format!("business {business}"),
            };
            let mode = match one.mode {
                MandateMode::SemiAutomatic => "semi-automatic",
                MandateMode::Autopilot => "on autopilot",
            };
            let stopped = if one.stopped { ", stopped" } else { "" };
            format!(
                "mandate {} of business {} to {to} is {mode}{stopped}{}",
                one.id,
                one.business,
                ends(one.until)
            )
        }
        other => other.kind().to_owned(),
    }
}

fn terms(terms: &Terms) -> String {
    let several = terms.0.len() > 1;
    let kinds = terms.0.iter().map(|(kind, names)| {
        let names = names.join(" + ");
        if several {
            format!("{kind}: {names}")
        } else {
            names
        }
    });
    kinds.collect::<Vec<_>>().join("; ")
}

fn ends(until: Option<Timestamp>) -> String {
    until.map_or_else(String::new, |until| format!(", until {until}"))
}
