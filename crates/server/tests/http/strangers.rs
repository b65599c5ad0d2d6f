//! A thing of somebody else and a thing that does not exist have the same answer.

use commands::Command;
use serde_json::{Value, json};

use crate::support::{Ask, Setup, TestServer, crowd};

/// What commands name, each with the agency's own, one of strangers, and one that does not exist.
const IDS: [(&str, [&str; 3]); 14] = [
    ("BUSINESS", ["9001", "Z99", "none-1"]),
    ("PARTNER", ["C01", "Z98", "none-2"]),
    ("PERSON", ["cho", "zed", "none-3"]),
    ("SYSTEM-USER", ["su-buy", "su-z", "none-4"]),
    ("APP", ["northlight-tools", "app-z", "none-5"]),
    ("ASSET", ["act_own", "act_z", "none-6"]),
    ("TARGET", ["act_own_2", "act_z_2", "none-7"]),
    ("GROUP", ["proj-c01", "g-z", "none-8"]),
    ("GRANT", ["g-su-buy", "gr-z", "none-9"]),
    ("TOKEN", ["t-own", "t-z", "none-10"]),
    ("MANDATE", ["m-own", "m-z", "none-11"]),
    ("INVITATION", ["i-own", "i-z", "none-12"]),
    ("REQUEST", ["r-own", "r-z", "none-13"]),
    ("PROPOSAL", ["p-own", "p-z", "none-14"]),
];

const OWN: usize = 0;
const STRANGE: usize = 1;
const NONE: usize = 2;

