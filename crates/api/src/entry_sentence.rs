//! An entry in plain words: who did what, and what came of it.

use engine::fact::{Change, Fact};

use crate::change_sentence::key_words;
use crate::sentence::{proposal, sentence};

/// What each operation is called when it was done. An operation that is not here is told by its name.
const DONE: &[(&str, &str)] = &[
    ("app.allow", "put an app on an allow-list"),
    ("app.claim", "claimed an app"),
    ("app.create", "created an app"),
    ("app.go_live", "took an app live"),
    ("app.install", "installed an app"),
    ("app.new_secret", "got a new secret for an app"),
    ("app.own", "took over an app that a person owned"),
    ("app.production", "moved an app to production"),
    ("app.remove", "removed an app"),
    ("app.review", "reviewed a permission of an app"),
    ("app.revoke_tokens", "ended all tokens of an app"),
    ("app.set_checkup", "noted how an app's checkup stands"),
    ("app.set_tier", "set an app's tier"),
    ("app.suspend", "suspended an app, or let it go on"),
    ("app.unclaim", "gave up the claim on an app"),
    ("app.update", "changed an app"),
    ("app_permission.remove", "gave up a permission of an app"),
    (
        "app_permission.request_review",
        "asked for the review of a permission",
    ),
    (
        "app_permission.set_level",
        "set the access level of a permission",
    ),
    ("app_role.give", "gave a role on an app"),
    ("app_role.revoke", "took back a role on an app"),
    ("asset.claim", "claimed an asset"),
    ("asset.create", "created an asset"),
    ("asset.remove", "removed an asset"),
    ("asset.rename", "renamed an asset"),
    ("assignment.give", "gave an assignment"),
    ("assignment.revoke", "revoked an assignment"),
    ("business.create", "created a business"),
    ("business.suspend", "suspended a business, or let it go on"),
    ("business.update", "changed a business"),
    ("business.verify", "verified a business, or took that back"),
    ("change.make", "made a change on autopilot"),
    ("child.create", "created a child business"),
    ("child.delete", "deleted a child business"),
    ("claim.approve", "gave an asset to who claimed it"),
    ("claim.decline", "declined a claim"),
    ("custom_audience.create", "built a custom audience"),
    ("custom_audience.delete", "deleted a custom audience"),
    ("delegate.map", "mapped an employee"),
    ("delegate.unmap", "unmapped an employee"),
    ("directory.import", "brought in a directory file"),
    ("disclosure.record", "noted who has seen a secret"),
    ("grant.give", "consented to an app"),
    ("grant.narrow", "got a narrower token"),
    ("grant.redeem", "got a token for a consent"),
    ("grant.renew", "got a token in place of another"),
    ("grant.revoke", "withdrew consent to an app"),
    ("group.add_asset", "added an asset to a group"),
    ("group.create", "created a group"),
    ("group.remove", "removed a group"),
    ("group.remove_asset", "took an asset out of a group"),
    ("group.rename", "renamed a group"),
    ("invitation.accept", "accepted an invitation"),
    ("invitation.cancel", "took back an invitation"),
    ("invitation.change", "changed an invitation"),
    ("invitation.resend", "sent an invitation again"),
    ("invitation.send", "invited somebody"),
    ("link.make", "linked an asset"),
    ("link.remove", "unlinked an asset"),
    ("mandate.end", "ended a mandate"),
    ("mandate.set", "set a mandate"),
    ("mandate.stop", "stopped a mandate"),
    ("member.add", "added a person"),
    ("member.change", "changed a person's role"),
    ("member.remove", "removed a person"),
    ("on_behalf.end", "ended that one acts on behalf of another"),
    (
        "on_behalf.start",
        "let a business act on behalf of a client",
    ),
    (
        "on_behalf_token.issue",
        "got a token to act on behalf of a client",
    ),
    ("operator.appoint", "appointed an operator"),
    ("operator.break_glass", "entered a business in an emergency"),
    ("operator.dismiss", "dismissed an operator"),
    (
        "operator.leave",
        "left a business that was entered in an emergency",
    ),
    ("partner.accept", "accepted what a partner shared"),
    ("partner.add", "shared with a partner"),
    ("partner.decline", "declined what a partner shared"),
    ("partner.remove", "removed a partner"),
    ("person.change", "changed what is known of a person"),
    (
        "person.offboard",
        "took away what a person had in a business",
    ),
    (
        "person.password_changed",
        "noted that a password was changed",
    ),
    ("person.register", "made a person known"),
    ("proposal.approve", "approved a proposal"),
    ("proposal.decline", "declined a proposal"),
    ("proposal.execute", "made an approved change"),
    ("proposal.make", "proposed a change"),
    ("realm.create", "made the realm"),
    ("realm.load", "filled the realm"),
    ("renewal.end", "let a token be renewed by itself no more"),
    ("renewal.set", "let a token be renewed by itself"),
    ("request.approve", "approved a request for access"),
    ("request.decline", "declined a request for access"),
    ("request.make", "asked for access"),
    ("request.withdraw", "took a request back"),
    ("rulebook.activate", "activated a rulebook"),
    ("share.accept", "accepted a share"),
    ("share.change", "changed a share"),
    ("share.decline", "declined a share"),
    ("share.offer", "offered a share"),
    ("share.return", "gave back a share"),
    ("share.revoke", "revoked a share"),
    ("sweep.checkup_due", "noted that an app's checkup is due"),
    (
        "sweep.checkup_missed",
        "noted that an app's checkup was missed",
    ),
    ("sweep.end_assignment", "ended an assignment that was over"),
    (
        "sweep.forget_renewal",
        "let the renewal of an expired token go",
    ),
    (
        "sweep.leave_business",
        "took an operator out of a business whose time was over",
    ),
    ("sweep.renew_token", "renewed a token before its end"),
    ("system_user.change", "changed a system user"),
    ("system_user.create", "created a system user"),
    ("system_user.remove", "removed a system user"),
    ("test_user.create", "made a test user of an app"),
    ("test_user.remove", "removed a test user of an app"),
    ("token.collect", "collected the secret of a renewed token"),
    (
        "token.exchange_long_lived",
        "exchanged a token for a long-lived one",
    ),
    ("token.issue", "issued a token"),
    ("token.refresh", "refreshed a token"),
    ("token.revoke", "revoked a token"),
    (
        "token.revoke_all",
        "revoked all tokens of a holder or consent",
    ),
    ("token.rotate", "rotated a token"),
];

