//! The API over HTTP: one file per noun, a real server on port 0 over a temporary directory.

mod attempt;
mod exam;
mod exam_clock;
mod live;
mod quiz;
mod regrade;
mod review;
mod support;
mod system;
