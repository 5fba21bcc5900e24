//! All tables of the program. Tag ranges: 16 to 39 people and access, 40 to 59 courses and enrolment, 60 to 79
//! questions, 80 to 109 quizzes and attempts, 110 to 129 grades, 130 to 149 audit, jobs and idempotency,
//! 160 to 179 learning records.

use super::{
    access, account, activation, attempt, audit, bank, capacity, content, copying, course, course_clone,
    demo, enrolment, enrolment_key, grade, group, job, once, page, progress, quiz, schedule, session,
    sign_in, standing, token, xapi,
};
use crate::store::{Schema, TableInfo};

#[cfg(test)]
mod kept;
#[cfg(test)]
mod made;

#[rustfmt::skip] // one noun per line
const PARTS: &[&[TableInfo]] = &[
    access::TABLES,
    account::TABLES,
    sign_in::TABLES,
    activation::TABLES,
    session::TABLES,
    token::TABLES,
    enrolment::TABLES,
    bank::TABLES,
    enrolment_key::TABLES,
    course::TABLES,
    course_clone::TABLES,
    copying::TABLES,
    content::TABLES,
    page::TABLES,
    progress::TABLES,
    group::TABLES,
    standing::TABLES,
    quiz::TABLES,
    attempt::TABLES,
    schedule::TABLES,
    grade::TABLES,
    audit::TABLES,
    once::TABLES,
    job::TABLES,
    demo::TABLES,
    capacity::TABLES,
    xapi::record::TABLES,
    xapi::definition::TABLES,
    xapi::document::TABLES,
    xapi::closed::TABLES,
    xapi::credential::TABLES,
    xapi::forward::TABLES,
    xapi::own::TABLES,
];

const COUNT: usize = {
    let mut count = 0;
    let mut parts = PARTS;
    while let [part, rest @ ..] = parts {
        count += part.len();
        parts = rest;
    }
    count
};

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler; out of bounds is a build error")]
const TABLES: [TableInfo; COUNT] = {
    let mut tables = [PARTS[0][0]; COUNT];
    let (mut part, mut at, mut to) = (0, 0, 0);
    while part < PARTS.len() {
        if at == PARTS[part].len() {
            part += 1;
            at = 0;
        } else {
            tables[to] = PARTS[part][at];
            at += 1;
            to += 1;
        }
    }
    tables
};

/// Every table, index and cache of the program; two tables with one tag do not compile.
pub const SCHEMA: Schema = Schema::new(&TABLES);
