//! The invariants, checked through the door after every step, with a naive model of who may do what.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::eyes::Seen;
use super::step::{BUSINESSES, PEOPLE, ROBOTS, Step};
use super::walk::Walk;

const ALL: &[&str] = &["MANAGE", "ADVERTISE", "ANALYZE", "DRAFT", "AA_ANALYZE"];
/// What cannot be an asset of anybody.
const ABSENT: &str = "act_98765";

fn set(tasks: &[&str]) -> BTreeSet<String> {
    tasks.iter().map(|one| (*one).to_owned()).collect()
}

/// Returns the places of somebody: business, and whether he administers it.
fn places<'s>(seen: &'s Seen, who: &'s str) -> Vec<(&'s str, bool)> {
    if let Some((business, _)) = seen.robots.get(who) {
        // An admin system user has no asset of itself: only people do.
        return vec![(business, false)];
    }
    let members = seen.members.iter();
    let own = members.filter(|((_, person), _)| person == who);
    own.map(|((business, _), role)| (business.as_str(), role == "ADMIN"))
        .collect()
}

/// The naive model: what somebody may do on an asset, from the lists alone.
pub(super) fn expected(
    seen: &Seen,
    group: &BTreeMap<String, &'static str>,
    who: &str,
    asset: &str,
) -> BTreeSet<String> {
    let Some(owner) = seen.owners.get(asset).and_then(|owners| owners.first()) else {
        return BTreeSet::new();
    };
    let mut tasks = BTreeSet::new();
    for (business, admin) in places(seen, who) {
        let key = (asset.to_owned(), who.to_owned(), business.to_owned());
        let given = seen.assigned.get(&key).cloned().unwrap_or_default();
        let above = seen
            .parents
            .get(owner)
            .is_some_and(|parent| parent == business);
        let share = seen.shares.get(&(asset.to_owned(), business.to_owned()));
        if owner == business || above {
            tasks.extend(given);
            if admin {
                tasks.extend(set(ALL));
            }
        } else if let Some(share) = share.filter(|share| share.accepted) {
            tasks.extend(given.intersection(&share.tasks).cloned());
        }
        if business == "1001" && seen.contained.contains(asset) && seen.grouped.contains(who) {
            tasks.extend(of_group(group.get(who).copied(), asset));
        }
    }
    tasks
}

fn of_group(role: Option<&str>, asset: &str) -> BTreeSet<String> {
    match (role, asset.starts_with("act_")) {
        (Some("analyst"), true) => set(&["ANALYZE", "AA_ANALYZE"]),
        (Some("advertiser"), true) => set(&["ADVERTISE", "ANALYZE", "DRAFT", "AA_ANALYZE"]),
        _ => BTreeSet::new(),
    }
}

/// Has somebody nothing to do with the app: neither a role on it, nor a place where it was claimed?
pub(super) fn strange_to_the_app(seen: &Seen, who: &str) -> bool {
    let claimed = |business: &str| {
        let above = seen.parents.get(business).map_or(business, String::as_str);
        above != "4001"
    };
    who != "503"
        && !places(seen, who)
            .iter()
            .any(|(business, _)| claimed(business))
}

/// Is a business nothing at all to somebody: neither his, nor above or below or beside his?
fn strange(seen: &Seen, who: &str, asset: &str) -> bool {
    let Some(owner) = seen.owners.get(asset).and_then(|owners| owners.first()) else {
        return true;
    };
    places(seen, who).iter().all(|(business, _)| {
        let share = (asset.to_owned(), (*business).to_owned());
        business != owner
            && seen
                .parents
                .get(owner)
                .is_none_or(|parent| parent != business)
            && !seen.shares.contains_key(&share)
    })
}

