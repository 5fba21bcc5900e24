//! The kinds of question in Moodle XML.

use super::fraction;
use super::moodle_xml::QuestionReader;
use super::one_line;
use super::report::FormatError;
use super::xml_tree::Element;
use crate::domain::decimal::Decimal;
use crate::domain::question::cloze;
use crate::domain::question::kind::{
    Accepts, Choice, ChoiceOption, Cloze, CombinedFeedback, Essay, EssayEditor, Kind, Matching, MatchingPair,
    MultipleResponse, Numbering, Numerical, NumericalAnswer, Ordering, OrderingCredit, PenaltyBase,
    ShortAnswer, TextAnswer, TrueFalse, Unit, UnitEntry, UnitRule,
};
use crate::domain::question::numeric::Number;
use crate::domain::rich_text::RichText;

/// What a kind gives: itself, its text where reading it changes that, and points that follow from it.
pub(super) struct KindRead {
    pub(super) kind: Kind,
    pub(super) text: Option<RichText>,
    pub(super) points: Option<Decimal>,
}

type Read<T> = Result<T, FormatError>;

/// Why a question is left out rather than read; none for those that can be read.
pub(super) fn reason_to_skip(name: &str, element: &Element) -> Option<String> {
    match name {
        "essay" if element.child_text("responseformat") == Some("noinline") => {
            Some("it is answered with files only, which is not possible here".to_owned())
        }
        "multichoice" | "multichoiceset" | "truefalse" | "shortanswer" | "numerical" | "matching"
        | "match" | "essay" | "cloze" | "multianswer" => None,
        "ordering" => {
            let items = element.all("answer").count();
            let (select, count) = match element.child_text("selecttype") {
                Some(select) => (select, element.child_text("selectcount")),
                None => (element.child_text("logical").unwrap_or_default(), element.child_text("studentsee")),
            };
            let all = matches!(select.to_ascii_uppercase().as_str(), "ALL" | "EXACT")
                || count.and_then(|count| count.parse::<usize>().ok()).unwrap_or(6) >= items;
            (!all).then(|| "it shows a random part of its items, which is not possible here".to_owned())
        }
        "description" => Some("a description is not a question".to_owned()),
        other => Some(format!("questions of the kind {other:?} are not known")),
    }
}

pub(super) fn read(name: &str, reader: &mut QuestionReader<'_>) -> Read<KindRead> {
    let kind = match name {
        "multichoice" => multichoice(reader)?,
        "multichoiceset" => multichoiceset(reader)?,
        "truefalse" => truefalse(reader)?,
        "shortanswer" => shortanswer(reader)?,
        "numerical" => numerical(reader)?,
        "matching" | "match" => matching(reader)?,
        "ordering" => ordering(reader)?,
        "essay" => essay(reader)?,
        _ => return read_cloze(reader),
    };
    Ok(KindRead { kind, text: None, points: None })
}

/// Moodle's yes and no.
fn truth(written: Option<&str>, otherwise: bool) -> bool {
    written.map_or(otherwise, |written| !matches!(written, "" | "0" | "false"))
}

fn combined(reader: &mut QuestionReader<'_>) -> Read<CombinedFeedback> {
    let element = reader.element;
    Ok(CombinedFeedback {
        correct: reader.text(element.child("correctfeedback"))?,
        partially_correct: reader.text(element.child("partiallycorrectfeedback"))?,
        incorrect: reader.text(element.child("incorrectfeedback"))?,
        // An empty element means yes.
        show_number_correct: element
            .child_text("shownumcorrect")
            .is_some_and(|it| !matches!(it, "0" | "false")),
    })
}

fn numbering(written: Option<&str>, otherwise: Numbering) -> Numbering {
    match written {
        Some("abc") => Numbering::LowerLetters,
        Some("ABCD" | "ABC") => Numbering::UpperLetters,
        Some("123") => Numbering::Numbers,
        Some("iii") => Numbering::LowerRoman,
        Some("IIII" | "III") => Numbering::UpperRoman,
        Some("none") => Numbering::Nothing,
        _ => otherwise,
    }
}

