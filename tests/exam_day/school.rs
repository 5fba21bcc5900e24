//! A school made through the API: an administrator, a teacher, learners from a CSV file, a course, a question bank.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::client::{Client, Credential};
use crate::questions::{GIFT, MOODLE_XML};
use crate::server::Server;
use crate::together;

/// Good enough for the strength meter, and said nowhere else.
pub const PASSWORD: &str = "magnet ferry tulip harbour";

pub struct School {
    pub administrator: Client,
    pub teacher: Client,
    pub course: u64,
    /// Users and usernames of the learners, in the order of the file.
    pub learners: Vec<(u64, String)>,
}

/// Somebody with a role in the course, named in the file.
const TEACHER: &str = "t.hypatia";

impl School {
    /// Opens a school with `learners` learners on a fresh server, and a course with the questions of the exam.
    pub async fn open(server: &Server, learners: usize) -> Self {
        let mut administrator = Client::new(server.address, Credential::None);
        let setup = json!({
            "code": server.setup_code(), "username": "principal", "email": null,
            "first_name": "Ada", "last_name": "Principal", "password": PASSWORD
        });
        administrator.post("/api/setup", &setup).await.expect(201);
        let again = administrator.post("/api/setup", &setup).await;
        assert!((400..500).contains(&again.status), "the code works once: {}", again.text());
        administrator.sign_in("principal", PASSWORD, true).await;

        let teacher = json!({
            "username": TEACHER, "email": "hypatia@school.example", "first_name": "Hypatia", "last_name": "Teacher"
        });
        let teacher = administrator.post("/api/accounts", &teacher).await.expect(201).json()["id"].clone();
        administrator.put(&format!("/api/accounts/{teacher}/grants/teacher"), &json!({})).await.expect(200);
        let link = administrator.post(&format!("/api/accounts/{teacher}/password-link"), &json!({})).await;
        activate(server.address, &link.expect(201).json()["token"]).await;
        let mut teacher = Client::new(server.address, Credential::None);
        teacher.sign_in(TEACHER, PASSWORD, false).await;

        let course = json!({ "short_name": "EXAM", "title": "An exam day" });
        let course = teacher.post("/api/courses", &course).await.expect(201).json()["id"].as_u64().unwrap();
        let published = json!({ "status": "published" });
        teacher.put(&format!("/api/courses/{course}/status"), &published).await.expect(200);

        let learners = enrol(server, &mut administrator, learners).await;
        let mut school = Self { administrator, teacher, course, learners };
        school.import_questions("gift", GIFT, 14).await;
        school.import_questions("moodle_xml", MOODLE_XML, 6).await;
        school
    }

    async fn import_questions(&mut self, format: &str, file: &str, count: usize) {
        let path = format!("/api/courses/{}/questions/import?format={format}", self.course);
        let rehearsal =
            self.teacher.call("POST", &format!("{path}&dry_run=true"), OCTETS, file.as_bytes()).await;
        assert_eq!(rehearsal.expect(200).json()["created"], json!(count));
        let report = self.teacher.call("POST", &path, OCTETS, file.as_bytes()).await.expect(200).json();
        assert_eq!((&report["created"], &report["skipped"]), (&json!(count), &json!([])), "{report}");
        let again = self.teacher.call("POST", &path, OCTETS, file.as_bytes()).await.expect(200).json();
        assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(count)), "{again}");
    }

    /// The id of the question with this name.
    pub async fn questions(&mut self) -> Vec<Value> {
        self.teacher.list(&format!("/api/courses/{}/questions", self.course)).await
    }

    /// The id of a category at the top of the bank.
    pub async fn category(&mut self, name: &str) -> u64 {
        let tree = self.teacher.get(&format!("/api/courses/{}/question_categories", self.course)).await;
        let tree = tree.expect(200).json();
        let found = tree["items"].as_array().unwrap().iter().find(|row| row["path"] == json!([name]));
        found.unwrap_or_else(|| panic!("{tree}"))["id"].as_u64().unwrap()
    }
}

const OCTETS: &[(&str, &str)] = &[("Content-Type", "application/octet-stream")];

/// Sets the password of an account with a one-time link.
pub async fn activate(address: SocketAddr, token: &Value) {
    let mut nobody = Client::new(address, Credential::None);
    nobody.post("/api/activation", &json!({ "token": token, "password": PASSWORD })).await.expect(204);
}

/// Learners by a CSV file. Every third comes with a password, the others get a link and set their own.
async fn enrol(server: &Server, administrator: &mut Client, count: usize) -> Vec<(u64, String)> {
    let mut file = "username,firstname,lastname,email,password,course1,role1\r\n".to_owned();
    for number in 0..count {
        let password = if number % 3 == 0 { PASSWORD } else { "" };
        write!(
            file,
            "l{number:04},Ana {number},\"Núñez, the {number}th\",l{number}@school.example,{password},EXAM,student\r\n"
        )
        .unwrap();
    }
    let csv = [("Content-Type", "text/csv; charset=utf-8")];
    let path = "/api/import/roster";
    let rehearsal = administrator.call("POST", &format!("{path}?dry_run=true"), &csv, file.as_bytes()).await;
    assert_eq!(rehearsal.expect(200).json()["created"], json!(count));
    let report = administrator.call("POST", &format!("{path}?links=true"), &csv, file.as_bytes()).await;
    let report = report.expect(200).json();
    assert_eq!((&report["created"], &report["enrolled"]), (&json!(count), &json!(count)), "{report}");
    let again = administrator.call("POST", path, &csv, file.as_bytes()).await.expect(200).json();
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(count)), "{again}");

    let rows = report["results"].as_array().unwrap();
    let tokens: Vec<Value> =
        rows.iter().map(|row| row["activation_token"].clone()).filter(Value::is_string).collect();
    assert_eq!(tokens.len(), count - count.div_ceil(3));
    let address = server.address;
    together(tokens.into_iter().map(|token| async move { activate(address, &token).await })).await;
    rows.iter()
        .map(|row| (row["user"].as_u64().unwrap(), row["username"].as_str().unwrap().to_owned()))
        .collect()
}