/// Operations that bring many things at once: none of them says what it was about.
const MANY: &[&str] = &["directory.import", "realm.create", "realm.load"];

/// Returns what somebody did, in one line: `person:cleo offered a share: asset:act_1 is shared to
/// business:9001 as View Only, not accepted yet`.
///
/// `actor` stands at the beginning as it is, and after it the employee for whom a system user did it,
/// as whoever reads may be told of them. Of several changes the one that the operation is about
/// is told, and the others are counted.
#[must_use]
pub fn entry_sentence(
    actor: &str,
    employee: Option<&str>,
    operation: &str,
    changes: &[Change],
) -> String {
    let behind = employee.map_or_else(String::new, |employee| format!(" for {employee}"));
    let known = DONE.iter().find(|(name, _)| *name == operation);
    let done = known.map_or_else(
        || format!("did {operation}"),
        |(_, done)| (*done).to_owned(),
    );
    let about = main_change(operation, changes);
    // What a tool made says itself who did it, through which app and under which mandate. Of several
    // things made at once each is told.
    if let Some(Change::Set(Fact::Proposal(made))) = about
        && !made.is_open()
    {
        let made: Vec<String> = changes.iter().filter_map(executed).collect();
        return format!("{}{behind}", made.join("; "));
    }
    let rest = changes.len() - usize::from(about.is_some());
    let count = |more: &str| match rest {
        1 => format!("1 {more}change"),
        several => format!("{several} {more}changes"),
    };
    match about {
        Some(change) if rest > 0 => format!(
            "{actor}{behind} {done}: {}; {}",
            told(change),
            count("more ")
        ),
        Some(change) => format!("{actor}{behind} {done}: {}", told(change)),
        None => format!("{actor}{behind} {done}: {}", count("")),
    }
}

