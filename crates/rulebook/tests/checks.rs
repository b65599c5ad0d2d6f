//! What is said about a mistaken rulebook: file, line, the name at fault, and a hint.
//!
//! Each test is the smallest rulebook plus one mistake, and the message a person gets to read.

#![cfg(test)]

use std::collections::BTreeMap;

use insta::assert_snapshot;
use rulebook::Source;

/// 24 lines without a mistake; what a test adds starts on line 25.
const SMALLEST: &str = r#"[rulebook]
format = 1
name = "tiny"
label = "Tiny"
version = "1"
tiers = ["low", "high"]
[kind.business]
label = "Business"
family = "business"
can = ["run"]
role.admin = { label = "Admin", can = ["*"], source = "page 1" }
source = "page 1"
[kind.account]
label = "Account"
can = ["manage", "look"]
role.viewer = { label = "Viewer", can = ["look"], source = "page 1" }
source = "page 1"
[scope]
read = { label = "Read", source = "page 1" }
[token_kind]
user = { label = "User", holders = ["person"], source = "page 1" }
[switch]
mode = { label = "Mode", values = ["calm", "wild"], source = "page 1" }
# What a test adds follows.
"#;

/// An operation that the smallest rulebook allows, so that its only role opens something.
const LOOK: &str = r#"[[operation]]
name = "account.look"
label = "Look"
class = "read"
needs = [{ kind = "account", can = ["look"] }]
scopes = { all = ["read"] }
source = "page 1"
"#;

