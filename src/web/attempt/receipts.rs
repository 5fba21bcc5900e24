//! The receipts of an attempt: as a page, and as files that a learner keeps to show what was saved and when. docs/receipts.md
//! says how they are verified.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use askama::Template;
use futures_util::stream;
use serde::Deserialize;

use crate::domain::attempt::saved::{self, SaveLine};
use crate::domain::attempt::{self, Attempt, log, receipt};
use crate::domain::ids::AttemptId;
use crate::domain::quiz;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::http::actor::SignedIn;
use crate::http::attempt::{ReceiptChain, ReceiptLine, receipt_line};
use crate::state::State;
use crate::web::frame::Frame;
use crate::web::visitor::Visitor;

/// Saves on one page, and in one piece of a file: a piece with long essays has fewer, and a megabyte of them.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "attempt/receipts.html")]
struct ReceiptsPage<'a> {
    frame: &'a Frame,
    attempt: &'a Attempt,
    name: &'a str,
    saves: &'a [SaveLine],
    genesis: String,
    next: Option<u32>,
}

impl ReceiptsPage<'_> {
    fn hex(saved: &SaveLine) -> String {
        crate::hex::of(&saved.receipt)
    }
}

/// Where a page goes on.
#[derive(Debug, Deserialize)]
pub(super) struct Query {
    after: Option<u32>,
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<AttemptId>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id, after) = (visitor.actor(), *id, query.after.unwrap_or(0));
    let (attempt, mut saves, quiz) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let attempt = attempt::readable(read, actor, id)?;
        let saves = saved::lines(read, id, after, PAGE + 1)?;
        let quiz = quiz::get(read, attempt.quiz)?;
        Ok((attempt, saves, quiz))
    })?;
    let more = saves.len() > PAGE;
    saves.truncate(PAGE);
    let page = ReceiptsPage {
        frame: &visitor.frame,
        attempt: &attempt,
        name: &quiz.name,
        next: saves.last().filter(|_| more).map(|last| last.number),
        saves: &saves,
        genesis: crate::hex::of(&receipt::first(attempt.id, attempt.started)),
    };
    visitor.frame.show(&page)
}

/// How a file is written.
trait Format: Send + Sync + 'static {
    fn head(&self, attempt: &Attempt) -> Result<String, Refusal>;
    fn line(&self, line: &ReceiptLine, first: bool) -> Result<String, Refusal>;
    fn foot(&self) -> &'static str;
}

/// As the API has it, in one piece.
struct Json;

impl Format for Json {
    fn head(&self, attempt: &Attempt) -> Result<String, Refusal> {
        let chain = ReceiptChain::of(attempt, &[], None)?;
        let text = serde_json::to_string(&chain).map_err(|error| INTERNAL.refuse(error.to_string()))?;
        let (head, _) = text.split_once("[]").ok_or_else(|| INTERNAL.refuse("a chain without a list"))?;
        Ok(format!("{head}[\n"))
    }

    fn line(&self, line: &ReceiptLine, first: bool) -> Result<String, Refusal> {
        let text = serde_json::to_string(line).map_err(|error| INTERNAL.refuse(error.to_string()))?;
        Ok(if first { text } else { format!(",\n{text}") })
    }

    fn foot(&self) -> &'static str {
        "\n],\"next\":null}\n"
    }
}

/// For people: a line per save.
struct Plain;

impl Format for Plain {
    fn head(&self, attempt: &Attempt) -> Result<String, Refusal> {
        let genesis = crate::hex::of(&receipt::first(attempt.id, attempt.started));
        Ok(format!(
            "attempt {}\nstarted {} ({} ms)\ngenesis {genesis}\n\nnumber\ttime\tslot\tsequence\treceipt\tresponse\n",
            attempt.id,
            attempt.started,
            attempt.started.ms()
        ))
    }

    fn line(&self, line: &ReceiptLine, _: bool) -> Result<String, Refusal> {
        let ReceiptLine { number, at, slot, sequence, receipt, response, .. } = line;
        // JSON has neither tabs nor line ends in it.
        Ok(format!("{number}\t{at}\t{slot}\t{sequence}\t{receipt}\t{response}\n"))
    }

    fn foot(&self) -> &'static str {
        ""
    }
}

/// Where a file is.
enum Place {
    Head,
    After(u32),
    End,
}

fn piece(
    state: &State,
    who: &SignedIn,
    id: AttemptId,
    format: &impl Format,
    place: &Place,
) -> Result<Option<(Bytes, Place)>, Refusal> {
    let (text, next) = match place {
        Place::End => return Ok(None),
        Place::Head => {
            let attempt = state.store.read(|read| attempt::readable(read, who, id))?;
            (format.head(&attempt)?, Place::After(0))
        }
        Place::After(after) => {
            // Who asks, and their right, is looked at anew with each piece.
            let (saves, more) = state.store.read(|read| {
                let actor = who.still(read, state.now())?;
                log::saves(read, &actor, id, *after, PAGE)
            })?;
            let mut text = String::new();
            for saved in &saves {
                text.push_str(&format.line(&receipt_line(saved)?, saved.number == 1)?);
            }
            match saves.last() {
                Some(last) if more => (text, Place::After(last.number)),
                _ => (text + format.foot(), Place::End),
            }
        }
    };
    Ok(Some((Bytes::from(text), next)))
}

fn file(
    visitor: Visitor,
    id: AttemptId,
    format: impl Format,
    media: &'static str,
    ending: &str,
) -> Result<HttpResponse, Refusal> {
    let (state, who) = (visitor.state, visitor.who);
    // Whoever may not gets a page, not a file that ends in the middle.
    state.store.read(|read| attempt::readable(read, &who, id))?;
    let pieces = stream::try_unfold(Place::Head, move |place| {
        let piece = piece(&state, &who, id, &format, &place);
        std::future::ready(piece.inspect_err(|refusal| {
            tracing::warn!(%refusal, "a file of receipts was not sent to its end");
        }))
    });
    let name = format!("attachment; filename=\"receipts-{id}.{ending}\"");
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((CONTENT_DISPOSITION, name))
        .streaming(Box::pin(pieces)))
}

pub(super) async fn json(visitor: Visitor, id: web::Path<AttemptId>) -> Result<HttpResponse, Refusal> {
    file(visitor, *id, Json, "application/json", "json")
}

pub(super) async fn text(visitor: Visitor, id: web::Path<AttemptId>) -> Result<HttpResponse, Refusal> {
    file(visitor, *id, Plain, "text/plain; charset=utf-8", "txt")
}
