//! The rules: plain synchronous functions over a snapshot or a transaction. Knows no HTTP, no async, no sled.

pub mod access;
pub mod account;
pub mod attempt;
pub mod audit;
pub mod bank;
pub mod content;
pub mod course;
pub mod decimal;
pub mod enrolment;
pub mod enrolment_key;
pub mod grade;
pub mod group;
pub mod ids;
pub mod question;
pub mod quiz;
pub mod refusal;
pub mod rich_text;
pub mod schedule;
pub mod schema;
pub mod session;
pub mod standing;
