//! Requests: a few right, most nearly so, the rest anything.

use meta::edges::EDGES;
use serde_json::{Value, json};

use super::super::{BODIES, Dice, NAMES, PARTS, VALUES};

const IDS: &[&str] = &[
    "me",
    "501",
    "502",
    "1001",
    "2001",
    "3001",
    "3002",
    "4001",
    "1001_501",
    "1001_502",
    "2001_504",
    "1001_2001",
    "1001_2001",
    "6001",
    "6002",
    "7001",
    "7002",
    "7030",
    "7010",
    "8001",
    "act_11",
    "act_12",
    "act_41",
    "act_9001",
    "2101",
    "3101",
    "4101",
];
/// What parameters are called, and what they would hold.
const PARAMS: &[(&str, &[&str])] = &[
    ("user", &["1001_502", "6001", "1001_501", "2001_504", "502"]),
    ("business", &["1001", "2001", "4001", "3002", "9999"]),
    (
        "tasks",
        &[
            "[\"ANALYZE\"]",
            "MANAGE,ADVERTISE,ANALYZE",
            "['ADVERTISE','ANALYZE']",
            "DRAFT",
        ],
    ),
    ("permitted_tasks", &["[\"ANALYZE\"]", "ADVERTISE,ANALYZE"]),
    ("role", &["ADMIN", "EMPLOYEE", "KING"]),
    ("email", &["a@b.example", "", "@"]),
    ("name", &["A name", "\u{1f4a9}", ""]),
    ("vertical", &["RETAIL"]),
    ("client_id", &["3002", "7001", "1001"]),
    ("client_secret", &["x"]),
    ("adaccount_id", &["act_41", "act_11", "act_none"]),
    ("page_id", &["2101", "x"]),
    ("asset_id", &["2101", "act_11", "3101"]),
    ("business_app", &["7001", "7003"]),
    (
        "scope",
        &["ads_read", "[\"ads_read\",\"business_management\"]", "?"],
    ),
    ("permission", &["ads_read", "email"]),
    (
        "fields",
        &[
            "id",
            "id,name",
            "owned_ad_accounts{id,name}",
            "agencies,clients",
        ],
    ),
    ("limit", &["1", "500", "0", "x"]),
    ("after", &["YWN0XzEx", "!", ""]),
    ("before", &["YWN0XzEx", "////"]),
    ("summary", &["true", "total_count", "{}"]),
    ("ids", &["act_11,1001", "me,me,me", "[1,2]"]),
    ("input_token", &["x", ""]),
    ("grant_type", &["fb_exchange_token", "client_credentials"]),
    ("fb_exchange_token", &["x"]),
    ("method", &["get", "delete", "post", "x"]),
    ("two_factor_type", &["none", "all_required", "x"]),
    ("currency", &["USD"]),
    ("timezone_id", &["1"]),
    ("end_advertiser", &["NONE"]),
    ("media_agency", &["NONE"]),
    ("partner", &["NONE"]),
    ("system_user_id", &["6001", "x"]),
    (
        "existing_client_business_id",
        &["1001", "2001", "4001", "9999", "x"],
    ),
    (
        "request_response",
        &["APPROVE", "DECLINE", "CANCELED", "SOON"],
    ),
    ("request_status", &["PENDING", "APPROVE", "SOON"]),
    ("status", &["PENDING", "EXPIRED", "x"]),
    ("app_id", &["7001", "7030", "7003", "x"]),
    ("uid", &["502", "503", "x"]),
    ("installed", &["true", "false", "?"]),
    ("permissions", &["ads_read", "[]", "?"]),
    ("type", &["test-users", "x"]),
    ("contained_asset_id", &["act_12", "x"]),
];

fn pick<T: Copy>(dice: &mut Dice, of: &[T]) -> T {
    dice.pick(of)
}

