//! The markup of cloze questions, `{1:SHORTANSWER:=Paris#Right~*#Wrong}`, read and written.
//!
//! It is Moodle's: a weight, a kind (long or short name), then alternatives between `~`, each with `=` or `%50%`
//! before and `#feedback` behind. Reading works on the source text, before any formatting is made of it. What looks
//! like a part and is not one is refused, because left in the text it would show the key to the learners.
//!
//! The weights of several responses say how these stand to each other: read, the right ones make 1 together.

use super::format::fraction;
use super::kind::{Accepts, ChoiceOption, ClozeDisplay, ClozeKind, ClozePart, NumericalAnswer, TextAnswer};
use super::numeric::Number;
use super::validate::{MAX_CLOZE_PARTS, is_no_text, sum_of_right};
use crate::domain::decimal::Decimal;
use crate::domain::rich_text::{RichText, decode_entities, escape};

/// Also when it only becomes empty as a text: spaces as entities, a tag that nothing is kept of.
const EMPTY: &str = "has an empty answer";
/// With the two ways out of it.
const ALMOST: &str =
    "only looks like one; write {1:SA:=..}, or &#123; for a brace in a text that is HTML or Markdown";

/// A text with its parts taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The text, with `{#1}`, `{#2}`, .. where the parts stood.
    pub text: String,
    /// The parts.
    pub parts: Vec<ClozePart>,
}

/// What is wrong with a markup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("part {part} of the cloze {reason}")]
pub struct ClozeError {
    /// Which part, from one.
    pub part: usize,
    /// Where it begins in the source, in bytes.
    pub offset: usize,
    /// What is wrong, as a sentence without its subject.
    pub reason: String,
}

/// Where part `index` (from nought) stands in the text: `{#1}`, `{#2}`, ..
#[must_use]
pub fn placeholder(index: usize) -> String {
    format!("{{#{}}}", index + 1)
}

/// Takes the parts out of a source text.
pub fn extract(source: &str) -> Result<Extracted, ClozeError> {
    let mut text = String::with_capacity(source.len());
    let mut parts = Vec::new();
    let mut rest = source;
    while let Some(brace) = rest.find('{') {
        let (before, from_brace) = rest.split_at(brace);
        text.push_str(before);
        let offset = source.len() - from_brace.len();
        let refuse = |reason: String| ClozeError { part: parts.len() + 1, offset, reason };
        if is_placeholder(from_brace) {
            return Err(refuse("meets {#..} in the text, which marks the place of a part".to_owned()));
        }
        let Some(head) = Head::read(from_brace).map_err(&refuse)? else {
            text.push('{');
            rest = from_brace.get(1..).unwrap_or_default();
            continue;
        };
        if parts.len() == MAX_CLOZE_PARTS {
            return Err(refuse(format!("is one too many; {MAX_CLOZE_PARTS} are possible")));
        }
        let (alternatives, behind) = read_alternatives(head.rest).map_err(&refuse)?;
        let kind = head.kind.build(&alternatives).map_err(&refuse)?;
        text.push_str(&placeholder(parts.len()));
        parts.push(ClozePart { weight: head.weight, kind });
        rest = behind;
    }
    text.push_str(rest);
    Ok(Extracted { text, parts })
}

fn is_placeholder(from_brace: &str) -> bool {
    from_brace.strip_prefix("{#").is_some_and(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest.as_bytes().get(digits) == Some(&b'}')
    })
}

struct Head<'source> {
    weight: u16,
    kind: Shape,
    rest: &'source str,
}

#[derive(Clone, Copy)]
enum Shape {
    Choice(ClozeDisplay, bool),
    Several(ClozeDisplay, bool),
    Word(bool),
    Number,
}