fn executed(change: &Change) -> Option<String> {
    match change {
        Change::Set(Fact::Proposal(made)) if !made.is_open() => Some(proposal(made)),
        _ => None,
    }
}

fn told(change: &Change) -> String {
    match change {
        Change::Set(fact) => sentence(fact),
        Change::End(key) => format!("{} is over", key_words(key)),
    }
}

/// The change that an operation is about: the last of the kind that its name begins with, else the
/// last, for consequences come first.
fn main_change<'a>(operation: &str, changes: &'a [Change]) -> Option<&'a Change> {
    if MANY.contains(&operation) {
        return None;
    }
    let noun = operation.split('.').next().unwrap_or_default();
    let kind = match operation {
        "group.add_asset" | "group.remove_asset" => "group_asset",
        "app.claim" | "app.unclaim" => "app_claim",
        "app.install" => "install",
        "app.review" => "app_permission",
        "invitation.accept" | "person.offboard" => "membership",
        "request.approve" => "share",
        "claim.approve" => "asset",
        "claim.decline" => "access_request",
        _ => match noun {
            "member" => "membership",
            "child" => "business",
            "partner" => "share",
            "change" => "proposal",
            "test_user" => "app_role",
            "request" => "access_request",
            "on_behalf_token" => "token",
            other => other,
        },
    };
    let of_kind = changes.iter().rfind(|change| change.kind() == kind);
    of_kind.or_else(|| changes.last())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use commands::Command;
    use engine::fact::{Change, Fact, Key, Membership, MembershipKey};

    use super::{DONE, entry_sentence};

    #[test]
    fn every_command_has_words_of_its_own() {
        let known: BTreeSet<&str> = DONE.iter().map(|(name, _)| *name).collect();
        let without: Vec<&&str> = Command::NAMES
            .iter()
            .filter(|name| !known.contains(**name))
            .collect();
        assert!(
            without.is_empty(),
            "say in DONE what it is to do {without:?}"
        );
        assert!(DONE.is_sorted(), "DONE is in the order of the alphabet");
    }

    #[test]
    fn the_change_that_it_is_about_is_told_and_the_rest_is_counted() {
        let ben = Membership {
            business: "9001".parse().unwrap(),
            person: "ben".parse().unwrap(),
            role: "employee".to_owned(),
            until: None,
        };
        let key = MembershipKey {
            business: ben.business.clone(),
            person: ben.person.clone(),
        };
        let added = [Change::Set(Fact::Membership(ben))];
        let removed = [
            Change::End(Key::Grant("g-1".parse().unwrap())),
            Change::End(Key::Membership(key)),
        ];
        let cases = [
            entry_sentence("person:ana", None, "member.add", &added),
            entry_sentence("person:ana", None, "member.remove", &removed),
            entry_sentence("system", None, "directory.import", &removed),
            entry_sentence("system", None, "a.thing_of_tomorrow", &[]),
            entry_sentence(
                "system_user:desk",
                Some("employee emp-1"),
                "member.add",
                &added,
            ),
        ];
        insta::assert_snapshot!(cases.join("\n"), @r"
        person:ana added a person: person:ben is employee in business:9001
        person:ana removed a person: the place of person:ben in business:9001 is over; 1 more change
        system brought in a directory file: 2 changes
        system did a.thing_of_tomorrow: 0 changes
        system_user:desk for employee emp-1 added a person: person:ben is employee in business:9001
        ");
    }
}