fn options(reader: &mut QuestionReader<'_>) -> Read<Vec<ChoiceOption>> {
    let element = reader.element;
    let mut options = Vec::new();
    for answer in element.all("answer") {
        let fraction = QuestionReader::fraction(answer)?;
        let text = reader.text(Some(answer))?;
        let feedback = reader.text(answer.child("feedback"))?;
        options.push(ChoiceOption { text, fraction, feedback });
    }
    Ok(options)
}

fn multichoice(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let options = options(reader)?;
    let shuffle = truth(element.child_text("shuffleanswers"), false);
    let numbering = numbering(element.child_text("answernumbering"), Numbering::LowerLetters);
    let feedback = combined(reader)?;
    Ok(if truth(element.child_text("single"), true) {
        Kind::SingleChoice(Choice { options, shuffle, numbering, feedback })
    } else {
        Kind::MultipleResponse(MultipleResponse {
            options,
            all_or_nothing: false,
            shuffle,
            numbering,
            feedback,
        })
    })
}

fn multichoiceset(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let mut options = options(reader)?;
    for option in &mut options {
        option.fraction = if option.fraction > Decimal::ZERO { Decimal::ONE } else { Decimal::ZERO };
    }
    Ok(Kind::MultipleResponse(MultipleResponse {
        options,
        all_or_nothing: true,
        shuffle: truth(element.child_text("shuffleanswers"), false),
        numbering: numbering(element.child_text("answernumbering"), Numbering::LowerLetters),
        feedback: combined(reader)?,
    }))
}

