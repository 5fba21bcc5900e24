//! Receipts: every save of an attempt is linked to all before it, so that a learner can show what was saved and when.
//!
//! A receipt is SHA-256 over: the receipt before (32 bytes), the slot (2 bytes), the client's sequence number (8), the
//! server's time in milliseconds since 1970 (8), all big-endian, and SHA-256 of the response as canonical JSON (32).
//! The chain begins with SHA-256 over `lyceum attempt 1`, the attempt's id (8) and its start in milliseconds (8).
//! Canonical JSON is what the API shows: no spaces, `type` first, then the fields in the order of the documentation.

use sha2::{Digest as _, Sha256};

use crate::clock::Timestamp;
use crate::domain::ids::AttemptId;
use crate::domain::question::{Response, ResponseInput};
use crate::domain::refusal::{INTERNAL, Refusal};

/// A link.
pub type Receipt = [u8; 32];

/// What a chain begins with.
pub fn first(attempt: AttemptId, started: Timestamp) -> Receipt {
    Sha256::new()
        .chain_update(b"lyceum attempt 1")
        .chain_update(attempt.0.to_be_bytes())
        .chain_update(started.ms().to_be_bytes())
        .finalize()
        .into()
}

/// The response as canonical JSON.
pub fn canonical(response: &Response) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(&ResponseInput::from(response)).map_err(|error| INTERNAL.refuse(error.to_string()))
}

/// SHA-256 of the response as canonical JSON.
pub fn digest(response: &Response) -> Result<[u8; 32], Refusal> {
    Ok(Sha256::digest(canonical(response)?).into())
}

/// The next link.
pub fn next(before: &Receipt, slot: u16, sequence: u64, at: Timestamp, digest: &[u8; 32]) -> Receipt {
    Sha256::new()
        .chain_update(before)
        .chain_update(slot.to_be_bytes())
        .chain_update(sequence.to_be_bytes())
        .chain_update(at.ms().to_be_bytes())
        .chain_update(digest)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    #[test]
    fn canonical_json_has_the_type_first_and_no_spaces() {
        let response = Response::Number { text: "1,5".to_owned(), unit: None };
        assert_eq!(canonical(&response).unwrap(), br#"{"type":"number","text":"1,5","unit":null}"#);
        assert_eq!(
            canonical(&Response::Choices(vec![0, 2])).unwrap(),
            br#"{"type":"choices","options":[0,2]}"#
        );
    }

    /// Computed apart from this program; a change here would break receipts that people keep.
    #[test]
    fn the_form_of_a_receipt_does_not_change() {
        let start = first(AttemptId(7), Timestamp::from_ms(1000));
        let link = next(&start, 1, 2, Timestamp::from_ms(3000), &digest(&Response::Choice(0)).unwrap());
        assert_eq!(hex::of(&start), "f5ea5c1ffad2801c73f7936ddf7ef33772f316609a146d6b4f564846cb9c687b");
        assert_eq!(hex::of(&link), "0552b0a54d791dee9d305516db1b9d9a0f30afb40cd525a15e84f102d18f5fae");
    }
}
