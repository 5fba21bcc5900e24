//! Question files of other systems, read and written.

pub mod fraction;
