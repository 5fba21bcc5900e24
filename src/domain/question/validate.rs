//! Whether a question can be asked and answered rightly, and whether it is small enough to keep.

use std::collections::BTreeSet;

use super::cloze::placeholder;
use super::kind::{
    Accepts, Choice, ChoiceOption, Cloze, ClozeDisplay, ClozeKind, Kind, Matching, MultipleResponse,
    Numerical, NumericalAnswer, Ordering, TextAnswer, UnitRule,
};
use super::numeric::Number;
use super::{QuestionBody, fold};
use crate::domain::decimal::Decimal;
use crate::domain::faults::{Joined, MAX_FAULTS, each};
use crate::domain::limits::{ANSWER_LETTERS, TAG_LETTERS, UNIT_LETTERS, is_longer};
use crate::domain::naming::is_seen;
use crate::domain::rich_text::{RichText, is_file_hash, is_text};

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
/// No list of a question may be longer.
const MAX_ENTRIES: usize = 100;
/// Units: prefixes of one unit are about twenty.
pub const MAX_UNITS: usize = 30;
/// Tags of a question: they are for finding it, not for describing it.
pub const MAX_TAGS: usize = 30;
/// Files of a question: each picture of an option may be one.
pub const MAX_FILES: usize = 100;
/// Points of a question: a large exam has a thousand in all.
pub const MAX_POINTS: i32 = 10_000;
/// Lines of the field of an essay: some screens.
pub const MAX_LINES: u16 = 200;
/// Weight of a part of a cloze; it becomes points in other systems.
pub const MAX_WEIGHT: u16 = 1000;

/// One thing that is wrong with a question, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct Fault {
    /// The place, such as `options[2].fraction`.
    pub path: String,
    /// What is wrong with it, as a sentence without its subject.
    pub reason: String,
}

/// Everything that is wrong with a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{first}")]
pub struct InvalidQuestion {
    /// The first fault: what a report has room for.
    pub first: Fault,
    /// The others.
    pub more: Vec<Fault>,
}

impl InvalidQuestion {
    /// One fault.
    pub fn at(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { first: Fault { path: path.into(), reason: reason.into() }, more: Vec::new() }
    }

    /// All of them.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        std::iter::once(&self.first).chain(&self.more)
    }
}

impl Joined for InvalidQuestion {
    fn joined(mut self, second: Self) -> Self {
        let room = MAX_FAULTS.saturating_sub(self.more.len());
        self.more.extend(std::iter::once(second.first).chain(second.more).take(room));
        self
    }
}

type Checked = Result<(), InvalidQuestion>;

pub(super) fn invalid(path: impl Into<String>, reason: impl Into<String>) -> InvalidQuestion {
    InvalidQuestion::at(path, reason)
}

/// Names and answers stand in one line and in files of other systems.
pub(super) fn is_no_text(character: char) -> bool {
    character.is_control() || !is_text(character)
}

fn require(holds: bool, path: &str, reason: &str) -> Checked {
    if holds { Ok(()) } else { Err(invalid(path, reason)) }
}

/// Of one place the first thing that is wrong is enough.
fn first<const N: usize>(checks: [Checked; N]) -> Checked {
    checks.into_iter().collect()
}

/// Everything that is wrong in several places.
fn all(checks: impl IntoIterator<Item = Checked>) -> Checked {
    each(checks).map(drop)
}

/// [`all`] of the entries of a list, by their place. Of a list that is too long, which its count says, the beginning is enough.
fn entries<T>(path: &str, list: &[T], check: impl Fn(&str, usize, &T) -> Checked) -> Checked {
    let some = list.iter().take(MAX_ENTRIES).enumerate();
    all(some.map(|(index, entry)| check(&format!("{path}[{index}]"), index, entry)))
}

