//! Everything that must be refused, and how it sounds.

use std::sync::Barrier;

use serde_json::Value;

use super::browser::{
    World, challenge, error, everything, form, heard, hidden, redemption, request,
};
use crate::support::Ask;

/// What a client hears of a request that is not put to the person.
fn sent_back(world: &World, query: &str) -> String {
    let heard = heard(&world.authorize(query, &world.cookie("cora")));
    heard.get("error").unwrap().unwrap().to_owned()
}

#[test]
fn nobody_is_sent_anywhere_until_it_is_certain_where_to() {
    let world = World::new();
    let cookie = world.cookie("cora");
    for other in [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("client_id", "a b"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://client.example/cb/"),
        ("redirect_uri", "https://client.example/cb?x=1"),
        ("redirect_uri", "https://client.example/CB"),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", "https://client.example@evil.example/cb"),
        ("redirect_uri", "https://client.example/cb#x"),
        ("redirect_uri", "http://127.0.0.1:80@evil.example/cb"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "com.example.native:/done"),
        (
            "redirect_uri",
            "https://client.example/cb\r\nset-cookie: a=b",
        ),
    ] {
        let reply = world.authorize(&request(&[other]), &cookie);
        assert_eq!(reply.status, 400, "{other:?}");
        assert_eq!(reply.header("location"), None, "{other:?}");
        assert!(
            reply
                .header("content-type")
                .unwrap()
                .starts_with("text/html")
        );
    }
    let twice = request(&[]) + "&redirect_uri=https%3A%2F%2Fclient.example%2Fcb";
    assert_eq!(world.authorize(&twice, &cookie).status, 400);
    world.server.stop();
}

#[test]
fn a_request_that_is_wrong_in_itself_goes_back_with_its_error() {
    let world = World::new();
    for (other, code) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("response_mode", "fragment"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("scope", ""), "invalid_scope"),
        (("scope", "ads_everything"), "invalid_scope"),
        (("resource", "https://evil.example/api"), "invalid_target"),
        (("request", "e30"), "invalid_request"),
        (
            ("authorization_details", "nonsense"),
            "invalid_authorization_details",
        ),
        (
            (
                "authorization_details",
                r#"[{"type":"other","identifier":"act_1"}]"#,
            ),
            "invalid_authorization_details",
        ),
        (
            (
                "authorization_details",
                r#"[{"type":"ad_asset","identifier":"act_1","privileges":["business_management"]}]"#,
            ),
            "invalid_authorization_details",
        ),
        (("prompt", "none"), "consent_required"),
    ] {
        assert_eq!(sent_back(&world, &request(&[other])), code, "{other:?}");
    }
    let nobody = heard(&world.authorize(&request(&[("prompt", "none")]), ""));
    assert_eq!(nobody.get("error").unwrap(), Some("login_required"));
    let good = request(&[("resource", "https://ads.example/api/v1")]);
    assert_eq!(world.authorize(&good, &world.cookie("cora")).status, 200);
    world.server.stop();
}

#[test]
fn a_person_may_say_no_and_an_app_may_be_too_new() {
    let world = World::new();
    for answers in [
        vec![("answer", "deny")],
        vec![],
        vec![("answer", "allow"), ("asset", "act_1")],
    ] {
        let heard = world.consent("cora", &request(&[]), &answers);
        assert_eq!(heard.get("error").unwrap(), Some("access_denied"));
    }
    // In development an app reaches only people with a role on it.
    let draft = request(&[("client_id", "draft")]);
    assert_eq!(sent_back(&world, &draft), "access_denied");
    assert_eq!(world.authorize(&draft, &world.cookie("ann")).status, 200);
    world.server.stop();
}

#[test]
fn an_answer_must_come_from_the_page_that_was_shown_to_this_person() {
    let world = World::new();
    let cora = world.cookie("cora");
    let page = world.authorize(&request(&[]), &cora).text();
    let hidden = hidden(&page);
    let value = |name: &str| {
        hidden
            .iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .clone()
    };
    let (token, asked) = (value("form_token"), value("request"));
    let send = |cookie: &str, token: &str| {
        let mut fields = everything();
        fields.push(("request", &asked));
        fields.push(("form_token", token));
        let ask = form("/oauth/shop/consent", &fields).header("cookie", cookie);
        world.server.send(&ask)
    };
    let dan = world.cookie("dan");
    for (cookie, token) in [
        (cora.as_str(), ""),
        (&cora, "0000"),
        (&dan, &token),
        ("", &token),
    ] {
        let reply = send(cookie, token);
        assert_eq!((reply.status, reply.header("location")), (403, None));
    }
    assert_eq!(send(&cora, &token).status, 303);
    world.server.stop();
}