impl Shape {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "MULTICHOICE" | "MC" => Self::Choice(ClozeDisplay::Menu, false),
            "MULTICHOICE_S" | "MCS" => Self::Choice(ClozeDisplay::Menu, true),
            "MULTICHOICE_V" | "MCV" => Self::Choice(ClozeDisplay::Column, false),
            "MULTICHOICE_VS" | "MCVS" => Self::Choice(ClozeDisplay::Column, true),
            "MULTICHOICE_H" | "MCH" => Self::Choice(ClozeDisplay::Row, false),
            "MULTICHOICE_HS" | "MCHS" => Self::Choice(ClozeDisplay::Row, true),
            "MULTIRESPONSE" | "MR" => Self::Several(ClozeDisplay::Column, false),
            "MULTIRESPONSE_S" | "MRS" => Self::Several(ClozeDisplay::Column, true),
            "MULTIRESPONSE_H" | "MRH" => Self::Several(ClozeDisplay::Row, false),
            "MULTIRESPONSE_HS" | "MRHS" => Self::Several(ClozeDisplay::Row, true),
            "SHORTANSWER" | "SA" | "MW" => Self::Word(false),
            "SHORTANSWER_C" | "SAC" | "MWC" => Self::Word(true),
            "NUMERICAL" | "NM" => Self::Number,
            _ => return None,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Choice(ClozeDisplay::Menu, false) => "MULTICHOICE",
            Self::Choice(ClozeDisplay::Menu, true) => "MULTICHOICE_S",
            Self::Choice(ClozeDisplay::Column, false) => "MULTICHOICE_V",
            Self::Choice(ClozeDisplay::Column, true) => "MULTICHOICE_VS",
            Self::Choice(ClozeDisplay::Row, false) => "MULTICHOICE_H",
            Self::Choice(ClozeDisplay::Row, true) => "MULTICHOICE_HS",
            Self::Several(ClozeDisplay::Menu | ClozeDisplay::Column, false) => "MULTIRESPONSE",
            Self::Several(ClozeDisplay::Menu | ClozeDisplay::Column, true) => "MULTIRESPONSE_S",
            Self::Several(ClozeDisplay::Row, false) => "MULTIRESPONSE_H",
            Self::Several(ClozeDisplay::Row, true) => "MULTIRESPONSE_HS",
            Self::Word(false) => "SHORTANSWER",
            Self::Word(true) => "SHORTANSWER_C",
            Self::Number => "NUMERICAL",
        }
    }

    fn build(self, alternatives: &[Alternative<'_>]) -> Result<ClozeKind, String> {
        let formatted = |source: &str| RichText::from_html(&plain(source)).map_err(|error| error.to_string());
        let options = || {
            alternatives
                .iter()
                .map(|it| {
                    let text = formatted(it.answer)?;
                    if text.is_empty() {
                        return Err(EMPTY.to_owned());
                    }
                    Ok(ChoiceOption { text, fraction: it.fraction, feedback: formatted(it.feedback)? })
                })
                .collect::<Result<Vec<_>, String>>()
        };
        Ok(match self {
            Self::Choice(display, shuffle) => ClozeKind::Choice { display, shuffle, options: options()? },
            Self::Several(display, shuffle) => {
                let is_weighted = alternatives.iter().any(|it| it.is_weighted);
                ClozeKind::MultipleResponse { display, shuffle, options: balanced(options()?, is_weighted) }
            }
            Self::Word(case_sensitive) => {
                let answers = alternatives.iter().map(|it| {
                    let pattern = plain(it.answer).trim().to_owned();
                    if pattern.is_empty() {
                        return Err(EMPTY.to_owned());
                    }
                    if pattern.contains(is_no_text) {
                        return Err(format!("has an answer that contains control characters: {pattern:?}"));
                    }
                    Ok(TextAnswer { pattern, fraction: it.fraction, feedback: formatted(it.feedback)? })
                });
                ClozeKind::ShortAnswer { case_sensitive, answers: answers.collect::<Result<_, String>>()? }
            }
            Self::Number => {
                let answers = alternatives.iter().map(|it| {
                    let accepts = number(plain(it.answer).trim())?;
                    Ok(NumericalAnswer { accepts, fraction: it.fraction, feedback: formatted(it.feedback)? })
                });
                ClozeKind::Numerical { answers: answers.collect::<Result<_, String>>()? }
            }
        })
    }
}

