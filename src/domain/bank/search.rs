//! Finding questions by words: each must be somewhere in the name, the text, a tag or the author's own identifier. There is
//! no index of words; a bank has thousands of questions at most, and a page looks at some hundreds of them.

use super::question::{Question, version};
use crate::domain::naming::composed;
use crate::domain::refusal::Refusal;
use crate::store::Read;

/// More words make nothing clearer.
const MAX_WORDS: usize = 8;

/// What is looked for, in small letters, [`composed`] as is what it is looked for in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// The words of a text; `None` when it has none.
    pub(super) fn of(text: &str) -> Option<Self> {
        let words: Vec<String> =
            composed(text).split_whitespace().take(MAX_WORDS).map(str::to_lowercase).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// The words that none of these texts has.
    fn missing<'w>(words: Vec<&'w str>, text: &str) -> Vec<&'w str> {
        let text = composed(text).to_lowercase();
        words.into_iter().filter(|word| !text.contains(word)).collect()
    }

    /// Does a question have all of them? Its text is read only when its name and tags are not enough.
    pub(super) fn are_in(&self, read: &impl Read, question: &Question) -> Result<bool, Refusal> {
        let mut words: Vec<&str> = self.0.iter().map(String::as_str).collect();
        words = Self::missing(words, &question.name);
        for text in question.tags.iter().chain(&question.id_number) {
            words = Self::missing(words, text);
        }
        if !words.is_empty() {
            let newest = version(read, question.id, question.latest)?;
            words = Self::missing(words, &newest.body.text.to_plain());
        }
        Ok(words.is_empty())
    }
}
