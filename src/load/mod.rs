//! Driving a server over HTTP as clients do: `lyceum load`, and what exam rehearsals and ratio measurements share.

/// Appends formatted text to a string, without a string of its own in between.
macro_rules! put {
    ($to:expr, $($what:tt)+) => {{
        use std::fmt::Write as _;
        // Writing to a string does not fail.
        let _ = write!($to, $($what)+);
    }};
}

pub mod capacity;
pub mod client;
pub mod closed_loop;
pub mod compare;
mod crew;
mod desk;
mod dice;
mod error;
mod exam;
pub mod limit;
mod machine;
mod measure;
pub mod page;
mod paper;
mod person;
mod plot;
pub mod report;
pub mod run;
mod scrape;
mod seed;
pub mod settings;
pub mod stage;
pub mod stop;
pub mod target;
mod tools;
mod visits;

pub use error::LoadError;
