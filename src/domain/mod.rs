//! The rules: plain synchronous functions over a snapshot or a transaction. Knows no HTTP, no async, no sled.

pub mod access;
pub mod account;
pub mod audit;
pub mod content;
pub mod course;
pub mod decimal;
pub mod enrolment;
pub mod enrolment_key;
pub mod grade;
pub mod group;
pub mod ids;
pub mod question;
pub mod refusal;
pub mod rich_text;
pub mod schema;
pub mod session;
pub mod standing;
