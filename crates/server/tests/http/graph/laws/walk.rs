//! A walk: steps done one after the other, with what is remembered of tokens.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::door::{Answer, Door};
use super::check::{one, owner_shares};
use super::eyes::{Eyes, Seen, all_scopes, holder};
use super::step::{By, SCOPES, Step};
use super::tokens::{Grant, Issued};

/// A token with which a business acts for a client.
#[derive(Debug, Clone)]
pub(super) struct Acting {
    pub(super) partner: String,
    pub(super) client: String,
    pub(super) secret: String,
    pub(super) dead: bool,
    /// On which day it was made.
    pub(super) day: i64,
}

pub(super) struct Walk<'a> {
    pub(super) eyes: Eyes<'a>,
    /// The secret of the app of the steps.
    pub(super) secret: String,
    pub(super) pool: Vec<Issued>,
    pub(super) grants: Vec<Grant>,
    /// Tokens with which businesses act for clients.
    pub(super) acting: Vec<Acting>,
    /// What was given through the group.
    pub(super) group: BTreeMap<String, &'static str>,
    /// Which permissions the app has at Advanced.
    pub(super) advanced: BTreeMap<&'static str, bool>,
    /// Every asset that was ever heard of.
    pub(super) assets: BTreeSet<String>,
    pub(super) day: i64,
    pub(super) steps: usize,
    pub(super) reader: RefCell<String>,
}

const ASSETS: &[&str] = &[
    "act_11", "act_12", "act_21", "act_31", "act_41", "2101", "3101", "4101",
];

impl<'a> Walk<'a> {
    pub(super) fn begin(door: &'a Door) -> Self {
        let command = json!({ "app.new_secret": { "app": "7001" } });
        let made = door.command("person:503", "new-secret", &command).json();
        let mut walk = Self {
            eyes: Eyes::new(door),
            secret: made["secret"].as_str().unwrap().to_owned(),
            pool: Vec::new(),
            grants: Vec::new(),
            acting: Vec::new(),
            group: BTreeMap::new(),
            advanced: SCOPES.iter().map(|one| (*one, true)).collect(),
            assets: ASSETS.iter().map(|one| (*one).to_owned()).collect(),
            day: 0,
            steps: 0,
            reader: RefCell::default(),
        };
        walk.consent("507", &all_scopes());
        walk
    }

    /// Takes a step; returns whether it was done.
    pub(super) fn step(&mut self, step: &Step, seen: &Seen) -> bool {
        self.steps += 1;
        let done = self.partners(step, seen);
        let done = done.or_else(|| self.clients(step, seen));
        let done = done.or_else(|| self.assignments(step, seen));
        let done = done.or_else(|| self.people(step, seen));
        let done = done.or_else(|| self.things(step, seen));
        done.unwrap_or_else(|| self.tokens_of(step, seen))
    }

    /// Calls Graph as somebody in particular with his own token, or as whoever may be expected to.
    /// Returns who that was.
    pub(super) fn act(
        &mut self,
        seen: &Seen,
        by: By,
        of: &str,
        call: (&str, &str),
        params: &Value,
    ) -> (String, Answer) {
        let (method, path) = call;
        match by {
            Some(who) => {
                let token = self.token(who);
                let answer = self.eyes.door.graph(method, path, &token, params);
                (who.to_owned(), answer)
            }
            None => {
                let who = self.eyes.natural(seen, of).unwrap();
                let answer = self.eyes.call(&who, method, path, params);
                (who, answer)
            }
        }
    }

    /// Calls Graph so, and returns whether it was done.
    pub(super) fn done(
        &mut self,
        seen: &Seen,
        by: By,
        of: &str,
        call: (&str, &str),
        params: &Value,
    ) -> bool {
        self.act(seen, by, of, call, params).1.status == 200
    }

    /// Gives a command natively, as an admin of a business.
    fn command(&self, seen: &Seen, of: &str, command: &Value) -> bool {
        let who = self.eyes.natural(seen, of).unwrap();
        let id = self.eyes.fresh("step");
        self.eyes.door.command(&holder(&who), &id, command).status == 200
    }