/// Text of all sorts: words, signs that mean something somewhere, letters of other scripts.
fn noise(dice: &mut Dice) -> String {
    const BITS: &[&str] = &[
        "a", "0", "9", "_", "-", ".", ",", "{", "}", "(", ")", "[", "]", "\"", "'", "\\", "/", "?",
        "&", "=", "%", "#", " ", "\n", "\u{0}", "\u{7f}", "é", "\u{202e}", "\u{fffd}", "💩",
        "name", "id", "act_", "null", "true", "limit", ".as(", "1e999", "-0", "\u{feff}",
    ];
    let long = if dice.roll(60) == 0 { 3_000 } else { 12 };
    let mut text = String::new();
    for _ in 0..dice.roll(long) {
        text.push_str(pick(dice, BITS));
    }
    text
}

/// Wishes for fields, right or nearly.
fn fields(dice: &mut Dice, depth: usize) -> String {
    const NAMES: &[&str] = &[
        "id",
        "name",
        "role",
        "email",
        "owner_business",
        "business",
        "agencies",
        "clients",
        "owned_ad_accounts",
        "business_users",
        "system_users",
        "assigned_users",
        "owned_pages",
        "client_ad_accounts",
        "pending_users",
        "permissions",
        "adaccounts",
        "accounts",
        "user_tasks",
        "business_asset_groups",
        "contained_adaccounts",
        "owned_businesses",
        "nonsense",
    ];
    let mut wishes = Vec::new();
    for _ in 0..=dice.roll(4) {
        let mut wish = pick(dice, NAMES).to_owned();
        match dice.roll(6) {
            0 => wish += &format!(".limit({})", pick(dice, &["1", "500", "-1", "9e9", ""])),
            1 => wish += ".business(1001).limit(3)",
            2 => wish += &format!(".as({})", noise(dice)),
            _ => {}
        }
        if depth < 8 && dice.roll(3) == 0 {
            wish += &format!("{{{}}}", fields(dice, depth + 1));
        }
        if dice.roll(30) == 0 {
            wish += &noise(dice);
        }
        wishes.push(wish);
    }
    wishes.join(",")
}

/// JSON of any shape.
fn any_json(dice: &mut Dice, depth: usize) -> Value {
    match dice.roll(if depth > 5 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => json!(dice.roll(2) == 0),
        2 => json!(f64::MAX),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => json!(noise(dice)),
        6 => (0..dice.roll(4))
            .map(|_| any_json(dice, depth + 1))
            .collect(),
        7 => json!(pick(dice, IDS)),
        _ => {
            let mut object = serde_json::Map::new();
            for _ in 0..dice.roll(4) {
                object.insert(any_name(dice), any_json(dice, depth + 1));
            }
            Value::Object(object)
        }
    }
}

fn any_name(dice: &mut Dice) -> String {
    match dice.roll(4) {
        0 => noise(dice),
        1 => pick(dice, NAMES).to_owned(),
        _ => pick(dice, PARAMS).0.to_owned(),
    }
}