/// The shares of several responses: the right ones make 1 together. Where no weight is written, each wrong one takes away what a
/// right one gives. `%0%` is a weight, which Moodle overlooks.
fn balanced(mut options: Vec<ChoiceOption>, is_weighted: bool) -> Vec<ChoiceOption> {
    let sum = sum_of_right(&options);
    for option in &mut options {
        if option.fraction > Decimal::ZERO {
            option.fraction = Decimal::ratio(option.fraction, sum);
        } else if !is_weighted {
            option.fraction = -Decimal::ratio(Decimal::ONE, sum);
        }
    }
    options
}

/// Takes escapes and entities away. Moodle keeps the backslash of `\~`, which nobody can have meant.
fn plain(source: &str) -> String {
    decode_entities(&source.replace("\\}", "}").replace("\\#", "#").replace("\\~", "~"))
}

fn number(text: &str) -> Result<Accepts, String> {
    if text == "*" {
        return Ok(Accepts::Any);
    }
    let (value, tolerance) = text.split_once(':').unwrap_or((text, "0"));
    let read = |text: &str| {
        Number::parse(&text.trim().replacen(',', ".", 1))
            .map_err(|error| format!("has an answer that {error}: {text:?}"))
    };
    Ok(Accepts::Within { value: read(value)?, tolerance: read(tolerance)? })
}

impl<'source> Head<'source> {
    /// `{weight:KIND:` at the front, or nothing when this brace is just a brace.
    fn read(from_brace: &'source str) -> Result<Option<Self>, String> {
        let inside = from_brace.strip_prefix('{').unwrap_or(from_brace);
        match Self::exactly(inside)? {
            None if is_almost_a_part(inside) => Err(ALMOST.to_owned()),
            head => Ok(head),
        }
    }

    fn exactly(after: &'source str) -> Result<Option<Self>, String> {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (weight, after) = after.split_at(digits);
        let Some(after) = after.strip_prefix(':') else { return Ok(None) };
        let letters = after.bytes().take_while(|byte| byte.is_ascii_uppercase() || *byte == b'_').count();
        let (name, after) = after.split_at(letters);
        if letters < 2 {
            return Ok(None);
        }
        let kind = Shape::of(name);
        match (after.strip_prefix(':'), kind) {
            (Some(rest), Some(kind)) => {
                let weight = if weight.is_empty() {
                    1
                } else {
                    weight.parse().map_err(|_| "has too large a weight")?
                };
                Ok(Some(Self { weight, kind, rest }))
            }
            (Some(_), None) => Err(format!("is of the kind {name}, which is not known")),
            (None, Some(_)) => Err(format!("is a {name} without answers")),
            (None, None) => Ok(None),
        }
    }
}

/// Would an author take this, behind a brace, for a part? It has tags or spaces in its head, small letters, another sign for a
/// colon, or no weight, so it is none, and left in the text it would show its key. Words and formulas in braces are neither.
fn is_almost_a_part(inside: &str) -> bool {
    let inside = bare(inside);
    let rest = inside.trim_start_matches(|it: char| it.is_ascii_digit());
    let name = rest.strip_prefix(is_colon).unwrap_or(rest);
    let is_behind_colon = name.len() < rest.len();
    let letters = name.bytes().take_while(|it| it.is_ascii_alphabetic() || *it == b'_').count();
    let (name, rest) = name.split_at(letters);
    let is_kind = is_almost_a_kind(&name.to_ascii_uppercase());
    let has_answers = rest.starts_with(is_colon);
    let has_key = KEYS.iter().any(|key| rest.contains(key));
    if is_behind_colon {
        (is_kind && (has_answers || has_key || rest.starts_with('=')))
            || (letters > 1 && has_answers && has_key)
    } else {
        is_kind && has_key
    }
}

