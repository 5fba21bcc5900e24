//! Every code with which a rule says no, noun by noun.

use super::refusal::Code;
use super::{
    account_change, activation, attempt, bank, content_edit, course, course_delete, demo, enrolment,
    enrolment_key, grade, group, job, once, progress, quiz, refusal, role, roster, setup, sign_in, token,
    xapi,
};

const NOUNS: &[&[Code]] = &[
    refusal::CODES,
    sign_in::CODES,
    token::CODES,
    setup::CODES,
    activation::CODES,
    account_change::CODES,
    role::CODES,
    roster::CODES,
    course::CODES,
    course_delete::CODES,
    content_edit::CODES,
    progress::CODES,
    enrolment::CODES,
    enrolment_key::CODES,
    group::CODES,
    bank::CODES,
    quiz::CODES,
    attempt::CODES,
    grade::CODES,
    once::CODES,
    job::CODES,
    demo::CODES,
    xapi::CODES,
    xapi::credential::CODES,
    xapi::import::CODES,
    xapi::keep::CODES,
    xapi::document::CODES,
    xapi::forward::edit::CODES,
];

/// All of them.
pub fn all() -> impl Iterator<Item = Code> {
    NOUNS.iter().flat_map(|codes| codes.iter().copied())
}
