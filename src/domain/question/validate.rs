//! Whether a question can be asked and answered rightly, and whether it is small enough to keep.

use super::QuestionBody;
use super::cloze::placeholder;
use super::kind::{
    Accepts, Choice, ChoiceOption, ClozeDisplay, ClozeKind, Kind, Matching, MultipleResponse, Numerical,
    NumericalAnswer, TextAnswer, UnitRule,
};
use super::numeric::Number;
use crate::domain::decimal::Decimal;
use crate::domain::rich_text::{is_file_hash, is_text};

/// A whole question, encoded. A stored record with key and surroundings must stay below 16 KiB; measured as JSON,
/// which is never shorter than the stored form.
pub const MAX_QUESTION_BYTES: usize = 12 * 1024;
/// Name in characters, as in Moodle, so that names survive going there and back.
pub const MAX_NAME_CHARS: usize = 255;
/// Identifier in characters, as in Moodle.
pub const MAX_ID_NUMBER_CHARS: usize = 100;
/// Options, answers, pairs and items: more do not fit a screen; arrangements count them in one byte.
pub const MAX_OPTIONS: usize = 100;
/// Parts of a cloze: a long text has a dozen.
pub const MAX_CLOZE_PARTS: usize = 100;
/// Units: prefixes of one unit are about twenty.
pub const MAX_UNITS: usize = 30;
/// Tags of a question: they are for finding it, not for describing it.
pub const MAX_TAGS: usize = 30;
/// A tag in characters, as in Moodle.
pub const MAX_TAG_CHARS: usize = 50;
/// Files of a question: each picture of an option may be one.
pub const MAX_FILES: usize = 100;
/// Answer texts in bytes: what a learner may type is no longer.
pub const MAX_ANSWER_BYTES: usize = 1024;
/// Points of a question: a large exam has a thousand in all.
pub const MAX_POINTS: i32 = 10_000;
/// Weight of a part of a cloze; it becomes points in other systems.
pub const MAX_WEIGHT: u16 = 1000;

/// What is wrong with a question, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct InvalidQuestion {
    /// The place, such as `options[2].fraction`.
    pub path: String,
    /// What is wrong with it, as a sentence without its subject.
    pub reason: String,
}

type Checked = Result<(), InvalidQuestion>;

pub(super) fn invalid(path: impl Into<String>, reason: impl Into<String>) -> InvalidQuestion {
    InvalidQuestion { path: path.into(), reason: reason.into() }
}

/// Names and answers stand in one line and in files of other systems.
fn is_no_text(character: char) -> bool {
    character.is_control() || !is_text(character)
}

fn require(holds: bool, path: &str, reason: &str) -> Checked {
    if holds { Ok(()) } else { Err(invalid(path, reason)) }
}

/// Checks everything that the types alone do not guarantee.
pub fn validate(body: &QuestionBody) -> Checked {
    let name_chars = body.name.chars().count();
    require(!body.name.trim().is_empty(), "name", "is empty")?;
    require(name_chars <= MAX_NAME_CHARS, "name", "has more than 255 characters")?;
    require(!body.name.contains(is_no_text), "name", "contains control characters")?;
    require(!body.default_points.is_negative(), "default_points", "is negative")?;
    require(body.default_points <= Decimal::from_int(MAX_POINTS), "default_points", "is more than 10000")?;
    require(in_unit(body.penalty), "penalty", "is not between 0 and 1")?;
    require(body.tags.len() <= MAX_TAGS, "tags", "are more than 30")?;
    for (index, tag) in body.tags.iter().enumerate() {
        let fine =
            !tag.trim().is_empty() && tag.chars().count() <= MAX_TAG_CHARS && !tag.contains(is_no_text);
        require(fine, &format!("tags[{index}]"), "is empty or has more than 50 characters")?;
    }
    if let Some(id_number) = &body.id_number {
        let fine = !id_number.trim().is_empty() && id_number.chars().count() <= MAX_ID_NUMBER_CHARS;
        require(fine, "id_number", "is empty or has more than 100 characters")?;
        require(!id_number.contains(is_no_text), "id_number", "contains control characters")?;
    }
    files(body)?;
    kind(body)?;
    let bytes = encoded_bytes(body);
    if bytes > MAX_QUESTION_BYTES {
        return Err(invalid(
            "question",
            format!("takes {bytes} bytes; at most {MAX_QUESTION_BYTES} can be kept"),
        ));
    }
    Ok(())
}

/// The size of a question as JSON; never less than its stored size.
#[must_use]
pub fn encoded_bytes(body: &QuestionBody) -> usize {
    serde_json::to_vec(body).map_or(usize::MAX, |json| json.len())
}