/// What begins an alternative that earns something.
const KEYS: [&str; 6] = [":=", ":%", ";=", ";%", "~=", "~%"];

/// Signs that are written, or typed on other keyboards, for a colon.
const fn is_colon(sign: char) -> bool {
    matches!(sign, ':' | ';' | '\u{ff1a}' | '\u{ff1b}')
}

fn is_almost_a_kind(name: &str) -> bool {
    let long = ["MULTICHOICE", "MULTIRESPONSE", "SHORTANSWER", "NUMERICAL"];
    Shape::of(name).is_some() || long.iter().any(|kind| name.starts_with(kind))
}

/// What stands up to the next brace, without tags and spaces.
fn bare(inside: &str) -> String {
    let inside = inside.split(['{', '}']).next().unwrap_or_default();
    let mut text = String::new();
    let mut rest = inside;
    while let Some((before, behind)) = rest.split_once('<') {
        text.push_str(before);
        rest = behind;
        if !behind.starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '/' | '!')) {
            text.push('<');
        } else if let Some((_, behind)) = behind.split_once('>') {
            rest = behind;
        } else {
            // No tag ends behind this one either, and to look for that at each would take long.
            text.push('<');
            break;
        }
    }
    text.push_str(rest);
    text.replace("&nbsp;", " ").split_whitespace().collect()
}

struct Alternative<'source> {
    fraction: Decimal,
    /// The fraction is written as a percentage.
    is_weighted: bool,
    answer: &'source str,
    feedback: &'source str,
}

/// Everything up to the closing brace, and what is behind it. A delimiter may stand before the first alternative, too.
fn read_alternatives(source: &str) -> Result<(Vec<Alternative<'_>>, &str), String> {
    let mut alternatives = Vec::new();
    let mut rest = source.strip_prefix('~').unwrap_or(source);
    loop {
        let (fraction, is_weighted, after) = read_fraction(rest)?;
        let end = end_of(after, true).ok_or("is not closed by }")?;
        let (answer, after) = after.split_at(end);
        if answer.trim().is_empty() {
            return Err(EMPTY.to_owned());
        }
        let (feedback, after) = match after.strip_prefix('#') {
            Some(after) => after.split_at(end_of(after, false).ok_or("is not closed by }")?),
            None => ("", after),
        };
        alternatives.push(Alternative { fraction, is_weighted, answer, feedback });
        if let Some(after) = after.strip_prefix('}') {
            return Ok((alternatives, after));
        }
        rest = after.get(1..).unwrap_or_default();
    }
}

/// What stands before an answer: its fraction, whether that is a percentage, and what is behind it.
fn read_fraction(source: &str) -> Result<(Decimal, bool, &str), String> {
    if let Some(rest) = source.strip_prefix('=') {
        return Ok((Decimal::ONE, false, rest));
    }
    if let Some((percent, rest)) = source.strip_prefix('%').and_then(|rest| rest.split_once('%'))
        && percent.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b','))
    {
        let share = fraction::from_percent(&percent.replace(',', "."))
            .ok_or_else(|| format!("has a fraction that is no percentage: %{percent}%"))?;
        return Ok((share, true, rest));
    }
    Ok((Decimal::ZERO, false, source))
}

/// Where an answer (or a feedback, in which `#` is a character) ends. A backslash or the `&` of a numeric entity
/// before a delimiter takes its meaning away.
fn end_of(source: &str, is_answer: bool) -> Option<usize> {
    source.char_indices().find_map(|(at, character)| {
        let delimits = matches!(character, '~' | '}') || (is_answer && character == '#');
        let before = source.get(..at).unwrap_or_default();
        let guarded =
            before.ends_with('\\') || (is_answer && (before.ends_with('&') || before.ends_with("&amp;")));
        (delimits && !guarded).then_some(at)
    })
}

