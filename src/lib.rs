//! Lyceum: a learning platform in one binary. See ARCHITECTURE.md for the map and its invariants.

pub mod app;
pub mod clock;
pub mod config;
pub mod domain;
pub mod http;
pub mod monitor;
pub mod schedule;
pub mod store;
