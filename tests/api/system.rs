//! Health, metrics, unknown addresses, the OpenAPI document.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use lyceum::clock::Clock;
use lyceum::config::Config;
use lyceum::domain::ids::UserId;

use crate::skipped::skipped;
use crate::support::{Answer, TestApp};

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
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    answer.problem(405, "method_not_allowed");
}

#[test]
fn metrics_count_requests_by_route_and_class() {
    let app = TestApp::start();
    app.get("/healthz").send().status(200);
    let text = app.get("/metrics").send().status(200).text();
    let line = r#"lyceum_http_requests_total{class="exam",method="GET",route="/healthz",status="2xx"} 1"#;
    assert!(text.contains(line), "{text}");
    assert!(!text.contains("route=\"/api/courses\""), "routes on which nothing happened are left out");
    assert!(text.len() < 200_000, "{} bytes", text.len());
}

#[test]
fn metrics_count_what_leads_to_no_route_and_a_method_that_is_not_taken_in_one_series() {
    let app = TestApp::start();
    for path in ["/wp-login1.php", "/wp-login2.php", "/api/nothing"] {
        app.get(path).send().status(404);
    }
    app.delete("/healthz").send().status(405);
    let text = app.get("/metrics").send().status(200).text();
    let line = r#"lyceum_http_requests_total{class="browse",method="any",route="none",status="4xx"} 4"#;
    assert!(text.contains(line), "{text}");
    assert!(!text.contains("wp-login"), "what anybody thinks of is no label");
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
        "lyceum_machine_processors",
        "lyceum_machine_memory_bytes",
    ] {
        assert!(text.contains(name), "{name} is missing in:\n{text}");
    }
}

#[test]
fn metrics_are_for_this_machine_and_for_nobody_through_a_proxy_on_it() {
    let app = TestApp::start();
    let ask = |app: &TestApp, said: &[(&str, &str)]| {
        said.iter().fold(app.get("/metrics"), |request, (name, value)| request.header(name, value)).send()
    };
    ask(&app, &[]).status(200);
    for trace in [
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Host", "learn.example.edu"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "for=127.0.0.1"),
        ("Via", "1.1 proxy"),
        ("X-Real-IP", "203.0.113.9"),
    ] {
        ask(&app, &[trace]).problem(403, "forbidden");
    }
    let behind = |token: Option<&str>| {
        TestApp::start_with(|config| {
            config.server.trusted_proxies = vec!["::ffff:127.0.0.1".parse().unwrap()];
            config.server.metrics_token = token.map(str::to_owned);
        })
    };
    let app = behind(None);
    for (client, code) in
        [("127.0.0.1", 200), ("[::1]:4711", 200), ("203.0.113.9:4711", 403), ("127.0.0.1, unknown", 403)]
    {
        ask(&app, &[("X-Forwarded-For", client), ("Via", "1.1 proxy")]).status(code);
    }
    let detail = |answer: Answer| answer.problem(403, "forbidden")["detail"].as_str().unwrap().to_owned();
    let told = detail(ask(&app, &[("X-Forwarded-For", "203.0.113.9")]));
    assert_eq!(told, "metrics are for clients on this machine, not through a proxy");
    // Who has the token comes from anywhere, and nobody without it.
    let app = behind(Some("a token"));
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let shown = format!("{scheme} a token");
        ask(&app, &[("X-Forwarded-For", "203.0.113.9"), ("Authorization", &shown)]).status(200);
    }
    for shown in ["Bearer a toke", "Bearer a tokens", "Basic a token", "a token"] {
        ask(&app, &[("Authorization", shown)]).problem(403, "forbidden");
    }
    assert_eq!(detail(ask(&app, &[])), "metrics are for whoever sends the bearer token that is configured");
}

#[test]
fn an_answer_is_kept_by_nobody_unless_it_says_so_and_is_what_its_type_says() {
    let app = TestApp::start();
    let admin = app.signed_in(UserId(900_001), &["administrator"]);
    for (path, code, kept) in [
        ("/healthz", 200, "no-store"),
        ("/metrics", 200, "no-store"),
        ("/api/roles", 200, "no-store"),
        // Its tag is for changing it, not for asking whether it is as it was.
        ("/api/roles/teacher", 200, "no-store"),
        ("/api/export/audit", 200, "no-store"),
        ("/api/nothing", 404, "no-store"),
        ("/xapi/about", 200, "no-store"),
        ("/api/openapi.json", 200, "private, no-cache"),
    ] {
        let answer = app.get(path).by(&admin).send().status(code);
        assert_eq!(answer.header("cache-control"), Some(kept), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    let tag = app.get("/api/openapi.json").send().header("etag").unwrap().to_owned();
    let same = app.get("/api/openapi.json").header("If-None-Match", &tag).send().status(304);
    assert_eq!(same.header("cache-control"), Some("private, no-cache"));
}

/// A small file system in memory; unmounted when dropped.
pub struct Small(pub tempfile::TempDir);

impl Small {
    pub fn mount() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(home.path()).output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(home)),
            other => {
                skipped(&format!("a small file system cannot be mounted here: {other:?}"));
                None
            }
        }
    }
}

impl Small {
    /// Fills it to the last byte with a file.
    pub fn fill(&self) -> PathBuf {
        let ballast = self.0.path().join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        for size in [1024 * 1024, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        ballast
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.0.path()).status());
    }
}

#[test]
fn a_server_starts_on_a_full_disk_says_so_and_goes_on_once_there_is_room() {
    let Some(small) = Small::mount() else { return };
    let place = small.0.path().join("store");
    let mut config = Config::default();
    config.store.directory.clone_from(&place);
    (config.store.segment_mib, config.store.low_water_mib) = (1, 1);
    let state = lyceum::app::open(config, Clock::System).unwrap();
    state.store.close();
    drop(state);
    let ballast = small.fill();
    let app = TestApp::start_with(|config| config.store.directory = place);
    let ready = app.get("/readyz").send().status(503).json();
    assert_eq!(ready["status"], "read_only");
    assert!(ready["reason"].as_str().unwrap().contains("the disk is full"), "{ready}");
    app.get("/healthz").send().status(200);
    app.get("/api/setup").send().status(200);
    let nobody = serde_json::json!({ "username": "nobody", "password": "nobody at all" });
    app.post("/api/session").json(&nobody).send().problem(401, "sign_in_failed");
    std::fs::remove_file(&ballast).unwrap();
    let since = Instant::now();
    while app.get("/readyz").send().code != 200 {
        assert!(since.elapsed() < Duration::from_secs(30), "it does not go on");
    }
    app.signed_in(UserId(900_001), &["administrator"]);
}
