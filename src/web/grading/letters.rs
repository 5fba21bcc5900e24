//! Letters of a course and the percentages that earn them; how many digits are shown. The form has a row for each letter
//! and some empty ones; a row that is empty is none.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{address, found};
use crate::domain::faults::Faults;
use crate::domain::grade::edit::{self, ScaleFacts, ScaleInput};
use crate::domain::grade::scale::{Decimals, Letter, MOST_LETTERS, Scale};
use crate::domain::grade::tree::Tree;
use crate::domain::ids::CourseId;
use crate::domain::refusal::{Refusal, invalid};
use crate::store::Class;
use crate::web::build::unchanged;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Empty rows for more letters.
const MORE: usize = 3;
/// Digits behind the point to choose from.
const DIGITS: [u8; 6] = [0, 1, 2, 3, 4, 5];

#[derive(Template)]
#[template(path = "grading/letters.html")]
struct LettersPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    form: &'a Form,
    rows: usize,
}

impl LettersPage<'_> {
    fn address(&self) -> String {
        address(self.place.course.id)
    }

    fn digits() -> Vec<(u8, String)> {
        DIGITS.map(|digits| (digits, digits.to_string())).into()
    }
}

/// The names of a row's fields.
fn names(row: usize) -> (String, String) {
    (format!("letters/{row}/letter"), format!("letters/{row}/lower"))
}

fn stored(tree: Option<&Tree>) -> (Fields, usize) {
    let gradebook = tree.map(|tree| tree.gradebook.as_ref());
    let scale = gradebook.map_or_else(Scale::default, |gradebook| gradebook.scale.clone());
    let decimals = gradebook.map_or_else(Decimals::default, |gradebook| gradebook.decimals);
    let mut fields = Fields::default()
        .with("revision", gradebook.map_or(1, |gradebook| gradebook.revision))
        .with("decimals", decimals.digits());
    for (row, letter) in scale.letters().iter().enumerate() {
        let (name, lower) = names(row);
        fields = fields.with(&name, &letter.letter).with(&lower, letter.lower);
    }
    (fields, scale.letters().len())
}

pub(super) async fn show(visitor: Visitor, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let (place, tree) = visitor.state.store.read(|read| found(read, visitor.actor(), *course))?;
    let (fields, letters) = stored(tree.as_ref());
    let (form, rows) = (Form::of(fields), (letters + MORE).min(MOST_LETTERS));
    form.show(frame, &LettersPage { frame, place: &place, form: &form, rows })
}

/// The letters that were typed, and in which rows.
fn letters(fields: &Fields, faults: &mut Faults) -> (Vec<Letter>, Vec<usize>) {
    let (mut letters, mut rows) = (Vec::new(), Vec::new());
    for row in 0..MOST_LETTERS {
        let (name, lower) = names(row);
        if fields.optional(&name).is_none() && fields.optional(&lower).is_none() {
            continue;
        }
        let read = fields.decimal(&lower);
        let read = read.and_then(|found| found.ok_or_else(|| invalid(format!("/{lower}"), "is missing")));
        rows.push(row);
        letters.push(Letter { letter: fields.get(&name).trim().to_owned(), lower: faults.or_default(read) });
    }
    (letters, rows)
}

/// Leads a fault of the letters without gaps back to the row in which it was typed.
fn beside_rows(mut refusal: Refusal, rows: &[usize]) -> Refusal {
    for field in &mut refusal.fields {
        let part = field.at.strip_prefix("/letters/").and_then(|rest| rest.split_once('/'));
        if let Some((place, part)) = part
            && let Some(row) = place.parse().ok().and_then(|place: usize| rows.get(place))
        {
            field.at = format!("/letters/{row}/{part}");
        }
    }
    refusal
}

fn facts(fields: &Fields) -> Result<ScaleFacts, Refusal> {
    let mut faults = Faults::default();
    let (letters, rows) = letters(fields, &mut faults);
    let decimals = fields.get("decimals").parse();
    let decimals =
        faults.or_default(decimals.map(Some).map_err(|_| invalid("/decimals", "is not one of the choices")));
    // Where a percentage is no number, the order of all of them means nothing yet.
    faults.and(Ok(()))?;
    ScaleInput { letters, decimals }.parse().map_err(|refusal| beside_rows(refusal, &rows))
}

pub(super) async fn change(posted: Posted, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *course);
    let (place, _) = state.store.read(|read| found(read, &actor, course))?;
    let done = match facts(&fields) {
        Ok(facts) => {
            let same = unchanged(fields.get("revision").to_owned());
            let write = state.store.write(Class::Interactive, move |txn| {
                edit::change_scale(txn, &actor, course, same, facts).map(drop)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(frame.go_and_say(&address(course), &Flash::done("grading-saved"))),
        Err(refusal) => {
            let typed = (0..MOST_LETTERS).rev().find(|row| fields.optional(&names(*row).0).is_some());
            let rows = (typed.map_or(0, |row| row + 1) + MORE).min(MOST_LETTERS);
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &LettersPage { frame: &frame, place: &place, form: &form, rows })
        }
    }
}
