//! Steps of those who act on behalf of others, and what holds of their tokens.

use serde_json::json;

use super::check::one;
use super::eyes::Seen;
use super::step::Step;
use super::walk::{Acting, Walk};

impl Walk<'_> {
    pub(super) fn clients(&mut self, step: &Step, seen: &Seen) -> Option<bool> {
        Some(match step {
            Step::Manage(by, partner, client) => {
                let call = ("POST", &*format!("{partner}/managed_businesses"));
                let params = json!({ "existing_client_business_id": client });
                self.done(seen, *by, client, call, &params)
            }
            Step::Behalf(by, index, scopes) => {
                let Some((partner, client)) = one(seen.managed.iter(), *index) else {
                    return Some(false);
                };
                let call = ("POST", &*format!("{client}/access_token"));
                let params = json!({ "app_id": "7001", "scope": scopes });
                let (who, answer) = self.act(seen, *by, partner, call, &params);
                if answer.status != 200 {
                    return Some(false);
                }
                let (partner, client) = (self.acting_of(seen, &who, client), client.clone());
                self.acting.push(Acting {
                    partner,
                    client,
                    secret: answer.json()["access_token"].as_str().unwrap().to_owned(),
                    dead: false,
                    day: self.day,
                });
                true
            }
            Step::EndManaged(by, index, from_client) => {
                let Some((partner, client)) = one(seen.managed.iter(), *index) else {
                    return Some(false);
                };
                let side = if *from_client { client } else { partner };
                let call = ("DELETE", &*format!("{partner}/managed_businesses"));
                let params = json!({ "existing_client_business_id": client });
                let done = self.done(seen, *by, side, call, &params);
                if done {
                    self.acts_no_more(partner, client);
                }
                done
            }
            _ => return None,
        })
    }

    /// Returns for which of his businesses somebody got a token of a client: the first that manages it.
    fn acting_of(&self, seen: &Seen, who: &str, client: &str) -> String {
        let managers = seen.managed.iter().filter(|(_, of)| of == client);
        let mut own = managers.filter(|(partner, _)| {
            let member = (partner.clone(), who.to_owned());
            let robot = seen.robots.get(who).map(|(business, _)| business);
            seen.members.contains_key(&member) || robot == Some(partner)
        });
        let (partner, _) = own
            .next()
            .unwrap_or_else(|| panic!("I5: {who} for {client}"));
        partner.clone()
    }

    /// What a business had for a client is over.
    pub(super) fn acts_no_more(&mut self, partner: &str, client: &str) {
        for one in &mut self.acting {
            one.dead |= one.partner == partner && one.client == client;
        }
    }

    /// I5: a token to act for a client works while the relation holds, and on no call after that. What it
    /// reaches is what its system user was assigned: here nothing (I7).
    pub(super) fn acting(&self) {
        for token in &self.acting {
            let door = self.eyes.door;
            let answer = door.graph("GET", "me", &token.secret, &json!({}));
            let young = self.day - token.day < 60;
            let what = format!("I5: {token:?}: {}", answer.text);
            assert_eq!(answer.status == 200, !token.dead && young, "{what}");
            if answer.status == 200 {
                let own = json!({ "fields": "id" });
                let accounts = door.graph("GET", "me/adaccounts", &token.secret, &own);
                let seen = accounts.json()["data"].as_array().map_or(0, Vec::len);
                assert_eq!(seen, 0, "I7: {token:?}: {}", accounts.text);
            }
        }
    }
}
