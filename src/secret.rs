//! Random secrets: what sessions, tokens and links are made of.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::refusal::{INTERNAL, Refusal};

/// 256 bits: nobody guesses one, however many there are.
const SECRET_BYTES: usize = 32;

/// A new secret as text for URLs and headers.
pub fn token() -> Result<String, Refusal> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| INTERNAL.refuse(format!("the system has no randomness: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