/// Puts the parts back into the text.
#[must_use]
pub fn write(text: &RichText, parts: &[ClozePart]) -> String {
    let mut source = String::with_capacity(text.html().len() * 2);
    let mut rest = text.html();
    while let Some(brace) = rest.find('{') {
        let (before, from_brace) = rest.split_at(brace);
        source.push_str(before);
        let part = parts.iter().enumerate().find_map(|(index, part)| {
            from_brace.strip_prefix(&placeholder(index)).map(|behind| (part, behind))
        });
        if let Some((part, behind)) = part {
            write_part(&mut source, part);
            rest = behind;
        } else {
            // Any other brace as an entity, so that it cannot be taken for a part.
            source.push_str("&#123;");
            rest = from_brace.get(1..).unwrap_or_default();
        }
    }
    source.push_str(rest);
    source
}

/// Numbers, from one, of the parts whose shares the markup cannot carry: of several responses the right ones give more than 1.
pub fn overfull(parts: &[ClozePart]) -> impl Iterator<Item = usize> {
    (1..).zip(parts).filter_map(|(number, part)| match &part.kind {
        ClozeKind::MultipleResponse { options, .. } if sum_of_right(options) > Decimal::ONE => Some(number),
        _ => None,
    })
}

fn write_part(source: &mut String, part: &ClozePart) {
    let formatted = |share: String, option: &ChoiceOption| {
        format!("{share}{}{}", guard(option.text.html()), told(&option.feedback))
    };
    let (shape, alternatives): (Shape, Vec<String>) = match &part.kind {
        ClozeKind::Choice { display, shuffle, options } => {
            let written = options.iter().map(|option| formatted(share(option.fraction), option));
            (Shape::Choice(*display, *shuffle), written.collect())
        }
        ClozeKind::MultipleResponse { display, shuffle, options } => {
            // Behind a `=` nothing else would be a weight for Moodle, which then takes noughts for wrong answers that cost.
            let written = options.iter().map(|option| formatted(weight(option.fraction), option));
            (Shape::Several(*display, *shuffle), written.collect())
        }
        ClozeKind::ShortAnswer { case_sensitive, answers } => {
            let written = answers.iter().map(|answer| {
                // Here `<` and `&` are characters, so they are written as entities before the delimiters are guarded.
                let pattern = guard_delimiters(&escape(&answer.pattern));
                format!("{}{pattern}{}", share(answer.fraction), told(&answer.feedback))
            });
            (Shape::Word(*case_sensitive), written.collect())
        }
        ClozeKind::Numerical { answers } => {
            let written = answers.iter().map(|answer| {
                let number = match answer.accepts {
                    Accepts::Any => "*".to_owned(),
                    Accepts::Within { value, tolerance } => format!("{value}:{tolerance}"),
                };
                format!("{}{number}{}", share(answer.fraction), told(&answer.feedback))
            });
            (Shape::Number, written.collect())
        }
    };
    source.push('{');
    source.push_str(&part.weight.to_string());
    source.push(':');
    source.push_str(shape.name());
    source.push(':');
    source.push_str(&alternatives.join("~"));
    source.push('}');
}

fn share(share: Decimal) -> String {
    if share == Decimal::ONE { "=".to_owned() } else { weight(share) }
}

fn weight(share: Decimal) -> String {
    format!("%{}%", fraction::to_percent(share))
}

fn told(feedback: &RichText) -> String {
    if feedback.is_empty() { String::new() } else { format!("#{}", guard(feedback.html())) }
}

/// HTML whose entities are decoded once on reading: `&` becomes an entity itself, and so do the delimiters.
fn guard(html: &str) -> String {
    guard_delimiters(&html.replace('&', "&amp;"))
}

