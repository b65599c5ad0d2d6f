//! A fact in plain words.

mod app;
mod proposal;

pub(crate) use proposal::proposal;

use std::fmt::Write as _;

use engine::fact::{
    AccessRequest, AppMode, Asset, Assignment, Business, Environment, Fact, Grant, Invitation,
    Limits, Mandate, MandateMode, MandateOf, Membership, OnBehalf, Operator, Person, RequestKind,
    Share, ShareState, Terms, Token, TwoFactor,
};
use jiff::Timestamp;

/// Returns a fact as one sentence without a full stop: `person:ben is assigned on asset:act_1 directly as advertiser`.
#[must_use]
pub fn sentence(fact: &Fact) -> String {
    match fact {
        Fact::Settings(fact) => format!("the rulebook is `{}`", fact.rulebook),
        Fact::Business(fact) => business(fact),
        Fact::Person(fact) => person(fact),
        Fact::Operator(fact) => operator(fact),
        Fact::Membership(fact) => membership(fact),
        Fact::SystemUser(fact) => {
            format!(
                "system_user:{} is {} of business:{}",
                fact.id, fact.role, fact.business
            )
        }
        Fact::App(fact) => app::app(fact),
        Fact::AppClaim(fact) => format!("business:{} claimed app:{}", fact.business, fact.app),
        Fact::AppRole(fact) => format!(
            "person:{} is {} on app:{}",
            fact.person, fact.role, fact.app
        ),
        Fact::AppPermission(fact) => app::permission(fact),
        Fact::Install(fact) => {
            format!(
                "app:{} is installed on system_user:{}",
                fact.app, fact.system_user
            )
        }
        Fact::Asset(fact) => asset(fact),
        Fact::Link(fact) => format!("asset:{} follows asset:{}", fact.asset, fact.to),
        Fact::Group(fact) => {
            let kind = if fact.project { "project" } else { "group" };
            format!(
                "group:{} is a {kind} of business:{}",
                fact.id, fact.business
            )
        }
        Fact::GroupAsset(fact) => format!("asset:{} is in group:{}", fact.asset, fact.group),
        Fact::Share(fact) => share(fact),
        Fact::Assignment(fact) => assignment(fact),
        Fact::Delegate(fact) => {
            let assets: Vec<&str> = fact.assets.iter().map(engine::AssetId::as_str).collect();
            format!(
                "employee {} of business:{} acts through system_user:{} on {}",
                fact.id,
                fact.business,
                fact.system_user,
                or_nothing(&assets)
            )
        }
        Fact::Grant(fact) => grant(fact),
        Fact::Token(fact) => token(fact),
        Fact::Renewal(fact) => format!(
            "token:{} is renewed by itself {} days before its end",
            fact.token, fact.days_before
        ),
        Fact::Disclosure(fact) => {
            format!(
                "the secret of token:{} was shown to person:{} at {}",
                fact.token, fact.to, fact.at
            )
        }
        Fact::Mandate(fact) => mandate(fact),
        Fact::Invitation(fact) => invitation(fact),
        Fact::Proposal(fact) => proposal(fact),
        Fact::AccessRequest(fact) => request(fact),
        Fact::OnBehalf(fact) => on_behalf(fact),
    }
}

fn person(fact: &Person) -> String {
    let shared = if fact.shared_login {
        ", a login that several share"
    } else {
        ""
    };
    format!("person:{} is known{shared}", fact.id)
}

fn asset(fact: &Asset) -> String {
    let sandbox = if fact.sandbox {
        ", a sandbox asset"
    } else {
        ""
    };
    let (id, kind, owner) = (&fact.id, &fact.kind, &fact.owner);
    format!("asset:{id} is of kind {kind} and belongs to {owner}{sandbox}")
}

fn or_nothing(items: &[&str]) -> String {
    match items.is_empty() {
        true => "nothing".to_owned(),
        false => items.join(", "),
    }
}

fn until(end: Option<Timestamp>) -> String {
    end.map_or_else(String::new, |end| format!(", until {end}"))
}

fn business(fact: &Business) -> String {
    let mut line = format!("business:{} is known", fact.id);
    if let Some(parent) = &fact.parent {
        let _infallible = write!(line, ", a child of business:{parent}");
    }
    let said = [
        (fact.verified, ", verified"),
        (fact.suspended, ", suspended"),
        (fact.automated, ", automated"),
        (
            fact.two_factor == TwoFactor::Admins,
            ", two-factor for admins",
        ),
        (fact.two_factor == TwoFactor::All, ", two-factor for all"),
    ];
    line.extend(said.iter().filter(|(is, _)| *is).map(|(_, word)| *word));
    line
}

fn operator(fact: &Operator) -> String {
    let glass = fact.break_glass.as_ref();
    let glass = glass.map_or_else(String::new, |business| {
        format!(
            ", entered business:{business}{}",
            until(fact.break_glass_until)
        )
    });
    format!(
        "person:{} is {} of the platform{glass}{}",
        fact.person,
        fact.role,
        until(fact.until)
    )
}

fn membership(fact: &Membership) -> String {
    format!(
        "person:{} is {} in business:{}{}",
        fact.person,
        fact.role,
        fact.business,
        until(fact.until)
    )
}

