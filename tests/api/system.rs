//! Health, metrics, unknown addresses, the OpenAPI document.

use crate::support::TestApp;

#[test]
fn a_fresh_server_is_alive_and_ready() {
    let app = TestApp::start();
    app.get("/healthz").send().status(200);
    assert_eq!(app.get("/readyz").send().status(200).json()["status"], "ready");
}

#[test]
fn an_unknown_address_and_a_wrong_method_are_problems() {
    let app = TestApp::start();
    app.get("/api/nothing").send().problem(404, "not_found");
    let answer = app.delete("/healthz").send();
    assert_eq!(answer.header("allow"), Some("GET"));
    answer.problem(405, "method_not_allowed");
}

#[test]
fn metrics_count_requests_by_route_and_class() {
    let app = TestApp::start();
    app.get("/healthz").send().status(200);
    let text = app.get("/metrics").send().status(200).text();
    let line =
        r#"lyceum_http_requests_total{class="interactive",method="GET",route="/healthz",status="2xx"} 1"#;
    assert!(text.contains(line), "{text}");
}

#[test]
fn metrics_tell_of_the_store_and_the_process() {
    let app = TestApp::start();
    let text = app.get("/metrics").send().status(200).text();
    for name in [
        "lyceum_store_writer_queue{class=\"exam\"} 0",
        "lyceum_store_read_only 0",
        "lyceum_store_durability_synced 1",
        "lyceum_store_sync_seconds_count",
        "lyceum_store_group_transactions_count",
        "process_resident_memory_bytes",
    ] {
        assert!(text.contains(name), "{name} is missing in:\n{text}");
    }
}
