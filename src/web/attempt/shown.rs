//! A question as a page shows it: its text and the fields in which it is answered, as `attempt/fields.html` writes them.
//! Also for previews: it needs a presented question and what its fields hold, nothing of an attempt.

use askama::Template;

use super::response::{UNIT, name, template_of};
use crate::domain::ids::AttemptId;
use crate::domain::question::PresentedQuestion;
use crate::domain::question::kind::{ClozeDisplay, EssayEditor, Numbering, UnitEntry};
use crate::domain::question::present::{PresentedAnswer, PresentedPart};
use crate::domain::rich_text::{FILE_SCHEME, RichText, file_references};
use crate::web::form::Fields;
use crate::web::text::Text;

/// A question with its fields.
#[derive(Debug)]
pub struct Shown {
    /// Its slot.
    pub slot: u16,
    /// What its fields are called, or begin with.
    pub name: String,
    /// The type of its response.
    pub kind: &'static str,
    /// What is asked, as safe HTML; of a cloze with its fields.
    pub html: String,
    /// How it is answered.
    pub shape: Shape,
    /// The parts of what is saved that are numbers which marking cannot read.
    pub unread: Vec<u16>,
}

/// One of several that can be ticked or chosen.
#[derive(Debug)]
pub struct Pick {
    /// The id of its field.
    pub id: String,
    /// What is sent.
    pub value: String,
    /// `a.`, `2.`, or nothing.
    pub mark: String,
    /// Safe HTML; words of ours are escaped.
    pub html: String,
    /// Is it chosen?
    pub chosen: bool,
}

/// How a question is answered.
#[derive(Debug)]
pub enum Shape {
    /// One of several; with a last one for no answer.
    One(Vec<Pick>),
    /// Any number of several.
    Many(Vec<Pick>),
    /// A number.
    Number {
        /// As written.
        text: String,
        /// Where the unit is chosen: those there are.
        units: Vec<Pick>,
        /// Side by side, or a menu.
        radio: bool,
        /// Is one typed?
        typed_unit: bool,
        /// Before the number?
        units_left: bool,
    },
    /// A short text.
    Text(String),
    /// Stems, each with a menu of all answers.
    Pairs(Vec<(String, Vec<Pick>)>),
    /// Items, each with the positions.
    Order {
        /// HTML of the items, in the order of the positions that they have.
        items: Vec<Item>,
        /// In a line?
        horizontal: bool,
    },
    /// The fields stand in the text.
    InText,
    /// A long text.
    Essay {
        /// As written.
        text: String,
        /// What it begins with, which is no answer.
        template: String,
        /// Height.
        lines: u16,
        /// In a font of equal widths?
        monospaced: bool,
        /// Fewest words.
        min_words: Option<u32>,
        /// Most words.
        max_words: Option<u32>,
    },
}

/// An item to be put into order.
#[derive(Debug)]
pub struct Item {
    /// Its displayed position, which its field is called after.
    pub item: usize,
    /// Safe HTML.
    pub html: String,
    /// Its position, from 1; 0 for none.
    pub position: usize,
    /// What was typed and is no position.
    pub odd: bool,
}

/// Longest essay field: taller than that, the page scrolls in the page.
const MAX_LINES: u16 = 30;

/// HTML with the addresses of its files. The file of a question is read under its hash.
pub fn with_files(html: &str) -> String {
    with_files_at("/api", html)
}

/// The same for a place that has the files, too: the files of a paper are more urgent than others.
fn with_files_at(place: &str, html: &str) -> String {
    let mut out = html.to_owned();
    for hash in file_references(html) {
        out = out.replace(&format!("{FILE_SCHEME}{hash}"), &format!("{place}/files/{hash}"));
    }
    out
}

/// The mark of an option.
pub fn mark(numbering: Numbering, at: usize) -> String {
    let letter = |first: u8| {
        let offset = u8::try_from(at % 26).unwrap_or_default();
        format!("{}.", char::from(first + offset))
    };
    match numbering {
        Numbering::LowerLetters => letter(b'a'),
        Numbering::UpperLetters => letter(b'A'),
        Numbering::Numbers => format!("{}.", at + 1),
        Numbering::LowerRoman => format!("{}.", roman(at + 1)),
        Numbering::UpperRoman => format!("{}.", roman(at + 1).to_uppercase()),
        Numbering::Nothing => String::new(),
    }
}

