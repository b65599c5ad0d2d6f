//! Whole flows, as an app and a person live through them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::browser::{ISSUER, World, everything, hidden, request};
use crate::support::Ask;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn what_a_person_lets_an_app_do_is_what_its_token_opens() {
    let world = World::new();
    let answers = [
        ("answer", "allow"),
        ("scope", "ads_read"),
        ("asset", "act_1"),
    ];
    let code = world.code(&answers);
    let tokens = world.redeem(&code).good();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "ads_read");
    assert_eq!(tokens["expires_in"], 60 * 24 * 3600);
    let details =
        json!([{ "type": "ad_asset", "identifier": "act_1", "privileges": ["ads_read"] }]);
    assert_eq!(tokens["authorization_details"], details);
    let access = text(&tokens["access_token"]);
    assert!(world.may(&access, "insights.read", "asset:act_1"));
    // Not chosen, not given, not hers.
    assert!(!world.may(&access, "insights.read", "asset:act_2"));
    assert!(!world.may(&access, "ad.edit", "asset:act_1"));
    assert!(!world.may(&access, "insights.read", "asset:act_9"));
    // A refresh token opens nothing.
    assert!(!world.may(
        &text(&tokens["refresh_token"]),
        "insights.read",
        "asset:act_1"
    ));
    // One entry: the grant with its declined scopes, and both tokens.
    let head = world.server.installation.view().head.position;
    let entries = world.server.installation.store().read(head, 1).unwrap();
    let body = entries[0].body.text().unwrap();
    for said in [
        "grant.redeem",
        "\"declined\":[\"ads_management\",\"email\"]",
        "\"kind\":\"refresh\"",
    ] {
        assert!(body.contains(said), "{said} in {body}");
    }
    assert!(!body.contains(&access));
    world.server.stop();
}

#[test]
fn a_business_that_is_chosen_stands_for_what_the_page_listed_of_it() {
    let world = World::new();
    let answers = [
        ("answer", "allow"),
        ("scope", "ads_read"),
        ("business", "shop"),
        ("asset", "act_9"),
    ];
    let tokens = world.redeem(&world.code(&answers)).good();
    let details = tokens["authorization_details"].as_array().unwrap();
    let named: BTreeSet<&str> = details
        .iter()
        .map(|one| one["identifier"].as_str().unwrap())
        .collect();
    assert_eq!(named, BTreeSet::from(["act_1", "act_2", "page_1"]));
    world.server.stop();
}

#[test]
fn the_page_offers_what_the_person_reaches_and_keeps_to_itself() {
    let world = World::new();
    let page = world.authorize(&request(&[]), &world.cookie("cora"));
    let html = page.text();
    for said in [
        "Reports &#60;b&#62;&#38;&#60;/b&#62; more",
        "<legend>",
        "value=\"act_1\"",
        "value=\"page_1\"",
        "Cora&#39;s Shop",
        "name=\"scope\" value=\"ads_management\" checked",
    ] {
        assert!(html.contains(said), "{said} in {html}");
    }
    assert!(!html.contains("act_9") && !html.contains("<script"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(
        policy.contains("form-action 'self' https://client.example;"),
        "{policy}"
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    // Dan reaches nothing, and the page says so.
    let empty = world.authorize(&request(&[]), &world.cookie("dan")).text();
    assert!(empty.contains("nothing you can reach") && !empty.contains("act_1"));
    world.server.stop();
}

#[test]
fn an_app_that_names_accounts_is_offered_no_others() {
    let world = World::new();
    let named = r#"[{"type":"ad_asset","identifier":"act_2","privileges":["ads_read"]},{"type":"ad_asset","identifier":"act_9"}]"#;
    let query = request(&[("authorization_details", named)]);
    let html = world.authorize(&query, &world.cookie("cora")).text();
    assert!(html.contains("value=\"act_2\" checked") && !html.contains("act_1\""));
    // Not even by a form that says otherwise.
    let mut answers = everything();
    answers.push(("asset", "act_2"));
    answers.push(("asset", "act_9"));
    let heard = world.consent("cora", &query, &answers);
    let tokens = world.redeem(heard.get("code").unwrap().unwrap()).good();
    let details =
        json!([{ "type": "ad_asset", "identifier": "act_2", "privileges": ["ads_read"] }]);
    assert_eq!(tokens["authorization_details"], details);
    world.server.stop();
}

#[test]
fn tokens_are_renewed_and_a_second_use_of_one_ends_everything() {
    let world = World::new();
    let first = world.tokens();
    let renew = |refresh: &Value| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.as_str().unwrap()),
        ];
        world.reports("token", &fields)
    };
    let second = renew(&first["refresh_token"]).good();
    assert!(!world.is_active(&text(&first["access_token"])));
    assert!(world.is_active(&text(&second["access_token"])));
    let third = renew(&second["refresh_token"]).good();
    assert!(world.is_active(&text(&third["access_token"])));
    // Somebody comes with the one before.
    let again = renew(&second["refresh_token"]);
    assert_eq!(super::browser::error(&again), "400 invalid_grant");
    assert!(!world.is_active(&text(&third["access_token"])));
    assert_eq!(renew(&third["refresh_token"]).status, 400);
    world.server.stop();
}

