//! Steps with tokens, and what is remembered of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::check::strange_to_the_app;
use super::eyes::{Seen, all_scopes, holder};
use super::step::{By, Step};
use super::walk::Walk;

/// What somebody let the app of the steps do.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) who: String,
    /// All that was ever consented to.
    pub(super) consented: BTreeSet<String>,
    /// What is left of it.
    pub(super) scopes: BTreeSet<String>,
    pub(super) revoked: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Issued {
    pub(super) secret: String,
    pub(super) grant: usize,
    pub(super) dead: bool,
    /// On which day it was made.
    pub(super) day: i64,
}

impl Walk<'_> {
    pub(super) fn tokens_of(&mut self, step: &Step, seen: &Seen) -> bool {
        match step {
            Step::RobotToken(by, robot, scopes) => self.robot_token(seen, *by, robot, scopes),
            Step::EndTokens(by, robot) => {
                let of = seen.robots[*robot].0.clone();
                let call = ("DELETE", &*format!("{robot}/access_tokens"));
                let done = self.done(seen, *by, &of, call, &json!({}));
                self.over(robot, done)
            }
            Step::Consent(who, scopes) => {
                let scopes: Vec<String> = scopes.iter().map(|one| (*one).to_owned()).collect();
                self.consent(who, &scopes).is_some()
            }
            Step::Exchange(who) => self.exchange(who),
            Step::Forget(who, permission) => self.forget(who, *permission),
            Step::SignOut(who, password) => {
                let command = match password {
                    true => json!({ "person.password_changed": { "person": who } }),
                    false => json!({ "token.revoke_all": { "holder": holder(who) } }),
                };
                let id = self.eyes.fresh("step");
                let done = self.eyes.door.command(&holder(who), &id, &command).status == 200;
                self.over(who, done)
            }
            Step::Level(permission, advanced) => self.level(seen, permission, *advanced),
            Step::Later(days) => {
                self.eyes.door.advance(*days);
                self.day += days;
                true
            }
            other => panic!("nobody does {other:?}"),
        }
    }

    /// Somebody takes one permission back from the app, or all of it.
    fn forget(&mut self, who: &str, permission: Option<&str>) -> bool {
        let Some(index) = self.last(who) else {
            return false;
        };
        let (secret, grant) = (self.pool[index].secret.clone(), self.pool[index].grant);
        let params = permission.map_or(json!({}), |one| json!({ "permission": one }));
        let door = self.eyes.door;
        let done = door
            .graph("DELETE", "me/permissions", &secret, &params)
            .status
            == 200;
        match (done, permission) {
            (true, Some(permission)) => {
                self.grants[grant].scopes.remove(permission);
                let told = door
                    .graph("GET", "me/permissions", &secret, &json!({}))
                    .json();
                let row = json!({ "permission": permission, "status": "declined" });
                let declined = told["data"].as_array().unwrap().contains(&row);
                assert!(declined, "I5: {permission} of {who}: {told}");
            }
            (true, None) => self.grants[grant].revoked = true,
            _ => {}
        }
        done
    }

    fn level(&mut self, seen: &Seen, permission: &'static str, advanced: bool) -> bool {
        let level = if advanced { "advanced" } else { "standard" };
        let fields = json!({ "app": "7001", "permission": permission, "level": level });
        let id = self.eyes.fresh("step");
        let command = json!({ "app_permission.set_level": fields });
        let answer = self.eyes.door.command("person:503", &id, &command);
        // I10: once approved, the way up needs no review.
        assert!(answer.status == 200, "I10: {}", answer.text);
        let before = self.advanced.insert(permission, advanced) == Some(true);
        if before && !advanced {
            // It is gone from what strangers let the app do, and they consent anew.
            for grant in &mut self.grants {
                if strange_to_the_app(seen, &grant.who) {
                    grant.scopes.remove(permission);
                }
            }
        }
        true
    }

    fn robot_token(&mut self, seen: &Seen, by: By, robot: &str, scopes: &[&str]) -> bool {
        let of = seen.robots[robot].0.clone();
        let call = ("POST", &*format!("{robot}/access_tokens"));
        let params = json!({ "business_app": "7001", "scope": scopes, "set_token_expires_in_60_days": true });
        let wanted: BTreeSet<String> = scopes.iter().map(|one| (*one).to_owned()).collect();
        let known = self
            .grants
            .iter()
            .enumerate()
            .filter(|(_, one)| one.who == robot && !one.revoked && one.scopes == wanted);
        // A grant that says the same is used again; of two nobody could say which.
        let known: Vec<usize> = known.map(|(index, _)| index).collect();
        if known.len() > 1 {
            return false;
        }
        let (_, answer) = self.act(seen, by, &of, call, &params);
        if answer.status != 200 {
            return false;
        }
        let grant = known
            .first()
            .copied()
            .unwrap_or_else(|| self.granted(robot, wanted));
        let secret = answer.json()["access_token"].as_str().unwrap().to_owned();
        self.issued(secret, grant);
        true
    }

    fn exchange(&mut self, who: &str) -> bool {
        let Some(index) = self.last(who) else {
            return false;
        };
        let old = self.pool[index].clone();
        let params = json!({ "grant_type": "fb_exchange_token", "client_id": "7001",
            "client_secret": self.secret, "fb_exchange_token": old.secret });
        let answer = self
            .eyes
            .door
            .graph("GET", "oauth/access_token", "", &params);
        let over = old.dead || self.grants[old.grant].revoked;
        assert!(
            !over || answer.status != 200,
            "I5: a dead token of {who} was renewed"
        );
        if answer.status == 200 {
            let secret = answer.json()["access_token"].as_str().unwrap().to_owned();
            self.issued(secret, old.grant);
        }
        answer.status == 200
    }

    /// Everything somebody had is over, if it was done.
    fn over(&mut self, who: &str, done: bool) -> bool {
        for token in self.pool.iter_mut().filter(|_| done) {
            token.dead |= self.grants[token.grant].who == who;
        }
        done
    }

    fn granted(&mut self, who: &str, scopes: BTreeSet<String>) -> usize {
        self.grants.push(Grant {
            who: who.to_owned(),
            consented: scopes.clone(),
            scopes,
            revoked: false,
        });
        self.grants.len() - 1
    }

    fn issued(&mut self, secret: String, grant: usize) {
        let day = self.day;
        self.pool.push(Issued {
            secret,
            grant,
            dead: false,
            day,
        });
    }

    /// Somebody consents, and gets a token.
    pub(super) fn consent(&mut self, who: &str, scopes: &[String]) -> Option<String> {
        let texts: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let by = self.eyes.guardian(who);
        let id = self.eyes.fresh("pool");
        let secret = self
            .eyes
            .door
            .consent(&holder(who), &by, "7001", &texts, &id)?;
        let grant = self.granted(who, scopes.iter().cloned().collect());
        self.issued(secret.clone(), grant);
        Some(secret)
    }

    fn last(&self, who: &str) -> Option<usize> {
        self.pool
            .iter()
            .rposition(|token| self.grants[token.grant].who == who)
    }

    /// Returns a token somebody steps with: the last he has, or a first one.
    pub(super) fn token(&mut self, who: &str) -> String {
        let alive = self.last(who).filter(|index| {
            let token = &self.pool[*index];
            !token.dead && !self.grants[token.grant].revoked
        });
        match alive {
            Some(index) => self.pool[index].secret.clone(),
            None => self.consent(who, &all_scopes()).unwrap_or_default(),
        }
    }

    /// Returns what a developer of the app is told of a token.
    pub(super) fn debug(&self, secret: &str) -> Value {
        let params = json!({ "input_token": secret });
        let ask = |reader: &str| self.eyes.door.graph("GET", "debug_token", reader, &params);
        let reader = self.reader.borrow().clone();
        let answer = ask(&reader);
        if answer.status == 200 {
            return answer.json()["data"].clone();
        }
        let id = self.eyes.fresh("reader");
        let made = self
            .eyes
            .door
            .consent("person:503", "person:503", "7001", &["ads_read"], &id);
        self.reader.replace(made.unwrap());
        let answer = ask(&self.reader.borrow());
        answer.json()["data"].clone()
    }
}