fn roman(mut number: usize) -> String {
    const SIGNS: [(usize, &str); 9] =
        [(100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")];
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            out.push_str(sign);
            number -= value;
        }
    }
    out
}

/// Options as text, for menus.
fn plain(html: &str) -> String {
    RichText::from_html(html).map(|text| text.to_plain()).unwrap_or_default()
}

fn escape(text: &str) -> String {
    crate::domain::rich_text::escape(text)
}

/// What makes picks: the slot's name, the part, and what the fields hold.
struct Maker<'a> {
    name: &'a str,
    typed: &'a Fields,
    /// Under which address the files are.
    place: &'a str,
    /// The number of the question, and which of its gaps hold what is no number.
    number: u16,
    unread: &'a [u16],
}

impl Maker<'_> {
    fn with_files(&self, html: &str) -> String {
        with_files_at(self.place, html)
    }

    fn holds(&self, part: &str, value: &str) -> bool {
        self.typed.all(part).any(|held| held == value)
    }

    fn pick(&self, part: &str, value: String, mark: String, html: String) -> Pick {
        let part_of_id = if part.is_empty() { String::new() } else { format!("-{part}") };
        let id = format!("{}{part_of_id}.{}", self.name, if value.is_empty() { "none" } else { &value });
        let chosen = match value.as_str() {
            "" => self.typed.get(part).is_empty(),
            value => self.holds(part, value),
        };
        Pick { id, value, mark, html, chosen }
    }

    fn options(&self, part: &str, options: &[String], numbering: Numbering) -> Vec<Pick> {
        let pick = |(at, html): (usize, &String)| {
            self.pick(part, at.to_string(), mark(numbering, at), self.with_files(html))
        };
        options.iter().enumerate().map(pick).collect()
    }

    fn menu(&self, part: &str, words: impl Iterator<Item = String>) -> Vec<Pick> {
        words
            .enumerate()
            .map(|(at, words)| self.pick(part, at.to_string(), String::new(), escape(&words)))
            .collect()
    }
}

impl Shown {
    /// The name and id of the field of a part.
    pub fn part(&self, part: impl std::fmt::Display) -> String {
        format!("{}-{part}", self.name)
    }

    /// Which gaps hold what is no number.
    pub fn unread_gaps(&self, text: &Text) -> String {
        let numbers: Vec<String> = self.unread.iter().map(|part| (part + 1).to_string()).collect();
        text.t1("exam-gap", "number", numbers.join(text.t("admin-list-comma").as_ref()))
    }

    /// A question of a slot with what its fields hold, outside of an attempt.
    pub fn of(text: Text, slot: u16, question: &PresentedQuestion, typed: &Fields) -> Self {
        Self::at("/api", text, slot, question, typed, Vec::new())
    }

    /// The same on the paper of an attempt that is worked on, with the parts of what is saved that are no numbers.
    pub fn on_paper(
        attempt: AttemptId,
        text: Text,
        slot: u16,
        question: &PresentedQuestion,
        typed: &Fields,
        unread: Vec<u16>,
    ) -> Self {
        Self::at(&format!("/api/attempts/{attempt}"), text, slot, question, typed, unread)
    }

