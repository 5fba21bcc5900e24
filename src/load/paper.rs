//! A paper as the generator needs it: of each question only the shape of its answer, and answers that fit.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::dice::Dice;
use crate::clock::Timestamp;

/// What people write into a field for a word.
const WORDS: [&str; 6] = ["Pacific", "six", "cold", "Mercury", "the 2nd one, I think", "Ærøskøbing"];
/// What people write into a field for a number.
const NUMBERS: [&str; 6] = ["1.41", "60", "340", "2", "1,5", "3.4e2"];
/// What essays are made of.
const SENTENCES: [&str; 4] = [
    "Whoever chooses by hand chooses those who are easy to reach.",
    "Chance has no favourites, so nobody is left out on purpose.",
    "With chance one can say how far off the answer may be.",
    "A large sample that is chosen badly is still bad.",
];

/// An attempt's paper.
#[derive(Debug, Deserialize)]
pub(super) struct Paper {
    pub id: u64,
    /// The learner's own start, by the server.
    started: Timestamp,
    deadline: Option<Timestamp>,
    pub slots: Vec<Slot>,
}

impl Paper {
    /// How long the learner may work, or, without a deadline, worked: `answer` is that of handing in.
    pub fn working_ms(&self, answer: &[u8]) -> Option<u64> {
        let end = match self.deadline {
            Some(deadline) => deadline,
            None => serde_json::from_slice::<HandedIn>(answer).ok()?.finished?,
        };
        u64::try_from(end.since(self.started).as_millis()).ok()
    }
}

/// The answer to handing in.
#[derive(Debug, Deserialize)]
struct HandedIn {
    finished: Option<Timestamp>,
}

/// A question on it.
#[derive(Debug, Deserialize)]
pub(super) struct Slot {
    #[serde(rename = "slot")]
    pub at: u16,
    /// The number of the last save; the next has a greater one.
    pub sequence: u64,
    question: Question,
}

#[derive(Debug, Deserialize)]
struct Question {
    answer: Shape,
}

/// How a question is answered.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Shape {
    Choice { options: Vec<IgnoredAny> },
    Choices { options: Vec<IgnoredAny> },
    Truth,
    Number { units: Vec<String> },
    Text,
    Pairs { stems: Vec<IgnoredAny>, answers: Vec<IgnoredAny> },
    Order { items: Vec<IgnoredAny> },
    Cloze { parts: Vec<Part> },
    Essay,
}

/// A field in a text.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Choice { options: Vec<IgnoredAny> },
    Choices { options: Vec<IgnoredAny> },
    Text,
    Number,
}

/// The id at the beginning of an attempt, without reading the rest.
pub(super) fn attempt_id(body: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(body.get(..body.len().min(64))?).ok();
    let text = text.or_else(|| std::str::from_utf8(body).ok())?;
    let digits = text.split_once("\"id\":")?.1.trim_start();
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    digits.get(..end)?.parse().ok()
}

fn list(out: &mut Vec<u8>, numbers: impl Iterator<Item = usize>) {
    out.push(b'[');
    for (place, number) in numbers.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(number.to_string().as_bytes());
    }
    out.push(b']');
}

fn some_of(dice: &mut Dice, count: usize) -> Vec<usize> {
    (0..count).filter(|_| dice.happens(0.5)).collect()
}

fn choice(dice: &mut Dice, count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{{\"type\":\"choice\",\"option\":{}}}", dice.below(count)).as_bytes());
}

fn choices(dice: &mut Dice, count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"type\":\"choices\",\"options\":");
    list(out, some_of(dice, count).into_iter());
    out.push(b'}');
}

fn word(dice: &mut Dice, from: &[&str], out: &mut Vec<u8>) {
    // The texts have nothing that JSON escapes.
    let text = dice.pick(from).copied().unwrap_or_default();
    out.extend_from_slice(format!("{{\"type\":\"text\",\"text\":\"{text}\"}}").as_bytes());
}

impl Slot {
    /// Writes a save of some answer under the next number.
    pub(super) fn write_save(&mut self, dice: &mut Dice, out: &mut Vec<u8>) {
        self.sequence += 1;
        out.extend_from_slice(format!("{{\"sequence\":{},\"response\":", self.sequence).as_bytes());
        self.question.answer.write(dice, out);
        out.push(b'}');
    }
}

