//! Writing statements: `PUT` and `POST /xapi/statements`, alone, in batches, and with files.

use actix_web::HttpResponse;
use actix_web::web::Bytes;

use super::call::{BODY_LIMIT_BYTES, Call};
use super::known::json;
use super::params::missing;
use crate::domain::refusal::{INTERNAL, Refusal, TOO_LARGE, subject};
use crate::domain::xapi::INVALID_REQUEST;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::files::{self, Arriving, File, Files};
use crate::domain::xapi::json::{Node, Value, Wrong, parse};
use crate::domain::xapi::keep::{Ready, doubles, fits, keep};
use crate::domain::xapi::multipart::{self, Event, Head, Parser};
use crate::domain::xapi::prepare::{Prepared, prepare};
use crate::domain::xapi::scalar::uuid_text;
use crate::domain::xapi::version::Version;
use crate::http::beside::{beside, beside_if, beside_in_time, is_long};
use crate::http::body::{Gathered, Pieces};
use crate::state::State;
use crate::store::Class;

/// Statements of one request. They are one transaction, for which others wait.
const MAX_BATCH: usize = 1_000;
/// What is written of a file at once.
const WRITTEN_BYTES: usize = 256 * 1024;

/// One statement under the id of the address.
pub async fn put(call: &mut Call) -> Result<HttpResponse, Refusal> {
    let id = call.params.uuid("statementId")?;
    call.params.done()?;
    let id = id.ok_or_else(|| missing("statementId"))?;
    write(call, Some(id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// One statement, or a list of them: all are kept or none.
pub async fn post(call: &mut Call) -> Result<HttpResponse, Refusal> {
    call.params.done()?;
    let ids = write(call, None).await?;
    let ids: Vec<String> = ids.iter().map(|id| format!("\"{}\"", uuid_text(id))).collect();
    Ok(json(format!("[{}]", ids.join(","))))
}

/// A version 4 UUID.
fn fresh_id() -> Result<[u8; 16], Refusal> {
    let mut id = [0_u8; 16];
    getrandom::fill(&mut id).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    if let Some(byte) = id.get_mut(6) {
        *byte = (*byte & 0x0f) | 0x40;
    }
    if let Some(byte) = id.get_mut(8) {
        *byte = (*byte & 0x3f) | 0x80;
    }
    Ok(id)
}

/// A body in parts that is being read.
struct Parts {
    pieces: Pieces,
    parser: Parser,
    /// Parts that ended.
    ended: usize,
}

fn refuse(at: &str, problem: impl Into<String>) -> Refusal {
    let problem = problem.into();
    INVALID_REQUEST.refuse(format!("{}: {problem}", subject(at))).at(at, problem)
}

/// A part, counted from nought, as a place.
fn part(number: usize) -> String {
    format!("part {number}")
}

impl Parts {
    /// What comes next; `None` behind the end of the body.
    async fn next(&mut self) -> Result<Option<Event>, Refusal> {
        loop {
            if let Some(event) = self.parser.read().map_err(|problem| self.refuse(problem))? {
                self.ended += usize::from(event == Event::PartEnd);
                return Ok(Some(event));
            }
            match self.pieces.next().await? {
                Some(piece) => self.parser.feed(&piece),
                None => return self.parser.end().map(|()| None).map_err(|problem| self.refuse(problem)),
            }
        }
    }

    /// What is wrong where the body is read.
    fn refuse(&self, problem: String) -> Refusal {
        refuse(&self.parser.part().map(part).unwrap_or_default(), problem)
    }

    /// The first part: statements. They are in memory.
    async fn statements(&mut self, state: &State, limit_bytes: usize) -> Result<Bytes, Refusal> {
        let Some(Event::Part(head)) = self.next().await? else {
            return Err(refuse("", "there is no part"));
        };
        let media = head.header("content-type").unwrap_or_default();
        if !media.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(refuse(
                &part(0),
                "its Content-Type is not application/json, as that of statements is",
            ));
        }
        let (mut statements, mut length) = (Gathered::begin(state), 0);
        while let Some(Event::Bytes(bytes)) = self.next().await? {
            length += bytes.len();
            if length > limit_bytes {
                return Err(too_long(0, limit_bytes));
            }
            statements.take(bytes)?;
        }
        Ok(statements.whole())
    }

    /// The other parts: files of these statements, each to the disk as it comes.
    async fn files(&mut self, state: &State, all: &[Prepared]) -> Result<Files, Refusal> {
        let mut files = Files::new();
        while let Some(event) = self.next().await? {
            let Event::Part(head) = event else { continue };
            let place = self.ended;
            let sha2 = file_named(&head, all).map_err(|problem| refuse(&part(place), problem))?;
            let made = self.file(state, &sha2).await?;
            files.insert(sha2, made.map_err(|problem| refuse(&part(place), problem))?);
        }
        Ok(files)
    }

    /// The file of the part that has begun; the inner error is what is wrong with it.
    async fn file(&mut self, state: &State, sha2: &str) -> Result<Result<File, String>, Refusal> {
        let limit = state.config.xapi.attachment_limit_bytes;
        let (held, hash) = (state.clone(), sha2.to_owned());
        let begun =
            beside(state, move || Arriving::begin(&held.blobs, &hash).map_err(|error| failed(&error)));
        let mut arriving = begun.await?;
        let (mut waiting, mut bytes, mut all) = (Vec::new(), 0, 0);
        loop {
            let event = self.next().await?;
            let over = !matches!(event, Some(Event::Bytes(_)));
            if let Some(Event::Bytes(more)) = event {
                bytes += more.len();
                all += more.len();
                waiting.push(more);
            }
            if all > limit {
                return Err(too_long(self.ended, limit));
            }
            if bytes >= WRITTEN_BYTES || over {
                let some = std::mem::take(&mut waiting);
                bytes = 0;
                arriving = beside_in_time(state, move || {
                    let taken = some.iter().try_for_each(|bytes| arriving.take(bytes));
                    taken.map(|()| arriving).map_err(|error| failed(&error))
                })
                .await?;
            }
            if over {
                break;
            }
        }
        let made = beside_in_time(state, move || arriving.arrived().map_err(|error| failed(&error))).await?;
        let other = || "its bytes do not have the hash of X-Experience-API-Hash".to_owned();
        Ok(made.map(File::Came).ok_or_else(other))
    }
}

fn too_long(number: usize, limit_bytes: usize) -> Refusal {
    TOO_LARGE.refuse_at(part(number), format!("is longer than {limit_bytes} bytes"))
}

fn failed(error: &std::io::Error) -> Refusal {
    INTERNAL.refuse(format!("keeping a file failed: {error}"))
}

/// The hash of the file that a part is, which a statement has.
fn file_named(head: &Head, all: &[Prepared]) -> Result<String, &'static str> {
    let encoding = head.header("content-transfer-encoding");
    if !encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("binary")) {
        return Err("Content-Transfer-Encoding is not binary");
    }
    let sha2 = head.header("x-experience-api-hash").ok_or("X-Experience-API-Hash is missing")?;
    let sha2 = sha2.to_ascii_lowercase();
    if all.iter().any(|prepared| prepared.attached.iter().any(|attached| attached.sha2 == sha2)) {
        Ok(sha2)
    } else {
        Err("no statement has an attachment with its X-Experience-API-Hash")
    }
}

