//! Every route of the API document: with bodies that are none, without a credential, with ids that are not there.

use serde_json::Value;

use crate::client::{Client, Credential, Reply};
use crate::hostile::{World, problem};

/// An operation of the document.
struct Operation {
    method: String,
    path: String,
    takes_json: bool,
    /// Does the document say that it may be refused for want of a credential?
    needs_credential: bool,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            found.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                takes_json: operation["requestBody"]["content"]["application/json"].is_object(),
                needs_credential: operation["responses"]["401"].is_object()
                    && !matches!(path.as_str(), "/api/session" | "/api/setup" | "/api/activation"),
            });
        }
    }
    assert!(found.len() > 80, "{} operations", found.len());
    found
}

/// The path with something in the place of each `{name}`.
fn fill(path: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').unwrap();
        filled.push_str(before);
        filled.push_str(&value(name));
        rest = after;
    }
    filled + rest
}

pub async fn every_route(world: &mut World) {
    let document = world.school.administrator.get("/api/openapi.json").await.expect(200).json();
    let all = operations(&document);
    bodies_that_are_none(world, &all).await;
    nobody(world, &all).await;
    ids_that_are_not_there(world, &all).await;
}

async fn bodies_that_are_none(world: &mut World, all: &[Operation]) {
    let (course, quiz, attempt) = (world.school.course, world.quiz, world.attempt);
    let (section, item, question) = (world.section, world.item, world.question);
    let user = world.school.learners[3].0;
    let mut large = b"{\"unknown\": \"".to_vec();
    large.resize(10 * 1024 * 1024, b'x');
    large.extend_from_slice(b"\"}");
    let mut taking_json = 0;
    for operation in all.iter().filter(|operation| operation.takes_json) {
        taking_json += 1;
        let path = fill(&operation.path, |name| match name {
            "course" => course.to_string(),
            "quiz" => quiz.to_string(),
            "attempt" => attempt.to_string(),
            "section" => section.to_string(),
            "item" => item.to_string(),
            "question" => question.to_string(),
            "account" | "user" => user.to_string(),
            "role" => "observer".to_owned(),
            "kind" => "items".to_owned(),
            "slot" => "0".to_owned(),
            _ => "1".to_owned(),
        });
        let bodies: [(&str, &str, &[u8]); 7] = [
            ("a list", "application/json", b"[]"),
            ("half an object", "application/json", b"{"),
            ("a text", "application/json", b"\"text\""),
            ("nothing", "application/json", b"null"),
            ("an unknown field", "application/json", b"{\"unknown\": 1}"),
            ("ten megabytes", "application/json", &large),
            ("another type", "text/plain", b"{\"unknown\": 1}"),
        ];
        for (what, media, body) in bodies {
            let what = format!("{} {path} with {what}", operation.method);
            let headers = [("Content-Type", media), ("If-Match", "*")];
            let client = &mut world.school.administrator;
            let bytes = client.bytes(&operation.method, &path, &headers, body);
            let code = match client.send_in_turn(&bytes).await {
                Ok(reply) => problem(&what, &reply.answer),
                Err(error) => Err(format!("{what}: no answer: {error}")),
            };
            match code {
                Ok(code) if body.len() > 1024 && code != "too_large" => {
                    world.faults.push(format!("{what}: {code}"));
                }
                Ok(_) => {}
                Err(fault) => world.faults.push(fault),
            }
        }
    }
    assert!(taking_json > 30, "{taking_json} routes take JSON");
    world.school.administrator.get("/api/me").await.expect(200);
}

async fn send(client: &mut Client, operation: &Operation, path: &str) -> Reply {
    let headers = [("Content-Type", "application/json"), ("If-Match", "*")];
    let body: &[u8] = if operation.takes_json { b"{}" } else { b"" };
    let bytes = client.bytes(&operation.method, path, &headers, body);
    client.send_in_turn(&bytes).await.unwrap_or_else(|error| panic!("{} {path}: {error}", operation.method))
}

async fn nobody(world: &mut World, all: &[Operation]) {
    let mut nobody = Client::new(world.learner.address, Credential::None);
    let mut refused = 0;
    for operation in all {
        let path = fill(&operation.path, |_| "1".to_owned());
        let reply = send(&mut nobody, operation, &path).await;
        if operation.needs_credential {
            match problem(&format!("{} {path} by nobody", operation.method), &reply.answer) {
                Ok(code) if code == "unauthenticated" => refused += 1,
                Ok(code) => world.faults.push(format!("{} {path} by nobody: {code}", operation.method)),
                Err(fault) => world.faults.push(fault),
            }
        } else if reply.status >= 500 {
            world.faults.push(format!("{} {path} by nobody: {}", operation.method, reply.status));
        }
    }
    assert!(refused > 60, "{refused} routes ask who somebody is: {:?}", world.faults);
}

async fn ids_that_are_not_there(world: &mut World, all: &[Operation]) {
    for operation in all.iter().filter(|operation| operation.path.contains('{')) {
        for id in ["9007199254740991", "18446744073709551615", "0", "-1", "x", "%20", "1e3"] {
            let path = fill(&operation.path, |_| id.to_owned());
            let what = format!("{} {path}", operation.method);
            let reply = send(&mut world.school.administrator, operation, &path).await;
            world.faults.extend(problem(&format!("{what} by an administrator"), &reply.answer).err());
            let reply = send(&mut world.learner, operation, &path).await;
            world.faults.extend(problem(&format!("{what} by a learner"), &reply.answer).err());
        }
    }
}
