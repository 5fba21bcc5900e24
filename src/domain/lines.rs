//! Lines of a file, as whoever wrote it counts them.

/// The number of the line, from 1, that begins or goes on behind `bytes`.
pub fn line_behind(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.split(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}
