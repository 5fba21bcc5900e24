//! The API over HTTP: one file per noun, a real server on port 0 over a temporary directory.

mod grade;
mod grade_csv;
mod support;
mod system;