#[test]
fn a_code_is_good_once_for_one_client_with_its_proof_and_not_for_long() {
    let world = World::new();
    let code = world.code(&everything());
    let with = |name: &str, value: &str| {
        let mut fields = redemption(&code);
        fields.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
        fields
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect::<Vec<_>>()
    };
    for (name, value, code) in [
        ("code", "", "400 invalid_request"),
        ("code", "csc_unknown", "400 invalid_grant"),
        ("redirect_uri", "", "400 invalid_request"),
        ("redirect_uri", "http://127.0.0.1/cb", "400 invalid_grant"),
        ("code_verifier", "", "400 invalid_request"),
        (
            "code_verifier",
            "another-verifier-of-forty-three-letters-or-so",
            "400 invalid_grant",
        ),
        ("code_verifier", &challenge(), "400 invalid_grant"),
        ("resource", "https://evil.example", "400 invalid_target"),
    ] {
        let fields = with(name, value);
        let fields: Vec<_> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(
            error(&world.reports("token", &fields)),
            code,
            "{name}={value}"
        );
    }
    let other = Some(("other", world.other_secret.as_str()));
    let stolen = world.post("token", other, &redemption(&code));
    assert_eq!(error(&stolen), "400 invalid_grant");
    // None of it used the code up.
    let tokens = world.redeem(&code).good();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(world.is_active(access));
    // A second use ends what came of the first.
    assert_eq!(error(&world.redeem(&code)), "400 invalid_grant");
    assert!(!world.is_active(access));
    let late = world.code(&everything());
    world.later(61);
    assert_eq!(error(&world.redeem(&late)), "400 invalid_grant");
    world.server.stop();
}

/// Each who comes late is a second use, which ends what came of the code, perhaps before the first
/// has its answer. So there may be no token at all, and none that lives on.
#[test]
fn of_many_who_redeem_one_code_at_once_at_most_one_has_a_token_and_none_keeps_it() {
    let world = World::new();
    let code = world.code(&everything());
    let olga = world.server.token("shop", "person:olga");
    let alive = || {
        let ask = Ask::get("/api/v1/tokens?limit=1000&alive=true").token(&olga);
        world.server.send(&ask).good()["tokens"].clone()
    };
    let before = alive();
    let start = Barrier::new(6);
    let got = std::thread::scope(|scope| {
        let each = [(); 6].map(|()| {
            scope.spawn(|| {
                start.wait();
                world.redeem(&code)
            })
        });
        each.map(|one| one.join().unwrap())
    });
    let (won, lost): (Vec<_>, Vec<_>) = got.into_iter().partition(|reply| reply.status == 200);
    assert!(won.len() <= 1, "{} of them had a token", won.len());
    for reply in &lost {
        assert_eq!(error(reply), "400 invalid_grant");
    }
    for reply in won {
        let tokens = reply.good();
        for token in ["access_token", "refresh_token"] {
            assert!(!world.is_active(tokens[token].as_str().unwrap()), "{token}");
        }
    }
    // Nor has somebody a token who was not told of it.
    assert_eq!(alive(), before);
    world.server.stop();
}

#[test]
fn who_is_no_client_gets_nothing() {
    let world = World::new();
    let code = world.code(&everything());
    let fields = redemption(&code);
    for path in ["token", "introspect", "revoke"] {
        for who in [
            Some(("reports", "wrong")),
            Some(("nobody", "wrong")),
            Some(("reports", "")),
            None,
        ] {
            let reply = world.post(path, who, &fields);
            assert_eq!(error(&reply), "401 invalid_client", "{path} {who:?}");
            assert!(
                reply
                    .header("www-authenticate")
                    .unwrap()
                    .starts_with("Basic")
            );
        }
    }
    // A client without a secret has what anybody could have.
    let own = [
        ("client_id", "native"),
        ("grant_type", "client_credentials"),
    ];
    assert_eq!(
        error(&world.post("token", None, &own)),
        "400 unauthorized_client"
    );
    let ask = [("client_id", "native"), ("token", "x")];
    assert_eq!(
        error(&world.post("introspect", None, &ask)),
        "400 unauthorized_client"
    );
    world.server.stop();
}

