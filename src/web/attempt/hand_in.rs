//! Handing in: first what is not answered or would not count, then the one button that ends it.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::room::{Room, minutes, zone};
use crate::clock::Timestamp;
use crate::domain::ids::AttemptId;
use crate::domain::refusal::Refusal;
use crate::http::actor::client_address;
use crate::http::attempt::hand_in;
use crate::http::attempt_view::remaining_ms;
use crate::web::flash::Flash;
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

#[derive(Template)]
#[template(path = "attempt/submit.html")]
struct SubmitPage<'a> {
    frame: &'a Frame,
    room: &'a Room,
    id: AttemptId,
    /// Questions without an answer, from 1.
    open: Vec<usize>,
    /// Questions whose answer cannot be read as the number that it should be, from 1.
    unread: Vec<usize>,
    receipt: String,
    /// The last sequence number of every question.
    known: String,
    remaining_ms: Option<u64>,
    zone: &'a str,
}

impl SubmitPage<'_> {
    fn minutes(&self) -> u64 {
        minutes(self.remaining_ms)
    }

    fn ends(&self) -> Option<Timestamp> {
        self.room.look.head.deadline
    }
}

pub(super) async fn show(visitor: Visitor, id: web::Path<AttemptId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let room = visitor.state.store.read(|read| Room::read(read, actor, id))?;
    if !room.look.head.is_running() || !room.is_mine(actor) {
        return Ok(visitor.frame.go(&format!("/attempts/{id}/review")));
    }
    let frame = &visitor.frame;
    let numbers = |is: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..room.questions.len()).filter(|slot| is(*slot)).map(|slot| slot + 1).collect()
    };
    frame.show(&SubmitPage {
        frame,
        room: &room,
        id,
        open: numbers(&|slot| !room.is_answered(slot)),
        unread: numbers(&|slot| !room.unread(slot).is_empty()),
        receipt: crate::hex::of(&room.look.head.receipt),
        known: room.known(),
        remaining_ms: remaining_ms(room.look.head.deadline, frame.now),
        zone: zone(frame),
    })
}

pub(super) async fn submit(
    posted: Posted,
    id: web::Path<AttemptId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.actor(), *id);
    hand_in(&posted.state, actor, id, client_address(&request)).await?;
    Ok(posted.frame.go_and_say(&format!("/attempts/{id}/review"), &Flash::done("exam-handed-in")))
}
