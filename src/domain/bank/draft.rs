//! A question on its way into the bank: checked, with its fingerprint taken, before a transaction begins.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::faults::{Joined as _, together};
use crate::domain::naming::composed;
use crate::domain::question::format::media_type;
use crate::domain::question::{Fault, InvalidQuestion, Kind, QuestionBody, QuestionInput, validate};
use crate::domain::refusal::{Refusal, invalid};
use crate::store::KeyPart;
use crate::store::key::KeyError;

/// Bytes of all files of one question: an export holds those of a question in memory.
pub const MAX_FILES_BYTES: u64 = 32 * 1024 * 1024;

/// The beginning of the SHA-256 of everything that a question says but the author's own identifier, composed. 128 bits:
/// equal fingerprints mean equal questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    fn of(body: &QuestionBody) -> Self {
        Self::of_text(&composed(&text(body)))
    }

    /// Of what an earlier program kept as it stood; none where that is the same.
    fn of_earlier(body: &QuestionBody) -> Option<Self> {
        let text = text(body);
        (composed(&text) != text).then(|| Self::of_text(&text))
    }

    fn of_text(text: &str) -> Self {
        let mut first = [0; 16];
        for (to, from) in first.iter_mut().zip(Sha256::digest(text)) {
            *to = from;
        }
        Self(first)
    }
}

/// What a fingerprint is taken of.
fn text(body: &QuestionBody) -> String {
    let parts = (
        (&body.name, &body.text, &body.general_feedback, body.default_points),
        (body.penalty, &body.kind, &body.tags, &body.files),
    );
    // A body serialises: validation has measured it that way.
    serde_json::to_string(&parts).unwrap_or_default()
}

/// What tells questions and answers apart is kept composed; texts stay as they are written.
fn compose(body: &mut QuestionBody) {
    let answers: Vec<&mut String> = match &mut body.kind {
        Kind::Matching(it) => {
            it.pairs.iter_mut().map(|pair| &mut pair.answer).chain(&mut it.distractors).collect()
        }
        Kind::SingleChoice(_)
        | Kind::MultipleResponse(_)
        | Kind::TrueFalse(_)
        | Kind::Numerical(_)
        | Kind::ShortAnswer(_)
        | Kind::Ordering(_)
        | Kind::Cloze(_)
        | Kind::Essay(_) => Vec::new(),
    };
    let named = std::iter::once(&mut body.name).chain(&mut body.tags).chain(&mut body.id_number);
    for text in named.chain(answers) {
        *text = composed(text);
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
    earlier: Option<Fingerprint>,
}

impl Draft {
    /// Checks a body. The media types of its files are those of their names, whatever a client says.
    pub fn new(mut body: QuestionBody) -> Result<Self, InvalidQuestion> {
        for file in &mut body.files {
            media_type(&file.name).clone_into(&mut file.media_type);
        }
        let earlier = Fingerprint::of_earlier(&body);
        compose(&mut body);
        let bytes = body.files.iter().fold(0_u64, |all, file| all.saturating_add(file.bytes));
        let size = if bytes > MAX_FILES_BYTES {
            let reason = format!("are {bytes} bytes together; at most {MAX_FILES_BYTES} can be kept");
            Err(InvalidQuestion::at("files", reason))
        } else {
            Ok(())
        };
        together((validate(&body), size))?;
        let fingerprint = Fingerprint::of(&body);
        Ok(Self { body, fingerprint, earlier })
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

    /// The fingerprint under which an earlier program may have kept the same question, whose letters were in pieces.
    pub const fn earlier_fingerprint(&self) -> Option<Fingerprint> {
        self.earlier
    }

    /// Both parts.
    pub fn into_parts(self) -> (QuestionBody, Fingerprint) {
        (self.body, self.fingerprint)
    }

    /// A version that is valid, because it was stored.
    pub(super) fn of_version(version: &super::QuestionVersion) -> Self {
        Self { body: version.body.clone(), fingerprint: version.fingerprint, earlier: None }
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
    use serde_json::json;

    use super::*;

    #[test]
    fn places_become_json_pointers() {
        assert_eq!(pointer("options[2].fraction"), "/kind/options/2/fraction");
        assert_eq!(pointer("tags[0]"), "/tags/0");
        assert_eq!(pointer("feedback.correct"), "/kind/feedback/correct");
        assert_eq!(pointer("question"), "");
    }

    fn draft(e: &str) -> Draft {
        let pairs =
            json!([{ "stem": { "text": "one" }, "answer": e }, { "stem": { "text": "two" }, "answer": "b" }]);
        let input = json!({
            "name": format!("Caf{e}"), "text": { "text": format!("A caf{e}?") }, "tags": [e], "id_number": e,
            "kind": { "type": "matching", "pairs": pairs, "distractors": [format!("x{e}")] },
        });
        Draft::parse("", &serde_json::from_value(input).unwrap()).unwrap()
    }

    #[test]
    fn letters_in_pieces_make_the_same_question_whose_text_stays_as_it_is_written() {
        let (whole, pieces) = (draft("\u{e9}"), draft("e\u{301}"));
        assert_eq!(whole.fingerprint(), pieces.fingerprint());
        let (one, other) = (whole.body(), pieces.body());
        assert_eq!((&one.name, &one.tags, &one.id_number), (&other.name, &other.tags, &other.id_number));
        assert_eq!(one.kind, other.kind);
        assert!(other.text.html().contains("cafe\u{301}"));
    }

    #[test]
    fn what_an_earlier_program_kept_is_known_by_the_fingerprint_that_it_took() {
        let whole = draft("\u{e9}");
        assert_eq!(whole.fingerprint(), Fingerprint::of_text(&text(whole.body())));
        assert_eq!(whole.earlier_fingerprint(), None);
        let pieces = draft("e\u{301}");
        assert!(pieces.earlier_fingerprint().is_some_and(|earlier| earlier != pieces.fingerprint()));
    }
}
