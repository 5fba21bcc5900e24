//! The learning record store through HTTP: what the conformance suite leaves out, and what is most delicate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod credentials;
mod documents;
mod export;
mod files;
mod forwarding;
mod forwarding_trouble;
mod hostile;
mod import;
mod places;
mod queries;
mod references;
mod rights;
#[path = "../running/mod.rs"]
mod running;
mod signatures;
mod statements;
mod support;
mod target;
