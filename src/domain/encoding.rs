//! Encodings of files, by the names that people tell.

use encoding_rs::Encoding;

use super::refusal::{INVALID_FIELD, Refusal};

/// Where a refusal says that the encoding that was told, or was not, is wrong.
pub(super) const PLACE: &str = "?encoding";

/// The encoding that was told.
pub(super) fn named(label: &str) -> Result<&'static Encoding, Refusal> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        let problem = format!("{label} is not the name of an encoding, such as windows-1252");
        INVALID_FIELD.refuse_saying(PLACE, problem)
    })
}
