//! Reading statements: `GET /xapi/statements`, one by its id or many by what they are about.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use actix_web::HttpResponse;
use actix_web::http::header::{HttpDate, LAST_MODIFIED, TryIntoHeaderValue as _};

use super::call::Call;
use super::files;
use super::known::json;
use super::params::wrong;
use crate::domain::refusal::{INTERNAL, NOT_FOUND, Refusal};
use crate::domain::xapi::credential::CredentialId;
use crate::domain::xapi::definition::known_to;
use crate::domain::xapi::files::told;
use crate::domain::xapi::query::{self, Condition, Filter, MAX_PAGE, Page};
use crate::domain::xapi::record::{Statement, Stored, Text};
use crate::domain::xapi::scalar::Moment;
use crate::domain::xapi::shape::{Format, Languages, Shape, with_times_of_two};
use crate::domain::xapi::term::Term;
use crate::domain::xapi::version::Version;
use crate::http::beside::beside;
use crate::state::State;

/// Statements of a page when the client does not say.
const USUAL_PAGE: usize = 100;
/// How often a walk that has found nothing yet is gone on with for one answer, and for how long.
const MOST_WALKS: usize = 30;
const WALKING: Duration = Duration::from_millis(50);

/// One statement, or a page of them.
pub async fn statements(call: &mut Call) -> Result<HttpResponse, Refusal> {
    let only = call.caller.reads_only()?;
    let id = call.params.uuid("statementId")?;
    let voided_id = call.params.uuid("voidedStatementId")?;
    if let Some(cursor) = call.params.take("more") {
        return more(call, &cursor, only).await;
    }
    let attachments = call.params.flag("attachments")?;
    let format = call.params.maybe("format", |text| {
        Format::parse(text).ok_or_else(|| "is none of ids, exact, canonical".to_owned())
    })?;
    let format = format.unwrap_or(Format::Exact);
    let (id, voided) = match (id, voided_id) {
        (Some(_), Some(_)) => {
            return Err(wrong(
                "voidedStatementId",
                "is there beside statementId, and they exclude each other",
            ));
        }
        (Some(id), None) => (id, false),
        (None, Some(id)) => (id, true),
        (None, None) => {
            let filter = filter(call)?;
            return page(call, filter, None, only, format, attachments).await;
        }
    };
    call.params
        .none_left("is there beside the id of a statement, where only format and attachments may be")?;
    one(call, &id, voided, only, format, attachments).await
}

async fn one(
    call: &Call,
    id: &[u8; 16],
    voided: bool,
    only: Option<CredentialId>,
    format: Format,
    attachments: bool,
) -> Result<HttpResponse, Refusal> {
    let found = call.state.store.read(|read| query::by_id(read, id))?;
    let statement = found
        .filter(|found| found.voided == voided && only.is_none_or(|only| found.credential == only))
        .ok_or_else(|| NOT_FOUND.refuse("there is no such statement, or none that you may read"))?;
    let all = [statement];
    let mut texts = texts(call, &all, format).await?;
    let text = texts.pop().unwrap_or_default();
    let [statement] = all;
    let modified = HttpDate::from(SystemTime::UNIX_EPOCH + Duration::from_micros(statement.stored.0));
    let mut response = if attachments { files::with_files(call, &text, &[statement])? } else { json(text) };
    if let Ok(value) = modified.try_into_value() {
        response.headers_mut().insert(LAST_MODIFIED, value);
    }
    Ok(response)
}

/// A time as a place in stored order. One that is said to the millisecond means all of it: clients read `stored` into times that
/// have no more. As it is told, to the microsecond, it is taken as it is.
fn until(moment: Moment) -> u64 {
    let us = u64::try_from(moment.us).unwrap_or(0);
    if moment.in_ms { us + 999 } else { us }
}

fn filter(call: &mut Call) -> Result<Filter, Refusal> {
    let params = &mut call.params;
    let mut filter = Filter::default();
    let (related_agents, related_activities) =
        (params.flag("related_agents")?, params.flag("related_activities")?);
    if let Some((ifi, _)) = params.agent("agent")? {
        let term = Term::agent(&ifi);
        filter.conditions.push(if related_agents {
            Condition::RelatedAgent(term)
        } else {
            Condition::Agent(term)
        });
    }
    if let Some(verb) = params.iri("verb")? {
        filter.conditions.push(Condition::Verb(Term::verb(&verb)));
    }
    if let Some(activity) = params.iri("activity")? {
        let term = Term::activity(&activity);
        filter.conditions.push(if related_activities {
            Condition::RelatedActivity(term)
        } else {
            Condition::Activity(term)
        });
    }
    if let Some(registration) = params.uuid("registration")? {
        filter.conditions.push(Condition::Registration(Term::registration(&registration)));
    }
    filter.since = params.moment("since")?.map(|since| u64::try_from(since.us).unwrap_or(0));
    filter.until = params.moment("until")?.map(until);
    filter.ascending = params.flag("ascending")?;
    let limit = params.maybe("limit", |text| {
        text.parse::<u64>().map_err(|_| "is not a whole number from 0 on".to_owned())
    })?;
    filter.limit = match limit {
        None => USUAL_PAGE,
        Some(0) => MAX_PAGE,
        Some(limit) => usize::try_from(limit).unwrap_or(MAX_PAGE).min(MAX_PAGE),
    };
    params.done()?;
    Ok(filter)
}