fn files(body: &QuestionBody) -> Checked {
    require(body.files.len() <= MAX_FILES, "files", "are more than 100")?;
    for (index, file) in body.files.iter().enumerate() {
        let path = format!("files[{index}]");
        require(is_file_hash(&file.sha256), &path, "has no sha256 in hexadecimal")?;
        require(!file.name.is_empty() && file.name.len() <= 255, &path, "has no name of 1 to 255 bytes")?;
        require(!file.name.contains(is_no_text), &path, "has control characters in its name")?;
    }
    for text in body.texts() {
        for reference in text.file_references() {
            if !body.files.iter().any(|file| file.sha256 == reference) {
                return Err(invalid("files", format!("lack {reference}, which a text refers to")));
            }
        }
    }
    Ok(())
}

fn kind(body: &QuestionBody) -> Checked {
    match &body.kind {
        Kind::SingleChoice(it) => single_choice(it),
        Kind::MultipleResponse(it) => multiple_response(it),
        Kind::TrueFalse(_) => Ok(()),
        Kind::Numerical(it) => numerical(it),
        Kind::ShortAnswer(it) => {
            words("answers", &it.answers)?;
            best_is_whole("answers", it.answers.iter().map(|answer| answer.fraction))
        }
        Kind::Matching(it) => matching(it),
        Kind::Ordering(it) => {
            count("items", it.items.len(), 2, MAX_OPTIONS)?;
            for (index, item) in it.items.iter().enumerate() {
                let path = format!("items[{index}]");
                require(!item.is_empty(), &path, "is empty")?;
                let again = it.items.iter().take(index).any(|earlier| earlier == item);
                require(!again, &path, "occurs twice, so that no order would be the right one")?;
            }
            Ok(())
        }
        Kind::Cloze(it) => {
            count("parts", it.parts.len(), 1, MAX_CLOZE_PARTS)?;
            let text = body.text.to_plain();
            for (index, part) in it.parts.iter().enumerate() {
                let path = format!("parts[{index}]");
                require(part.weight <= MAX_WEIGHT, &path, "has a weight of more than 1000")?;
                let mark = placeholder(index);
                let times = text.matches(&mark).count();
                require(
                    times == 1,
                    &path,
                    "does not have its place in the text exactly once where it can be shown",
                )?;
                cloze_part(&path, &part.kind)?;
            }
            let surplus = text.contains(&placeholder(it.parts.len()));
            require(!surplus, "text", "has a place for a part that there is not")?;
            require(it.parts.iter().any(|part| part.weight > 0), "parts", "all have the weight 0")
        }
        Kind::Essay(it) => {
            if let (Some(min), Some(max)) = (it.min_words, it.max_words) {
                require(min <= max, "max_words", "is less than min_words")?;
            }
            require(it.lines <= 200, "lines", "is more than 200")
        }
    }
}

fn count(path: &str, got: usize, least: usize, most: usize) -> Checked {
    if got < least {
        return Err(invalid(path, format!("are {got}; at least {least} are needed")));
    }
    if got > most { Err(invalid(path, format!("are {got}; at most {most} are possible"))) } else { Ok(()) }
}

fn in_unit(fraction: Decimal) -> bool {
    !fraction.is_negative() && fraction <= Decimal::ONE
}

fn fraction(path: &str, fraction: Decimal) -> Checked {
    require(
        fraction >= -Decimal::ONE && fraction <= Decimal::ONE,
        path,
        "has a fraction that is not between -1 and 1",
    )
}

fn best_is_whole(path: &str, fractions: impl Iterator<Item = Decimal>) -> Checked {
    let best = fractions.max().unwrap_or_default();
    require(
        best == Decimal::ONE,
        path,
        "have none with the fraction 1, so that full points cannot be reached",
    )
}

fn options(path: &str, options: &[ChoiceOption]) -> Checked {
    count(path, options.len(), 2, MAX_OPTIONS)?;
    for (index, option) in options.iter().enumerate() {
        let path = format!("{path}[{index}]");
        require(!option.text.is_empty(), &path, "is empty")?;
        fraction(&path, option.fraction)?;
    }
    Ok(())
}

fn single_choice(it: &Choice) -> Checked {
    options("options", &it.options)?;
    best_is_whole("options", it.options.iter().map(|option| option.fraction))
}

fn several(path: &str, options: &[ChoiceOption]) -> Checked {
    let sum: Decimal = options.iter().map(|option| option.fraction.max_zero()).sum();
    require(
        sum.snap(Decimal::ONE) >= Decimal::ONE,
        path,
        "have fractions that add up to less than 1, so that full points cannot be reached",
    )
}