    fn at(
        place: &str,
        text: Text,
        slot: u16,
        question: &PresentedQuestion,
        typed: &Fields,
        unread: Vec<u16>,
    ) -> Self {
        let name = name(slot);
        let make = Maker { name: &name, typed, place, number: slot + 1, unread: &unread };
        let nothing = || make.pick("", String::new(), String::new(), escape(&text.t("exam-no-answer")));
        let mut html = make.with_files(&question.html);
        let (kind, shape) = match &question.answer {
            PresentedAnswer::Choice { options, numbering } => {
                let mut picks = make.options("", options, *numbering);
                picks.push(nothing());
                ("choice", Shape::One(picks))
            }
            PresentedAnswer::Choices { options, numbering } => {
                ("choices", Shape::Many(make.options("", options, *numbering)))
            }
            PresentedAnswer::Truth => {
                let words = [("true", "exam-true"), ("false", "exam-false")]
                    .map(|(value, key)| make.pick("", value.to_owned(), String::new(), escape(&text.t(key))));
                let mut picks = Vec::from(words);
                picks.push(nothing());
                ("truth", Shape::One(picks))
            }
            PresentedAnswer::Number { units, unit_entry, unit_wanted, units_left } => {
                let units =
                    units.iter().map(|unit| make.pick(UNIT, unit.clone(), String::new(), escape(unit)));
                let shape = Shape::Number {
                    text: typed.get("").to_owned(),
                    units: if *unit_wanted { units.collect() } else { Vec::new() },
                    radio: *unit_entry == UnitEntry::Radio,
                    typed_unit: *unit_wanted && *unit_entry == UnitEntry::Typed,
                    units_left: *units_left,
                };
                ("number", shape)
            }
            PresentedAnswer::Text => ("text", Shape::Text(typed.get("").to_owned())),
            PresentedAnswer::Pairs { stems, answers } => {
                let rows = stems.iter().enumerate().map(|(stem, html)| {
                    (make.with_files(html), make.menu(&stem.to_string(), answers.iter().cloned()))
                });
                ("pairs", Shape::Pairs(rows.collect()))
            }
            PresentedAnswer::Order { items, horizontal, .. } => {
                ("order", Shape::Order { items: ordered(items, &make), horizontal: *horizontal })
            }
            PresentedAnswer::Cloze { parts } => {
                html = filled(&html, parts.len(), |at| field(text, &make, at, parts.get(at)));
                ("cloze", Shape::InText)
            }
            PresentedAnswer::Essay { template, editor, min_words, max_words, lines, .. } => {
                let shape = Shape::Essay {
                    text: typed.get("").to_owned(),
                    template: template_of(template),
                    lines: (*lines).clamp(3, MAX_LINES),
                    monospaced: *editor == EssayEditor::Monospaced,
                    min_words: *min_words,
                    max_words: *max_words,
                };
                ("essay", shape)
            }
        };
        Self { slot, name, kind, html, shape, unread }
    }
}

/// Items in the order that was given, those without a position in their displayed order behind.
fn ordered(items: &[String], make: &Maker<'_>) -> Vec<Item> {
    let mut rows: Vec<Item> = items
        .iter()
        .enumerate()
        .map(|(item, html)| {
            let written = make.typed.get(&item.to_string()).trim();
            let position = written.parse().unwrap_or(0);
            let odd = position > items.len() || (position == 0 && !written.is_empty());
            Item { item, html: make.with_files(html), position: if odd { 0 } else { position }, odd }
        })
        .collect();
    rows.sort_by_key(|row| if row.position == 0 { usize::MAX } else { row.position });
    rows
}

/// A field in the text of a cloze.
#[derive(Template)]
#[template(path = "attempt/gap.html")]
struct Gap {
    name: String,
    label: String,
    choose: String,
    shape: GapShape,
    /// The number of its question, where what it holds is no number.
    unread: Option<u16>,
}

enum GapShape {
    Menu(Vec<Pick>),
    Picks { picks: Vec<Pick>, several: bool, row: bool },
    Line { value: String, number: bool },
}

fn field(text: Text, make: &Maker<'_>, at: usize, part: Option<&PresentedPart>) -> String {
    let part_name = at.to_string();
    let shape = match part {
        None => return String::new(),
        Some(PresentedPart::Choice { display: ClozeDisplay::Menu, options }) => {
            GapShape::Menu(make.menu(&part_name, options.iter().map(|html| plain(html))))
        }
        Some(PresentedPart::Choice { display, options }) => {
            let mut picks = make.options(&part_name, options, Numbering::Nothing);
            picks.push(make.pick(
                &part_name,
                String::new(),
                String::new(),
                escape(&text.t("exam-no-answer")),
            ));
            GapShape::Picks { picks, several: false, row: *display == ClozeDisplay::Row }
        }
        Some(PresentedPart::Choices { display, options }) => {
            let picks = make.options(&part_name, options, Numbering::Nothing);
            GapShape::Picks { picks, several: true, row: *display == ClozeDisplay::Row }
        }
        Some(PresentedPart::Text) => {
            GapShape::Line { value: make.typed.get(&part_name).to_owned(), number: false }
        }
        Some(PresentedPart::Number) => {
            GapShape::Line { value: make.typed.get(&part_name).to_owned(), number: true }
        }
    };
    let gap = Gap {
        name: format!("{}-{at}", make.name),
        label: text.t1("exam-gap", "number", at + 1),
        choose: text.t("exam-choose").into_owned(),
        shape,
        unread: make.unread.iter().any(|part| usize::from(*part) == at).then_some(make.number),
    };
    // Rendering into a string fails for no template of ours.
    gap.render().unwrap_or_default()
}