    fn partners(&mut self, step: &Step, seen: &Seen) -> Option<bool> {
        Some(match step {
            Step::Share(by, asset, to, tasks) => {
                let params = json!({ "business": to, "permitted_tasks": tasks });
                let call = ("POST", &*format!("{asset}/agencies"));
                let (who, answer) = self.act(seen, *by, owner(seen, asset), call, &params);
                if answer.status == 200 {
                    owner_shares(seen, &who, asset);
                }
                answer.status == 200
            }
            Step::Accept(index) => {
                let Some((asset, to)) = one(waiting(seen).into_iter(), *index) else {
                    return Some(false);
                };
                let command =
                    json!({ "share.accept": { "of": format!("asset:{asset}"), "to": to } });
                self.command(seen, to, &command)
            }
            Step::Answer(by, index, yes) => {
                let Some((asset, to)) = one(waiting(seen).into_iter(), *index) else {
                    return Some(false);
                };
                let answer = if *yes { "APPROVE" } else { "DECLINE" };
                let call = ("POST", &*format!("{}_{to}", owner(seen, asset)));
                self.done(seen, *by, to, call, &json!({ "request_response": answer }))
            }
            Step::EndShare(by, index) => {
                let Some((asset, to)) = one(seen.shares.keys(), *index) else {
                    return Some(false);
                };
                let call = ("DELETE", &*format!("{asset}/agencies"));
                self.done(
                    seen,
                    *by,
                    owner(seen, asset),
                    call,
                    &json!({ "business": to }),
                )
            }
            Step::EndPartner(by, index, from_client) => {
                let Some((client, agency)) = one(seen.agencies.iter(), *index) else {
                    return Some(false);
                };
                let (side, other, edge) = match from_client {
                    true => (client, agency, "agencies"),
                    false => (agency, client, "clients"),
                };
                let call = ("DELETE", &*format!("{side}/{edge}"));
                let done = self.done(seen, *by, side, call, &json!({ "business": other }));
                if done {
                    self.acts_no_more(side, other);
                    self.acts_no_more(other, side);
                }
                done
            }
            Step::GiveBack(by, index) => {
                let Some((asset, to)) = one(seen.shares.keys(), *index) else {
                    return Some(false);
                };
                let (edge, name) = match asset.starts_with("act_") {
                    true => ("ad_accounts", "adaccount_id"),
                    false => ("pages", "page_id"),
                };
                let call = ("DELETE", &*format!("{to}/{edge}"));
                self.done(seen, *by, to, call, &json!({ name: asset }))
            }
            _ => return None,
        })
    }

    fn assignments(&mut self, step: &Step, seen: &Seen) -> Option<bool> {
        Some(match step {
            Step::Assign(by, asset, at, user, tasks) => {
                let call = ("POST", &*format!("{asset}/assigned_users"));
                let params = json!({ "user": place(at, user), "tasks": tasks });
                self.done(seen, *by, at, call, &params)
            }
            Step::Unassign(by, index) => {
                let Some((asset, user, at)) = one(seen.assigned.keys(), *index) else {
                    return Some(false);
                };
                let call = ("DELETE", &*format!("{asset}/assigned_users"));
                self.done(seen, *by, at, call, &json!({ "user": place(at, user) }))
            }
            Step::Contain(by, asset, add) => {
                let edge = match *asset {
                    "2101" => "contained_pages",
                    "3101" => "contained_pixels",
                    "4101" => "contained_product_catalogs",
                    _ => "contained_adaccounts",
                };
                let method = if *add { "POST" } else { "DELETE" };
                let call = (method, &*format!("8001/{edge}"));
                self.done(seen, *by, "1001", call, &json!({ "asset_id": asset }))
            }
            Step::OfGroup(user, role) => {
                let at = json!({ "holder": holder(user), "on": "group:8001", "via": "1001" });
                let mut command = json!({ "assignment.revoke": at });
                if let Some(role) = role {
                    let mut give = at;
                    give["terms"] = json!({ "ad_account": [role] });
                    command = json!({ "assignment.give": give });
                }
                let done = self.command(seen, "1001", &command);
                if let (true, Some(role)) = (done, role) {
                    self.group.insert((*user).to_owned(), role);
                }
                done
            }
            _ => return None,
        })
    }

