//! What was chosen or typed for a question, and how often: counted attempt by attempt, and put in the order of the options.
//!
//! Attempts have the version that was the newest when they began, with other options or in another order, so what was chosen is
//! counted by version and found again in the newest one by its text.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::PaperSlot;
use crate::domain::limits::excerpt;
use crate::domain::question::carry::{self, found_again};
use crate::domain::question::kind::{ChoiceOption, Matching};
use crate::domain::question::mark::{MarkState, mark};
use crate::domain::question::{Arrangement, Kind, QuestionBody, Response};

/// Different typed answers that are shown, and options that the newest version has not; the others are one line.
const MOST_TEXTS: usize = 10;
/// Different typed answers of a question that are counted.
const MOST_COUNTED: usize = 2_000;
/// Wrong answers of a stem that are shown, those that were taken for the right one most often.
const MOST_MISTAKEN: usize = 3;
/// Letters of a typed answer by which it is told from others.
const COUNTED_CHARS: usize = 255;
/// Longest typed answer or option in a line of the distribution.
const MAX_LABEL_CHARS: usize = 120;
/// Longest stem before its answer.
const MAX_STEM_CHARS: usize = 60;

/// What can be chosen or typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// An option, a typed answer, or a stem with what was matched to it.
    Words(String),
    /// True.
    True,
    /// False.
    False,
    /// Nothing was answered.
    Nothing,
    /// Typed answers, or options that the newest version has not, that are rarer than those that are shown.
    Others,
}

/// How often something was chosen or typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub label: Label,
    /// Does it earn something?
    pub right: bool,
    /// How often.
    pub count: usize,
}

/// What is counted of one question while attempts are read.
#[derive(Debug, Default)]
pub struct Tally {
    /// The newest version that was asked.
    pub version: u32,
    /// How often it was asked.
    pub asked: usize,
    /// Every version that was asked.
    pub versions: BTreeSet<u32>,
    nothing: usize,
    /// By version and place in it.
    options: BTreeMap<(u32, u16), usize>,
    /// What was typed, with the unit where that is chosen separately.
    texts: BTreeMap<(String, Option<String>), usize>,
    /// By version, stem and answer, by their places in it.
    pairs: BTreeMap<(u32, u16, u16), usize>,
    other_texts: usize,
}

/// A question as it was asked, by version.
pub type Bodies<'a> = BTreeMap<u32, &'a QuestionBody>;

fn options_of(body: &QuestionBody) -> Option<&[ChoiceOption]> {
    match &body.kind {
        Kind::SingleChoice(it) => Some(&it.options),
        Kind::MultipleResponse(it) => Some(&it.options),
        Kind::TrueFalse(_)
        | Kind::Numerical(_)
        | Kind::ShortAnswer(_)
        | Kind::Matching(_)
        | Kind::Ordering(_)
        | Kind::Cloze(_)
        | Kind::Essay(_) => None,
    }
}

impl Tally {
    /// Counts one response to it.
    pub fn take(&mut self, slot: &PaperSlot, response: Option<&Response>) {
        self.asked += 1;
        self.version = self.version.max(slot.version);
        self.versions.insert(slot.version);
        let version = slot.version;
        // Positions are as this attempt showed them; what did not move has them as they are.
        let place =
            |moved: &[u8], shown: u16| moved.get(usize::from(shown)).map_or(shown, |at| u16::from(*at));
        let option = |shown: u16| place(&slot.arrangement.main, shown);
        match response.filter(|response| !response.is_blank()) {
            None => self.nothing += 1,
            Some(Response::Choice(shown)) => *self.options.entry((version, option(*shown))).or_default() += 1,
            Some(Response::Choices(shown)) => {
                for shown in shown {
                    *self.options.entry((version, option(*shown))).or_default() += 1;
                }
            }
            Some(Response::Truth(value)) => {
                *self.options.entry((version, u16::from(!value))).or_default() += 1;
            }
            Some(Response::Text(text)) => self.typed(text, None),
            Some(Response::Number { text, unit }) => self.typed(text, unit.as_deref()),
            Some(Response::Pairs(answers)) => {
                for (stem, answer) in (0_u16..).zip(answers) {
                    let Some(answer) = answer else { continue };
                    let pair = (version, option(stem), place(&slot.arrangement.right, *answer));
                    *self.pairs.entry(pair).or_default() += 1;
                }
            }
            // Items in an order, gaps and essays have no lines.
            Some(Response::Empty | Response::Order(_) | Response::Cloze(_) | Response::Essay(_)) => {}
        }
    }

