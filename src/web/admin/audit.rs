//! Who changed what: the audit trail, the newest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::require;
use crate::domain::access::Permission;
use crate::domain::account::{self, known_name};
use crate::domain::attempt::Attempt;
use crate::domain::audit::{self, AuditEntry, DETAIL_LENGTH, Place, Wanted};
use crate::domain::course::Course;
use crate::domain::faults::together;
use crate::domain::grade::item::GradeItem;
use crate::domain::group::Group;
use crate::domain::ids::{AttemptId, CourseId, GradeItemId, GroupId, QuizId, UserId};
use crate::domain::quiz::Quiz;
use crate::domain::refusal::{Refusal, invalid};
use crate::http::page::{PageQuery, cursor};
use crate::http::routes::{Needs, Routes};
use crate::store::{Class, Read, Record as _};
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::said::{self, Named, Said};
use crate::web::sign_in::encoded;
use crate::web::text::ToArg;
use crate::web::visitor::Visitor;

/// Entries per page.
const PER_PAGE: usize = 50;
/// Entries read at once: a millisecond under the lock.
const PER_READ: usize = 200;
/// Entries looked at for a page; a search that finds little goes on with the next page.
const MOST_LOOKED: usize = 10_000;
/// Kinds of actions to choose from.
const KINDS: [&str; 13] = [
    "grade",
    "role",
    "attempt",
    "quiz",
    "question",
    "course",
    "enrolment",
    "group",
    "account",
    "session",
    "token",
    "job",
    "export",
];

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    routes.page("/admin/audit", Class::Report, Needs::Site(Permission::ManageSite), list);
}

#[derive(Debug, Default, Deserialize)]
struct ListQuery {
    person: Option<String>,
    kind: Option<String>,
    from: Option<String>,
    until: Option<String>,
    after: Option<String>,
}

/// An entry with names.
struct Line {
    entry: AuditEntry,
    who: Option<(UserId, String)>,
    kind: String,
    named: Vec<Named>,
    /// The title of its course, as long as that is there.
    course: Option<String>,
}

/// Names under the numbers that an entry speaks of; who and what is gone keeps its number.
fn named(frame: &Frame, read: &impl Read, entry: &AuditEntry) -> Result<Vec<Named>, Refusal> {
    // What was cut may end in the midst of a number.
    let whole = entry.detail.chars().count() < DETAIL_LENGTH;
    let detail = if whole { entry.detail.as_str() } else { "" };
    let mut found = Vec::new();
    for (gap, number) in said::gaps_of(&entry.subject, &entry.action, detail) {
        if let Ok(id) = number.parse()
            && let Some(name) = name_of(frame, read, entry.course, gap, id)?
        {
            found.push((gap, number.to_owned(), name));
        }
    }
    Ok(found)
}

fn name_of(
    frame: &Frame,
    read: &impl Read,
    course: Option<CourseId>,
    gap: &str,
    id: u64,
) -> Result<Option<String>, Refusal> {
    Ok(match (gap, course) {
        ("user", _) => known_name(read, UserId(id))?,
        ("quiz", _) => read.get::<Quiz>(&QuizId(id))?.map(|quiz| quiz.name.clone()),
        ("attempt", _) => attempt_of(frame, read, AttemptId(id))?,
        ("group", Some(course)) => read.get::<Group>(&(course, GroupId(id)))?.map(|group| group.name.clone()),
        ("item", Some(course)) => {
            read.get::<GradeItem>(&(course, GradeItemId(id)))?.map(|item| item.name.as_str().to_owned())
        }
        _ => None,
    })
}

/// Which attempt of whom at what.
fn attempt_of(frame: &Frame, read: &impl Read, id: AttemptId) -> Result<Option<String>, Refusal> {
    let Some(attempt) = read.get::<Attempt>(&id)? else { return Ok(None) };
    let Some(quiz) = read.get::<Quiz>(&attempt.quiz)? else { return Ok(None) };
    let person = account::name_of(read, attempt.user)?;
    let parts: [(&str, &dyn ToArg); 3] =
        [("number", &attempt.number), ("person", &person), ("quiz", &quiz.name)];
    Ok(Some(frame.text.with("said-attempt-of", &parts)))
}

impl Line {
    fn of(frame: &Frame, read: &impl Read, entry: AuditEntry) -> Result<Self, Refusal> {
        let named_of = |id| -> Result<_, Refusal> { Ok((id, account::name_of(read, id)?)) };
        let who = entry.actor.map(named_of).transpose()?;
        let kind = entry.action.split('.').next().unwrap_or_default();
        let kind = if KINDS.contains(&kind) { kind } else { "other" }.to_owned();
        let named = named(frame, read, &entry)?;
        let course = entry.course.map(|course| read.get::<Course>(&course)).transpose()?.flatten();
        Ok(Self { entry, who, kind, named, course: course.map(|course| course.title.clone()) })
    }

