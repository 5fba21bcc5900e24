//! Lyceum: a learning platform in one binary. See ARCHITECTURE.md for the map and its invariants.

pub mod clock;
pub mod domain;
pub mod store;
