//! What is kept of one person: finding it, handing it out, and the job that erases it or makes it nameless, which asks first.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use super::{lines, of_lines};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::account::{self, Account, AccountStatus, display_name};
use crate::domain::ids::UserId;
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::domain::xapi::files::told;
use crate::domain::xapi::forward::edit;
use crate::domain::xapi::people::erase::ErasureWay;
use crate::domain::xapi::people::{Person, find};
use crate::domain::xapi::record::Statement;
use crate::http::beside::beside;
use crate::http::routes::{Needs, Routes};
use crate::http::xapi_people::erasure;
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::admin::require;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::job;
use crate::web::sign_in::encoded;
use crate::web::visitor::{Posted, Visitor};

const HERE: &str = "/admin/records/people";
const ERASE: &str = "/admin/records/people/erase";
/// Statements of one read, which holds up writers for as long as it lasts.
const AT_ONCE: usize = 100;
/// Reads of a page: what is more is told as so many or more.
const READS: usize = 20;
/// The first statements, by which one sees whether it is the right person.
const SHOWN: usize = 10;

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    let needs = Needs::Site(Permission::ManageSite);
    routes.page(HERE, Class::Report, needs, show);
    routes.page(ERASE, Class::Report, needs, ask);
    routes.form(ERASE, Class::Interactive, needs, erase);
}

/// Who is meant.
struct Who {
    /// The number of an account, which a former installation at this address may have had.
    number: Option<UserId>,
    /// The account, when it is there.
    account: Option<Arc<Account>>,
    /// Agents as JSON, each with the field that it was typed into.
    agents: Vec<(String, String)>,
    /// Everything that identifies them.
    person: Person,
}

/// An agent as JSON, from how people write it: an e-mail address, its SHA-1, an `OpenID`, or JSON.
fn agent(line: &str) -> String {
    let mailbox = line.strip_prefix("mailto:").unwrap_or(line);
    if line.starts_with('{') {
        line.to_owned()
    } else if line.len() == 40 && line.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        json!({ "mbox_sha1sum": line }).to_string()
    } else if mailbox.contains('@') && !mailbox.contains('/') {
        json!({ "mbox": format!("mailto:{mailbox}") }).to_string()
    } else {
        json!({ "openid": line }).to_string()
    }
}

impl Who {
    /// Whom these fields mean: an account by its username, e-mail address or number, and agents, each on a line. A username may
    /// be a number, too, so the number of an account has a sign in front of it.
    fn of(read: &impl Read, fields: &Fields) -> Result<Self, Refusal> {
        let (mut account, mut number) = (None, None);
        if let Some(typed) = fields.optional("account") {
            if let Some(digits) = typed.strip_prefix('#') {
                number = digits.parse().ok().map(UserId);
                account = number.map(|id| read.get::<Account>(&id)).transpose()?.flatten();
            } else {
                account = account::by_login(read, typed)?;
                number = account.as_ref().map(|account| account.id);
            }
            if number.is_none() {
                return Err(invalid(
                    "/account",
                    "is no username, e-mail address, or # and number of an account",
                ));
            }
        }
        let typed = lines(fields.get("agents")).into_iter().enumerate();
        let agents: Vec<_> = typed.map(|(place, line)| (format!("/agents/{place}"), agent(&line))).collect();
        let own = number.map(|number| ("/account", number));
        let person = Person::parse(read, ("/agents", agents.as_slice()), own);
        let person = person.map_err(|refusal| of_lines(refusal, "agents"))?;
        Ok(Self { number, account, agents, person })
    }

    /// The same question to the API.
    fn query(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.number.map(|number| format!("account={number}")));
        if !self.agents.is_empty() {
            let agents: Vec<&str> = self.agents.iter().map(|(_, agent)| agent.as_str()).collect();
            parts.push(format!("agent={}", encoded(&format!("[{}]", agents.join(",")))));
        }
        parts.join("&")
    }
}

/// The same question to the pages.
fn asked(account: &str, agents: &str) -> String {
    format!("account={}&agents={}", encoded(account), encoded(agents))
}

/// A statement as a page shows it.
struct Line {
    stored: Timestamp,
    verb: String,
    /// What it was done to.
    what: String,
}