impl Walk<'_> {
    /// Checks everything that holds at any time.
    pub(super) fn check(&self, seen: &Seen) {
        self.owners_and_partners(seen);
        self.system_users(seen);
        for who in PEOPLE.iter().chain(ROBOTS) {
            self.sight_of(seen, who);
        }
        self.tokens();
        self.acting();
        self.strangers_app(seen);
        self.nothing_leaks(seen);
    }

    /// I1, I2, I3, I9: shares cap what was given, an asset has one owner, a business an admin, and both
    /// sides of a partnership tell the same.
    fn owners_and_partners(&self, seen: &Seen) {
        for (asset, owners) in &seen.owners {
            assert_eq!(owners.len(), 1, "I2: {asset} has not one owner: {owners:?}");
        }
        for (asset, partner) in seen.shares.keys() {
            assert_ne!(Some(partner), seen.owners[asset].first(), "I2: {asset}");
        }
        for business in BUSINESSES {
            let admins = seen.members.iter();
            let mut admins = admins.filter(|((of, _), role)| of == business && *role == "ADMIN");
            assert!(admins.next().is_some(), "I3: {business} has no admin");
        }
        for ((asset, who, business), tasks) in &seen.assigned {
            if let Some(share) = seen.shares.get(&(asset.clone(), business.clone())) {
                let within = tasks.is_subset(&share.tasks);
                assert!(
                    within,
                    "I1: {who} at {asset} for {business}: {tasks:?} of {:?}",
                    share.tasks
                );
            }
        }
        assert_eq!(seen.agencies, seen.clients, "I9");
    }

    /// I6: one admin system user, and ten others.
    fn system_users(&self, seen: &Seen) {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (business, role) in seen.robots.values() {
            *counts.entry((business, role)).or_default() += 1;
        }
        for ((business, role), count) in counts {
            let most = if role == "ADMIN" { 1 } else { 10 };
            assert!(
                count <= most,
                "I6: {business} has {count} system users as {role}"
            );
        }
    }

    /// I1, I5, I7, I8, I12: somebody sees an asset if, and only if, the model finds a task on it; and has
    /// those tasks. What ended is seen by nobody and stands in no list.
    fn sight_of(&self, seen: &Seen, who: &str) {
        let read = |asset: &String| {
            let fields = if asset.starts_with("act_") {
                "id,user_tasks"
            } else {
                "id"
            };
            json!({ "method": "GET", "relative_url": format!("{asset}?fields={fields}") })
        };
        let mut batch: Vec<Value> = self.assets.iter().map(read).collect();
        let own = "me?fields=assigned_ad_accounts.limit(100){id}";
        batch.push(json!({ "method": "GET", "relative_url": own }));
        let answer = self
            .eyes
            .call(who, "POST", "", &json!({ "batch": batch }))
            .json();
        let items = answer.as_array().unwrap();
        for (asset, item) in self.assets.iter().zip(items) {
            let model = expected(seen, &self.group, who, asset);
            let body: Value = serde_json::from_str(item["body"].as_str().unwrap()).unwrap();
            let what = format!("I1, I5, I7, I8, I12: {who} on {asset}: {body}, model {model:?}");
            if model.is_empty() {
                let code = (
                    &item["code"],
                    &body["error"]["code"],
                    &body["error"]["error_subcode"],
                );
                assert_eq!(code, (&json!(400), &json!(100), &json!(33)), "{what}");
                continue;
            }
            assert_eq!(item["code"], json!(200), "{what}");
            if asset.starts_with("act_") {
                let tasks: BTreeSet<String> =
                    serde_json::from_value(body["user_tasks"].clone()).unwrap();
                assert_eq!(tasks, model, "{what}");
            }
        }
        let last = items[self.assets.len()]["body"].as_str().unwrap();
        let told: Value = serde_json::from_str(last).unwrap();
        let told = told["assigned_ad_accounts"]["data"]
            .as_array()
            .unwrap_or_else(|| panic!("{who}: {told}"));
        let told: BTreeSet<&str> = told.iter().map(|one| one["id"].as_str().unwrap()).collect();
        let given = seen
            .assigned
            .keys()
            .filter(|(asset, user, _)| user == who && asset.starts_with("act_"));
        let mut given: BTreeSet<&str> = given.map(|(asset, _, _)| asset.as_str()).collect();
        if seen.grouped.contains(who) {
            given.extend(
                seen.contained
                    .iter()
                    .filter(|one| one.starts_with("act_"))
                    .map(String::as_str),
            );
        }
        assert_eq!(told, given, "I12: what {who} is assigned to");
    }

    /// I4, I5: a token has the scopes it was given less those that were taken back, never more, and is of
    /// the same person and app; one that was ended is over.
    fn tokens(&self) {
        for token in &self.pool {
            let told = self.debug(&token.secret);
            let model = &self.grants[token.grant];
            let dead = token.dead || model.revoked;
            let what = format!(
                "I4, I5: token of {}: {told}, model {model:?} {token:?}",
                model.who
            );
            if dead {
                assert_eq!(told["is_valid"], json!(false), "{what}");
                continue;
            }
            let young = self.day - token.day < 59;
            assert!(told["is_valid"] == json!(true) || !young, "{what}");
            let scopes: BTreeSet<String> = serde_json::from_value(told["scopes"].clone()).unwrap();
            assert_eq!(scopes, model.scopes, "{what}");
            assert!(scopes.is_subset(&model.consented), "{what}");
            assert_eq!(
                (&told["user_id"], &told["app_id"]),
                (&json!(model.who), &json!("7001")),
                "{what}"
            );
        }
    }

    /// I10: at Standard a permission reaches nobody outside; at Advanced again, only who consented since.
    fn strangers_app(&self, seen: &Seen) {
        if !strange_to_the_app(seen, "507") {
            return;
        }
        for token in &self.pool {
            let model = &self.grants[token.grant];
            let alive = !token.dead && !model.revoked && self.day - token.day < 59;
            if model.who != "507" || !alive {
                continue;
            }
            let answer = self
                .eyes
                .door
                .graph("GET", "act_41", &token.secret, &json!({}));
            let role = !expected(seen, &self.group, "507", "act_41").is_empty();
            // Who may manage ads may read of them.
            let reaches = |scope: &&str| self.advanced[scope] && model.scopes.contains(*scope);
            let allowed = role && ["ads_read", "ads_management"].iter().any(reaches);
            let what = format!("I10: {} {:?} {model:?}", answer.text, self.advanced);
            assert_eq!(answer.status == 200, allowed, "{what}");
        }
    }

    /// I11: what a stranger may not know sounds as what there is not. One pair a step.
    fn nothing_leaks(&self, seen: &Seen) {
        let everybody: Vec<&str> = PEOPLE.iter().chain(ROBOTS).copied().collect();
        let who = everybody[self.steps % everybody.len()];
        let edges = ["", "/assigned_users", "/agencies", "/users", "/adspixels"];
        let edge = edges[self.steps % edges.len()];
        let params = json!({ "business": "2001", "user": "1001_502", "tasks": "ANALYZE", "permitted_tasks": "ANALYZE" });
        let accounts = self.assets.iter().filter(|one| one.starts_with("act_"));
        let hidden: Vec<&String> = accounts.filter(|one| strange(seen, who, one)).collect();
        if let Some(asset) = hidden.get(self.steps % hidden.len().max(1)) {
            for method in ["GET", "POST", "DELETE"] {
                let said = [asset.as_str(), ABSENT].map(|id| {
                    let path = format!("{id}{edge}");
                    let answer = self.eyes.call(who, method, &path, &params);
                    let mut body = answer.json();
                    body["error"]["fbtrace_id"] = json!("");
                    (answer.status, body.to_string().replace(id, "ID"))
                });
                assert_eq!(said[0], said[1], "I11: {who} {method} {asset}{edge}");
            }
        }
    }
}