fn multiple_response(it: &MultipleResponse) -> Checked {
    options("options", &it.options)?;
    if it.all_or_nothing {
        let plain = |option: &ChoiceOption| option.fraction.is_zero() || option.fraction == Decimal::ONE;
        require(
            it.options.iter().all(plain),
            "options",
            "must have the fraction 0 or 1 where it is all or nothing",
        )?;
    }
    several("options", &it.options)
}

fn numbers(path: &str, answers: &[NumericalAnswer]) -> Checked {
    count(path, answers.len(), 1, MAX_OPTIONS)?;
    for (index, answer) in answers.iter().enumerate() {
        let path = format!("{path}[{index}]");
        fraction(&path, answer.fraction)?;
        if let Accepts::Within { tolerance, .. } = answer.accepts {
            require(!tolerance.is_negative(), &path, "has a negative tolerance")?;
        }
    }
    Ok(())
}

fn numerical(it: &Numerical) -> Checked {
    numbers("answers", &it.answers)?;
    best_is_whole("answers", it.answers.iter().map(|answer| answer.fraction))?;
    count("units", it.units.len(), 0, MAX_UNITS)?;
    for (index, unit) in it.units.iter().enumerate() {
        let path = format!("units[{index}]");
        let name = unit.name.trim();
        require(
            !name.is_empty() && name == unit.name && name.len() <= 64,
            &path,
            "has no name of 1 to 64 bytes",
        )?;
        require(
            !unit.multiplier.is_zero() && !unit.multiplier.is_negative(),
            &path,
            "has no positive multiplier",
        )?;
        let again = it.units.iter().take(index).any(|earlier| earlier.name == unit.name);
        require(!again, &path, "occurs twice")?;
    }
    match it.unit_rule {
        UnitRule::None => require(it.units.is_empty(), "units", "are given where no unit is used"),
        UnitRule::Optional | UnitRule::Required { .. } => {
            require(!it.units.is_empty(), "units", "are none where one is used")?;
            let base = it.units.iter().any(|unit| unit.multiplier == Number::ONE);
            require(base, "units", "have none with the multiplier 1, which the answers are in")?;
            if let UnitRule::Required { penalty, .. } = it.unit_rule {
                require(in_unit(penalty), "unit_penalty", "is not between 0 and 1")?;
            }
            Ok(())
        }
    }
}

fn words(path: &str, answers: &[TextAnswer]) -> Checked {
    count(path, answers.len(), 1, MAX_OPTIONS)?;
    for (index, answer) in answers.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let pattern = answer.pattern.trim();
        require(
            !pattern.is_empty() && pattern == answer.pattern,
            &path,
            "is empty or has spaces at its ends",
        )?;
        require(pattern.len() <= MAX_ANSWER_BYTES, &path, "is longer than 1024 bytes")?;
        require(!pattern.contains(is_no_text), &path, "contains control characters")?;
        fraction(&path, answer.fraction)?;
    }
    Ok(())
}

fn matching(it: &Matching) -> Checked {
    count("pairs", it.pairs.len(), 1, MAX_OPTIONS)?;
    count("pairs and distractors", it.pairs.len() + it.distractors.len(), 2, MAX_OPTIONS)?;
    let answers = it.pairs.iter().map(|pair| &pair.answer).chain(&it.distractors);
    for (index, answer) in answers.enumerate() {
        let fine = !answer.is_empty() && answer.trim() == answer && answer.len() <= MAX_ANSWER_BYTES;
        let path = format!("answers[{index}]");
        require(fine, &path, "is empty, has spaces at its ends or is longer than 1024 bytes")?;
        require(!answer.contains(is_no_text), &path, "contains control characters")?;
    }
    for (index, pair) in it.pairs.iter().enumerate() {
        require(!pair.stem.is_empty(), &format!("pairs[{index}].stem"), "is empty")?;
    }
    Ok(())
}

fn cloze_part(path: &str, part: &ClozeKind) -> Checked {
    let inner = format!("{path}.options");
    match part {
        ClozeKind::Choice { options: all, .. } => {
            options(&inner, all)?;
            best_is_whole(&inner, all.iter().map(|option| option.fraction))
        }
        ClozeKind::MultipleResponse { options: all, display, .. } => {
            require(*display != ClozeDisplay::Menu, path, "cannot show several responses in a menu")?;
            options(&inner, all)?;
            several(&inner, all)
        }
        ClozeKind::ShortAnswer { answers, .. } => {
            words(&inner, answers)?;
            best_is_whole(&inner, answers.iter().map(|answer| answer.fraction))
        }
        ClozeKind::Numerical { answers } => {
            numbers(&inner, answers)?;
            best_is_whole(&inner, answers.iter().map(|answer| answer.fraction))
        }
    }
}