/// Puts something at the place of every part, `{#1}`, `{#2}`, .., of a text. Only text is looked at, no attribute of a tag:
/// what is put in is HTML. A part without a place comes behind the text, so that it can be answered.
pub fn filled(html: &str, parts: usize, mut at: impl FnMut(usize) -> String) -> String {
    let mut out = String::with_capacity(html.len() + parts * 200);
    let mut placed = vec![false; parts];
    let mut quote: Option<char> = None;
    let mut in_tag = false;
    let mut skip_to = 0;
    for (place, letter) in html.char_indices() {
        if place < skip_to {
            continue;
        }
        if in_tag {
            match (quote, letter) {
                (Some(open), letter) if open == letter => quote = None,
                (None, '"' | '\'') => quote = Some(letter),
                (None, '>') => in_tag = false,
                _ => {}
            }
        } else if letter == '<' {
            in_tag = true;
        } else if let Some((index, length)) = place_of_part(html.get(place..).unwrap_or_default())
            && let Some(placed) = placed.get_mut(index)
        {
            *placed = true;
            out.push_str(&at(index));
            skip_to = place + length;
            continue;
        }
        out.push(letter);
    }
    for (index, placed) in placed.iter().enumerate() {
        if !placed {
            out.push_str(&at(index));
        }
    }
    out
}

/// `{#3}` at the beginning: part 2, 4 bytes.
fn place_of_part(text: &str) -> Option<(usize, usize)> {
    let (digits, _) = text.strip_prefix("{#")?.split_once('}')?;
    let number: usize = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((number.checked_sub(1)?, digits.len() + 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::preferences::Language;

    #[test]
    fn parts_go_into_text_and_never_into_a_tag() {
        let html = r#"<p title="{#1} > '">A {#1} and {#2}.</p>"#;
        assert_eq!(filled(html, 3, |at| format!("[{at}]")), r#"<p title="{#1} > '">A [0] and [1].</p>[2]"#);
        assert_eq!(filled("{#0} {#9} {#x}", 1, |_| "f".to_owned()), "{#0} {#9} {#x}f");
    }

    #[test]
    fn options_are_numbered_as_their_author_wants() {
        let marks = |numbering| [0, 3, 8].map(|at| mark(numbering, at)).join(" ");
        assert_eq!(marks(Numbering::LowerLetters), "a. d. i.");
        assert_eq!(marks(Numbering::UpperRoman), "I. IV. IX.");
        assert_eq!(marks(Numbering::Numbers), "1. 4. 9.");
        assert_eq!(marks(Numbering::Nothing), "  ");
    }

    #[test]
    fn what_was_typed_into_a_gap_cannot_leave_it() {
        let question = PresentedQuestion {
            html: "<p>Say {#1}</p>".to_owned(),
            answer: PresentedAnswer::Cloze { parts: vec![PresentedPart::Text] },
            files: Vec::new(),
        };
        let typed = Fields::default().with("0", "\"><script>alert(1)</script>");
        let shown = Shown::of(Text(Language::En), 0, &question, &typed);
        assert!(!shown.html.contains("<script"), "{}", shown.html);
    }

    #[test]
    fn items_stand_as_they_were_ordered() {
        let items = ["x", "y", "z"].map(str::to_owned);
        let typed = Fields::default().with("2", "1").with("0", "2");
        let make = Maker { name: "q0", typed: &typed, place: "/api", number: 1, unread: &[] };
        let order: Vec<usize> = ordered(&items, &make).iter().map(|row| row.item).collect();
        assert_eq!(order, [2, 0, 1]);
    }
}
