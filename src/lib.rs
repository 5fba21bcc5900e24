//! Lyceum: a learning platform in one binary. See ARCHITECTURE.md for the map and its invariants.

pub mod admission;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod drain;
pub mod forwarding;
pub mod give_back;
pub mod hashing;
pub mod http;
pub mod jobs;
pub mod load;
pub mod monitor;
pub mod niceness;
pub mod readiness;
pub mod roster_import;
pub mod sampling;
pub mod schedule;
pub mod secret;
pub mod state;
pub mod steering;
pub mod store;
pub mod sweep;
pub mod web;