/// I5, I8, I9, I12: what a step took away is in no list any more, and what stands on something else
/// stands as it stood.
pub(super) fn gone(step: &Step, before: &Seen, after: &Seen) {
    let left = match step {
        Step::Unassign(_, index) => {
            let key = one(before.assigned.keys(), *index);
            key.is_some_and(|key| after.assigned.contains_key(key))
        }
        Step::EndShare(_, index) | Step::GiveBack(_, index) => {
            let key = one(before.shares.keys(), *index);
            key.is_some_and(|key| after.shares.contains_key(key))
        }
        Step::EndPartner(_, index, _) => {
            let key = one(before.agencies.iter(), *index);
            key.is_some_and(|key| after.agencies.contains(key))
        }
        Step::Remove(_, index) | Step::Leave(index) => {
            let key = one(before.members.keys(), *index);
            key.is_some_and(|key| after.members.contains_key(key))
        }
        // Everything between the two was answered.
        Step::Answer(_, index, yes) => {
            let waiting = before.shares.iter().filter(|(_, share)| !share.accepted);
            let waiting: Vec<_> = waiting.map(|(key, _)| key).collect();
            let key = one(waiting.iter().copied(), *index);
            let now = key.and_then(|key| after.shares.get(key));
            now.is_some_and(|share| !yes || !share.accepted)
        }
        Step::EndManaged(_, index, _) => {
            let key = one(before.managed.iter(), *index);
            key.is_some_and(|key| after.managed.contains(key))
        }
        Step::EndChild(..) => before.parents.len() == after.parents.len(),
        _ => false,
    };
    assert!(!left, "I5, I12: it is still there after {step:?}");
    if matches!(step, Step::Assign(..) | Step::Unassign(..)) {
        assert_eq!(before.grouped, after.grouped, "I8: {step:?}");
        assert_eq!(before.contained, after.contained, "I8: {step:?}");
    }
}

/// Returns which of what there is a number picks.
pub(super) fn one<T>(of: impl ExactSizeIterator<Item = T>, index: usize) -> Option<T> {
    let mut of = of;
    let at = index.checked_rem(of.len())?;
    of.nth(at)
}

/// I2: what is another's is shared by nobody but its owner.
pub(super) fn owner_shares(seen: &Seen, who: &str, asset: &str) {
    let owner = seen.owners[asset].first().unwrap();
    let mine = places(seen, who).iter().any(|(business, admin)| {
        business == owner
            || (*admin
                && seen
                    .parents
                    .get(owner)
                    .is_some_and(|parent| parent == business))
    });
    assert!(mine, "I2: {who} shared {asset} of {owner}");
}