/// Checks everything that the types alone do not guarantee, and tells all that is wrong.
pub fn validate(body: &QuestionBody) -> Checked {
    let bytes = encoded_bytes(body);
    let size = if bytes > MAX_QUESTION_BYTES {
        Err(invalid("question", format!("takes {bytes} bytes; at most {MAX_QUESTION_BYTES} can be kept")))
    } else {
        Ok(())
    };
    let facts = facts(&body.name, body.default_points, body.penalty, &body.tags, body.id_number.as_deref());
    all([facts, files(body), kind(body), size])
}

/// What every question has, whatever it asks.
pub(super) fn facts(
    name: &str,
    points: Decimal,
    penalty: Decimal,
    tags: &[String],
    id_number: Option<&str>,
) -> Checked {
    let count = require(tags.len() <= MAX_TAGS, "tags", "are more than 30");
    let tags = entries("tags", tags, |path, _, tag| {
        let fine = is_seen(tag) && !is_longer(tag, TAG_LETTERS) && !tag.contains(is_no_text);
        require(fine, path, "is empty or has more than 50 characters")
    });
    let id_number = id_number.map_or(Ok(()), |id_number| {
        let fine = is_seen(id_number) && id_number.chars().count() <= MAX_ID_NUMBER_CHARS;
        first([
            require(fine, "id_number", "is empty or has more than 100 characters"),
            require(!id_number.contains(is_no_text), "id_number", "contains control characters"),
        ])
    });
    all([
        first([
            require(is_seen(name), "name", "is empty"),
            require(name.chars().count() <= MAX_NAME_CHARS, "name", "has more than 255 characters"),
            require(!name.contains(is_no_text), "name", "contains control characters"),
        ]),
        first([
            require(!points.is_negative(), "default_points", "is negative"),
            require(points <= Decimal::from_int(MAX_POINTS), "default_points", "is more than 10000"),
        ]),
        require(in_unit(penalty), "penalty", "is not between 0 and 1"),
        count.and(tags),
        id_number,
    ])
}

/// The size of a question as JSON; never less than its stored size.
#[must_use]
pub fn encoded_bytes(body: &QuestionBody) -> usize {
    serde_json::to_vec(body).map_or(usize::MAX, |json| json.len())
}

fn files(body: &QuestionBody) -> Checked {
    let count = require(body.files.len() <= MAX_FILES, "files", "are more than 100");
    let files = entries("files", &body.files, |path, _, file| {
        first([
            require(is_file_hash(&file.sha256), path, "has no sha256 in hexadecimal"),
            require(!file.name.is_empty() && file.name.len() <= 255, path, "has no name of 1 to 255 bytes"),
            require(!file.name.contains(is_no_text), path, "has control characters in its name"),
        ])
    });
    let lacking = || {
        let is_there = |hash: &str| body.files.iter().any(|file| file.sha256 == hash);
        let texts = body.texts();
        let named: BTreeSet<&str> = texts.into_iter().flat_map(RichText::file_references).collect();
        let lacking = named.into_iter().filter(|hash| !is_there(hash));
        all(lacking.map(|hash| Err(invalid("files", format!("lack {hash}, which a text refers to")))))
    };
    count.and_then(|()| all([files, lacking()]))
}