/// The delimiters as entities; `&amp;` gets its number, because Moodle does not end an answer behind that name.
fn guard_delimiters(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len());
    for character in text.replace("&amp;", "&\u{fdd0};").chars() {
        match character {
            '\u{fdd0}' => guarded.push_str("#38"),
            '~' | '#' | '{' | '}' | '\\' => {
                guarded.push_str("&#");
                guarded.push_str(&u32::from(character).to_string());
                guarded.push(';');
            }
            other => guarded.push(other),
        }
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(source: &str) -> String {
        extract(source).unwrap_err().to_string()
    }

    #[test]
    fn parts_leave_their_places_behind() {
        let it = extract("A {2:MC:=yes#good~%50%half~no#bad} b {:SA:=Paris~*#No} c {x}").unwrap();
        assert_eq!(it.text, "A {#1} b {#2} c {x}");
        assert_eq!(it.parts.len(), 2);
        assert_eq!((it.parts[0].weight, it.parts[1].weight), (2, 1));
        let ClozeKind::Choice { display: ClozeDisplay::Menu, shuffle: false, options } = &it.parts[0].kind
        else {
            panic!("{:?}", it.parts[0]);
        };
        let fractions: Vec<String> = options.iter().map(|option| option.fraction.to_string()).collect();
        assert_eq!(fractions, ["1", "0.5", "0"]);
        assert_eq!(options[2].feedback.html(), "bad");
    }

    #[test]
    fn escapes_and_entities_are_characters() {
        let it = extract(r"{1:SA:=a\}b\#c&#125;&lt;d#it \~ is}").unwrap();
        let ClozeKind::ShortAnswer { answers, case_sensitive: false } = &it.parts[0].kind else { panic!() };
        assert_eq!(answers[0].pattern, "a}b#c}<d");
        assert_eq!(answers[0].feedback.html(), "it ~ is");
    }

    #[test]
    fn numbers_have_tolerances_and_commas() {
        let it = extract("{3:NM:=3,14:0.005#ok~%50%3.14:0,1~*#no}").unwrap();
        let ClozeKind::Numerical { answers } = &it.parts[0].kind else { panic!() };
        let n = |text| Number::parse(text).unwrap();
        assert_eq!(answers[0].accepts, Accepts::Within { value: n("3.14"), tolerance: n("0.005") });
        assert_eq!(answers[1].accepts, Accepts::Within { value: n("3.14"), tolerance: n("0.1") });
        assert_eq!(answers[2].accepts, Accepts::Any);
    }

    fn fractions(source: &str) -> String {
        let it = extract(source).unwrap();
        let fractions: Vec<Decimal> = match &it.parts[0].kind {
            ClozeKind::Choice { options, .. } | ClozeKind::MultipleResponse { options, .. } => {
                options.iter().map(|option| option.fraction).collect()
            }
            ClozeKind::ShortAnswer { answers, .. } => answers.iter().map(|answer| answer.fraction).collect(),
            ClozeKind::Numerical { answers } => answers.iter().map(|answer| answer.fraction).collect(),
        };
        fractions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn right_ones_of_several_responses_make_one_together() {
        for (source, wanted) in [
            ("{1:MULTIRESPONSE:=2~=3~4~9}", "0.5 0.5 -0.5 -0.5"),
            ("{1:MR:=a~b}", "1 -1"),
            ("{1:MRH:=a~=b~=c~d}", "0.3333333 0.3333333 0.3333333 -0.3333333"),
            ("{1:MRHS:%50%a~%100%b~c}", "0.3333333 0.6666667 0"),
            ("{1:MRS:%30%a~%30%b~c}", "0.5 0.5 0"),
            ("{1:MR:%33.333%a~%33.333%b~%33.333%c~%-50%d}", "0.3333333 0.3333333 0.3333333 -0.5"),
            ("{1:MR:=a~=b~%0%c}", "0.5 0.5 0"),
            // Of one choice the best is the whole.
            ("{1:MC:=a~=b~c}", "1 1 0"),
        ] {
            assert_eq!(fractions(source), wanted, "{source}");
        }
    }

    #[test]
    fn a_delimiter_may_stand_before_the_first_alternative() {
        assert_eq!(fractions("{1:MC:~a~=b}"), "0 1");
        assert_eq!(fractions("{1:MC:~=a~b}"), "1 0");
        assert_eq!(fractions("{1:SA:~%50%a~=b}"), "0.5 1");
        assert_eq!(fractions("{1:NM:~=5}"), "1");
        assert!(refused("{1:MC:~~a~=b}").contains("empty answer"));
        assert!(refused("{1:MC:~}").contains("empty answer"));
    }

    #[test]
    fn what_looks_like_a_part_and_is_none_is_refused() {
        assert!(refused("{1:MULTICHOICE}").contains("without answers"));
        assert!(refused("{1:MC:=a~b").contains("not closed"));
        assert!(refused("{1:REGEXP:=a}").contains("REGEXP"));
        assert!(refused("{1:NM:=zero}").contains("zero"));
        assert!(refused("{1:SA:=}").contains("empty answer"));
        assert!(refused("{1:SA:=&#32;}").contains("empty answer"));
        assert!(refused("{1:MC:=a~<script></script>}").contains("empty answer"));
        assert!(refused("{1:SA:=a\0b}").contains(r#"control characters: "a\0b""#));
        assert!(refused("see {#1} {1:SA:=a}").contains("{#..}"));
        assert!(extract("{1:2} {a} {:x} {1:A} {").unwrap().parts.is_empty());
    }

    #[test]
    fn what_is_almost_a_part_is_refused_and_other_braces_are_text() {
        for almost in [
            "{1:sa:=secret}",
            "{1:ShortAnswer:=secret}",
            "{1:short answer:secret}",
            "{1: SA:=secret}",
            "{ 1:SA:=secret}",
            "{&nbsp;1 : SA : =secret}",
            "{SA:=secret}",
            "{sa:=secret}",
            "{mc:a~=b}",
            "{1SA:=secret}",
            "{1;SA:=secret}",
            "{1：SA：=secret}",
            "{1:nm=3}",
            "{1:<b>SA</b>:=secret}",
            "<b>{1</b>:<span style=\"color:red\">SA</span>:=secret}",
            "{1:multichoicev:a~b}",
            "{1:regexp:=a}",
            "{1:sa:=never closed",
        ] {
            let error = extract(&format!("{{1:SA:=good}}\n {almost}")).unwrap_err();
            assert_eq!((error.part, error.reason.as_str()), (2, ALMOST), "{almost}");
            assert!(error.offset > 12, "{almost}");
        }
        for text in [
            r"\frac{a}{b} \text{500 nm: green} x_{1:n} \sqrt{:} {MC = 5} \{x : x = 2\} {mr: Smith} {1: Mr Smith}",
            "{x} {1:2} {SA} {SA:} {1:sa} {:x} {a:=1} {1:a:=1} {\"key\": 1} {color:red} {1:one thing: another}",
            "{<b>1</b>} { } {} {<} {1:< b} {é:=é}",
        ] {
            assert_eq!(extract(text).unwrap().text, text);
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let sources = [
            r"A {2:MCVS:=yes#good~%33.33333%half~%-50%no} {1:MRHS:%50%a~%50%b~c}",
            r"{1:SAC:=a\}b\~c&amp;lt;~%50%=x~%25%\*%#f\}f} {:NM:=1e-9:1e-10~*}",
            r"{1:MC:=A&amp;B~<b>x</b> &lt; y#a # b}",
            "{1:MR:=a~=b~=c~d} {1:MRH:=a~b} {1:MR:=a~%0%b}",
        ];
        for source in sources {
            let first = extract(source).unwrap();
            let text = RichText::from_html(&first.text).unwrap();
            let again = extract(&write(&text, &first.parts)).unwrap();
            assert_eq!(again, first, "{source}");
        }
        let braces = RichText::from_html("&#123;1:SA:=x} {#1}").unwrap();
        let parts = extract("{1:SA:=x}").unwrap().parts;
        assert_eq!(extract(&write(&braces, &parts)).unwrap().parts, parts);
    }
}