#[test]
fn a_token_is_exchanged_for_a_narrower_one_that_ends_with_it() {
    let world = World::new();
    let mut answers = everything();
    answers.push(("asset", "act_2"));
    let tokens = world.redeem(&world.code(&answers)).good();
    let access = text(&tokens["access_token"]);
    let details =
        r#"[{"type":"ad_asset","identifier":"act_1"},{"type":"ad_asset","identifier":"act_9"}]"#;
    let fields = |token| {
        vec![
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            ("subject_token", token),
            (
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:access_token",
            ),
            ("scope", "ads_read business_management"),
            ("authorization_details", details),
            ("expires_in", "600"),
        ]
    };
    let job = world.reports("token", &fields(&access)).good();
    assert_eq!(
        (&job["scope"], &job["expires_in"]),
        (&json!("ads_read"), &json!(600))
    );
    assert!(job.get("refresh_token").is_none());
    let job = text(&job["access_token"]);
    assert!(world.may(&job, "insights.read", "asset:act_1"));
    assert!(!world.may(&job, "insights.read", "asset:act_2"));
    assert!(!world.may(&job, "ad.edit", "asset:act_1"));
    // What comes of the narrow one is no wider.
    let again = world.reports("token", &fields(&job)).good();
    assert!(!world.may(
        &text(&again["access_token"]),
        "insights.read",
        "asset:act_2"
    ));
    // Everything ends with the wide one's grant.
    let revoked = world.reports("revoke", &[("token", &text(&tokens["refresh_token"]))]);
    assert_eq!(revoked.status, 200);
    for token in [access, job, text(&again["access_token"])] {
        assert!(!world.is_active(&token));
    }
    world.server.stop();
}

#[test]
fn an_app_has_tokens_of_its_own_and_of_its_system_users() {
    let world = World::new();
    let own = world
        .reports("token", &[("grant_type", "client_credentials")])
        .good();
    let told = world
        .reports("introspect", &[("token", &text(&own["access_token"]))])
        .good();
    assert_eq!(told["sub"], "app:reports");
    let fields = [
        ("grant_type", "client_credentials"),
        ("system_user", "su-shop"),
        ("scope", "ads_read"),
    ];
    let token = text(&world.reports("token", &fields).good()["access_token"]);
    assert!(world.may(&token, "insights.read", "asset:act_1"));
    assert!(!world.may(&token, "insights.read", "asset:act_2"));
    let told = world.reports("introspect", &[("token", &token)]).good();
    assert_eq!(
        (&told["sub"], &told["scope"]),
        (&json!("system_user:su-shop"), &json!("ads_read"))
    );
    world.server.stop();
}

#[test]
fn what_is_told_of_a_token_and_to_whom() {
    let world = World::new();
    let tokens = world.tokens();
    let access = text(&tokens["access_token"]);
    let told = world.reports("introspect", &[("token", &access)]).good();
    for (field, value) in [
        ("active", json!(true)),
        ("client_id", json!("reports")),
        ("sub", json!("person:cora")),
        ("iss", json!(ISSUER)),
        ("aud", json!("https://ads.example/api/v1")),
        ("token_type", json!("Bearer")),
        ("scope", json!("ads_read ads_management email")),
    ] {
        assert_eq!(told[field], value, "{field}");
    }
    let nothing = json!({ "active": false });
    let other = Some(("other", world.other_secret.as_str()));
    assert_eq!(
        world
            .post("introspect", other, &[("token", &access)])
            .good(),
        nothing
    );
    assert_eq!(
        world
            .reports("introspect", &[("token", "cs_unknown")])
            .good(),
        nothing
    );
    // A server that is shown tokens asks with an API token.
    let ask = |holder: &str| {
        let ask = super::browser::form("/oauth/shop/introspect", &[("token", &access)]);
        world
            .server
            .send(&ask.token(&world.server.token("shop", holder)))
    };
    assert_eq!(ask("person:olga").good()["active"], json!(true));
    assert_eq!(
        super::browser::error(&ask("person:dan")),
        "401 invalid_client"
    );
    world.server.stop();
}

