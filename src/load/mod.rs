//! Driving a server over HTTP as clients do: `lyceum load`, and what exam rehearsals and ratio measurements share.

pub mod client;
pub mod closed_loop;
mod crew;
mod desk;
mod dice;
mod error;
mod exam;
mod machine;
mod measure;
mod paper;
mod person;
pub mod report;
pub mod run;
mod scrape;
mod seed;
pub mod settings;
pub mod stage;
pub mod target;
mod visits;

pub use error::LoadError;