fn kind(body: &QuestionBody) -> Checked {
    match &body.kind {
        Kind::SingleChoice(it) => single_choice(it),
        Kind::MultipleResponse(it) => multiple_response(it),
        Kind::TrueFalse(_) => Ok(()),
        Kind::Numerical(it) => numerical(it),
        Kind::ShortAnswer(it) => words("answers", &it.answers),
        Kind::Matching(it) => matching(it),
        Kind::Ordering(it) => ordering(it),
        Kind::Cloze(it) => cloze(&body.text, it),
        Kind::Essay(it) => all([
            require(
                it.min_words.zip(it.max_words).is_none_or(|(min, max)| min <= max),
                "max_words",
                "is less than min_words",
            ),
            require(it.lines <= MAX_LINES, "lines", "is more than 200"),
        ]),
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
        &format!("{path}.fraction"),
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

/// Options and a rule of all of them.
fn options(
    path: &str,
    options: &[ChoiceOption],
    whole: impl Fn(&str, &[ChoiceOption]) -> Checked,
) -> Checked {
    let each = entries(path, options, |path, _, option| {
        all([require(!option.text.is_empty(), path, "is empty"), fraction(path, option.fraction)])
    });
    all([count(path, options.len(), 2, MAX_OPTIONS).and_then(|()| whole(path, options)), each])
}

fn best_option_is_whole(path: &str, options: &[ChoiceOption]) -> Checked {
    best_is_whole(path, options.iter().map(|option| option.fraction))
}

fn single_choice(it: &Choice) -> Checked {
    options("options", &it.options, best_option_is_whole)
}

/// What all right options of several give together; thirds make a whole.
pub(super) fn sum_of_right(options: &[ChoiceOption]) -> Decimal {
    options.iter().map(|option| option.fraction.max_zero()).sum::<Decimal>().snap(Decimal::ONE)
}

fn several(path: &str, options: &[ChoiceOption]) -> Checked {
    require(
        sum_of_right(options) >= Decimal::ONE,
        path,
        "have fractions that add up to less than 1, so that full points cannot be reached",
    )
}

fn multiple_response(it: &MultipleResponse) -> Checked {
    options("options", &it.options, |path, options| {
        let plain = |option: &ChoiceOption| option.fraction.is_zero() || option.fraction == Decimal::ONE;
        let shares = !it.all_or_nothing || options.iter().all(plain);
        first([
            require(shares, path, "must have the fraction 0 or 1 where it is all or nothing"),
            several(path, options),
        ])
    })
}

fn numbers(path: &str, answers: &[NumericalAnswer]) -> Checked {
    let each = entries(path, answers, |path, _, answer| {
        let negative = matches!(answer.accepts, Accepts::Within { tolerance, .. } if tolerance.is_negative());
        all([
            require(!negative, &format!("{path}.tolerance"), "has a negative tolerance"),
            fraction(path, answer.fraction),
        ])
    });
    let whole = || best_is_whole(path, answers.iter().map(|answer| answer.fraction));
    all([count(path, answers.len(), 1, MAX_OPTIONS).and_then(|()| whole()), each])
}

fn numerical(it: &Numerical) -> Checked {
    let units = entries("units", &it.units, |path, index, unit| {
        let name = unit.name.trim();
        let fine = !name.is_empty() && name == unit.name && !is_longer(name, UNIT_LETTERS);
        let again = it.units.iter().take(index).any(|earlier| earlier.name == unit.name);
        let at_name = format!("{path}.name");
        all([
            first([
                require(fine, &at_name, "has no name of 1 to 64 characters"),
                require(!again, &at_name, "occurs twice"),
            ]),
            require(
                !unit.multiplier.is_zero() && !unit.multiplier.is_negative(),
                &format!("{path}.multiplier"),
                "has no positive multiplier",
            ),
        ])
    });
    let none = it.units.is_empty();
    let (rule, penalty) = match it.unit_rule {
        UnitRule::None => (require(none, "units", "are given where no unit is used"), Ok(())),
        UnitRule::Optional | UnitRule::Required { .. } => {
            let base = it.units.iter().any(|unit| unit.multiplier == Number::ONE);
            let rule = first([
                require(!none, "units", "are none where one is used"),
                require(base, "units", "have none with the multiplier 1, which the answers are in"),
            ]);
            let fine = match it.unit_rule {
                UnitRule::Required { penalty, .. } => in_unit(penalty),
                _ => true,
            };
            (rule, require(fine, "unit_rule.penalty", "is not between 0 and 1"))
        }
    };
    let number = count("units", it.units.len(), 0, MAX_UNITS);
    all([numbers("answers", &it.answers), number.and(rule), units, penalty])
}

fn words(path: &str, answers: &[TextAnswer]) -> Checked {
    let each = entries(path, answers, |path, _, answer| {
        let pattern = answer.pattern.trim();
        let at_pattern = format!("{path}.pattern");
        all([
            first([
                // What cannot be seen is not compared, so nothing else would fit.
                require(
                    !fold::seen(pattern).is_empty() && pattern == answer.pattern,
                    &at_pattern,
                    "is empty or has spaces at its ends",
                ),
                require(!is_longer(pattern, ANSWER_LETTERS), &at_pattern, "is longer than 1024 characters"),
                require(!pattern.contains(is_no_text), &at_pattern, "contains control characters"),
            ]),
            fraction(path, answer.fraction),
        ])
    });
    let whole = || best_is_whole(path, answers.iter().map(|answer| answer.fraction));
    all([count(path, answers.len(), 1, MAX_OPTIONS).and_then(|()| whole()), each])
}

fn matching(it: &Matching) -> Checked {
    let answer = |path: &str, answer: &str| {
        let fine = is_seen(answer) && answer.trim() == answer && !is_longer(answer, ANSWER_LETTERS);
        first([
            require(fine, path, "is empty, has spaces at its ends or is longer than 1024 characters"),
            require(!answer.contains(is_no_text), path, "contains control characters"),
        ])
    };
    let pairs = entries("pairs", &it.pairs, |path, _, pair| {
        all([
            require(!pair.stem.is_empty(), &format!("{path}.stem"), "is empty"),
            answer(&format!("{path}.answer"), &pair.answer),
        ])
    });
    let distractors = entries("distractors", &it.distractors, |path, _, text| answer(path, text));
    let number = first([
        count("pairs", it.pairs.len(), 1, MAX_OPTIONS),
        // Both are what a learner chooses from.
        count("pairs", it.pairs.len() + it.distractors.len(), 2, usize::MAX),
        count("distractors", it.distractors.len(), 0, MAX_OPTIONS.saturating_sub(it.pairs.len())),
    ]);
    all([number, pairs, distractors])
}

fn ordering(it: &Ordering) -> Checked {
    let items = entries("items", &it.items, |path, index, item| {
        let again = it.items.iter().take(index).any(|earlier| earlier == item);
        first([
            require(!item.is_empty(), path, "is empty"),
            require(!again, path, "occurs twice, so that no order would be the right one"),
        ])
    });
    all([count("items", it.items.len(), 2, MAX_OPTIONS), items])
}

fn cloze(text: &RichText, it: &Cloze) -> Checked {
    let text = text.to_plain();
    let parts = entries("parts", &it.parts, |path, index, part| {
        let times = text.matches(&placeholder(index)).count();
        all([
            require(part.weight <= MAX_WEIGHT, &format!("{path}.weight"), "has a weight of more than 1000"),
            require(
                times == 1,
                path,
                "does not have its place in the text exactly once where it can be shown",
            ),
            cloze_part(path, &part.kind),
        ])
    });
    let surplus = text.contains(&placeholder(it.parts.len()));
    let weight = || require(it.parts.iter().any(|part| part.weight > 0), "parts", "all have the weight 0");
    all([
        count("parts", it.parts.len(), 1, MAX_CLOZE_PARTS).and_then(|()| weight()),
        parts,
        require(!surplus, "text", "has a place for a part that there is not"),
    ])
}

fn cloze_part(path: &str, part: &ClozeKind) -> Checked {
    let (of_options, of_answers) = (format!("{path}.options"), format!("{path}.answers"));
    match part {
        ClozeKind::Choice { options: list, .. } => options(&of_options, list, best_option_is_whole),
        ClozeKind::MultipleResponse { options: list, display, .. } => all([
            require(
                *display != ClozeDisplay::Menu,
                &format!("{path}.display"),
                "cannot show several responses in a menu",
            ),
            options(&of_options, list, several),
        ]),
        ClozeKind::ShortAnswer { answers, .. } => words(&of_answers, answers),
        ClozeKind::Numerical { answers } => numbers(&of_answers, answers),
    }
}