#[test]
fn revoking_is_always_answered_alike_and_acts_at_once() {
    let world = World::new();
    let tokens = world.tokens();
    let (access, refresh) = (
        text(&tokens["access_token"]),
        text(&tokens["refresh_token"]),
    );
    let other = Some(("other", world.other_secret.as_str()));
    for token in ["cs_unknown", &access] {
        assert_eq!(world.post("revoke", other, &[("token", token)]).status, 200);
    }
    assert!(world.is_active(&access));
    assert_eq!(world.reports("revoke", &[("token", &access)]).status, 200);
    assert!(!world.is_active(&access));
    assert!(world.is_active(&refresh));
    assert_eq!(world.reports("revoke", &[("token", &access)]).status, 200);
    assert_eq!(world.reports("revoke", &[("token", &refresh)]).status, 200);
    assert!(!world.is_active(&refresh));
    world.server.stop();
}

#[test]
fn what_is_said_of_the_issuer_and_the_api_is_what_is_so() {
    let world = World::new();
    let get = |path: &str| world.server.send(&Ask::get(path)).good();
    let said = get("/.well-known/oauth-authorization-server/oauth/shop");
    assert_eq!(said["issuer"], ISSUER);
    assert_eq!(said["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(said["response_types_supported"], json!(["code"]));
    assert_eq!(said["authorization_response_iss_parameter_supported"], true);
    for other in [
        "/.well-known/openid-configuration/oauth/shop",
        "/oauth/shop/.well-known/openid-configuration",
    ] {
        assert_eq!(get(other), said, "{other}");
    }
    for name in ["authorization", "token", "introspection", "revocation"] {
        let url = said[format!("{name}_endpoint")].as_str().unwrap();
        let path = url.strip_prefix("https://ads.example").unwrap();
        let status = world.server.send(&Ask::new("PUT", path)).status;
        assert_eq!(status, 405, "{path}");
    }
    let api = get("/.well-known/oauth-protected-resource/api/v1");
    assert_eq!(api["resource"], "https://ads.example/api/v1");
    assert_eq!(api["authorization_servers"], json!([ISSUER]));
    let refused = world.server.send(&Ask::get("/api/v1/whoami"));
    let challenge = refused.header("www-authenticate").unwrap();
    let named =
        "resource_metadata=\"https://ads.example/.well-known/oauth-protected-resource/api/v1\"";
    assert!(challenge.contains(named), "{challenge}");
    let nowhere = Ask::get("/.well-known/oauth-authorization-server/oauth/nowhere");
    assert_eq!(world.server.send(&nowhere).status, 404);
    world.server.stop();
}

#[test]
fn an_app_that_cannot_keep_a_secret_needs_none() {
    let world = World::new();
    let query = request(&[
        ("client_id", "native"),
        ("redirect_uri", "http://127.0.0.1:51004/cb"),
        ("scope", "email"),
    ]);
    let cookie = world.cookie("cora");
    let page = world.authorize(&query, &cookie).text();
    let hidden = hidden(&page);
    let mut fields = vec![("answer", "allow"), ("scope", "email")];
    fields.extend(
        hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let ask = super::browser::form("/oauth/shop/consent", &fields).header("cookie", &cookie);
    let reply = world.server.send(&ask);
    let to = reply.header("location").unwrap();
    let (address, query) = to.split_once('?').unwrap();
    assert_eq!(address, "http://127.0.0.1:51004/cb");
    let heard = ::oauth::Form::parse(query.as_bytes()).unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "native"),
        ("code", heard.get("code").unwrap().unwrap()),
        ("redirect_uri", "http://127.0.0.1:51004/cb"),
        ("code_verifier", super::browser::VERIFIER),
    ];
    let tokens = world.post("token", None, &fields).good();
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "native"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    assert_eq!(world.post("token", None, &fields).status, 200);
    world.server.stop();
}
