//! Driving a server over HTTP as clients do: what exam rehearsals and ratio measurements share.

pub mod client;
pub mod closed_loop;
pub mod report;
