//! A quiz as a learner would get it. Nothing is stored: the paper is laid from a number in the address, and again from
//! another one.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::Edited;
use crate::domain::attempt::start;
use crate::domain::bank;
use crate::domain::decimal::Decimal;
use crate::domain::ids::QuizId;
use crate::domain::question::present;
use crate::domain::quiz::{Quiz, Source};
use crate::domain::refusal::{Kind, Refusal};
use crate::http::quiz::random;
use crate::web::attempt::shown::{Shape, Shown};
use crate::web::course::CoursePlace;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::quiz_place::QuizPlace;
use crate::web::visitor::Visitor;

struct Asked {
    number: usize,
    points: Decimal,
    shown: Shown,
}

#[derive(Template)]
#[template(path = "quiz/preview.html")]
struct PreviewPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    at: &'a QuizPlace,
    asked: &'a [Asked],
    /// Lays another paper.
    other: u64,
    /// Is there anything that another paper would have otherwise?
    varies: bool,
    /// There is nothing to show yet.
    missing: bool,
}

impl PreviewPage<'_> {
    fn quiz(&self) -> &Quiz {
        &self.at.quiz
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Seed {
    seed: Option<u32>,
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<QuizId>,
    seed: web::Query<Seed>,
) -> Result<HttpResponse, Refusal> {
    let edited = Edited::of(&visitor.state, visitor.actor(), *id, "preview")?;
    let (at, frame) = (&edited.at, &visitor.frame);
    let number = || Ok::<_, Refusal>(u64::from(u32::from_le_bytes(random()?)));
    let seed = seed.seed.map_or_else(&number, |seed| Ok(seed.into()))?;
    let asked = visitor.state.store.read(|read| -> Result<Vec<Asked>, Refusal> {
        let laid = start::lay(read, &at.quiz, seed)?;
        let mut asked = Vec::with_capacity(laid.paper().len());
        for (slot, it) in (0_u16..).zip(laid.paper()) {
            let version = bank::version(read, it.question, it.version)?;
            let question = present(&version.body, &it.arrangement);
            let shown = Shown::of(frame.text, slot, &question, &Fields::default());
            asked.push(Asked { number: usize::from(slot) + 1, points: it.points, shown });
        }
        Ok(asked)
    });
    let (asked, missing) = match asked {
        Ok(asked) => (asked, false),
        // A quiz without questions, or with a draw that finds too few: the check says what to do.
        Err(refusal) if matches!(refusal.code.kind, Kind::Conflict | Kind::Forbidden) => (Vec::new(), true),
        Err(refusal) => return Err(refusal),
    };
    let draws = at.quiz.slots.iter().any(|slot| matches!(slot.source, Source::Draw { .. }));
    let varies = draws || at.quiz.shuffle_questions || at.quiz.shuffle_options;
    let other = number()?;
    frame.show(&PreviewPage { frame, place: &at.course, at, asked: &asked, other, varies, missing })
}