fn said(text: &str, chosen: &[(&str, &str)]) -> String {
    let chosen: BTreeMap<String, String> = chosen
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let result = Source::parse("tiny.toml", text).and_then(|source| source.compile(&chosen));
    match result {
        Ok(_) => "no mistake".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

/// What is said when this is added to the smallest rulebook, before its one good operation.
fn adding(more: &str) -> String {
    said(&format!("{SMALLEST}{more}{LOOK}"), &[])
}

/// What is said when the one good operation is changed so.
fn looking(change: &str) -> String {
    let operation = LOOK.replace(
        "class = \"read\"\n",
        &format!("class = \"read\"\n{change}\n"),
    );
    said(&format!("{SMALLEST}{operation}"), &[])
}

/// What is said when a piece of the smallest rulebook is replaced.
fn changing(from: &str, to: &str) -> String {
    let text = format!("{SMALLEST}{LOOK}");
    assert!(
        text.contains(from),
        "`{from}` is not in the smallest rulebook"
    );
    said(&text.replace(from, to), &[])
}

#[test]
fn the_smallest_rulebook_has_no_mistake() {
    assert_snapshot!(adding(""), @"no mistake");
}

#[test]
fn a_file_that_is_no_toml() {
    assert_snapshot!(said("[rulebook\n", &[]), @r"
    tiny.toml:1: unclosed table, expected `]`
      hint: see docs/rulebooks.md for the format
    ");
}

#[test]
fn an_unknown_key() {
    assert_snapshot!(looking("scope = \"read\""), @r"
    tiny.toml:29: unknown field `scope`, expected one of `name`, `same_for`, `label`, `class`, `needs`, `scopes`, `features`, `tokens`, `not_token_of`, `claimed`, `tier`, `unless_listed`, `allow_list`, `starts_paused`, `bounded_by`, `requires`, `conditions`, `hands_on`, `own`, `forbidden`, `first_party`, `when`, `source`
      hint: see docs/rulebooks.md for the format
    ");
}

#[test]
fn a_missing_source() {
    assert_snapshot!(changing("can = [\"look\"], source = \"page 1\"", "can = [\"look\"]"), @r"
    tiny.toml:16: missing field `source`
      hint: see docs/rulebooks.md for the format
    ");
}

#[test]
fn an_empty_source() {
    assert_snapshot!(changing("can = [\"look\"], source = \"page 1\"", "can = [\"look\"], source = \" \""), @r"
    tiny.toml:16: `viewer` has an empty source
      hint: name the document and section the rule comes from, or write `assumed: …`
    ");
}

#[test]
fn another_format() {
    assert_snapshot!(changing("format = 1", "format = 2"), @r"
    tiny.toml:2: format `2` is not known
      hint: write `format = 1`
    ");
}

#[test]
fn an_unknown_capability() {
    assert_snapshot!(changing("{ kind = \"account\", can = [\"look\"] }", "{ kind = \"account\", can = [\"lock\"] }"), @r"
    tiny.toml:29: `lock` is not a known capability of kind `account`
      hint: did you mean `look`?
    ");
}

#[test]
fn an_unknown_kind() {
    assert_snapshot!(changing("{ kind = \"account\"", "{ kind = \"acount\""), @r"
    tiny.toml:29: `acount` is not a known kind
      hint: did you mean `account`?
    ");
}

#[test]
fn an_unknown_scope() {
    assert_snapshot!(changing("all = [\"read\"]", "all = [\"raed\"]"), @r"
    tiny.toml:30: `raed` is not a known scope or feature
      hint: did you mean `read`?
    ");
}

#[test]
fn an_unknown_kind_of_token() {
    assert_snapshot!(looking("tokens = [\"usr\"]"), @r"
    tiny.toml:29: `usr` is not a known kind of token
      hint: did you mean `user`?
    ");
}

#[test]
fn a_score_of_what_is_not_there_and_one_that_refuses_all() {
    let score = |kind: &str, tier: &str| {
        let pool = "[rate_pool.calls]\nlabel = \"Calls\"\nkey = \"app\"\nsource = \"page 1\"\n";
        let score = format!(
            "[rate_pool.calls.score]\nkind = \"{kind}\"\nread = 1\nwrite = 3\nsource = \"page 1\"\n"
        );
        let tier = format!("[[rate_pool.calls.score.tier]]\n{tier}\nsource = \"page 1\"\n");
        said(&format!("{SMALLEST}{LOOK}{pool}{score}{tier}"), &[])
    };
    let good = "tier = \"low\"\nmost = 60\ndecay_s = 300\nblock_s = 300";
    assert_eq!(score("account", good), "no mistake");
    assert_snapshot!(score("acount", good), @r"
    tiny.toml:37: `acount` is not a known kind of asset
      hint: did you mean `account`?
    ");
    let low = good.replace("low", "lowe");
    assert_snapshot!(score("account", &low), @r"
    tiny.toml:42: `lowe` is not a known tier
      hint: did you mean `low`?
    ");
    let nothing = good.replace("60", "0");
    assert_snapshot!(score("account", &nothing), @r"
    tiny.toml:42: a limit of no points, or one that never leaks away, refuses all
      hint: write `most` and `decay_s` of at least 1
    ");
}

#[test]
fn an_unknown_tier() {
    assert_snapshot!(looking("tier = \"top\""), @r"
    tiny.toml:29: `top` is not a known tier
      hint: did you mean `low`?
    ");
}

#[test]
fn an_unknown_reason_in_the_order() {
    assert_snapshot!(changing("tiers = [", "order = [\"ROLE_TO_LOW\"]\ntiers = ["), @r"
    tiny.toml:6: `ROLE_TO_LOW` is not a known reason
      hint: did you mean `ROLE_TOO_LOW`?
    ");
}

#[test]
fn an_unknown_role_of_a_level() {
    assert_snapshot!(adding("[kind.account.level]\nfull = { role = \"viewr\", source = \"page 1\" }\n"), @r"
    tiny.toml:26: `viewr` is not a known role of kind `account`
      hint: did you mean `viewer`?
    ");
}

#[test]
fn an_unknown_default_level() {
    assert_snapshot!(changing("can = [\"manage\", \"look\"]", "can = [\"manage\", \"look\"]\ndefault_level = \"full\""), @r"
    tiny.toml:16: `full` is not a known level of kind `account`
      hint: the rulebook defines no level of kind `account`
    ");
}

#[test]
fn an_unknown_level_of_a_partner_type() {
    assert_snapshot!(adding("[partner_type.agency]\nlabel = \"Agency\"\npurpose = \"All\"\nterms = { account = \"full\" }\nsource = \"page 1\"\n"), @r"
    tiny.toml:28: `full` is not a known level of kind `account`
      hint: the rulebook defines no level of kind `account`
    ");
}

#[test]
fn an_unknown_business_role_that_reaches() {
    assert_snapshot!(adding("[[reach]]\nrole = \"boss\"\nholder = [\"person\"]\nrelation = [\"owned\"]\nkind = [\"*\"]\ncan = [\"*\"]\nsource = \"page 1\"\n"), @r"
    tiny.toml:26: `boss` is not a known business role
      hint: known: admin
    ");
}

#[test]
fn a_role_that_can_do_nothing() {
    assert_snapshot!(changing("can = [\"look\"], source", "can = [], source"), @r"
    tiny.toml:16: role `viewer` can do nothing
      hint: give it a capability or remove it
    ");
}

#[test]
fn a_role_that_opens_no_operation() {
    assert_snapshot!(adding("[kind.account.role.keeper]\nlabel = \"Keeper\"\ncan = [\"manage\"]\nsource = \"page 1\"\n"), @r"
    tiny.toml:25: role `keeper` of kind `account` opens no operation
      hint: no operation needs what it can: name the operation, or remove the role
    ");
}

#[test]
fn an_operation_that_no_role_can_do() {
    assert_snapshot!(adding("[[operation]]\nname = \"account.manage\"\nlabel = \"Manage\"\nclass = \"write\"\nneeds = [{ kind = \"account\", can = [\"manage\"] }]\nscopes = { all = [\"read\"] }\nsource = \"page 1\"\n"), @r"
    tiny.toml:26: no role can ever do `account.manage`
      hint: give the capability to a role, or need another
    ");
}

#[test]
fn an_operation_without_a_scope() {
    assert_snapshot!(adding("[[operation]]\nname = \"account.write\"\nlabel = \"Write\"\nclass = \"write\"\nneeds = [{ kind = \"account\", can = [\"look\"] }]\nsource = \"page 1\"\n"), @r"
    tiny.toml:26: operation `account.write` needs no scope
      hint: name `scopes`, write `scopes = { any_token = true }`, or `first_party = true` if no token may ask
    ");
}

#[test]
fn an_operation_that_says_any_token_and_names_scopes() {
    assert_snapshot!(changing("scopes = { all = [\"read\"] }", "scopes = { all = [\"read\"], any_token = true }"), @r"
    tiny.toml:26: operation `account.look` takes any token, and names scopes
      hint: leave one of them out
    ");
}

#[test]
fn an_allow_list_that_spares_nobody() {
    assert_snapshot!(looking("unless_listed = \"friends\""), @r"
    tiny.toml:29: `friends` spares nobody: no tier is asked
      hint: name the `tier`, or write `allow_list` if only listed apps may ask
    ");
}

#[test]
fn a_need_without_a_capability() {
    assert_snapshot!(changing("{ kind = \"account\", can = [\"look\"] }", "{ kind = \"account\", can = [] }"), @r#"
    tiny.toml:29: a need on `account` names no capability
      hint: write `can = ["…"]`
    "#);
}

#[test]
fn an_operation_that_stands_twice() {
    assert_snapshot!(adding(LOOK), @r"
    tiny.toml:33: operation `account.look` stands twice under the same switches
      hint: give the two different `when`
    ");
}

#[test]
fn an_operation_twice_under_different_switches_is_no_mistake() {
    let twice = LOOK.replace("source", "when = { mode = \"wild\" }\nsource");
    let text = format!(
        "{SMALLEST}{twice}{}",
        LOOK.replace("source", "when = { mode = \"calm\" }\nsource")
    );
    assert_snapshot!(said(&text, &[]), @"no mistake");
}

#[test]
fn scopes_that_imply_each_other() {
    assert_snapshot!(changing("read = { label = \"Read\", source", "write = { label = \"Write\", implies = [\"read\"], source = \"page 1\" }\nread = { label = \"Read\", implies = [\"write\"], source"), @r"
    tiny.toml:19: `write` implies itself in a circle
      hint: break the circle in `implies`
    tiny.toml:20: `read` implies itself in a circle
      hint: break the circle in `implies`
    ");
}

#[test]
fn kinds_that_follow_each_other() {
    let pixel = "[kind.pixel]\nlabel = \"Pixel\"\ncan = [\"see\"]\nsource = \"page 1\"\n\
        [[kind.pixel.follows]]\nkind = \"account\"\nhas = [\"look\"]\ncan = [\"see\"]\nsource = \"page 1\"\n\
        [[kind.account.follows]]\nkind = \"pixel\"\nhas = [\"see\"]\ncan = [\"look\"]\nsource = \"page 1\"\n";
    assert_snapshot!(adding(pixel), @r"
    tiny.toml:30: `pixel` follows `account`, which follows or is followed itself
      hint: following goes one step
    tiny.toml:35: `account` follows `pixel`, which follows or is followed itself
      hint: following goes one step
    ");
}

#[test]
fn a_kind_that_follows_itself() {
    assert_snapshot!(adding("[[kind.account.follows]]\nkind = \"account\"\nhas = [\"look\"]\ncan = [\"manage\"]\nsource = \"page 1\"\n"), @r"
    tiny.toml:26: `account` follows `account`, which follows or is followed itself
      hint: following goes one step
    ");
}

#[test]
fn more_capabilities_than_fit() {
    let many: Vec<String> = (0..65).map(|number| format!("\"can_{number}\"")).collect();
    let kind = format!(
        "[kind.wide]\nlabel = \"Wide\"\ncan = [{}]\nsource = \"page 1\"\n",
        many.join(", ")
    );
    assert_snapshot!(adding(&kind), @r"
    tiny.toml:25: kind `wide` has 65 capabilities
      hint: at most 64
    ");
}

#[test]
fn as_many_capabilities_as_fit_are_no_mistake() {
    let many: Vec<String> = (0..64).map(|number| format!("\"can_{number}\"")).collect();
    let kind = format!(
        "[kind.wide]\nlabel = \"Wide\"\ncan = [{}]\nsource = \"page 1\"\n",
        many.join(", ")
    );
    assert_snapshot!(adding(&kind), @"no mistake");
}

#[test]
fn a_capability_that_stands_twice() {
    assert_snapshot!(changing("can = [\"manage\", \"look\"]", "can = [\"look\", \"look\"]"), @"tiny.toml:15: `look` stands twice");
}

#[test]
fn more_scopes_than_fit() {
    let many: String = (0..128)
        .map(|number| format!("more_{number} = {{ label = \"More\", source = \"page 1\" }}\n"))
        .collect();
    assert_snapshot!(changing("read = {", &format!("{many}read = {{")), @r"
    tiny.toml:147: too many permissions
      hint: a realm has at most 128 scopes and features
    ");
}

#[test]
fn an_unknown_switch() {
    assert_snapshot!(looking("when = { mod = \"calm\" }"), @r"
    tiny.toml:29: `mod` is not a known switch
      hint: did you mean `mode`?
    ");
}

#[test]
fn an_unknown_value_of_a_switch() {
    assert_snapshot!(looking("when = { mode = \"clam\" }"), @r"
    tiny.toml:29: `clam` is not a known value of the switch
      hint: did you mean `calm`?
    ");
}

#[test]
fn a_switch_without_values() {
    assert_snapshot!(changing("values = [\"calm\", \"wild\"]", "values = []"), @r"
    tiny.toml:23: switch `mode` has no values
      hint: list them, the default first
    ");
}

#[test]
fn a_second_switch_that_businesses_set() {
    let two = "values = [\"calm\"], scope = \"business\", source = \"page 1\" }\n\
        mood = { label = \"Mood\", values = [\"good\"], scope = \"business\"";
    assert_snapshot!(changing("values = [\"calm\", \"wild\"]", two), @r"
    tiny.toml:24: `mood` is a second switch that businesses set
      hint: there can be one
    ");
}

#[test]
fn a_chosen_value_that_the_switch_has_not() {
    assert_snapshot!(said(&format!("{SMALLEST}{LOOK}"), &[("mode", "wide")]), @r"
    tiny.toml:23: `wide` is not a value of switch `mode`
      hint: did you mean `wild`?
    ");
}

#[test]
fn a_chosen_switch_that_is_not_there() {
    assert_snapshot!(said(&format!("{SMALLEST}{LOOK}"), &[("mood", "calm")]), @r"
    tiny.toml:1: `mood` is not a switch of this rulebook
      hint: did you mean `mode`?
    ");
}

#[test]
fn a_day_that_is_none() {
    let app = "[app_type.shop]\nlabel = \"Shop\"\naccess_levels = true\nsource = \"page 1\"\n\
        [[auto_approval]]\napp_type = [\"shop\"]\ncreated_before = \"2021-02-30\"\npermissions = [\"read\"]\nstarts = \"standard\"\nsource = \"page 1\"\n";
    assert_snapshot!(adding(app), @r"
    tiny.toml:30: `2021-02-30` is not a day
      hint: write `2021-02-16`
    ");
}

#[test]
fn a_condition_with_two_tests() {
    assert_snapshot!(looking("conditions = [[{ of = \"resource\", property = \"status\", equal = \"on\", at_most = 3 }]]"), @r"
    tiny.toml:26: a condition of `account.look` on `status` needs one test
      hint: one of `equal`, `in`, `at_most`, `within_hours`
    ");
}

#[test]
fn a_condition_in_an_unknown_zone() {
    assert_snapshot!(looking("conditions = [[{ of = \"context\", property = \"now\", within_hours = { from = 8, to = 18, zone = \"Europe/Berln\" } }]]"), @r"
    tiny.toml:29: `Europe/Berln` is not a known time zone
      hint: did you mean `Europe/Berlin`?
    ");
}

#[test]
fn a_tester_who_is_no_app_role() {
    assert_snapshot!(changing("can = [\"look\"], source", "can = [\"look\"], sandbox_only = true, source"), @"tiny.toml:16: role `viewer` is `sandbox_only` but not of an app");
}

#[test]
fn a_business_kind_under_another_name() {
    assert_snapshot!(changing("[kind.business]", "[kind.firm]"), @r#"
    tiny.toml:1: the family `business` has one kind, and it is named `business`
      hint: write `[kind.business]` with `family = "business"`
    "#);
}

#[test]
fn several_mistakes_are_all_told_in_the_order_of_the_file() {
    let text = format!("{SMALLEST}{LOOK}")
        .replace("can = [\"look\"], source", "can = [\"lok\"], source")
        .replace("all = [\"read\"]", "all = [\"red\"]");
    assert_snapshot!(said(&text, &[]), @r"
    tiny.toml:16: `lok` is not a known capability of kind `account`
      hint: did you mean `look`?
    tiny.toml:16: role `viewer` can do nothing
      hint: give it a capability or remove it
    tiny.toml:30: `red` is not a known scope or feature
      hint: did you mean `read`?
    ");
}

#[test]
fn a_wait_of_nothing() {
    let text = "[waiting.request]\nhours = 0\nsource = \"page 1\"\n";
    assert_snapshot!(adding(text), @r"
    tiny.toml:26: nothing waits for 0 hours
      hint: write 1 to 8784 hours; a week is 168
    ");
}

#[test]
fn an_invitation_that_usually_waits_longer_than_it_may() {
    let text = "[waiting.invitation]\nusual_hours = 100\nmost_hours = 72\nsource = \"page 1\"\n";
    assert_snapshot!(adding(text), @r"
    tiny.toml:26: an invitation usually waits longer than it may
      hint: `usual_hours` is at most `most_hours`
    ");
}

#[test]
fn a_wait_without_a_source() {
    let text = "[waiting.request]\nhours = 5\nsource = \"\"\n";
    assert_snapshot!(adding(text), @r"
    tiny.toml:27: `waiting` has an empty source
      hint: name the document and section the rule comes from, or write `assumed: …`
    ");
}

#[test]
fn a_wait_of_something_unknown() {
    assert_snapshot!(adding("[waiting.requests]\nhours = 5\nsource = \"page 1\"\n"), @r"
    tiny.toml:25: unknown field `requests`, expected `invitation` or `request`
      hint: see docs/rulebooks.md for the format
    ");
}

#[test]
fn a_token_that_ends_with_a_role_on_nothing() {
    let from = "holders = [\"person\"]";
    let to = "holders = [\"person\"], ends_with_role_on = \"acount\"";
    assert_snapshot!(changing(from, to), @r"
    tiny.toml:21: `acount` is not a known kind of asset
      hint: did you mean `account`?
    ");
}

#[test]
fn acting_on_behalf_as_nobody_knows_what() {
    let text = "[on_behalf]\nrole = \"clerk\"\ntoken = \"usr\"\nsource = \"page 1\"\n";
    assert_snapshot!(adding(text), @r"
    tiny.toml:26: `clerk` is not a known role in a business
      hint: known: admin
    tiny.toml:27: `usr` is not a known kind of token
      hint: did you mean `user`?
    ");
}

#[test]
fn acting_on_behalf_without_a_source() {
    let text = "[on_behalf]\nrole = \"admin\"\ntoken = \"user\"\nsource = \"\"\n";
    assert_snapshot!(adding(text), @r"
    tiny.toml:26: `admin` has an empty source
      hint: name the document and section the rule comes from, or write `assumed: …`
    ");
}