impl Line {
    fn of(state: &State, statement: &Statement) -> Result<Self, Refusal> {
        let broken = |error: serde_json::Error| INTERNAL.refuse(format!("a kept statement: {error}"));
        let told: Value = serde_json::from_str(&told(&state.blobs, statement)?).map_err(broken)?;
        let text = |place: &str| told.pointer(place).and_then(Value::as_str).map(str::to_owned);
        let us = i64::try_from(statement.stored.0).unwrap_or(i64::MAX);
        Ok(Self {
            stored: Timestamp::from_ms(us / 1_000),
            verb: text("/verb/id").unwrap_or_default(),
            what: text("/object/id").or_else(|| text("/object/objectType")).unwrap_or_default(),
        })
    }
}

/// What is here of a person, counted as far as a page does.
struct Found {
    statements: usize,
    documents: usize,
    /// There may be more.
    cut: bool,
    first: Vec<Line>,
}

impl Found {
    fn of(state: &State, actor: &Actor, person: &Person) -> Result<Self, Refusal> {
        let mut found = Self { statements: 0, documents: 0, cut: true, first: Vec::new() };
        let mut after = None;
        for _ in 0..READS {
            let page = state.store.read(|read| find::statements(read, actor, person, after, AT_ONCE))?;
            found.statements += page.statements.len();
            let room = SHOWN.saturating_sub(found.first.len());
            for statement in page.statements.iter().take(room) {
                found.first.push(Line::of(state, statement)?);
            }
            after = page.next;
            if after.is_none() {
                found.cut = false;
                break;
            }
        }
        let mut place = Some((0, None));
        for _ in 0..READS {
            let Some(begin) = place else { break };
            let (some, next) =
                state.store.read(|read| find::documents(read, actor, person, begin, AT_ONCE))?;
            found.documents += some.len();
            place = next;
        }
        found.cut |= place.is_some();
        Ok(found)
    }

    const fn is_something(&self) -> bool {
        self.statements > 0 || self.documents > 0 || self.cut
    }

    /// How much it is, in words.
    fn words(&self, frame: &Frame) -> String {
        let words = frame.t2("records-person-found", "count", self.statements, "documents", self.documents);
        if self.cut { frame.t1("records-person-at-least", "what", words) } else { words }
    }
}

/// Looks beside the workers.
async fn found(state: &State, actor: &Actor, who: &Who) -> Result<Found, Refusal> {
    let (held, actor, person) = (state.clone(), actor.clone(), who.person.clone());
    beside(state, move || Found::of(&held, &actor, &person)).await
}

/// Somebody who was found.
struct Shown {
    found: Found,
    /// The name of the account.
    name: Option<String>,
    /// Where the same question is asked of the API and of the pages.
    query: String,
    asked: String,
    /// An address of theirs that was not asked for, and where it is.
    also: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "records/people.html")]
struct PeoplePage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    shown: Option<Shown>,
}

/// What an account has as an address beside what was asked for: other tools know people by it.
fn also(who: &Who, fields: &Fields) -> Option<(String, String)> {
    let email = who.account.as_ref()?.email.as_ref()?.as_str();
    let mailbox = agent(email);
    if who.agents.iter().any(|(_, agent)| *agent == mailbox) {
        return None;
    }
    let agents = format!("{}\n{email}", fields.get("agents"));
    Some((email.to_owned(), format!("{HERE}?{}", asked(fields.get("account"), agents.trim()))))
}

fn typed(request: &HttpRequest) -> Result<Fields, Refusal> {
    Fields::parse(request.query_string().as_bytes())
}

async fn show(request: HttpRequest, visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    require(state, actor, Permission::ManageSite)?;
    let fields = typed(&request)?;
    if fields.optional("account").is_none() && fields.optional("agents").is_none() {
        let form = Form::of(fields);
        return form.show(frame, &PeoplePage { frame, form: &form, shown: None });
    }
    let who = match state.store.read(|read| Who::of(read, &fields)) {
        Ok(who) => who,
        Err(refusal) => return back(frame, fields, refusal),
    };
    let shown = Shown {
        found: found(state, actor, &who).await?,
        name: who.account.as_deref().map(display_name),
        query: who.query(),
        asked: asked(fields.get("account"), fields.get("agents")),
        also: also(&who, &fields),
    };
    let form = Form::of(fields);
    form.show(frame, &PeoplePage { frame, form: &form, shown: Some(shown) })
}

