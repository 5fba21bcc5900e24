//! Tools that drive the learning record store: what the report counts is what the server's metrics and the store have.

use std::time::Duration;

use lyceum::load::settings::{Place, Profile, Settings};
use serde_json::Value;

use crate::drive;
use crate::server::{ADMIN, PASSWORD, Server};

const TOOLS: usize = 4;
const LOOPS: u32 = 3;

#[test]
fn what_tools_wrote_is_in_the_store_and_their_credential_is_not() {
    let server = Server::start();
    let place = Place::Seed { admin: ADMIN.to_owned(), password: PASSWORD.to_owned(), keep: None };
    let mut settings = Settings::new(server.base.clone(), Profile::Lrs, TOOLS, place);
    settings.think = Duration::from_millis(5);
    settings.start_within = Duration::from_millis(20);
    settings.loops = LOOPS;
    let report = drive(&settings).unwrap();
    assert_eq!(report.totals.errors, 0, "{:?}", report.actions);

    let loops = u64::try_from(TOOLS).unwrap() * u64::from(LOOPS);
    let each = [
        ("statement", 5),
        ("statements", 1),
        ("statement_by_id", 1),
        ("statements_by_agent", 1),
        ("statements_by_verb", 1),
        ("statements_by_activity", 1),
        ("state_save", 1),
        ("state", 1),
    ];
    for (action, times) in each {
        assert_eq!(report.actions[action].count, loops * times, "{action}");
    }
    assert_eq!(report.actions.len(), each.len(), "nobody signs in: {:?}", report.actions.keys());
    assert_eq!(server.counted("POST", "/xapi/statements", "2xx"), loops * 6);
    assert_eq!(server.counted("GET", "/xapi/statements", "2xx"), loops * 4);

    let credentials = server.json("/api/xapi/credentials");
    assert_eq!(credentials["items"], Value::Array(Vec::new()), "{credentials}");
    let note =
        report.notes.iter().find(|note| note.contains("credential")).expect("a note says what is left");
    assert!(note.contains("statements") && note.contains("deleted"), "{:?}", report.notes);
}