    fn typed(&mut self, text: &str, unit: Option<&str>) {
        let key = (text.trim().chars().take(COUNTED_CHARS).collect(), unit.map(str::to_owned));
        if self.texts.len() < MOST_COUNTED || self.texts.contains_key(&key) {
            *self.texts.entry(key).or_default() += 1;
        } else {
            self.other_texts += 1;
        }
    }

    /// How often each was chosen or typed, or of a matching taken for what belongs to a stem; nothing for kinds whose answers
    /// are none of these. Of the versions that were asked, those that are not given are left out.
    pub fn lines(&self, bodies: &Bodies<'_>) -> Vec<Line> {
        let Some(body) = bodies.get(&self.version) else { return Vec::new() };
        let earns = |(text, unit): &(String, Option<String>)| {
            let response = match &body.kind {
                Kind::Numerical(_) => Response::Number { text: text.clone(), unit: unit.clone() },
                _ => Response::Text(text.clone()),
            };
            let mark = mark(body, &Arrangement::default(), &response);
            matches!(mark.state, MarkState::Right | MarkState::Partial)
        };
        let mut lines: Vec<(Label, bool, usize)> = match &body.kind {
            Kind::SingleChoice(it) => self.chosen(bodies, &it.options),
            Kind::MultipleResponse(it) => self.chosen(bodies, &it.options),
            Kind::TrueFalse(it) => [(Label::True, it.correct, 0), (Label::False, !it.correct, 1)]
                .map(|(label, right, at)| (label, right, self.said(bodies, at)))
                .into(),
            Kind::ShortAnswer(_) | Kind::Numerical(_) => {
                let mut texts: Vec<(&(String, Option<String>), &usize)> = self.texts.iter().collect();
                texts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
                let others: usize =
                    texts.iter().skip(MOST_TEXTS).map(|(_, count)| **count).sum::<usize>() + self.other_texts;
                let shown = texts.into_iter().take(MOST_TEXTS);
                let label = |(text, unit): &(String, Option<String>)| match unit {
                    None => excerpt(text.trim(), MAX_LABEL_CHARS),
                    Some(unit) => format!("{} {unit}", excerpt(text.trim(), MAX_LABEL_CHARS)),
                };
                let mut lines: Vec<_> =
                    shown.map(|(typed, count)| (Label::Words(label(typed)), earns(typed), *count)).collect();
                if others > 0 {
                    lines.push((Label::Others, false, others));
                }
                lines
            }
            Kind::Matching(it) => self.matched(bodies, it),
            Kind::Ordering(_) | Kind::Cloze(_) | Kind::Essay(_) => return Vec::new(),
        };
        lines.push((Label::Nothing, false, self.nothing));
        lines.into_iter().map(|(label, right, count)| Line { label, right, count }).collect()
    }

    /// How often true (0) or false (1) was said, in the versions that asked for that.
    fn said(&self, bodies: &Bodies<'_>, at: u16) -> usize {
        let asked = bodies.iter().filter(|(_, body)| matches!(body.kind, Kind::TrueFalse(_)));
        asked.filter_map(|(version, _)| self.options.get(&(*version, at))).sum()
    }

    /// How often each option was chosen; behind those of the newest version what only older ones had.
    fn chosen(&self, bodies: &Bodies<'_>, newest: &[ChoiceOption]) -> Vec<(Label, bool, usize)> {
        let words =
            |option: &ChoiceOption| Label::Words(excerpt(option.text.to_plain().trim(), MAX_LABEL_CHARS));
        let known = carry::options(newest);
        let mut counts = vec![0; known.len()];
        let mut gone: BTreeMap<&str, (&ChoiceOption, usize)> = BTreeMap::new();
        for ((version, at), count) in &self.options {
            let Some(options) = bodies.get(version).and_then(|body| options_of(body)) else { continue };
            let at = usize::from(*at);
            let place = found_again(&carry::options(options), at, &known);
            if let Some(so_far) = place.and_then(|place| counts.get_mut(place)) {
                *so_far += count;
            } else if let Some(option) = options.get(at) {
                gone.entry(option.text.html()).or_insert((option, 0)).1 += count;
            }
        }
        let line = |(option, count): (&ChoiceOption, usize)| {
            let right = !option.fraction.is_negative() && !option.fraction.is_zero();
            (words(option), right, count)
        };
        let mut lines: Vec<_> = newest.iter().zip(counts).map(line).collect();
        let mut gone: Vec<(&ChoiceOption, usize)> = gone.into_values().collect();
        gone.sort_by_key(|(_, count)| Reverse(*count));
        let others: usize = gone.iter().skip(MOST_TEXTS).map(|(_, count)| count).sum();
        // By the newest version they earn nothing.
        lines.extend(gone.into_iter().take(MOST_TEXTS).map(|(option, count)| (words(option), false, count)));
        if others > 0 {
            lines.push((Label::Others, false, others));
        }
        lines
    }

