//! A question on its way into the bank: checked, with its fingerprint taken, before a transaction begins.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::faults::{Joined as _, together};
use crate::domain::question::format::media_type;
use crate::domain::question::{Fault, InvalidQuestion, QuestionBody, QuestionInput, validate};
use crate::domain::refusal::{Refusal, invalid};
use crate::store::KeyPart;
use crate::store::key::KeyError;

/// Bytes of all files of one question: an export holds those of a question in memory.
pub const MAX_FILES_BYTES: u64 = 32 * 1024 * 1024;

/// The beginning of the SHA-256 of everything that a question says but the author's own identifier. 128 bits: equal
/// fingerprints mean equal questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    fn of(body: &QuestionBody) -> Self {
        let mut digest = Sha256::new();
        let parts = (
            (&body.name, &body.text, &body.general_feedback, body.default_points),
            (body.penalty, &body.kind, &body.tags, &body.files),
        );
        // A body serialises: validation has measured it that way.
        digest.update(serde_json::to_vec(&parts).unwrap_or_default());
        let mut first = [0; 16];
        for (to, from) in first.iter_mut().zip(digest.finalize()) {
            *to = from;
        }
        Self(first)
    }
}

impl KeyPart for Fingerprint {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        <[u8; 16]>::decode(input).map(Self)
    }
}

/// A valid question with its fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    body: QuestionBody,
    fingerprint: Fingerprint,
}

impl Draft {
    /// Checks a body. The media types of its files are those of their names, whatever a client says.
    pub fn new(mut body: QuestionBody) -> Result<Self, InvalidQuestion> {
        for file in &mut body.files {
            media_type(&file.name).clone_into(&mut file.media_type);
        }
        let bytes = body.files.iter().fold(0_u64, |all, file| all.saturating_add(file.bytes));
        let size = if bytes > MAX_FILES_BYTES {
            let reason = format!("are {bytes} bytes together; at most {MAX_FILES_BYTES} can be kept");
            Err(InvalidQuestion::at("files", reason))
        } else {
            Ok(())
        };
        together((validate(&body), size))?;
        let fingerprint = Fingerprint::of(&body);
        Ok(Self { body, fingerprint })
    }

    /// From what an author sends; errors name the place below `base`.
    pub fn parse(base: &str, input: &QuestionInput) -> Result<Self, Refusal> {
        input.parse().and_then(Self::new).map_err(|error| refusal(base, &error))
    }

    /// The same question under another identifier.
    #[must_use]
    pub fn with_id_number(mut self, id_number: Option<String>) -> Self {
        self.body.id_number = id_number;
        self
    }

    /// The question.
    pub const fn body(&self) -> &QuestionBody {
        &self.body
    }

    /// Its fingerprint.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Both parts.
    pub fn into_parts(self) -> (QuestionBody, Fingerprint) {
        (self.body, self.fingerprint)
    }

    /// A version that is valid, because it was stored.
    pub(super) fn of_version(version: &super::QuestionVersion) -> Self {
        Self { body: version.body.clone(), fingerprint: version.fingerprint }
    }
}

/// An invalid question as a refusal with the JSON pointer of each place.
pub fn refusal(base: &str, error: &InvalidQuestion) -> Refusal {
    let one = |fault: &Fault| invalid(format!("{base}{}", pointer(&fault.path)), fault.reason.clone());
    error.more.iter().fold(one(&error.first), |all, fault| all.joined(one(fault)))
}

/// `options[2].fraction` is `/kind/options/2/fraction` in the JSON of a question.
fn pointer(path: &str) -> String {
    const OF_THE_QUESTION: [&str; 8] =
        ["name", "text", "general_feedback", "default_points", "penalty", "tags", "id_number", "files"];
    if path == "question" {
        return String::new();
    }
    let steps = path.replace('[', ".").replace(']', "");
    let first = steps.split('.').next().unwrap_or_default();
    let base = if OF_THE_QUESTION.contains(&first) { "" } else { "/kind" };
    format!("{base}/{}", steps.replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_become_json_pointers() {
        assert_eq!(pointer("options[2].fraction"), "/kind/options/2/fraction");
        assert_eq!(pointer("tags[0]"), "/tags/0");
        assert_eq!(pointer("feedback.correct"), "/kind/feedback/correct");
        assert_eq!(pointer("question"), "");
    }
}