/// The form with what is wrong.
fn back(frame: &Frame, fields: Fields, refusal: Refusal) -> Result<HttpResponse, Refusal> {
    let form = Form::refused(fields, refusal, frame.text)?;
    form.show(frame, &PeoplePage { frame, form: &form, shown: None })
}

/// How it is to be done, by the end of its messages' keys.
fn way(fields: &Fields) -> Result<(ErasureWay, &'static str), Refusal> {
    match fields.get("how") {
        "erase" => Ok((ErasureWay::Erase, "erase")),
        "pseudonymise" => Ok((ErasureWay::Pseudonymise, "pseudonymise")),
        _ => Err(invalid("/how", "is neither erase nor pseudonymise")),
    }
}

async fn ask(request: HttpRequest, visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    require(state, actor, Permission::ManageSite)?;
    let fields = typed(&request)?;
    let (account, agents) = (fields.get("account"), fields.get("agents"));
    let asked = format!("{HERE}?{}", asked(account, agents));
    let looked = state.store.read(|read| {
        let who = Who::of(read, &fields)?;
        // A target that gets what is about somebody says who that is.
        let targets = edit::list(read, actor)?.into_iter();
        let names = targets
            .filter(|target| target.selection.agent.as_ref().is_some_and(|agent| who.person.has(&agent.ifi)));
        let names: Vec<String> = names.map(|target| target.name).collect();
        Ok::<_, Refusal>((who, names))
    });
    let (Ok((who, targets)), Ok((_, how))) = (looked, way(&fields)) else {
        // Nobody, or nothing to do: the form says what is wrong.
        return Ok(frame.go(&asked));
    };
    let mut what = vec![
        found(state, actor, &who).await?.words(frame),
        frame.t_of("records-person-goes-", how).into_owned(),
        frame.t("records-person-documents-go").into_owned(),
        frame.t("records-person-stays").into_owned(),
    ];
    if who.account.as_ref().is_some_and(|account| account.status == AccountStatus::Active) {
        what.push(frame.t("records-person-account").into_owned());
    }
    what.extend(targets.into_iter().map(|name| frame.t1("records-person-target", "name", name)));
    what.push(frame.t("records-person-for-good").into_owned());
    let first = || lines(agents).into_iter().next().unwrap_or_else(|| account.to_owned());
    let name = who.account.as_deref().map_or_else(first, display_name);
    Confirm {
        question: frame.t1(question(how), "name", name),
        what,
        action: ERASE,
        fields: &[("account", account.to_owned()), ("agents", agents.to_owned()), ("how", how.to_owned())],
        button: frame.t_of("records-person-do-", how).into_owned(),
        back: &asked,
    }
    .show(frame)
}

fn question(how: &str) -> &'static str {
    if how == "erase" { "records-person-question-erase" } else { "records-person-question-pseudonymise" }
}

async fn erase(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who: by, frame, fields, state } = posted;
    let actor = by.actor;
    require(&state, &actor, Permission::ManageSite)?;
    let looked = state.store.read(|read| Who::of(read, &fields));
    let (who, how) = match looked.and_then(|who| Ok((who, way(&fields)?.0))) {
        Ok(found) => found,
        Err(refusal) => return back(&frame, fields, refusal),
    };
    let dry_run = fields.ticked("dry_run");
    let prepare = erasure(&state, who.agents, who.number, (how, dry_run))?;
    let begun = job::begin(&state, &actor, move |txn, actor| Ok((prepare(txn, actor)?, None)));
    match begun.await {
        Ok(job) => {
            let said = if dry_run { "records-person-counting" } else { "records-person-begun" };
            Ok(frame.go_and_say(&format!("/admin/jobs/{job}"), &Flash::done(said)))
        }
        Err(refusal) => back(&frame, fields, refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_what_people_write() {
        let sha1 = "a".repeat(40);
        for (typed, read) in [
            ("ada@example.com", json!({ "mbox": "mailto:ada@example.com" })),
            ("mailto:ada@example.com", json!({ "mbox": "mailto:ada@example.com" })),
            (sha1.as_str(), json!({ "mbox_sha1sum": sha1 })),
            ("https://id.example/@ada", json!({ "openid": "https://id.example/@ada" })),
            (
                r#"{"account":{"homePage":"http://x","name":"7"}}"#,
                json!({ "account": { "homePage": "http://x", "name": "7" } }),
            ),
        ] {
            assert_eq!(serde_json::from_str::<Value>(&agent(typed)).unwrap(), read, "{typed}");
        }
    }
}
