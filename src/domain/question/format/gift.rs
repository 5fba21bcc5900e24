//! Reading GIFT, the text format for questions, as Moodle reads it.
//!
//! Questions are blocks between blank lines: `::name:: [format] text {answers}`. What GIFT does not say (points,
//! shuffling, penalties) is what Moodle sets on import. Two things Moodle lets pass are refused: a second pair of
//! braces, whose content would be shown to learners, and numerical answers that are no numbers. And since any text at all
//! would pass for a description, a file that shows that it is something else, or asks nothing, is refused as a whole.

use std::collections::BTreeSet;

use super::encoding::{decode, decode_as};
use super::report::{Category, FormatError, Imported, ImportedQuestion, Note, Skipped};
use super::{
    DEFAULT_PENALTY, MAX_FILE_BYTES, MAX_QUESTIONS, cut_name, fraction, lost, not_questions, one_line, path,
    question_name,
};
use crate::domain::decimal::Decimal;
use crate::domain::faults::Faults;
use crate::domain::file_look::Look;
use crate::domain::question::QuestionBody;
use crate::domain::question::kind::{
    Accepts, Choice, ChoiceOption, CombinedFeedback, Essay, EssayEditor, Kind, Matching, MatchingPair,
    MultipleResponse, Numbering, Numerical, NumericalAnswer, ShortAnswer, TextAnswer, TrueFalse, UnitEntry,
    UnitRule,
};
use crate::domain::question::numeric::Number;
use crate::domain::question::validate::{MAX_OPTIONS, MAX_TAGS, validate};
use crate::domain::rich_text::{RichText, TextFormat, losses};
use crate::domain::roster_file;

/// What may stand behind a backslash, and what stands for it while the text is taken apart: noncharacters, which no
/// text may contain.
const ESCAPES: [(char, char, char); 7] = [
    (':', '\u{fdd0}', ':'),
    ('#', '\u{fdd1}', '#'),
    ('=', '\u{fdd2}', '='),
    ('{', '\u{fdd3}', '{'),
    ('}', '\u{fdd4}', '}'),
    ('~', '\u{fdd5}', '~'),
    ('n', '\u{fdd6}', '\n'),
];

/// Reads a GIFT file. Without a byte order mark or a told encoding it is UTF-8, or else windows-1252 with a note.
pub fn parse(bytes: &[u8], encoding: Option<&str>) -> Result<Imported, FormatError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(FormatError::new(1, format!("the file is larger than {MAX_FILE_BYTES} bytes")));
    }
    let decoded = encoding.map_or_else(|| decode(bytes, None, true), |told| decode_as(bytes, told))?;
    let mut imported = Imported { encoding: decoded.encoding, ..Imported::default() };
    if decoded.assumed {
        let text = "the file is not UTF-8 and was read as windows-1252: if letters come out wrong, name its encoding, \
                    such as windows-1256"
            .to_owned();
        imported.notes.push(Note { line: 1, text });
    }
    match Look::of_text(&decoded.text) {
        Some(Look::Xml) => {
            let reason = "the file looks like XML and not like GIFT; choose the format moodle_xml, or auto";
            return Err(FormatError::new(1, reason));
        }
        Some(look) => return Err(not_questions(look)),
        None => {}
    }
    let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader =
        Reader { imported, faults: Faults::default(), category: Vec::new(), asked: 0, is_gift: false };
    let mut block = Block::default();
    // A blank line ends the last block, too.
    for (number, line) in (1_u32..).zip(text.split('\n').chain(std::iter::once(""))) {
        if !bare(line).is_empty() {
            block.add(number, line);
            continue;
        }
        reader.block(&std::mem::take(&mut block));
        if reader.asked > MAX_QUESTIONS {
            break;
        }
    }
    if reader.is_gift { reader.faults.and(Ok(reader.imported)) } else { Err(no_question(&decoded.text)) }
}

/// Why a text that shows nothing of GIFT is refused.
fn no_question(text: &str) -> FormatError {
    let reason = if bare(text).is_empty() {
        "the file is empty"
    } else if roster_file::read(text.as_bytes(), None, |_, _| Ok(()))
        .is_ok_and(|(it, ())| it.columns.len() > 1 && !it.rows.is_empty())
    {
        "the file looks like a table (CSV); questions are taken as GIFT or Moodle XML"
    } else {
        "the file has no question: no text in it has answers in braces behind it, as GIFT has"
    };
    FormatError::new(1, reason)
}