    fn people(&mut self, step: &Step, seen: &Seen) -> Option<bool> {
        Some(match step {
            Step::Invite(by, business, role) => {
                let call = ("POST", &*format!("{business}/business_users"));
                let email = format!("{}@shop.example", self.eyes.fresh("new"));
                self.done(
                    seen,
                    *by,
                    business,
                    call,
                    &json!({ "email": email, "role": role }),
                )
            }
            Step::Reinvite(by, business, role) => {
                let who = self.eyes.natural(seen, business).unwrap();
                let path = format!("{business}/pending_users");
                let waiting = self.eyes.call(&who, "GET", &path, &json!({})).json();
                let Some(id) = waiting["data"][0]["id"].as_str() else {
                    return Some(false);
                };
                self.done(seen, *by, business, ("POST", id), &json!({ "role": role }))
            }
            Step::Join(business, person, role) => {
                let role = role.to_ascii_lowercase();
                let fields = json!({ "business": business, "person": person, "role": role });
                self.command(seen, business, &json!({ "member.add": fields }))
            }
            Step::Role(by, index, role) => {
                let (business, person) = one(seen.members.keys(), *index)?;
                let call = ("POST", &*format!("{business}_{person}"));
                self.done(seen, *by, business, call, &json!({ "role": role }))
            }
            Step::Remove(by, index) => {
                let (business, person) = one(seen.members.keys(), *index)?;
                let call = ("DELETE", &*format!("{business}_{person}"));
                self.done(seen, *by, business, call, &json!({}))
            }
            Step::Leave(index) => {
                let (business, person) = one(seen.members.keys(), *index)?;
                let params = json!({ "business": business });
                self.eyes
                    .call(person, "DELETE", "me/businesses", &params)
                    .status
                    == 200
            }
            Step::Robot(by, business, role) => {
                let call = ("POST", &*format!("{business}/system_users"));
                self.done(
                    seen,
                    *by,
                    business,
                    call,
                    &json!({ "name": "Another", "role": role }),
                )
            }
            _ => return None,
        })
    }

    fn things(&mut self, step: &Step, seen: &Seen) -> Option<bool> {
        Some(match step {
            Step::Child(by, parent) => {
                let call = ("POST", &*format!("{parent}/owned_businesses"));
                let params = json!({ "name": self.eyes.fresh("Child"), "vertical": "RETAIL" });
                self.done(seen, *by, parent, call, &params)
            }
            Step::EndChild(by, parent) => {
                let mut children = seen.parents.iter().filter(|(_, above)| above == parent);
                let child = children.next().map_or("3002", |(child, _)| child.as_str());
                self.eyes.door.no_active_ads("act_31");
                let call = ("DELETE", &*format!("{parent}/owned_businesses"));
                self.done(seen, *by, parent, call, &json!({ "client_id": child }))
            }
            Step::Claim(by, business, asset) => {
                let (edge, name) = match asset.starts_with("act_") {
                    true => ("owned_ad_accounts", "adaccount_id"),
                    false => ("owned_pages", "page_id"),
                };
                let call = ("POST", &*format!("{business}/{edge}"));
                self.done(seen, *by, business, call, &json!({ name: asset }))
            }
            Step::Rename(by, asset) => {
                let params = json!({ "name": self.eyes.fresh("Name") });
                self.done(seen, *by, owner(seen, asset), ("POST", asset), &params)
            }
            Step::Make(by, business) => {
                let call = ("POST", &*format!("{business}/adspixels"));
                let (_, answer) = self.act(seen, *by, business, call, &json!({ "name": "Pixel" }));
                if answer.status == 200 {
                    let id = answer.json()["id"].as_str().unwrap().to_owned();
                    self.assets.insert(id);
                }
                answer.status == 200
            }
            _ => return None,
        })
    }
}

/// Returns what was shared to whom and waits to be accepted.
fn waiting(seen: &Seen) -> Vec<&(String, String)> {
    let waiting = seen.shares.iter().filter(|(_, share)| !share.accepted);
    waiting.map(|(key, _)| key).collect()
}

fn owner<'s>(seen: &'s Seen, asset: &str) -> &'s str {
    seen.owners
        .get(asset)
        .and_then(|owners| owners.first())
        .map_or("1001", String::as_str)
}

fn place(at: &str, user: &str) -> String {
    match super::step::ROBOTS.contains(&user) {
        true => user.to_owned(),
        false => format!("{at}_{user}"),
    }
}
