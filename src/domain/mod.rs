//! The rules: plain synchronous functions over a snapshot or a transaction. Knows no HTTP, no async, no sled.

pub mod decimal;
pub mod question;
pub mod rich_text;