/// The kind is told only where there are several.
fn terms(terms: &Terms) -> String {
    let several = terms.0.len() > 1;
    let kinds = terms.0.iter().map(|(kind, names)| match several {
        true => format!("{kind} {}", names.join(" and ")),
        false => names.join(" and "),
    });
    let kinds: Vec<String> = kinds.filter(|text| !text.is_empty()).collect();
    match kinds.is_empty() {
        true => "nothing".to_owned(),
        false => kinds.join(", "),
    }
}

/// Neither the address nor the code is told: the first is personal, the second a secret.
fn invitation(fact: &Invitation) -> String {
    let mut line = format!(
        "invitation {}: {} invited somebody to be {} in business:{}{}",
        fact.id,
        fact.invited_by,
        fact.role,
        fact.business,
        until(Some(fact.until))
    );
    for offered in &fact.assignments {
        let _infallible = write!(
            line,
            ", with {} as {}{}",
            offered.on,
            terms(&offered.terms),
            until(offered.until)
        );
    }
    line
}

fn share(fact: &Share) -> String {
    let state = match fact.state {
        ShareState::Pending => "not accepted yet",
        ShareState::Accepted => "accepted",
    };
    format!(
        "{} is shared to business:{} as {}, {state}{}",
        fact.of,
        fact.to,
        terms(&fact.terms),
        until(fact.until)
    )
}

fn assignment(fact: &Assignment) -> String {
    let via = fact.via.as_ref();
    let via = via.map_or_else(
        || " directly".to_owned(),
        |via| format!(" through business:{via}"),
    );
    format!(
        "{} is assigned on {}{via} as {}{}",
        fact.holder,
        fact.on,
        terms(&fact.terms),
        until(fact.until)
    )
}

fn grant(fact: &Grant) -> String {
    let scopes: Vec<&str> = fact.scopes.iter().map(String::as_str).collect();
    let mut line = format!(
        "grant {}: {} let app:{} have {}",
        fact.id,
        fact.holder,
        fact.app,
        or_nothing(&scopes)
    );
    if !fact.declined.is_empty() {
        let _infallible = write!(line, ", declined {}", fact.declined.join(", "));
    }
    for (scope, assets) in &fact.targets {
        let assets: Vec<&str> = assets.iter().map(engine::AssetId::as_str).collect();
        let _infallible = write!(line, ", {scope} on {} only", or_nothing(&assets));
    }
    if let Some(from) = &fact.from {
        let _infallible = write!(line, ", narrowed from grant {from}");
    }
    line
}

fn token(fact: &Token) -> String {
    let mut line = format!(
        "token:{} is a {} token of grant {}",
        fact.id, fact.kind, fact.grant
    );
    match fact.expires {
        Some(end) => {
            let _infallible = write!(line, ", until {end}");
        }
        None => line.push_str(", without an end"),
    }
    if let Some(reason) = fact.ended {
        let word = format!("{reason:?}").to_lowercase();
        let _infallible = write!(line, ", ended: {word}");
    }
    if let Some(person) = &fact.associated_user {
        let _infallible = write!(line, ", associated with person:{person}");
    }
    line
}

fn mandate(fact: &Mandate) -> String {
    let to = match &fact.to {
        MandateOf::App(app) => format!("app:{app}"),
        MandateOf::Partner(partner) => format!("business:{partner}"),
    };
    let mode = match fact.mode {
        MandateMode::SemiAutomatic => "semi-automatic",
        MandateMode::Autopilot => "autopilot",
    };
    let stopped = if fact.stopped { ", stopped" } else { "" };
    let limits = limits(&fact.limits);
    format!(
        "mandate {} of business:{} for {to}: {mode}{limits}{stopped}{}",
        fact.id,
        fact.business,
        until(fact.until)
    )
}

fn request(fact: &AccessRequest) -> String {
    let (id, asker, from, asset) = (&fact.id, &fact.asked_by, &fact.from, &fact.asset);
    let what = match fact.kind {
        RequestKind::Share => format!("access to asset:{asset} as {}", terms(&fact.terms)),
        RequestKind::Claim => format!("asset:{asset} to become its own"),
    };
    let until = until(Some(fact.until));
    format!("request {id}: {asker} asks for {what}, for business:{from}{until}")
}

fn on_behalf(fact: &OnBehalf) -> String {
    let through = fact.system_user.as_ref();
    let through = through.map_or_else(String::new, |id| format!(" through system_user:{id}"));
    format!(
        "business:{} acts on behalf of business:{}{through}",
        fact.partner, fact.client
    )
}

fn limits(limits: &Limits) -> String {
    let said = [
        ("step at most", limits.step, " basis points"),
        ("daily budgets at most", limits.daily_budget_total, ""),
        ("cost per action at most", limits.cpa, ""),
        ("return at least", limits.roas, " thousandths"),
        ("spend at most", limits.spend_total, ""),
    ];
    let said = said
        .into_iter()
        .filter_map(|(what, limit, unit)| limit.map(|limit| format!(", {what} {limit}{unit}")));
    said.collect()
}

const fn mode_word(mode: AppMode) -> &'static str {
    match mode {
        AppMode::Development => "in development",
        AppMode::Live => "live",
    }
}

const fn environment_word(environment: Environment) -> &'static str {
    match environment {
        Environment::Sandbox => "sandbox",
        Environment::Production => "production",
    }
}