    /// The person whom it concerns, when it says so.
    fn concerns(&self) -> Option<&str> {
        let id = self.entry.subject.strip_prefix("user ")?;
        id.bytes().all(|byte| byte.is_ascii_digit()).then_some(id)
    }
}

impl AuditPage<'_> {
    fn action(&self, line: &Line) -> Said {
        said::action(self.frame, &line.entry.action)
    }

    fn subject(&self, line: &Line) -> Said {
        said::subject(self.frame, &line.entry.subject, &line.named)
    }

    fn detail(&self, line: &Line) -> Said {
        said::detail(self.frame, &line.entry.action, &line.entry.detail, &line.named)
    }
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    kinds: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    next: Option<String>,
    behind: bool,
}

fn wanted(frame: &Frame, read: &impl Read, query: &Fields) -> Result<Wanted, Refusal> {
    let moment = |name: &str| {
        let text = query.optional(name);
        let parsed = text.map(|text| {
            let moment = frame.calendar.parse_local(text);
            moment.ok_or_else(|| invalid(format!("?{name}"), "is not a date and a time"))
        });
        parsed.transpose()
    };
    let person = match query.optional("person") {
        None => Ok(None),
        Some(name) => {
            let account = account::by_login(read, &name.to_lowercase())?;
            let nobody = || invalid("?person", "is nobody's username or e-mail address");
            account.ok_or_else(nobody).map(|account| Some(account.id))
        }
    };
    let (person, from, until) = together((person, moment("from"), moment("until")))?;
    let kind = query.optional("kind").map(str::to_owned);
    Ok(Wanted { person, kind, from, until })
}

/// The next entries that are wanted, in several short reads.
fn look(
    visitor: &Visitor,
    wanted: &Wanted,
    mut place: Option<Place>,
) -> Result<(Vec<Line>, Option<Place>), Refusal> {
    let mut lines = Vec::new();
    for _ in 0..MOST_LOOKED / PER_READ {
        let room = PER_PAGE - lines.len();
        let (found, full, next) = visitor.state.store.read(|read| -> Result<_, Refusal> {
            let (found, next) = audit::find(read, visitor.actor(), wanted, place, PER_READ)?;
            let full = found.len() > room;
            // Names are looked up for what is shown alone.
            let lines = found.into_iter().take(room).map(|entry| Line::of(&visitor.frame, read, entry));
            Ok((lines.collect::<Result<Vec<_>, _>>()?, full, next))
        })?;
        lines.extend(found);
        if full || (lines.len() == PER_PAGE && next.is_some()) {
            let last = lines.last().map(|line: &Line| line.entry.key());
            return Ok((lines, last));
        }
        place = next;
        if place.is_none() {
            break;
        }
    }
    Ok((lines, place))
}

async fn list(visitor: Visitor, query: web::Query<ListQuery>) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageSite)?;
    let frame = &visitor.frame;
    let ListQuery { person, kind, from, until, after } = query.into_inner();
    let parts = [("person", person), ("kind", kind), ("from", from), ("until", until)];
    let parts = parts.map(|(name, value)| (name, value.unwrap_or_default()));
    let query = parts.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>();
    let address = format!("/admin/audit?{}", query.join("&"));
    let fields = parts.into_iter().fold(Fields::default(), |fields, (name, value)| fields.with(name, value));
    let place = PageQuery { limit: None, after }.after::<Place>()?;
    let looked = visitor
        .state
        .store
        .read(|read| wanted(frame, read, &fields))
        .and_then(|wanted| look(&visitor, &wanted, place));
    let (form, lines, next) = match looked {
        Ok((lines, next)) => (Form::of(fields), lines, next),
        Err(refusal) if !refusal.fields.is_empty() => {
            (Form::refused(fields, refusal, frame.text)?, Vec::new(), None)
        }
        Err(refusal) => return Err(refusal),
    };
    let mut kinds = vec![("", frame.t("admin-audit-kind-all").into_owned())];
    kinds.extend(KINDS.iter().map(|kind| (*kind, frame.t_of("admin-audit-kind-", kind).into_owned())));
    let next = next.map(|next| format!("{address}&after={}", cursor(&next)));
    form.show(frame, &AuditPage { frame, form: &form, kinds, lines, next, behind: place.is_some() })
}