/// Lines without a blank one between.
#[derive(Default)]
struct Block {
    /// The first line that is no comment.
    line: u32,
    text: String,
    comments: String,
}

impl Block {
    fn add(&mut self, number: u32, line: &str) {
        if bare(line).starts_with("//") {
            self.comments.push_str(bare(line));
            self.comments.push('\n');
            // Moodle leaves a space in the place of a comment.
            self.text.push_str(" \n");
        } else {
            if self.line == 0 {
                self.line = number;
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}

struct Reader {
    imported: Imported,
    faults: Faults<FormatError>,
    category: Vec<String>,
    /// Questions so far, those that cannot be read among them.
    asked: usize,
    /// There was something that descriptions do not have: braces, or a category.
    is_gift: bool,
}

impl Reader {
    fn block(&mut self, block: &Block) {
        let mut text = bare(&block.text);
        let mut line = block.line;
        // A category ends with its line, so that a question may follow without a blank one.
        while let Some(rest) = text.strip_prefix("$CATEGORY:") {
            let (category, behind) = rest.split_once('\n').unwrap_or((rest, ""));
            self.is_gift = true;
            // Escapes mean nothing in a category: Moodle writes it as it is.
            self.category = self.faults.or_default(path::parse(bare(category), line));
            let known = self.imported.categories.iter().any(|known| known.path == self.category);
            if !known && !self.category.is_empty() {
                let category = Category { line, path: self.category.clone(), ..Category::default() };
                self.imported.categories.push(category);
            }
            let skipped = behind.len() - behind.trim_start_matches(is_passed_over).len();
            let ends = behind.get(..skipped).unwrap_or_default().matches('\n').count();
            line = line.saturating_add(u32::try_from(ends + 1).unwrap_or(0));
            text = behind.trim_start_matches(is_passed_over);
        }
        if text.is_empty() {
            return;
        }
        self.is_gift |= text.contains(['{', '}']);
        self.asked += 1;
        if self.asked > MAX_QUESTIONS {
            let reason = format!("the file has more than {MAX_QUESTIONS} questions");
            return self.faults.add(FormatError::new(line, reason));
        }
        match question(text, &block.comments) {
            Err(reason) => self.faults.add(FormatError::new(line, reason)),
            Ok(Read::Question { body, notes }) => {
                self.imported.notes.extend(notes.into_iter().map(|text| Note { line, text }));
                self.imported.questions.push(ImportedQuestion {
                    category_path: self.category.clone(),
                    line,
                    body: *body,
                    files: Vec::new(),
                    retired: false,
                });
            }
            Ok(Read::Skipped { name, reason }) => self.imported.skipped.push(Skipped { line, name, reason }),
        }
    }
}

enum Read {
    Question { body: Box<QuestionBody>, notes: Vec<String> },
    Skipped { name: String, reason: String },
}

type Refused<T> = Result<T, String>;

/// Replaces escapes by their stand-ins. `\\` is a backslash; a backslash before anything else is one, too.
fn protect(text: &str) -> String {
    let mut protected = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if ('\u{fdd0}'..='\u{fdef}').contains(&character) {
            protected.push('\u{fffd}');
            continue;
        }
        if character == '\\'
            && let Some(next) = characters.peek().copied()
        {
            if next == '\\' {
                characters.next();
            } else if let Some((_, stand_in, _)) = ESCAPES.iter().find(|(escaped, ..)| *escaped == next) {
                characters.next();
                protected.push(*stand_in);
                continue;
            }
        }
        protected.push(character);
    }
    protected
}

/// Marks that show nothing and that programs put where lines change their direction; and a byte order mark, which is left
/// where files were put together.
const MARKS: [char; 4] = ['\u{200e}', '\u{200f}', '\u{61c}', '\u{feff}'];

/// Beside a control sign white space means nothing, and neither do [`MARKS`].
fn is_passed_over(character: char) -> bool {
    character.is_whitespace() || MARKS.contains(&character)
}

/// What stands between control signs.
fn bare(text: &str) -> &str {
    text.trim_matches(is_passed_over)
}

fn unescape(text: &str) -> String {
    let meant = |character: char| {
        ESCAPES.iter().find(|(_, stand_in, _)| *stand_in == character).map_or(character, |(.., meant)| *meant)
    };
    text.chars().map(meant).collect()
}

fn question(text: &str, comments: &str) -> Refused<Read> {
    let text = protect(text);
    let (name, text) = match text.strip_prefix("::").and_then(|rest| rest.split_once("::")) {
        Some((name, rest)) => (unescape(bare(name)), bare(rest)),
        None => (String::new(), bare(text.strip_prefix("::").unwrap_or(&text))),
    };
    let (stem, answers) = match (text.find('{'), text.find('}')) {
        (None, None) => {
            let (stem, _) = formatted(text, TextFormat::MoodleAuto)?;
            let reason = "a text without answers is a description, which is not a question".to_owned();
            return Ok(Read::Skipped { name: question_name(&name, &stem), reason });
        }
        (Some(start), Some(end)) if start < end => {
            let before = text.get(..start).unwrap_or_default();
            let inside = text.get(start + 1..end).unwrap_or_default();
            let behind = text.get(end + 1..).unwrap_or_default();
            if inside.contains('{') || behind.contains(['{', '}']) {
                return Err("there is a second brace; write \\{ and \\} for braces in a text".to_owned());
            }
            let blank = if behind.is_empty() { "" } else { "_____" };
            (format!("{before}{blank}{behind}"), bare(inside))
        }
        _ => return Err("a brace is opened or closed alone (a blank line ends a question)".to_owned()),
    };
    let (answers, general) = match answers.rfind("####") {
        Some(at) => (bare(answers.get(..at).unwrap_or_default()), answers.get(at + 4..).unwrap_or_default()),
        None => (answers, ""),
    };
    let (text, format) = formatted(&stem, TextFormat::MoodleAuto)?;
    let general_feedback = formatted(general, format)?.0;
    let written_name = name;
    let name = question_name(&written_name, &text);
    if answers.starts_with('>') {
        let reason =
            "the ordering extension of GIFT is not read; Moodle XML carries ordering questions".to_owned();
        return Ok(Read::Skipped { name, reason });
    }
    let kind = kind(answers, format)?;
    let penalty = match kind {
        Kind::TrueFalse(_) => Decimal::ONE,
        Kind::Essay(_) => Decimal::ZERO,
        _ => DEFAULT_PENALTY,
    };
    let (id_number, tags) = id_and_tags(comments);
    let body = QuestionBody {
        name,
        text,
        general_feedback,
        default_points: Decimal::ONE,
        penalty,
        kind,
        tags,
        id_number,
        files: Vec::new(),
    };
    validate(&body).map_err(|error| format!("{:?} cannot be used: {error}", body.name))?;
    let mut losses = losses_of(&stem, format);
    losses.append(&mut losses_of(general, format));
    // The others' answers are no HTML.
    if matches!(
        body.kind,
        Kind::SingleChoice(_) | Kind::MultipleResponse(_) | Kind::TrueFalse(_) | Kind::Matching(_)
    ) {
        losses.append(&mut losses_of(answers, format));
    }
    let lost = lost("the question", &body.name, &losses);
    let notes = cut_name(&written_name, &body.name).into_iter().chain(lost).collect();
    Ok(Read::Question { body: Box::new(body), notes })
}

/// What a text loses, whose format may stand before it.
fn losses_of(text: &str, inherited: TextFormat) -> BTreeSet<String> {
    let (source, format) = split_format(text, inherited);
    losses(&unescape(source), format)
}

/// A text with `[html]`, `[markdown]`, `[plain]` or `[moodle]` before it, or in the inherited format.
fn formatted(text: &str, inherited: TextFormat) -> Refused<(RichText, TextFormat)> {
    let (source, format) = split_format(text, inherited);
    let text = RichText::from_source(&unescape(source), format).map_err(|error| format!("a text {error}"))?;
    Ok((text, format))
}

fn split_format(text: &str, inherited: TextFormat) -> (&str, TextFormat) {
    let text = bare(text);
    let named = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).and_then(|(name, rest)| {
        let format = match name {
            "html" => TextFormat::Html,
            "markdown" => TextFormat::Markdown,
            "plain" => TextFormat::Plain,
            "moodle" => TextFormat::MoodleAuto,
            _ => return None,
        };
        Some((bare(rest), format))
    });
    named.unwrap_or((text, inherited))
}

/// Plain text of an answer; a format before it is taken away.
fn plain(text: &str) -> String {
    one_line(&unescape(split_format(text, TextFormat::Plain).0))
}

/// An answer and the feedback behind its `#`.
fn split_feedback(answer: &str, format: TextFormat) -> Refused<(&str, RichText)> {
    let (answer, feedback) = answer.split_once('#').unwrap_or((answer, ""));
    Ok((bare(answer), formatted(feedback, format)?.0))
}

/// `%50%` before an answer. What does not look like a weight belongs to the answer.
fn split_weight(answer: &str) -> Refused<(Option<Decimal>, &str)> {
    let Some((percent, rest)) = answer.strip_prefix('%').and_then(|rest| rest.split_once('%')) else {
        return Ok((None, answer));
    };
    let digits = percent.strip_prefix('-').unwrap_or(percent);
    let is_weight = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !is_weight {
        return Ok((None, answer));
    }
    let weight = fraction::from_percent(percent)
        .ok_or_else(|| format!("the weight %{percent}% is not within ±100"))?;
    Ok((Some(weight), bare(rest)))
}

fn kind(answers: &str, format: TextFormat) -> Refused<Kind> {
    if answers.is_empty() {
        return Ok(Kind::Essay(Essay {
            grader_info: RichText::empty(),
            template: RichText::empty(),
            editor: EssayEditor::Formatted,
            required: true,
            min_words: None,
            max_words: None,
            lines: 15,
        }));
    }
    if let Some(numbers) = answers.strip_prefix('#') {
        return numerical(numbers, format);
    }
    if answers.contains('~') {
        return choice(answers, format);
    }
    if answers.contains('=') && answers.contains("->") {
        return matching(answers, format);
    }
    match bare(answers.split('#').next().unwrap_or_default()) {
        "T" | "TRUE" => true_false(true, answers, format),
        "F" | "FALSE" => true_false(false, answers, format),
        _ => short_answer(answers, format),
    }
}

fn choice(answers: &str, format: TextFormat) -> Refused<Kind> {
    let single = answers.contains('=');
    let marked = answers.replace('=', "~=");
    let mut options = Vec::new();
    for (index, answer) in marked.split('~').map(bare).enumerate() {
        too_many(options.len())?;
        if answer.is_empty() {
            if index == 0 {
                continue;
            }
            return Err("an option is empty".to_owned());
        }
        let (right, answer) = match answer.strip_prefix('=') {
            Some(answer) => (true, bare(answer)),
            None => (false, answer),
        };
        let (weight, answer) = split_weight(answer)?;
        let fraction = weight.unwrap_or(if right { Decimal::ONE } else { Decimal::ZERO });
        let (text, feedback) = split_feedback(answer, format)?;
        options.push(ChoiceOption { text: formatted(text, format)?.0, fraction, feedback });
    }
    let feedback = CombinedFeedback::default();
    let numbering = Numbering::LowerLetters;
    Ok(if single {
        Kind::SingleChoice(Choice { options, shuffle: true, numbering, feedback })
    } else {
        Kind::MultipleResponse(MultipleResponse {
            options,
            all_or_nothing: false,
            shuffle: true,
            numbering,
            feedback,
        })
    })
}

/// Answers between `=`; nothing needs to stand before the first.
fn split_answers(answers: &str) -> impl Iterator<Item = &str> {
    answers.split('=').map(bare).enumerate().filter(|(at, it)| *at > 0 || !it.is_empty()).map(|(_, it)| it)
}

/// Refused before a million of them are read.
fn too_many(count: usize) -> Refused<()> {
    if count > MAX_OPTIONS { Err(format!("there are more than {MAX_OPTIONS} answers")) } else { Ok(()) }
}

fn matching(answers: &str, format: TextFormat) -> Refused<Kind> {
    let mut pairs = Vec::new();
    let mut distractors = Vec::new();
    for row in split_answers(answers) {
        too_many(pairs.len() + distractors.len())?;
        let (stem, answer) = row.split_once("->").ok_or("a row of a matching question has no ->")?;
        let stem = formatted(stem, format)?.0;
        let answer = one_line(&unescape(bare(answer)));
        if stem.is_empty() {
            distractors.push(answer);
        } else {
            pairs.push(MatchingPair { stem, answer });
        }
    }
    Ok(Kind::Matching(Matching { pairs, distractors, shuffle: true, feedback: CombinedFeedback::default() }))
}

fn true_false(correct: bool, answers: &str, format: TextFormat) -> Refused<Kind> {
    let mut parts = answers.splitn(3, '#').skip(1);
    let wrong = formatted(parts.next().unwrap_or_default(), format)?.0;
    let right = formatted(parts.next().unwrap_or_default(), format)?.0;
    let (feedback_true, feedback_false) = if correct { (right, wrong) } else { (wrong, right) };
    Ok(Kind::TrueFalse(TrueFalse { correct, feedback_true, feedback_false }))
}

fn short_answer(answers: &str, format: TextFormat) -> Refused<Kind> {
    let mut accepted = Vec::new();
    for answer in split_answers(answers) {
        too_many(accepted.len())?;
        let (weight, answer) = split_weight(answer)?;
        let (pattern, feedback) = split_feedback(answer, format)?;
        let fraction = weight.unwrap_or(Decimal::ONE);
        accepted.push(TextAnswer { pattern: plain(pattern), fraction, feedback });
    }
    Ok(Kind::ShortAnswer(ShortAnswer { answers: accepted, case_sensitive: false }))
}

fn numerical(answers: &str, format: TextFormat) -> Refused<Kind> {
    // Behind `~` stands the feedback for everything else.
    let (answers, others) = match answers.split_once('~') {
        Some((answers, others)) => (answers, Some(others)),
        None => (answers, None),
    };
    let mut accepted = Vec::new();
    for answer in split_answers(answers) {
        too_many(accepted.len())?;
        let (weight, answer) = split_weight(answer)?;
        let (number, feedback) = split_feedback(answer, format)?;
        let accepts = accepts(&plain(number))?;
        accepted.push(NumericalAnswer { accepts, fraction: weight.unwrap_or(Decimal::ONE), feedback });
    }
    if let Some(others) = others {
        let (_, feedback) = split_feedback(others, format)?;
        accepted.push(NumericalAnswer { accepts: Accepts::Any, fraction: Decimal::ZERO, feedback });
    }
    Ok(Kind::Numerical(Numerical {
        answers: accepted,
        units: Vec::new(),
        unit_rule: UnitRule::None,
        unit_entry: UnitEntry::Typed,
        units_left: false,
    }))
}

fn accepts(written: &str) -> Refused<Accepts> {
    let number =
        |text: &str| Number::parse(bare(text)).map_err(|error| format!("the answer {text:?} {error}"));
    if written == "*" {
        return Ok(Accepts::Any);
    }
    if let Some((low, high)) = written.split_once("..") {
        let (value, tolerance) = Number::middle_and_half_width(number(low)?, number(high)?)
            .map_err(|error| format!("the range {written:?} {error}"))?;
        return Ok(Accepts::Within { value, tolerance });
    }
    let (value, tolerance) = written.split_once(':').unwrap_or((written, "0"));
    Ok(Accepts::Within { value: number(value)?, tolerance: number(tolerance)? })
}

/// `[id:..]` and `[tag:..]` in comments, as Moodle writes them; `\]` is a bracket.
fn id_and_tags(comments: &str) -> (Option<String>, Vec<String>) {
    (marked(comments, "[id:").into_iter().next(), marked(comments, "[tag:"))
}

fn marked(comments: &str, opening: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in comments.lines() {
        let mut rest = line;
        // Each step goes on behind what it read, so a line of a million openings is read once.
        while let Some((_, behind)) = rest.split_once(opening) {
            let Some(end) = closing_bracket(behind) else { break };
            let value = behind.get(..end).unwrap_or_default().trim().replace("\\]", "]");
            // One more than a question may have is enough to refuse it.
            if !value.is_empty() && found.len() <= MAX_TAGS && !found.contains(&value) {
                found.push(value);
            }
            rest = behind.get(end + 1..).unwrap_or_default();
        }
    }
    found
}

fn closing_bracket(text: &str) -> Option<usize> {
    let is_escaped = |at: usize| text.get(..at).is_some_and(|before| before.ends_with('\\'));
    text.match_indices(']').map(|(at, _)| at).find(|at| !is_escaped(*at))
}