async fn write(call: &mut Call, given: Option<[u8; 16]>) -> Result<Vec<[u8; 16]>, Refusal> {
    call.caller.require(&[crate::domain::xapi::credential::LrsScope::StatementsWrite])?;
    let (statements, mut parts) = match call.media().as_str() {
        "application/json" => (call.body().await?, None),
        "multipart/mixed" => {
            let boundary = multipart::boundary(call.content_type.as_deref().unwrap_or_default());
            let boundary = boundary.map_err(|problem| refuse("Content-Type", problem))?;
            let pieces = call.pieces(call.state.config.xapi.request_limit_bytes);
            let mut parts = Parts { pieces, parser: Parser::new(&boundary), ended: 0 };
            (parts.statements(&call.state, BODY_LIMIT_BYTES).await?, Some(parts))
        }
        _ => {
            return Err(refuse("Content-Type", "is neither application/json nor multipart/mixed"));
        }
    };
    let (sent, version, caller) = (statements.clone(), call.version, call.caller.clone());
    let long = is_long(statements.len());
    let all = beside_if(long, &call.state, move || prepared(&sent, version, given, &caller)).await?;
    let files = match &mut parts {
        Some(parts) => parts.files(&call.state, &all).await?,
        None => Files::new(),
    };
    let short = all.iter().all(|prepared| fits(prepared, prepared.attached.len()));
    let held = call.state.clone();
    // A signature costs as much as a long body, and files are read and written.
    let slow = long || !short || !files.is_empty();
    let ready = beside_if(slow, &call.state, move || ready(&held, &statements, all, files)).await?;
    let caller = call.caller.clone();
    call.state.store.write(Class::Interactive, move |txn| keep(txn, &caller, ready)).await
}