fn any_value(dice: &mut Dice, name: &str) -> String {
    let known = PARAMS.iter().find(|(known, _)| *known == name);
    match (dice.roll(6), known) {
        (0, _) => noise(dice),
        (1, _) => any_json(dice, 3).to_string(),
        (2, _) if name == "fields" => noise(dice),
        (_, _) if name == "fields" => fields(dice, 0),
        (_, Some((_, values))) => pick(dice, values).to_owned(),
        _ => pick(dice, IDS).to_owned(),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// A path that has a meaning, or begins as one.
fn near_path(dice: &mut Dice) -> String {
    let mut path = pick(dice, IDS).to_owned();
    if dice.roll(5) != 0 {
        let edge = EDGES[dice.roll(EDGES.len())].name;
        path = format!("{path}/{edge}");
    }
    if dice.roll(25) == 0 {
        path = format!("{path}/{}", escaped(&noise(dice)));
    }
    path
}

fn far_path(dice: &mut Dice) -> String {
    let mut path = String::new();
    for _ in 0..dice.roll(6) {
        path.push_str(if dice.roll(10) == 0 { "//" } else { "/" });
        match dice.roll(3) {
            0 => path.push_str(&escaped(&noise(dice))),
            _ => path.push_str(pick(dice, PARTS)),
        }
    }
    path
}

fn near_params(dice: &mut Dice) -> Vec<(String, String)> {
    let mut params = Vec::new();
    for _ in 0..dice.roll(7) {
        let name = any_name(dice);
        let value = any_value(dice, &name);
        params.push((name, value));
    }
    params
}

fn query(params: &[(String, String)]) -> String {
    let pairs = params.iter();
    let pairs = pairs.map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A batch, of calls that are nearly right, of anything, or none at all.
fn batch(dice: &mut Dice) -> Value {
    if dice.roll(8) == 0 {
        return any_json(dice, 0);
    }
    let many = if dice.roll(20) == 0 { 60 } else { 6 };
    let items = (0..dice.roll(many)).map(|_| {
        if dice.roll(10) == 0 {
            return any_json(dice, 2);
        }
        let path = if dice.roll(4) == 0 {
            far_path(dice)
        } else {
            near_path(dice)
        };
        let params = near_params(dice);
        // The SDK for Node escapes nothing.
        let raw = |params: &[(String, String)]| {
            let pairs = params.iter().map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join("&")
        };
        let body = if dice.roll(2) == 0 {
            raw(&params)
        } else {
            query(&params)
        };
        let method = pick(dice, &["GET", "GET", "POST", "DELETE", "PUT", "", "\u{0}"]);
        let mark = json!([{ "name": "If-None-Match", "value": noise(dice) }, "If-None-Match: *", 7]);
        json!({ "headers": mark, "method": method, "relative_url": format!("{path}?{body}"), "body": body,
            "name": noise(dice), "omit_response_on_success": true })
    });
    items.collect()
}

/// One request.
pub(super) struct Shot {
    pub(super) method: &'static str,
    pub(super) uri: String,
    pub(super) kind: &'static str,
    pub(super) body: Vec<u8>,
}

pub(super) fn shot(dice: &mut Dice, tokens: &[String]) -> Shot {
    let token = match dice.roll(20) {
        0 => escaped(&noise(dice)),
        1 => escaped(&format!("7001|{}", noise(dice))),
        _ => tokens[dice.roll(tokens.len())].clone(),
    };
    let version = pick(
        dice,
        &["v26.0/", "v24.0/", "", "/", "v26.0//", "v1.0/", "v99999.0/"],
    );
    let method = pick(
        dice,
        &[
            "GET", "GET", "GET", "POST", "POST", "DELETE", "PUT", "PATCH", "HEAD",
        ],
    );
    let kind = pick(
        dice,
        &[
            "application/json",
            "application/json; charset=utf-8",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain",
            "",
        ],
    );
    if dice.roll(6) == 0 {
        let body = json!({ "batch": batch(dice), "include_headers": dice.roll(2) == 0 });
        let uri = format!("/meta/{version}?access_token={token}");
        let body = body.to_string().into_bytes();
        return Shot {
            method: "POST",
            uri,
            kind: "application/json",
            body,
        };
    }
    let path = if dice.roll(4) == 0 {
        far_path(dice)
    } else {
        near_path(dice)
    };
    let params = near_params(dice);
    let mut uri = format!("/meta/{version}{path}?access_token={token}");
    let body = match dice.roll(6) {
        0 => noise(dice).into_bytes(),
        1 => any_json(dice, 0).to_string().into_bytes(),
        2 => pick(dice, BODIES).as_bytes().to_vec(),
        3 => {
            let pairs = params
                .iter()
                .map(|(name, value)| (name.clone(), json!(value)));
            Value::Object(pairs.collect()).to_string().into_bytes()
        }
        4 => (0..dice.roll(40))
            .map(|_| u8::try_from(dice.roll(256)).unwrap())
            .collect(),
        _ => {
            uri = format!("{uri}&{}", query(&params));
            let odd = format!("&{}={}", pick(dice, NAMES), pick(dice, VALUES));
            uri += if dice.roll(3) == 0 { &odd } else { "" };
            Vec::new()
        }
    };
    Shot {
        method,
        uri,
        kind,
        body,
    }
}