/// Goes on where a page ended. The place says how it was asked for.
async fn more(call: &mut Call, cursor: &str, only: Option<CredentialId>) -> Result<HttpResponse, Refusal> {
    call.params.done()?;
    let unknown = || wrong("more", "is no place where a page ended");
    let (how, place) = cursor.split_once('.').ok_or_else(unknown)?;
    let (format, attachments) = match how {
        "e" => (Format::Exact, false),
        "i" => (Format::Ids, false),
        "c" => (Format::Canonical, false),
        "ea" => (Format::Exact, true),
        "ia" => (Format::Ids, true),
        "ca" => (Format::Canonical, true),
        _ => return Err(unknown()),
    };
    let (filter, after) = Filter::from_cursor(place).ok_or_else(unknown)?;
    page(call, filter, Some(after), only, format, attachments).await
}

async fn page(
    call: &Call,
    filter: Filter,
    after: Option<Stored>,
    only: Option<CredentialId>,
    format: Format,
    attachments: bool,
) -> Result<HttpResponse, Refusal> {
    let held = call.state.clone();
    let wanted = filter.clone();
    let mut found = if filter.limit <= USUAL_PAGE {
        held.store.read(|read| query::page(read, &wanted, after, only))?
    } else {
        let store = held.store.clone();
        beside(&held, move || store.read(|read| query::page(read, &wanted, after, only))).await?
    };
    if found.statements.is_empty() && found.next.is_some() {
        let (state, wanted) = (held.clone(), filter.clone());
        found = beside(&held, move || walk_on(&state, &wanted, found, only)).await?;
    }
    let Page { statements, next } = found;
    let texts = texts(call, &statements, format).await?;
    let mut text = String::with_capacity(texts.iter().map(String::len).sum::<usize>() + 300);
    text.push_str("{\"statements\":[");
    for (place, statement) in texts.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(statement);
    }
    text.push_str("],\"more\":\"");
    if let Some(next) = next {
        let how = match format {
            Format::Exact => "e",
            Format::Ids => "i",
            Format::Canonical => "c",
        };
        text.push_str("/xapi/statements?more=");
        text.push_str(how);
        text.push_str(if attachments { "a." } else { "." });
        text.push_str(&filter.cursor(next));
    }
    text.push_str("\"}");
    if attachments { files::with_files(call, &text, &statements) } else { Ok(json(text)) }
}

/// Goes on with a walk that ended before it found anything, each time in a read of its own, between which writers come in. One that
/// takes too long for an answer ends with its place.
fn walk_on(
    state: &State,
    filter: &Filter,
    mut page: Page,
    only: Option<CredentialId>,
) -> Result<Page, Refusal> {
    let end = Instant::now() + WALKING;
    for _ in 0..MOST_WALKS {
        if !page.statements.is_empty() || page.next.is_none() {
            break;
        }
        page = state.store.read(|read| query::page(read, filter, page.next, only))?;
        if Instant::now() >= end {
            break;
        }
    }
    Ok(page)
}

/// Statements as JSON.
async fn texts(call: &Call, statements: &[Arc<Statement>], format: Format) -> Result<Vec<String>, Refusal> {
    let mut texts = Vec::with_capacity(statements.len());
    for statement in statements {
        let text = match &statement.text {
            Text::Here(_) | Text::Packed { .. } => told(&call.state.blobs, statement)?,
            Text::File { .. } => {
                let (held, statement) = (call.state.clone(), statement.clone());
                beside(&call.state, move || told(&held.blobs, &statement)).await?
            }
        };
        texts.push(text);
    }
    let unreadable = |wrong| INTERNAL.refuse(format!("a kept statement {wrong}"));
    if call.version == Version::Two {
        let told = texts.into_iter().map(with_times_of_two);
        texts = told.collect::<Result<_, _>>().map_err(unreadable)?;
    }
    if format == Format::Exact {
        return Ok(texts);
    }
    let languages = Languages::parse(&call.accept_language);
    let known: HashMap<String, Option<String>> = HashMap::new();
    let known = RefCell::new(known);
    let trouble: RefCell<Option<Refusal>> = RefCell::new(None);
    let definition = |id: &str| -> Option<String> {
        let mut known = known.borrow_mut();
        if let Some(found) = known.get(id) {
            return found.clone();
        }
        let found = call.state.store.read(|read| known_to(&call.caller, read, id));
        let found = found.unwrap_or_else(|refusal| {
            trouble.borrow_mut().get_or_insert(refusal);
            None
        });
        let found = found.map(|found| found.definition.clone());
        known.insert(id.to_owned(), found.clone());
        found
    };
    let shape = Shape { format, languages: &languages, definition: &definition };
    let shaped: Result<Vec<String>, _> = texts.iter().map(|text| shape.of(text)).collect();
    let shaped = shaped.map_err(unreadable)?;
    trouble.into_inner().map_or(Ok(shaped), Err)
}
