//! The API over HTTP: one file per noun, a real server on port 0 over a temporary directory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod attempt;
mod exam;
mod exam_clock;
mod grade;
mod grade_csv;
mod live;
mod openapi;
mod quiz;
mod regrade;
mod review;
mod support;
mod system;
