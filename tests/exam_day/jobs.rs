//! Jobs and `kill -9`: an import and a deletion that lose their server in the middle end as if nothing had happened.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, Credential};
use crate::run;
use crate::school::PASSWORD;
use crate::server::Server;

const SETTINGS: [(&str, &str); 3] = [
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", "8"),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    ("LYCEUM__STORE__LOW_WATER_MIB", "16"),
];
/// More than are imported at once, and enough for a job of some seconds.
const ROWS: usize = 3_000;
const ROUNDS: usize = 5;
const PATIENCE: Duration = Duration::from_mins(2);

/// An administrator of a fresh server.
async fn administrator(server: &Server) -> Client {
    let mut client = Client::new(server.address, Credential::None);
    let setup = json!({
        "code": server.setup_code(), "username": "principal", "email": null,
        "first_name": "Ada", "last_name": "Principal", "password": PASSWORD
    });
    client.post("/api/setup", &setup).await.expect(201);
    client.sign_in("principal", PASSWORD, true).await;
    client
}

/// The job once `enough` holds of it.
async fn once(client: &mut Client, job: &str, enough: impl Fn(&Value) -> bool) -> Value {
    let until = Instant::now() + PATIENCE;
    loop {
        let view = client.get(job).await.expect(200).json();
        if enough(&view) {
            return view;
        }
        assert!(Instant::now() < until && view["state"] != "failed", "{view}");
    }
}

fn is_over(view: &Value) -> bool {
    !view["ended"].is_null()
}

/// Kills the server and starts it again; the job as the kill left it.
async fn kill(server: &mut Server, client: &mut Client, job: &str) -> Value {
    server.kill();
    server.set("LYCEUM__JOBS__PARALLEL", "0");
    server.spawn();
    let found = client.get(job).await.expect(200).json();
    server.kill();
    server.set("LYCEUM__JOBS__PARALLEL", "1");
    server.spawn();
    found
}

async fn course(client: &mut Client, name: &str) -> u64 {
    let facts = json!({ "short_name": name, "title": name });
    let course =
        client.post("/api/courses?teach=false", &facts).await.expect(201).json()["id"].as_u64().unwrap();
    client.put(&format!("/api/courses/{course}/status"), &json!({ "status": "published" })).await.expect(200);
    course
}

/// Archives the course and asks for its end; where the job is.
async fn delete(client: &mut Client, course: u64, name: &str) -> String {
    let path = format!("/api/courses/{course}");
    client.put(&format!("{path}/status"), &json!({ "status": "archived" })).await.expect(200);
    let reply = client.json("DELETE", &path, &json!({ "short_name": name })).await.expect(202);
    reply.answer.header("location").unwrap().to_owned()
}

#[test]
fn an_import_and_a_deletion_that_are_killed_in_the_middle_end_as_undisturbed_ones_do() {
    // On a busy machine a job may be over before the kill reaches it. Every round has to end well; both kinds have to be
    // hit in the middle in one of them.
    let mut hit = Hit::default();
    for _ in 0..ROUNDS {
        run(killed(&mut hit));
        if hit.import > 0 && hit.deletion > 0 {
            return;
        }
    }
    panic!("no kill of {ROUNDS} rounds came in the middle of both: {hit:?}");
}

/// How often a kill found a job in the middle.
#[derive(Debug, Default)]
struct Hit {
    import: usize,
    deletion: usize,
}

async fn killed(hit: &mut Hit) {
    let mut server = Server::start(&SETTINGS);
    let mut client = administrator(&server).await;
    let undisturbed = course(&mut client, "CALM").await;
    let disturbed = course(&mut client, "STORM").await;
    let mut file = "username,firstname,lastname,course1,group1,course2,group2\n".to_owned();
    for row in 0..ROWS {
        writeln!(file, "l{row:05},Ana,N{row},CALM,G{},STORM,G{}", row % 10, row % 10).unwrap();
    }
    let csv = [("Content-Type", "text/csv"), ("Idempotency-Key", "intake")];
    let send = async |client: &mut Client| {
        let reply = client.call("POST", "/api/import/roster", &csv, file.as_bytes()).await.expect(202);
        reply.answer.header("location").unwrap().to_owned()
    };
    let job = send(&mut client).await;
    let rows = ROWS as u64;
    for part in [rows / 10, rows / 2] {
        let view = once(&mut client, &job, |view| view["done"].as_u64().unwrap() >= part).await;
        let found = kill(&mut server, &mut client, &job).await;
        hit.import += usize::from(!is_over(&found));
        assert!(
            found["done"].as_u64() >= view["done"].as_u64(),
            "what was said to be done was lost: {found}"
        );
    }
    assert_eq!(send(&mut client).await, job, "sent again because the answer might have been lost");
    let view = once(&mut client, &job, is_over).await;
    assert_eq!((&view["state"], &view["done"], &view["total"]), (&json!("done"), &json!(rows), &json!(rows)));
    let report = client.get(&format!("{job}/result")).await.expect(200).json();
    assert_eq!((&report["created"], &report["refused"]), (&json!(rows), &json!(0)));
    assert_eq!(report["enrolled"], json!(2 * rows));
    let results = report["results"].as_array().unwrap();
    let lines: Vec<u64> = results.iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, (2..rows + 2).collect::<Vec<_>>(), "each row once, in order");
    let users: BTreeSet<u64> = results.iter().map(|row| row["user"].as_u64().unwrap()).collect();
    assert_eq!(users.len(), ROWS);
    let people = client.get("/api/export/roster").await.expect(200).text();
    assert_eq!(people.lines().count(), ROWS + 2, "a header, who imports and who was imported");

    let job = delete(&mut client, undisturbed, "CALM").await;
    assert_eq!(once(&mut client, &job, is_over).await["state"], "done");
    let calm = client.get(&format!("{job}/result")).await.expect(200).json();
    let job = delete(&mut client, disturbed, "STORM").await;
    for _ in 0..3 {
        once(&mut client, &job, |view| view["done"].as_u64().unwrap() > 0).await;
        let found = kill(&mut server, &mut client, &job).await;
        hit.deletion += usize::from(!is_over(&found));
    }
    assert_eq!(once(&mut client, &job, is_over).await["state"], "done");
    let storm = client.get(&format!("{job}/result")).await.expect(200).json();
    assert_eq!(storm["gone"], calm["gone"]);
    assert_eq!(storm["gone"]["enrolments"], json!(rows));
    client.get(&format!("/api/courses/{disturbed}")).await.expect(404);
    server.stop();
    server.verify();
}