/// Every command with its fields.
const COMMANDS: &[(&str, &str)] = &[
    ("business.create", r#"{"admin":"PERSON","role":"admin"}"#),
    (
        "business.update",
        r#"{"business":"BUSINESS","two_factor":"none"}"#,
    ),
    (
        "business.verify",
        r#"{"business":"BUSINESS","verified":true}"#,
    ),
    (
        "business.suspend",
        r#"{"business":"BUSINESS","suspended":true}"#,
    ),
    ("child.create", r#"{"parent":"BUSINESS"}"#),
    ("child.delete", r#"{"business":"BUSINESS"}"#),
    (
        "member.add",
        r#"{"business":"BUSINESS","person":"PERSON","role":"employee"}"#,
    ),
    (
        "member.change",
        r#"{"business":"BUSINESS","person":"PERSON","role":"employee"}"#,
    ),
    (
        "member.remove",
        r#"{"business":"BUSINESS","person":"PERSON"}"#,
    ),
    ("person.register", r#"{"person":"PERSON"}"#),
    (
        "person.change",
        r#"{"person":"PERSON","shared_login":false}"#,
    ),
    (
        "person.offboard",
        r#"{"business":"BUSINESS","person":"PERSON"}"#,
    ),
    (
        "invitation.send",
        r#"{"business":"BUSINESS","role":"employee","assignments":[{"on":"asset:ASSET","terms":{"ad_account":["analyst"]}}]}"#,
    ),
    ("invitation.resend", r#"{"invitation":"INVITATION"}"#),
    (
        "invitation.change",
        r#"{"invitation":"INVITATION","role":"employee"}"#,
    ),
    ("invitation.cancel", r#"{"invitation":"INVITATION"}"#),
    (
        "invitation.accept",
        r#"{"invitation":"INVITATION","code":"guessed"}"#,
    ),
    (
        "system_user.create",
        r#"{"business":"BUSINESS","role":"employee"}"#,
    ),
    (
        "system_user.change",
        r#"{"system_user":"SYSTEM-USER","role":"employee"}"#,
    ),
    ("system_user.remove", r#"{"system_user":"SYSTEM-USER"}"#),
    (
        "asset.create",
        r#"{"business":"BUSINESS","kind":"ad_account"}"#,
    ),
    ("asset.rename", r#"{"asset":"ASSET","name":"New"}"#),
    ("asset.remove", r#"{"asset":"ASSET"}"#),
    ("group.create", r#"{"business":"BUSINESS"}"#),
    ("group.rename", r#"{"group":"GROUP","name":"New"}"#),
    ("group.remove", r#"{"group":"GROUP"}"#),
    ("group.add_asset", r#"{"group":"GROUP","asset":"ASSET"}"#),
    ("group.remove_asset", r#"{"group":"GROUP","asset":"ASSET"}"#),
    ("custom_audience.create", r#"{"account":"ASSET"}"#),
    ("custom_audience.delete", r#"{"audience":"ASSET"}"#),
    ("link.make", r#"{"asset":"ASSET","to":"TARGET"}"#),
    ("link.remove", r#"{"asset":"ASSET","to":"TARGET"}"#),
    (
        "share.offer",
        r#"{"of":"asset:ASSET","to":"PARTNER","terms":{"ad_account":["Standard"]}}"#,
    ),
    (
        "share.change",
        r#"{"of":"asset:ASSET","to":"PARTNER","terms":{"ad_account":["Standard"]}}"#,
    ),
    ("share.accept", r#"{"of":"asset:ASSET","to":"PARTNER"}"#),
    ("share.decline", r#"{"of":"asset:ASSET","to":"PARTNER"}"#),
    ("share.return", r#"{"of":"asset:ASSET","to":"PARTNER"}"#),
    ("share.revoke", r#"{"of":"asset:ASSET","to":"PARTNER"}"#),
    (
        "partner.add",
        r#"{"business":"BUSINESS","partner":"PARTNER","assets":["ASSET"]}"#,
    ),
    (
        "partner.accept",
        r#"{"business":"BUSINESS","partner":"PARTNER"}"#,
    ),
    (
        "partner.decline",
        r#"{"business":"BUSINESS","partner":"PARTNER"}"#,
    ),
    (
        "partner.remove",
        r#"{"business":"BUSINESS","partner":"PARTNER"}"#,
    ),
    (
        "on_behalf.start",
        r#"{"partner":"PARTNER","client":"BUSINESS"}"#,
    ),
    (
        "on_behalf.end",
        r#"{"partner":"PARTNER","client":"BUSINESS"}"#,
    ),
    (
        "on_behalf_token.issue",
        r#"{"partner":"BUSINESS","client":"PARTNER","app":"APP","scopes":["ads_read"]}"#,
    ),
    (
        "request.make",
        r#"{"from":"BUSINESS","asset":"ASSET","asset_kind":"ad_account","terms":{"ad_account":["Standard"]}}"#,
    ),
    ("request.approve", r#"{"request":"REQUEST"}"#),
    ("request.decline", r#"{"request":"REQUEST"}"#),
    ("request.withdraw", r#"{"request":"REQUEST"}"#),
    ("asset.claim", r#"{"business":"BUSINESS","asset":"ASSET"}"#),
    ("claim.approve", r#"{"request":"REQUEST"}"#),
    ("claim.decline", r#"{"request":"REQUEST"}"#),
    (
        "assignment.give",
        r#"{"holder":"person:PERSON","on":"asset:ASSET","via":"BUSINESS","terms":{"ad_account":["analyst"]}}"#,
    ),
    (
        "assignment.revoke",
        r#"{"holder":"person:PERSON","on":"asset:ASSET","via":"BUSINESS"}"#,
    ),
    (
        "delegate.map",
        r#"{"delegate":"d","system_user":"SYSTEM-USER","assets":["ASSET"]}"#,
    ),
    (
        "delegate.unmap",
        r#"{"delegate":"d","system_user":"SYSTEM-USER"}"#,
    ),
    ("app.create", r#"{"business":"BUSINESS","type":"business"}"#),
    (
        "app.update",
        r#"{"app":"APP","change":{"automated":false}}"#,
    ),
    ("app.new_secret", r#"{"app":"APP"}"#),
    ("app.go_live", r#"{"app":"APP"}"#),
    ("app.production", r#"{"app":"APP"}"#),
    ("app.remove", r#"{"app":"APP"}"#),
    ("app.revoke_tokens", r#"{"app":"APP"}"#),
    ("app.claim", r#"{"app":"APP","business":"BUSINESS"}"#),
    ("app.own", r#"{"app":"APP","business":"BUSINESS"}"#),
    ("app.unclaim", r#"{"app":"APP","business":"BUSINESS"}"#),
    (
        "app.install",
        r#"{"app":"APP","system_user":"SYSTEM-USER"}"#,
    ),
    (
        "app.review",
        r#"{"app":"APP","permission":"ads_read","approved":true}"#,
    ),
    ("app.set_tier", r#"{"app":"APP","tier":"full"}"#),
    ("app.set_checkup", r#"{"app":"APP","checkup":"done"}"#),
    ("app.suspend", r#"{"app":"APP","suspended":false}"#),
    ("app.allow", r#"{"app":"APP","confirmed_partner":true}"#),
    (
        "app_role.give",
        r#"{"app":"APP","person":"PERSON","role":"tester"}"#,
    ),
    ("app_role.revoke", r#"{"app":"APP","person":"PERSON"}"#),
    ("test_user.create", r#"{"app":"APP"}"#),
    ("test_user.remove", r#"{"app":"APP","person":"PERSON"}"#),
    (
        "app_permission.set_level",
        r#"{"app":"APP","permission":"ads_read","level":"standard"}"#,
    ),
    (
        "app_permission.remove",
        r#"{"app":"APP","permission":"ads_read"}"#,
    ),
    (
        "app_permission.request_review",
        r#"{"app":"APP","permission":"ads_read"}"#,
    ),
    (
        "grant.give",
        r#"{"holder":"system_user:SYSTEM-USER","app":"APP","scopes":["ads_read"],"targets":{"ads_read":["ASSET"]}}"#,
    ),
    (
        "grant.redeem",
        r#"{"person":"PERSON","app":"APP","scopes":["ads_read"],"targets":{"ads_read":["ASSET"]}}"#,
    ),
    ("grant.renew", r#"{"token":"TOKEN"}"#),
    ("grant.narrow", r#"{"of":{"token":"TOKEN"}}"#),
    ("grant.revoke", r#"{"grant":"GRANT"}"#),
    (
        "token.issue",
        r#"{"grant":"GRANT","kind":"system_user","replaces":"TOKEN"}"#,
    ),
    ("token.rotate", r#"{"token":"TOKEN"}"#),
    ("token.refresh", r#"{"token":"TOKEN"}"#),
    ("token.exchange_long_lived", r#"{"token":"TOKEN"}"#),
    ("token.revoke", r#"{"token":"TOKEN"}"#),
    (
        "token.revoke_all",
        r#"{"holder":"system_user:SYSTEM-USER"}"#,
    ),
    ("renewal.set", r#"{"token":"TOKEN"}"#),
    ("renewal.end", r#"{"token":"TOKEN"}"#),
    ("person.password_changed", r#"{"person":"PERSON"}"#),
    ("disclosure.record", r#"{"token":"TOKEN","to":"PERSON"}"#),
    (
        "mandate.set",
        r#"{"business":"BUSINESS","to":{"app":"APP"},"assets":["ASSET"],"mode":"semi_automatic","limits":{},"approvers":["PERSON"]}"#,
    ),
    ("mandate.stop", r#"{"mandate":"MANDATE","stopped":true}"#),
    ("mandate.end", r#"{"mandate":"MANDATE"}"#),
    (
        "proposal.make",
        r#"{"operation":"ad.pause","asset":"ASSET"}"#,
    ),
    ("proposal.approve", r#"{"proposal":"PROPOSAL"}"#),
    ("proposal.decline", r#"{"proposal":"PROPOSAL"}"#),
    ("proposal.execute", r#"{"proposal":"PROPOSAL"}"#),
    ("change.make", r#"{"operation":"ad.pause","asset":"ASSET"}"#),
    (
        "operator.appoint",
        r#"{"person":"PERSON","role":"operator"}"#,
    ),
    ("operator.dismiss", r#"{"person":"PERSON"}"#),
    (
        "operator.break_glass",
        r#"{"business":"BUSINESS","reason":"to look"}"#,
    ),
    ("operator.leave", r#"{"person":"PERSON"}"#),
];

/// Which of the three stands for a name.
type Choice<'c> = &'c dyn Fn(&str) -> usize;

fn filled(fields: &str, choice: Choice<'_>) -> Value {
    let mut text = fields.to_owned();
    for (name, ids) in IDS {
        // A name stands for itself only where nothing else is part of it.
        for (open, close) in [("\"", "\""), (":", "\"")] {
            let place = format!("{open}{name}{close}");
            text = text.replace(&place, &format!("{open}{}{close}", ids[choice(name)]));
        }
    }
    serde_json::from_str(&text).unwrap()
}

fn names_in(fields: &str) -> Vec<&'static str> {
    let named = |name: &&str| {
        fields.contains(&format!("\"{name}\"")) || fields.contains(&format!(":{name}\""))
    };
    IDS.iter().map(|(name, _)| *name).filter(named).collect()
}

/// Where the two are told apart: people are of no business, and whoever names one to work with is
/// told when there is none; an owner shares with a business, and lets one act for it, by its id, as
/// platforms do. May only shrink.
const TOLD_APART: &[(&str, &str)] = &[
    ("business.create", "PERSON"),
    ("member.add", "PERSON"),
    ("share.offer", "PARTNER"),
    ("partner.add", "PARTNER"),
    ("on_behalf.start", "PARTNER"),
    ("disclosure.record", "PERSON"),
];

struct World {
    server: TestServer,
    ana: String,
    given: u32,
}

impl World {
    /// Returns the answer to a command, without the ids that were in it.
    fn answer(&mut self, command: &str, fields: &str, choice: Choice<'_>) -> (u16, String) {
        let fields = filled(fields, choice);
        // What cannot be read is refused alike whatever it names: that would tell nothing.
        serde_json::from_value::<Command>(json!({ command: fields })).unwrap();
        self.given += 1;
        let body = json!({
            "id": format!("c-{}", self.given), "second_factor": true, "command": { command: fields },
        });
        let reply = self
            .server
            .send(&Ask::post("/api/v1/commands", &body).token(&self.ana));
        let mut text = reply.text();
        for (name, ids) in IDS {
            for open in ["`", ":"] {
                text = text.replace(&format!("{open}{}`", ids[choice(name)]), "`ID`");
            }
        }
        if reply.status == 200 {
            // What was made has an id of its own.
            text = String::new();
        }
        (reply.status, text)
    }
}

impl World {
    fn new() -> Self {
        let server = Setup::with(crowd("agency")).start();
        let ana = server.token("agency", "person:ana");
        Self {
            server,
            ana,
            given: 0,
        }
    }

    /// What was done would change later answers.
    fn afresh(&mut self, answer: &(u16, String)) {
        assert!(answer.0 < 500, "{answer:?}");
        if answer.0 == 200 {
            std::mem::replace(self, Self::new()).server.stop();
        }
    }

    /// Returns both answers, if a stranger's and none are told apart, where `which` are the names that
    /// are not the agency's.
    fn tells(&mut self, command: &str, fields: &str, which: &[&str]) -> Option<String> {
        let with = |other: usize| move |name: &str| if which.contains(&name) { other } else { OWN };
        let none = self.answer(command, fields, &with(NONE));
        self.afresh(&none);
        let strange = self.answer(command, fields, &with(STRANGE));
        self.afresh(&strange);
        (strange != none).then(|| format!("{command}:\n    {strange:?}\n    {none:?}\n"))
    }
}

#[test]
fn commands_tell_a_strangers_thing_from_none_to_nobody() {
    let covered: Vec<&str> = COMMANDS.iter().map(|(command, _)| *command).collect();
    assert_eq!(covered, Command::NAMES, "each command stands here once");
    let mut world = World::new();
    let mut told_apart = Vec::new();
    let mut how = String::new();
    for (command, fields) in COMMANDS {
        let names = names_in(fields);
        if names.len() > 1 {
            assert_eq!(world.tells(command, fields, &names), None);
        }
        for name in names {
            if let Some(told) = world.tells(command, fields, &[name]) {
                told_apart.push((*command, name));
                how += &told;
            }
        }
    }
    assert_eq!(told_apart, TOLD_APART, "{how}");
    world.server.stop();
}

/// Things of strangers, each beside one of its kind that does not exist.
const THINGS: [[&str; 2]; 6] = [
    ["asset:act_z", "asset:none-6"],
    ["business:Z99", "business:none-1"],
    ["app:app-z", "app:none-5"],
    ["system_user:su-z", "system_user:none-4"],
    ["group:g-z", "group:none-8"],
    ["person:zed", "person:none-3"],
];

#[test]
fn questions_tell_a_strangers_thing_from_none_to_nobody() {
    let world = World::new();
    let post = |endpoint: &str, body: &Value| {
        let ask = Ask::post(&format!("/api/v1/{endpoint}"), body).token(&world.ana);
        world.server.send(&ask).good()
    };
    let rulebook = Ask::get("/api/v1/rulebook").token(&world.ana);
    let rulebook = world.server.send(&rulebook).good();
    let operations = rulebook["operations"].as_array().unwrap();
    assert!(operations.len() > 100);
    for things in THINGS {
        // As what it is about, and as what is named beside it.
        let about = |thing: &str, operation: &Value| json!({ "operation": operation, "on": thing });
        let beside = |thing: &str, operation: &Value| {
            let with = json!({ "business": thing, "to": thing, "partner": thing, "app": thing });
            json!({ "operation": operation, "on": "asset:act_own", "with": with })
        };
        let all = |thing: &str| {
            let questions = operations.iter();
            let questions: Vec<Value> = questions
                .flat_map(|operation| [about(thing, operation), beside(thing, operation)])
                .collect();
            post("checks", &json!({ "questions": questions }))
        };
        let [strange, none] = things.map(all);
        let rows = strange
            .as_array()
            .unwrap()
            .iter()
            .zip(none.as_array().unwrap());
        for (index, (strange, none)) in rows.enumerate() {
            assert_eq!(strange, none, "{} {}", things[0], operations[index / 2]);
        }
        for operation in operations.iter().step_by(7) {
            for ask in [&about as &dyn Fn(&str, &Value) -> Value, &beside] {
                let [strange, none] = things.map(|thing| post("explain", &ask(thing, operation)));
                assert_eq!(strange, none, "{} {operation}", things[0]);
            }
        }
    }
    world.server.stop();
}
