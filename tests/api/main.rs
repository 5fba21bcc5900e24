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
mod support;
mod system;
mod token;
