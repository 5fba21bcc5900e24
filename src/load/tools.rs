//! Tools that write into the learning record store and read from it, with a credential that the run makes for itself and
//! deletes afterwards. What they wrote stays: the API does not delete statements.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::LoadError;
use super::crew::Play;
use super::desk::{Body, Desk};
use super::measure::Action;
use super::person::{Ask, Outcome, Person};
use super::run::Progress;
use super::seed;
use super::stop::Stop;
use super::target::Target;
use super::visits::Time;
use crate::percent;

/// Statements that a tool posts one by one in a loop, as its learners answer.
const SINGLES: usize = 5;
/// Statements of one post when a tool sends what it has gathered: from this many ..
const LEAST_BATCH: usize = 25;
/// .. to this many.
const MOST_BATCH: usize = 50;
/// Statements of one page of an answer.
const PAGE: usize = 50;
/// Learners of each tool: a class.
const CLASS: usize = 25;
/// Activities that all tools tell of.
const ACTIVITIES: usize = 40;
/// What learners do.
const VERBS: [&str; 4] = ["answered", "completed", "experienced", "progressed"];

/// The credential of a run.
#[derive(Debug)]
pub(super) struct Access {
    /// The run's name: `load-` and eight hexadecimal digits.
    pub run: String,
    /// What the tools show.
    pub token: String,
    id: u64,
    desk: Desk,
}

impl Access {
    /// Makes the credential.
    pub(super) async fn make(
        target: &Target,
        (admin, password): (&str, &str),
        stop: &Stop,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Self, LoadError> {
        let (run, _) = seed::names()?;
        let mut desk = Desk::new(target).heeding(stop);
        desk.sign_in(admin, password).await?;
        tell(Progress::Says(format!("making credential {run} of the learning record store")));
        let wanted = json!({ "name": run, "scopes": ["all"] });
        let made = desk.post("/api/xapi/credentials", &wanted).await?;
        let id = seed::id_of(&made, "the new credential")?;
        let token = made.get("token").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self { run, token, id, desk })
    }

    /// Deletes the credential. What is left is said.
    pub(super) async fn put_away(self, tell: &mut dyn FnMut(Progress)) -> Result<Vec<String>, LoadError> {
        let Self { run, id, desk, .. } = self;
        tell(Progress::Says(format!("deleting credential {run}")));
        let note =
            format!("the API does not delete statements: those of {run} stay. Its credential is deleted");
        let path = format!("/api/xapi/credentials/{id}");
        desk.heeding(&Stop::default()).call("DELETE", &path, Body::None).await?;
        Ok(vec![note])
    }
}

/// One tool with its class.
struct Tool<'a> {
    run: &'a str,
    number: usize,
    /// Statements that it has made up.
    made: usize,
    /// The numbers of those that the store has.
    kept: Vec<usize>,
}

impl Tool<'_> {
    /// Ids are the tool's own, so that what is sent again after a broken connection is there once; and no two runs have the
    /// same.
    fn id(&self, statement: usize) -> String {
        let run = self.run.trim_start_matches("load-");
        format!("{run}-{:04x}-4000-8000-{statement:012x}", self.number)
    }

    fn learner(&self, person: &mut Person) -> Value {
        let learner = person.dice.below(CLASS);
        let name = format!("{}-{:04x}-{learner}", self.run, self.number);
        json!({ "account": { "homePage": "https://load.example", "name": name } })
    }

    fn activity(&self, person: &mut Person) -> String {
        format!("https://load.example/{}/activities/{}", self.run, person.dice.below(ACTIVITIES))
    }

    fn statement(&mut self, person: &mut Person) -> Value {
        let id = self.id(self.made);
        self.made += 1;
        let verb = person.dice.pick(&VERBS).copied().unwrap_or_default();
        let scaled = f64::from(u32::try_from(person.dice.below(101)).unwrap_or(0)) / 100.0;
        json!({
            "id": id,
            "actor": self.learner(person),
            "verb": { "id": verb_id(verb), "display": { "en": verb } },
            "object": { "id": self.activity(person) },
            "result": { "score": { "scaled": scaled }, "completion": true },
            "context": {
                "platform": "lyceum load",
                "contextActivities": { "grouping": [{ "id": format!("https://load.example/{}", self.run) }] },
            },
        })
    }

    /// Posts statements: one as itself, more as a list. `false` when the run is over.
    async fn post(&mut self, person: &mut Person, time: &mut Time<'_>, action: Action, count: usize) -> bool {
        let first = self.made;
        let mut statements: Vec<Value> = (0..count).map(|_| self.statement(person)).collect();
        let body = match statements.pop() {
            Some(only) if statements.is_empty() => only,
            last => statements.into_iter().chain(last).collect(),
        };
        let body = body.to_string();
        let Some(intended) = time.step(person).await else { return false };
        let outcome =
            person.ask(Ask::send(action, "POST", "/xapi/statements", body.as_bytes()), intended).await;
        if outcome == Outcome::Good {
            self.kept.push(first);
        }
        outcome != Outcome::Over
    }
}

fn verb_id(verb: &str) -> String {
    format!("http://adlnet.gov/expapi/verbs/{verb}")
}

/// A parameter of a query, as it stands in a URL.
fn coded(text: &str) -> String {
    percent::encoded(text, "~")
}

/// Plays tool `number`: a bookmark is kept and read, single statements, a batch; then it reads one of its statements, and
/// pages of what a learner did, of a verb, and of an activity.
pub(super) async fn play(person: &mut Person, play: &Play, begin: Instant, number: usize) {
    let Some(access) = &play.stage.access else { return };
    let mut tool = Tool { run: &access.run, number, made: 0, kept: Vec::new() };
    let mut time = Time::new(person, play, begin);
    while time.goes_on() {
        let agent = coded(&tool.learner(person).to_string());
        let activity = coded(&tool.activity(person));
        let state = format!("/xapi/activities/state?activityId={activity}&agent={agent}&stateId=bookmark");
        let bookmark = format!("{{\"page\":{}}}", person.dice.below(100));
        if !time.ask(person, Ask::send(Action::StateSave, "POST", &state, bookmark.as_bytes())).await
            || !time.ask(person, Ask::get(Action::State, &state)).await
        {
            return;
        }
        for _ in 0..SINGLES {
            if !tool.post(person, &mut time, Action::Statement, 1).await {
                return;
            }
        }
        let count = LEAST_BATCH + person.dice.below(MOST_BATCH - LEAST_BATCH + 1);
        if !tool.post(person, &mut time, Action::Statements, count).await {
            return;
        }
        if let Some(statement) = person.dice.pick(&tool.kept) {
            let path = format!("/xapi/statements?statementId={}", tool.id(*statement));
            if !time.ask(person, Ask::get(Action::StatementById, &path)).await {
                return;
            }
        }
        let verb = coded(&verb_id(person.dice.pick(&VERBS).copied().unwrap_or_default()));
        for (action, filter) in [
            (Action::StatementsByAgent, format!("agent={agent}")),
            (Action::StatementsByVerb, format!("verb={verb}")),
            (Action::StatementsByActivity, format!("activity={activity}")),
        ] {
            let path = format!("/xapi/statements?{filter}&limit={PAGE}");
            if !time.ask(person, Ask::get(action, &path)).await {
                return;
            }
        }
    }
}
