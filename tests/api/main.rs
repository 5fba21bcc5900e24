//! The API over HTTP: one file per noun, a real server on port 0 over a temporary directory.

mod classroom;
mod content;
mod course;
mod enrolment;
mod group;
mod outline;
mod support;
mod system;