    /// Stem by stem: how often the right answer was taken, and what was taken for it. Stems that only older versions had are
    /// left out.
    fn matched(&self, bodies: &Bodies<'_>, matching: &Matching) -> Vec<(Label, bool, usize)> {
        let known = carry::stems(&matching.pairs);
        let mut answers: Vec<Vec<(&str, usize)>> = known
            .iter()
            .map(|_| matching.right_column().into_iter().map(|answer| (answer, 0)).collect())
            .collect();
        for ((version, stem, at), count) in &self.pairs {
            let Some(Kind::Matching(asked)) = bodies.get(version).map(|body| &body.kind) else { continue };
            let place = found_again(&carry::stems(&asked.pairs), usize::from(*stem), &known);
            let Some(taken) = place.and_then(|place| answers.get_mut(place)) else { continue };
            let Some(answer) = asked.right_column().get(usize::from(*at)).copied() else { continue };
            match taken.iter_mut().find(|(known, _)| *known == answer) {
                Some((_, so_far)) => *so_far += count,
                None => taken.push((answer, *count)),
            }
        }
        let mut lines = Vec::new();
        for (pair, answers) in matching.pairs.iter().zip(answers) {
            let mut taken: Vec<(bool, usize, &str)> = answers
                .into_iter()
                .map(|(answer, count)| (answer == pair.answer, count, answer))
                .filter(|(right, count, _)| *right || *count > 0)
                .collect();
            taken.sort_by_key(|(right, count, _)| (!right, Reverse(*count)));
            let stem = excerpt(pair.stem.to_plain().trim(), MAX_STEM_CHARS);
            lines.extend(taken.into_iter().take(1 + MOST_MISTAKEN).map(|(right, count, answer)| {
                (Label::Words(format!("{stem} – {}", excerpt(answer.trim(), MAX_STEM_CHARS))), right, count)
            }));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decimal::Decimal;
    use crate::domain::ids::QuestionId;
    use crate::domain::question::format::{gift, moodle_xml};
    use crate::domain::quiz::statistics::moodle_table;

    #[test]
    fn what_was_typed_is_counted_as_moodle_counts_it_in_the_same_attempts() {
        let tables = (moodle_table("steps00.csv"), moodle_table("responsecounts00.csv"));
        let (Some(steps), Some(expected)) = tables else {
            return;
        };
        let slot = PaperSlot {
            question: QuestionId(1),
            version: 1,
            arrangement: Arrangement::default(),
            points: Decimal::ONE,
            from: 0,
        };
        // Of the first slot one of two questions was drawn for everybody.
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for step in &steps {
            let text = step["responses.1.answer"].clone();
            let response = match step["randqs.1"].as_str() {
                "numerical" => Response::Number { text, unit: None },
                _ => Response::Text(text),
            };
            tallies.entry(step["randqs.1"].as_str()).or_default().take(&slot, Some(&response));
        }
        let mut counted = 0;
        for row in expected.iter().filter(|row| row["slot"] == "1") {
            let (question, answer) = (row["randq"].as_str(), &row["actualresponse"]);
            let wanted: usize = row["totalcount"].parse().unwrap();
            let typed = (answer.clone(), None);
            assert_eq!(tallies[question].texts.get(&typed), Some(&wanted), "{question}: {answer}");
            counted += wanted;
        }
        let all: usize = tallies.values().map(|tally| tally.asked).sum();
        assert_eq!((counted, all), (25, 25), "nobody is left out");
    }

    #[test]
    fn a_choice_counts_for_the_option_and_not_for_the_place_where_it_stood() {
        let slot = PaperSlot {
            question: QuestionId(1),
            version: 3,
            arrangement: Arrangement { main: vec![2, 0, 1], ..Arrangement::default() },
            points: Decimal::ONE,
            from: 0,
        };
        let mut tally = Tally::default();
        tally.take(&slot, Some(&Response::Choice(0)));
        tally.take(&slot, Some(&Response::Choices(vec![0, 2])));
        tally.take(&slot, None);
        assert_eq!(tally.options, BTreeMap::from([((3, 1), 1), ((3, 2), 2)]));
        assert_eq!((tally.asked, tally.nothing, tally.version), (3, 1, 3));
    }

    fn lines(gift: &str, arrangement: &Arrangement, responses: &[Response]) -> Vec<String> {
        lines_of(&gift::parse(gift.as_bytes(), None).unwrap().questions[0].body, arrangement, responses)
    }

    fn lines_of(body: &QuestionBody, arrangement: &Arrangement, responses: &[Response]) -> Vec<String> {
        let slot = PaperSlot {
            question: QuestionId(1),
            version: 1,
            arrangement: arrangement.clone(),
            points: Decimal::ONE,
            from: 0,
        };
        let mut tally = Tally::default();
        for response in responses {
            tally.take(&slot, Some(response));
        }
        let told = |Line { label, right, count }| match label {
            Label::Words(words) => format!("{words}{} {count}", if right { "*" } else { "" }),
            other => format!("{other:?} {count}"),
        };
        tally.lines(&Bodies::from([(1, body)])).into_iter().map(told).collect()
    }

    #[test]
    fn what_was_taken_for_a_stem_in_an_older_version_is_found_again_by_its_words() {
        let gift = |text: &str| gift::parse(text.as_bytes(), None).unwrap().questions[0].body.clone();
        let before = gift("Match {=one -> 1 =two -> 2 =gone -> 9}");
        let after = gift("Match {=two -> 2 =one -> 1 =three -> 3}");
        let mut tally = Tally::default();
        for (version, pairs) in
            [(1, [Some(0), Some(0), Some(2)]), (1, [Some(2), Some(1), None]), (2, [Some(0), None, None])]
        {
            let slot = PaperSlot {
                question: QuestionId(1),
                version,
                arrangement: Arrangement::default(),
                points: Decimal::ONE,
                from: 0,
            };
            tally.take(&slot, Some(&Response::Pairs(pairs.into())));
        }
        let lines = tally.lines(&Bodies::from([(1, &before), (2, &after)]));
        let told = lines.into_iter().filter_map(|line| match line.label {
            Label::Words(words) => Some((words, line.right, line.count)),
            _ => None,
        });
        let expected = [
            ("two – 2", true, 2),
            ("two – 1", false, 1),
            ("one – 1", true, 1),
            ("one – 9", false, 1),
            ("three – 3", true, 0),
        ];
        let expected = expected.map(|(words, right, count)| (words.to_owned(), right, count));
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn typed_answers_that_earn_something_are_marked() {
        let text = |text: &str| Response::Text(text.to_owned());
        let said = lines(
            "Capital? {=Paris =%50%Lyon}",
            &Arrangement::default(),
            &["paris", "Rome", "Lyon"].map(text),
        );
        assert_eq!(said, ["Lyon* 1", "Rome 1", "paris* 1", "Nothing 0"]);
        let number = |text: &str| Response::Number { text: text.to_owned(), unit: None };
        let said =
            lines("Pi? {#3.14:0.01}", &Arrangement::default(), &["3.145", "3,14", "4", "four"].map(number));
        assert_eq!(said, ["3,14* 1", "3.145* 1", "4 1", "four 1", "Nothing 0"]);
    }

    #[test]
    fn a_number_is_right_with_its_unit() {
        let file = r#"<quiz><question type="numerical"><name><text>L</text></name>
            <questiontext format="html"><text>How long?</text></questiontext><defaultgrade>1</defaultgrade>
            <answer fraction="100"><text>3.14</text><tolerance>0.01</tolerance></answer>
            <units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>
            <unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>
            <unitgradingtype>1</unitgradingtype><unitpenalty>1</unitpenalty><showunits>2</showunits></question></quiz>"#;
        let imported = moodle_xml::parse(file.as_bytes()).unwrap();
        let typed = |text: &str, unit: Option<&str>| Response::Number {
            text: text.to_owned(),
            unit: unit.map(str::to_owned),
        };
        let responses = [
            typed("3.14", Some("m")),
            typed("314", Some("cm")),
            typed("314", Some("m")),
            typed("3.14", None),
        ];
        let said = lines_of(&imported.questions[0].body, &Arrangement::default(), &responses);
        assert_eq!(said, ["3.14 1", "3.14 m* 1", "314 cm* 1", "314 m 1", "Nothing 0"]);
    }

    #[test]
    fn a_matching_says_for_each_stem_what_was_taken_for_its_answer() {
        let gift = "Match {=one -> 1 =two -> 2 =three -> 3}";
        // The stems stand in another order, and so do the answers.
        let arrangement = Arrangement { main: vec![2, 0, 1], right: vec![1, 2, 0], parts: Vec::new() };
        let pairs = |three, one, two| Response::Pairs(vec![three, one, two]);
        let responses =
            [pairs(Some(1), Some(2), Some(0)), pairs(Some(1), Some(0), None), pairs(Some(0), Some(0), None)];
        let said = lines(gift, &arrangement, &responses);
        assert_eq!(
            said,
            ["one – 1* 1", "one – 2 2", "two – 2* 1", "three – 3* 2", "three – 2 1", "Nothing 0"]
        );
    }
}