#[test]
fn tokens_of_others_are_neither_renewed_nor_exchanged_nor_widened() {
    let world = World::new();
    let tokens = world.tokens();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    let other = Some(("other", world.other_secret.as_str()));
    let renew = |scope: &'static str| {
        vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.as_str()),
            ("scope", scope),
        ]
    };
    assert_eq!(
        error(&world.post("token", other, &renew(""))),
        "400 invalid_grant"
    );
    assert_eq!(
        error(&world.reports("token", &renew("business_management"))),
        "400 invalid_scope"
    );
    let exchange = |token: &str, scope: &str, kind: &str| {
        let grant_type = "urn:ietf:params:oauth:grant-type:token-exchange";
        let kind = format!("urn:ietf:params:oauth:token-type:{kind}");
        let fields = [
            ("grant_type", grant_type),
            ("subject_token", token),
            ("subject_token_type", &kind),
            ("scope", scope),
        ];
        (
            error(&world.post("token", other, &fields)),
            world.reports("token", &fields),
        )
    };
    let (others, own) = exchange(&access, "business_management", "access_token");
    assert_eq!(
        (others.as_str(), error(&own).as_str()),
        ("400 invalid_grant", "400 invalid_scope")
    );
    let (_, own) = exchange(&refresh, "ads_read", "access_token");
    assert_eq!(error(&own), "400 invalid_grant");
    let (_, own) = exchange(&access, "ads_read", "refresh_token");
    assert_eq!(error(&own), "400 invalid_request");
    let (_, own) = exchange("cs_unknown", "ads_read", "access_token");
    assert_eq!(error(&own), "400 invalid_grant");
    // An access token renews nothing.
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &*access)];
    assert_eq!(error(&world.reports("token", &fields)), "400 invalid_grant");
    // All of it left the tokens as they were.
    assert!(world.is_active(&access) && world.is_active(&refresh));
    for (system_user, scope) in [("su-none", "ads_read"), ("su-shop", "business_management")] {
        let fields = [
            ("grant_type", "client_credentials"),
            ("system_user", system_user),
            ("scope", scope),
        ];
        assert_eq!(error(&world.reports("token", &fields)), "400 invalid_scope");
    }
    world.server.stop();
}

#[test]
fn what_is_no_form_is_told_so_in_the_shape_that_clients_know() {
    let world = World::new();
    let told = |ask: Ask| error(&world.server.send(&ask));
    for path in ["token", "introspect", "revoke"] {
        let path = format!("/oauth/shop/{path}");
        assert_eq!(told(Ask::get(&path)), "405 invalid_request");
        assert_eq!(told(Ask::new("POST", &path)), "400 invalid_request");
        let json = Ask::post(&path, &Value::Null);
        assert_eq!(told(json), "400 invalid_request");
        let kind = |ask: Ask| ask.header("content-type", "application/x-www-form-urlencoded");
        for (body, status) in [
            (vec![b'a'; 200 << 10], 413),
            (b"token=%zz".to_vec(), 400),
            (b"token=\xff\xfe".to_vec(), 400),
            (b"token=%00".to_vec(), 400),
        ] {
            let ask = kind(Ask::new("POST", &path)).body(body);
            assert_eq!(told(ask), format!("{status} invalid_request"));
        }
        let query = kind(Ask::new("POST", &format!("{path}?client_secret=x")));
        assert_eq!(told(query), "400 invalid_request");
        let nowhere = kind(Ask::new("POST", &path.replace("shop", "nowhere")));
        assert_eq!(told(nowhere), "404 invalid_request");
    }
    let twice = |name: &'static str| {
        let mut fields = redemption("csc_x");
        let value = fields.iter().find(|(known, _)| *known == name).unwrap().1;
        fields.push((name, value));
        error(&world.reports("token", &fields))
    };
    for name in ["grant_type", "code", "redirect_uri", "code_verifier"] {
        assert_eq!(twice(name), "400 invalid_request", "{name}");
    }
    for grant_type in ["password", "implicit", "urn:x", ""] {
        let fields = [
            ("grant_type", grant_type),
            ("username", "cora"),
            ("password", "x"),
        ];
        let code = error(&world.reports("token", &fields));
        let missing = grant_type.is_empty();
        let expected = if missing {
            "400 invalid_request"
        } else {
            "400 unsupported_grant_type"
        };
        assert_eq!(code, expected, "{grant_type}");
    }
    world.server.stop();
}
