//! The way into a course: how many seats it has, and the key with which people enrol themselves. A key is stored hashed,
//! so it is shown once: on the page that made it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{address, place, require, unchanged};
use crate::domain::access::{Actor, Permission};
use crate::domain::course::{self, Course, CourseFacts};
use crate::domain::enrolment_key::KeyHash;
use crate::domain::ids::CourseId;
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::http::beside::beside;
use crate::http::course::key_cost;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Txn};
use crate::web::confirm::{self, Confirm};
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form, as_typed};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Letters of a key that is made here: none that look alike on a board.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters between two dashes, and how many such groups: 60 bits, of which who guesses gets a thousand tries a day.
const GROUP: usize = 4;
const GROUPS: usize = 3;

pub(super) fn routes(routes: &mut Routes) {
    let edit = Needs::Course(Permission::EditCourse);
    routes.page("/courses/{course}/people/entry", Class::Browse, edit, show);
    routes.form("/courses/{course}/people/entry", Class::Interactive, edit, set_capacity);
    routes.form("/courses/{course}/people/key", Class::Interactive, edit, set_key);
    routes.page("/courses/{course}/people/key/revoke", Class::Browse, edit, ask_revoke);
    routes.form("/courses/{course}/people/key/revoke", Class::Interactive, edit, revoke);
}

fn entry(course: CourseId) -> String {
    format!("{}/entry", address(course))
}

#[derive(Template)]
#[template(path = "people/entry.html")]
struct EntryPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    enrolled: u64,
    form: &'a Form,
    /// A key that was just set, for the only time.
    key: Option<&'a str>,
    manages: bool,
}

fn show_entry(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    form: impl FnOnce(&CoursePlace) -> Form,
    key: Option<&str>,
) -> Result<HttpResponse, Refusal> {
    let (place, enrolled) = state.store.read(|read| -> Result<_, Refusal> {
        Ok((place(read, actor, course)?, course::enrolled(read, course)?))
    })?;
    let form = form(&place);
    let manages = place.can(Permission::ManageEnrolment);
    let page = EntryPage { frame, place: &place, enrolled, form: &form, key, manages };
    form.show(frame, &page)
}

/// The fields as they stand.
fn stored(place: &CoursePlace) -> Form {
    let capacity = place.course.capacity.map(|seats| seats.to_string()).unwrap_or_default();
    Form::of(Fields::default().with("capacity", capacity).with("revision", place.course.revision))
}

async fn show(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), *id, Permission::EditCourse)?;
    show_entry(&visitor.state, &visitor.frame, visitor.actor(), *id, stored, None)
}

/// The page again with what was typed; a form that does not have a field keeps what is stored.
fn refused(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    fields: &Fields,
    refusal: Refusal,
) -> Result<HttpResponse, Refusal> {
    let mut all = state.store.read(|read| place(read, actor, course)).map(|place| {
        let seats = place.course.capacity.map(|seats| seats.to_string()).unwrap_or_default();
        Fields::default().with("capacity", seats).with("revision", place.course.revision)
    })?;
    for (name, value) in fields.iter() {
        all = all.with(name, value);
    }
    let form = Form::refused(all, refusal, frame.text)?;
    show_entry(state, frame, actor, course, |_| form, None)
}

async fn set_capacity(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *id);
    require(&state, &actor, course, Permission::EditCourse)?;
    let seats = fields.optional("capacity").map(|text| as_typed(text).parse::<u32>()).transpose();
    let old = state.store.read(|read| course::get(read, course))?;
    let facts = seats.map_err(|_| invalid("/capacity", "is not a whole number")).and_then(|capacity| {
        // The other facts stay as they are, which the revision holds to.
        CourseFacts::with_seats(&old, capacity)
    });
    let done = match facts {
        Ok(facts) => {
            let (by, same) = (actor.clone(), unchanged(&fields));
            let write = state.store.write(Class::Interactive, move |txn| {
                course::change(txn, &by, course, facts, same).map(drop)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(frame.go_and_say(&entry(course), &Flash::done("people-capacity-set"))),
        Err(refusal) => refused(&state, &frame, &actor, course, &fields, refusal),
    }
}

/// A key that nobody guesses and everybody can type.
fn make_key() -> Result<String, Refusal> {
    let mut bytes = [0; GROUP * GROUPS];
    getrandom::fill(&mut bytes).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let mut key = String::with_capacity(bytes.len() + GROUPS);
    for (place, byte) in bytes.into_iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            key.push('-');
        }
        // 256 is a multiple of 32: every letter is as likely.
        let letter = LETTERS.get(usize::from(byte) % LETTERS.len()).copied().unwrap_or(b'a');
        key.push(char::from(letter));
    }
    Ok(key)
}

fn ask_replace(frame: &Frame, course: &Course, fields: &Fields) -> Result<HttpResponse, Refusal> {
    Confirm {
        question: frame.t1("people-key-replace-question", "course", &course.title),
        what: vec![
            frame.t("people-key-revoke-goes").into_owned(),
            frame.t("people-key-revoke-stays").into_owned(),
        ],
        action: &format!("{}/key", address(course.id)),
        fields: &confirm::again(fields),
        button: frame.t("people-key-replace").into_owned(),
        back: &entry(course.id),
    }
    .show(frame)
}

async fn set_key(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *id);
    require(&state, &actor, course, Permission::EditCourse)?;
    require(&state, &actor, course, Permission::ManageEnrolment)?;
    let known = state.store.read(|read| course::get(read, course))?;
    let sure = known.key.is_none() || confirm::is_sure(&fields);
    let key = match fields.optional("key") {
        Some(key) => key.to_owned(),
        None => make_key()?,
    };
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let (cost, typed) = (key_cost(&state), key.clone());
    let done = match beside(&state, move || KeyHash::make(&typed, salt, cost)).await {
        Ok(hash) => {
            let (by, same) = (actor.clone(), unchanged(&fields));
            let write =
                move |txn: &mut Txn<'_>| course::set_key(txn, &by, course, Some(hash), same).map(drop);
            confirm::once_sure(&state, sure, write).await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(None) => ask_replace(&frame, &known, &fields),
        Ok(Some(())) => show_entry(&state, &frame, &actor, course, stored, Some(&key)),
        Err(refusal) => refused(&state, &frame, &actor, course, &fields, refusal),
    }
}

async fn ask_revoke(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let course = *id;
    require(&visitor.state, visitor.actor(), course, Permission::EditCourse)?;
    let frame = &visitor.frame;
    let place = visitor.state.store.read(|read| place(read, visitor.actor(), course))?;
    Confirm {
        question: frame.t1("people-key-revoke-question", "course", &place.course.title),
        what: vec![
            frame.t("people-key-revoke-goes").into_owned(),
            frame.t("people-key-revoke-stays").into_owned(),
        ],
        action: &format!("{}/key/revoke", address(course)),
        fields: &[("revision", place.course.revision.to_string())],
        button: frame.t("people-key-revoke").into_owned(),
        back: &entry(course),
    }
    .show(frame)
}

async fn revoke(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (actor, course, same) = (posted.actor().clone(), *id, unchanged(&posted.fields));
    require(&posted.state, &actor, course, Permission::EditCourse)?;
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| course::set_key(txn, &actor, course, None, same).map(drop));
    write.await?;
    Ok(posted.frame.go_and_say(&entry(course), &Flash::done("people-key-revoked")))
}