impl Shape {
    fn write(&self, dice: &mut Dice, out: &mut Vec<u8>) {
        match self {
            Self::Choice { options } => choice(dice, options.len(), out),
            Self::Choices { options } => choices(dice, options.len(), out),
            Self::Truth => {
                let value = dice.happens(0.5);
                out.extend_from_slice(format!("{{\"type\":\"truth\",\"value\":{value}}}").as_bytes());
            }
            Self::Number { units } => {
                let text = dice.pick(&NUMBERS).copied().unwrap_or_default();
                let unit = dice.pick(units).map(|unit| serde_json::Value::from(unit.as_str()));
                let unit = unit.unwrap_or_default();
                out.extend_from_slice(
                    format!("{{\"type\":\"number\",\"text\":\"{text}\",\"unit\":{unit}}}").as_bytes(),
                );
            }
            Self::Text => word(dice, &WORDS, out),
            Self::Pairs { stems, answers } => {
                out.extend_from_slice(b"{\"type\":\"pairs\",\"answers\":");
                list(out, stems.iter().map(|_| dice.below(answers.len())));
                out.push(b'}');
            }
            Self::Order { items } => {
                out.extend_from_slice(b"{\"type\":\"order\",\"order\":");
                list(out, dice.shuffled(items.len()).into_iter());
                out.push(b'}');
            }
            Self::Cloze { parts } => {
                out.extend_from_slice(b"{\"type\":\"cloze\",\"answers\":[");
                for (place, part) in parts.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    match part {
                        Part::Choice { options } => choice(dice, options.len(), out),
                        Part::Choices { options } => choices(dice, options.len(), out),
                        Part::Text => word(dice, &WORDS, out),
                        Part::Number => word(dice, &NUMBERS, out),
                    }
                }
                out.extend_from_slice(b"]}");
            }
            Self::Essay => {
                out.extend_from_slice(b"{\"type\":\"essay\",\"text\":\"");
                for place in 0..=dice.below(12) {
                    if place > 0 {
                        out.push(b' ');
                    }
                    out.extend_from_slice(dice.pick(&SENTENCES).copied().unwrap_or_default().as_bytes());
                }
                out.extend_from_slice(b"\"}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attempt::save::SaveInput;

    #[test]
    fn every_written_save_is_one_that_the_server_reads() {
        let body = br#"{"id":77,"started":"2026-09-07T08:00:00Z","deadline":null,"slots":[
            {"slot":0,"sequence":3,"question":{"html":"","answer":{"type":"choice","options":["a","b"],"numbering":"abc"},"files":[]}},
            {"slot":1,"sequence":0,"question":{"answer":{"type":"choices","options":["a","b","c"]}}},
            {"slot":2,"sequence":0,"question":{"answer":{"type":"truth"}}},
            {"slot":3,"sequence":0,"question":{"answer":{"type":"number","units":["m/s","\""],"unit_entry":"menu"}}},
            {"slot":4,"sequence":0,"question":{"answer":{"type":"text"}}},
            {"slot":5,"sequence":0,"question":{"answer":{"type":"pairs","stems":["x","y"],"answers":["1","2","3"]}}},
            {"slot":6,"sequence":0,"question":{"answer":{"type":"order","items":["x","y","z"],"horizontal":false}}},
            {"slot":7,"sequence":0,"question":{"answer":{"type":"cloze","parts":[{"type":"text"},{"type":"number"},{"type":"choice","display":"select","options":["u"]},{"type":"choices","display":"column","options":["u","v"]}]}}},
            {"slot":8,"sequence":0,"question":{"answer":{"type":"essay","template":"","lines":5}}}]}"#;
        assert_eq!(attempt_id(body), Some(77));
        let mut paper: Paper = serde_json::from_slice(body).unwrap();
        let mut dice = Dice::new(1, 2);
        for slot in &mut paper.slots {
            for _ in 0..50 {
                let before = slot.sequence;
                let mut out = Vec::new();
                slot.write_save(&mut dice, &mut out);
                let read: SaveInput = serde_json::from_slice(&out).unwrap_or_else(|error| {
                    panic!("{error}: {}", String::from_utf8_lossy(&out));
                });
                assert_eq!(read.sequence, before + 1);
            }
        }
    }
}