/// True or false, however it is capitalised; none for what it is called in other languages.
fn named_truth(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn truefalse(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let mut read =
        TrueFalse { correct: true, feedback_true: RichText::empty(), feedback_false: RichText::empty() };
    let mut decided = false;
    let answers: Vec<&Element> = element.all("answer").collect();
    let named: Vec<Option<bool>> = answers.iter().map(|answer| named_truth(answer.inner_text())).collect();
    let known = named.iter().flatten().next().copied();
    if named.contains(&None) {
        reader.note(match known {
            None => "true and false have other names; the first answer was taken for true".to_owned(),
            Some(_) => "one answer is called neither true nor false; it was taken for what the other is not"
                .to_owned(),
        });
    }
    for (index, (answer, named)) in answers.iter().zip(named).enumerate() {
        let is_true = named.unwrap_or_else(|| known.map_or(index == 0, |other| !other));
        let feedback = reader.text(answer.child("feedback"))?;
        if QuestionReader::fraction(answer)? == Decimal::ONE {
            if decided {
                return Err(FormatError::new(answer.line, "true and false are both right"));
            }
            decided = true;
            read.correct = is_true;
        }
        if is_true {
            read.feedback_true = feedback;
        } else {
            read.feedback_false = feedback;
        }
    }
    if !decided {
        return Err(FormatError::new(element.line, "neither true nor false is right"));
    }
    Ok(Kind::TrueFalse(read))
}

fn shortanswer(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let mut answers = Vec::new();
    for answer in element.all("answer") {
        answers.push(TextAnswer {
            pattern: one_line(answer.inner_text()),
            fraction: QuestionReader::fraction(answer)?,
            feedback: reader.text(answer.child("feedback"))?,
        });
    }
    Ok(Kind::ShortAnswer(ShortAnswer {
        answers,
        case_sensitive: truth(element.child_text("usecase"), false),
    }))
}

fn number(written: &str, line: u32) -> Read<Number> {
    Number::parse(written).map_err(|error| FormatError::new(line, format!("the number {written:?} {error}")))
}

fn numerical(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let mut answers = Vec::new();
    for answer in element.all("answer") {
        let written = answer.inner_text();
        let tolerance = answer.child_text("tolerance").filter(|text| !text.is_empty()).unwrap_or("0");
        let accepts = if matches!(written, "*" | "") {
            Accepts::Any
        } else {
            Accepts::Within {
                value: number(written, answer.line)?,
                tolerance: number(tolerance, answer.line)?,
            }
        };
        let fraction = match answer.child_text("fraction").map(fraction_of_one) {
            Some(Some(fraction)) => fraction,
            _ => QuestionReader::fraction(answer)?,
        };
        answers.push(NumericalAnswer { accepts, fraction, feedback: reader.text(answer.child("feedback"))? });
    }
    let mut units = Vec::new();
    for unit in element.child("units").iter().flat_map(|units| units.all("unit")) {
        let multiplier = unit.child_text("multiplier").filter(|text| !text.is_empty()).unwrap_or("1");
        let name = one_line(unit.child_text("unit_name").unwrap_or_default());
        units.push(Unit { name, multiplier: number(multiplier, unit.line)? });
    }
    let (unit_rule, unit_entry) = unit_rule(reader, &units)?;
    if unit_rule == UnitRule::None && !units.is_empty() {
        reader.note("units that the question does not use were left out".to_owned());
        units.clear();
    }
    if reader.element.child("instructions").is_some_and(|it| !it.inner_text().is_empty()) {
        reader.note("instructions on units were left out".to_owned());
    }
    Ok(Kind::Numerical(Numerical {
        answers,
        units,
        unit_rule,
        unit_entry,
        units_left: truth(element.child_text("unitsleft"), false),
    }))
}

/// The deprecated `<fraction>` has a share of one rather than a percentage.
fn fraction_of_one(written: &str) -> Option<Decimal> {
    let share = super::moodle_xml::decimal(written)?;
    fraction::from_percent(&Decimal::from_units(share.units().saturating_mul(100)).to_string())
}

fn unit_rule(reader: &mut QuestionReader<'_>, units: &[Unit]) -> Read<(UnitRule, UnitEntry)> {
    let element = reader.element;
    let entry = match element.child_text("showunits") {
        Some("3") => return Ok((UnitRule::None, UnitEntry::Typed)),
        _ if units.is_empty() => return Ok((UnitRule::None, UnitEntry::Typed)),
        Some("1") => UnitEntry::Radio,
        Some("2") => UnitEntry::Menu,
        _ => UnitEntry::Typed,
    };
    let penalty_of = match element.child_text("unitgradingtype") {
        Some("1") => PenaltyBase::Response,
        Some("2") => PenaltyBase::Question,
        _ => return Ok((UnitRule::Optional, entry)),
    };
    let penalty = match element.child_text("unitpenalty") {
        Some(written) if !written.is_empty() => reader.decimal(written, "unitpenalty")?,
        // Moodle's own default.
        _ => Decimal::from_units(1_000_000),
    };
    Ok((UnitRule::Required { penalty, penalty_of }, entry))
}

fn matching(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let mut pairs = Vec::new();
    let mut distractors = Vec::new();
    for row in element.all("subquestion") {
        let stem = reader.text(Some(row))?;
        let answer = one_line(row.child("answer").map_or("", Element::inner_text));
        if !stem.is_empty() {
            pairs.push(MatchingPair { stem, answer });
        } else if !answer.is_empty() {
            distractors.push(answer);
        }
    }
    Ok(Kind::Matching(Matching {
        pairs,
        distractors,
        shuffle: truth(element.child_text("shuffleanswers"), true),
        feedback: combined(reader)?,
    }))
}

fn ordering(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let mut items = Vec::new();
    for answer in element.all("answer") {
        items.push(reader.text(Some(answer))?);
        if !reader.text(answer.child("feedback"))?.is_empty() {
            reader.note("feedback on single items was left out".to_owned());
        }
    }
    let written = element.child_text("gradingtype").unwrap_or_default();
    let credit = match written.to_ascii_uppercase().as_str() {
        "ALL_OR_NOTHING" => OrderingCredit::AllOrNothing,
        "ABS" | "ABSOLUTE" | "ABSOLUTE_POSITION" => OrderingCredit::AbsolutePosition,
        "RELATIVE_TO_CORRECT" => OrderingCredit::RelativeToCorrect,
        "RELATIVE_NEXT_INCLUDE_LAST" => OrderingCredit::NextIncludingLast,
        "RELATIVE_ONE_PREVIOUS_AND_NEXT" => OrderingCredit::OnePreviousAndNext,
        "RELATIVE_ALL_PREVIOUS_AND_NEXT" => OrderingCredit::AllPreviousAndNext,
        "LONGEST_ORDERED_SUBSET" => OrderingCredit::LongestOrderedSubset,
        "LONGEST_CONTIGUOUS_SUBSET" => OrderingCredit::LongestContiguousSubset,
        "" | "REL" | "RELATIVE" | "RELATIVE_NEXT_EXCLUDE_LAST" => OrderingCredit::NextExcludingLast,
        // Moodle's own default for everything else.
        _ => {
            reader.note(format!(
                "the grading type {written:?} is not known and was taken for RELATIVE_NEXT_EXCLUDE_LAST"
            ));
            OrderingCredit::NextExcludingLast
        }
    };
    let layout = element.child_text("layouttype").unwrap_or_default().to_ascii_uppercase();
    let mut feedback = combined(reader)?;
    // Here a missing element means yes, unlike everywhere else.
    feedback.show_number_correct =
        element.child_text("shownumcorrect").is_none_or(|it| truth(Some(it), true));
    Ok(Kind::Ordering(Ordering {
        items,
        credit,
        horizontal: matches!(layout.as_str(), "HORIZONTAL" | "HORI" | "H" | "1"),
        numbering: numbering(element.child_text("numberingstyle"), Numbering::Nothing),
        feedback,
    }))
}

fn essay(reader: &mut QuestionReader<'_>) -> Read<Kind> {
    let element = reader.element;
    let editor = match element.child_text("responseformat").unwrap_or("editor") {
        "plain" => EssayEditor::Plain,
        "monospaced" => EssayEditor::Monospaced,
        "editor" | "" => EssayEditor::Formatted,
        other => {
            reader
                .note(format!("the response format {other:?} was taken for a formatted text without files"));
            EssayEditor::Formatted
        }
    };
    if element.child_text("attachments").is_some_and(|count| !matches!(count, "" | "0")) {
        reader.note("attachments to essays are not possible and were left out".to_owned());
    }
    let count = |name: &str| -> Read<Option<u32>> {
        let Some(written) = element.child_text(name).filter(|text| !matches!(*text, "" | "0")) else {
            return Ok(None);
        };
        let refuse =
            |_| FormatError::new(element.line, format!("<{name}> has {written:?}, which is no count"));
        written.parse().map(Some).map_err(refuse)
    };
    let (min_words, max_words) = (count("minwordlimit")?, count("maxwordlimit")?);
    let lines = element.child_text("responsefieldlines").and_then(|lines| lines.parse().ok()).unwrap_or(15);
    Ok(Kind::Essay(Essay {
        grader_info: reader.text(element.child("graderinfo"))?,
        template: reader.text(element.child("responsetemplate"))?,
        editor,
        required: truth(element.child_text("responserequired"), true),
        min_words,
        max_words,
        lines,
    }))
}

fn read_cloze(reader: &mut QuestionReader<'_>) -> Read<KindRead> {
    let element = reader.element;
    let text = element.child("questiontext");
    let line = text.map_or(element.line, |text| text.line);
    let source = text.map(|text| reader.source(text)).transpose()?.unwrap_or_default();
    let extracted = cloze::extract(&source).map_err(|error| {
        let before = source.get(..error.offset).unwrap_or_default();
        let lines = u32::try_from(before.matches('\n').count()).unwrap_or(0);
        FormatError::new(line.saturating_add(lines), error.to_string())
    })?;
    if extracted.parts.is_empty() {
        return Err(FormatError::new(line, "a cloze has to have at least one question in its text"));
    }
    let text = reader
        .formatted(&extracted.text, reader.format, line)
        .map_err(|error| FormatError::new(line, format!("the text {error}")))?;
    let weights = extracted.parts.iter().map(|part| i32::from(part.weight)).sum();
    Ok(KindRead {
        kind: Kind::Cloze(Cloze { parts: extracted.parts }),
        text: Some(text),
        points: Some(Decimal::from_int(weights)),
    })
}
