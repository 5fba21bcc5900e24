//! Lyceum: a learning platform in one binary. See ARCHITECTURE.md for the map and its invariants.
//!
//! Fuzz targets reach the domain and the store alone, so the rest is not compiled for them: `fuzz/rustc.sh` says `fuzzing`.

pub mod clock;
pub mod domain;
pub mod hex;
pub mod json;
pub mod niceness;
pub mod percent;
pub mod store;
pub mod wanted;

#[cfg(not(fuzzing))]
pub mod admission;
#[cfg(not(fuzzing))]
pub mod app;
#[cfg(not(fuzzing))]
pub mod beside;
#[cfg(not(fuzzing))]
pub mod cli;
#[cfg(not(fuzzing))]
pub mod config;
#[cfg(not(fuzzing))]
pub mod demo;
#[cfg(not(fuzzing))]
pub mod drain;
#[cfg(not(fuzzing))]
pub mod forwarding;
#[cfg(not(fuzzing))]
pub mod give_back;
#[cfg(not(fuzzing))]
pub mod hashing;
#[cfg(not(fuzzing))]
pub mod http;
#[cfg(not(fuzzing))]
pub mod jobs;
#[cfg(not(fuzzing))]
pub mod load;
#[cfg(not(fuzzing))]
pub mod monitor;
#[cfg(not(fuzzing))]
pub mod readiness;
#[cfg(not(fuzzing))]
pub mod roster_import;
#[cfg(not(fuzzing))]
pub mod sampling;
#[cfg(not(fuzzing))]
pub mod schedule;
#[cfg(not(fuzzing))]
pub mod secret;
#[cfg(not(fuzzing))]
pub mod state;
#[cfg(not(fuzzing))]
pub mod statement_import;
#[cfg(not(fuzzing))]
pub mod steering;
#[cfg(not(fuzzing))]
pub mod sweep;
#[cfg(not(fuzzing))]
pub mod turns;
#[cfg(not(fuzzing))]
pub mod web;
