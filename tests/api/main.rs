//! The API over HTTP: one file per noun, a real server on port 0 over a temporary directory.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod attempt;
mod exam;
mod exam_clock;
mod live;
mod quiz;
mod regrade;
mod review;
mod account;
mod people;
mod roles;
mod roster;
mod session;
mod setup;
mod classroom;
mod content;
mod course;
mod enrolment;
mod group;
mod outline;
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod grade;
mod grade_csv;
mod openapi;
mod bank;
mod question_import;
mod support;
mod system;
mod token;
