//! Health and metrics: for machines that watch, without a sign-in and without anybody's id.

use serde_json::json;

use crate::support::{Ask, Setup, agency};

#[test]
fn the_counts_name_routes_statuses_and_reasons_and_nobody() {
    let server = Setup::with(agency("agency")).start();
    let ana = server.token("agency", "person:ana");
    let question = json!({ "operation": "ad.edit", "on": "asset:act_8101" });
    assert_eq!(
        server
            .send(&Ask::post("/api/v1/check", &question).token(&ana))
            .status,
        200
    );
    assert_eq!(
        server
            .send(&Ask::get("/api/v1/export/act_8101").token(&ana))
            .status,
        404
    );
    let page = server.send(&Ask::get("/metrics"));
    assert_eq!(page.status, 200);
    let page = page.text();
    for line in [
        "countersign_decisions_total{decision=\"deny\"} 1",
        "countersign_denials_total{reason=\"ASSET_NOT_ASSIGNED\"} 1",
        "countersign_requests_total{route=\"/api/v1/check\",status=\"200\"} 1",
        "countersign_requests_total{route=\"none\",status=\"404\"} 1",
        "countersign_log_position 2",
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
    assert!(
        !page.contains("act_8101") && !page.contains("ana\""),
        "{page}"
    );
    server.stop();
}

#[test]
fn a_server_is_ready_when_every_realm_can_be_asked() {
    let server = Setup::with(agency("agency")).start();
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(server.send(&Ask::get(path)).status, 200, "{path}");
    }
    // A realm whose filling was cut off.
    let mut half = agency("half");
    let person = |number: usize| {
        let id = format!("many{number}").parse().unwrap();
        engine::fact::Change::Set(node::realms::plain_person(&id).into())
    };
    half.changes.extend((0..6_000).map(person));
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut stop = |_, _| panic!("the power fails");
        server.installation.create_realm(&half, &mut stop)
    }));
    assert!(cut.is_err());
    let ready = server.send(&Ask::get("/health/ready"));
    assert_eq!(
        (ready.status, ready.text().as_str()),
        (503, "realm half is being loaded\n")
    );
    assert_eq!(server.send(&Ask::get("/health/live")).status, 200);
    let olga = server.token("half", "person:olga");
    let asked = server.send(&Ask::get("/api/v1/export").token(&olga));
    assert_eq!((asked.status, asked.code().as_str()), (503, "NOT_READY"));
    server.stop();
}