/// The statements of a body, and whether they stand in a list.
fn nodes<'n, 'a>(node: &'n Node<'a>, alone: bool) -> Result<(&'n [Node<'a>], bool), Wrong> {
    match &node.value {
        Value::Object(_) => Ok((std::slice::from_ref(node), false)),
        Value::List(items) if !alone => Ok((items.as_slice(), true)),
        _ if alone => Err(Wrong::new("is not an object")),
        _ => Err(Wrong::new("is neither an object nor a list")),
    }
}

/// Reads and checks the statements of a body.
fn prepared(
    statements: &[u8],
    version: Version,
    given: Option<[u8; 16]>,
    caller: &Caller,
) -> Result<Vec<Prepared>, Refusal> {
    let node = parse(statements)?;
    let (nodes, in_list) = nodes(&node, given.is_some())?;
    if nodes.len() > MAX_BATCH {
        return Err(Wrong::new(format!("has more than {MAX_BATCH} statements")).into());
    }
    let mut all = Vec::with_capacity(nodes.len());
    for (place, item) in nodes.iter().enumerate() {
        let under = |wrong: Wrong| if in_list { wrong.item(place) } else { wrong };
        // The kernel is asked for a random id only where one is needed.
        let has_id = given.is_some() || item.get("id").is_some();
        let fresh = if has_id { [0; 16] } else { fresh_id()? };
        all.push(prepare(item, version, given, fresh, caller).map_err(under)?);
    }
    let ids: Vec<[u8; 16]> = all.iter().map(|prepared| prepared.id).collect();
    if let Some(double) = doubles(&ids) {
        let problem = format!("has the id {}, as another statement of the request has", uuid_text(&double));
        let place = ids.iter().rposition(|id| *id == double).unwrap_or_default();
        return Err(Wrong::new(problem).item(place).into());
    }
    Ok(all)
}

/// Checks that each statement has its files, of which each that came is of a statement; gives files their names in the content store,
/// and puts texts there that are too long for a row.
fn ready(state: &State, statements: &[u8], all: Vec<Prepared>, files: Files) -> Result<Vec<Ready>, Refusal> {
    // What has no attachments is not read again.
    if all.iter().any(|prepared| !prepared.attached.is_empty()) {
        let node = parse(statements)?;
        let (nodes, in_list) = nodes(&node, false)?;
        for (place, (node, prepared)) in nodes.iter().zip(&all).enumerate() {
            let wrong = files::wrong(&state.blobs, &files, node, prepared).map_err(|error| failed(&error))?;
            if let Some(wrong) = wrong {
                return Err(if in_list { wrong.item(place) } else { wrong }.into());
            }
        }
    }
    let kept = files::keep(&state.blobs, files).map_err(|error| failed(&error))?;
    let ready = |prepared| files::ready(&state.blobs, prepared, &kept).map_err(|error| failed(&error));
    all.into_iter().map(ready).collect()
}
