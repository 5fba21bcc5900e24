//! Writing Moodle XML. It carries every kind; texts are HTML, files are embedded beside the text that shows them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::embedded::globalise;
use super::moodle_xml::written_penalty;
use super::report::{Export, LeftOut, Written};
use super::{fraction, path};
use crate::domain::decimal::Decimal;
use crate::domain::question::kind::{
    Accepts, ChoiceOption, CombinedFeedback, Essay, EssayEditor, Kind, Matching, Numbering, Numerical,
    Ordering, OrderingCredit, PenaltyBase, TextAnswer, UnitEntry, UnitRule,
};
use crate::domain::question::{FileRef, QuestionBody, cloze};
use crate::domain::rich_text::{RichText, escape};

/// Writes categories and questions.
#[must_use]
pub fn write(export: &Export<'_>) -> Written {
    let mut written = Written::default();
    let mut writer =
        Writer { xml: String::new(), export, files: &[], placed: Vec::new(), missing: Vec::new() };
    writer.line(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    writer.line(0, "<quiz>");
    let mut described: Vec<&[String]> = Vec::new();
    for category in export.categories {
        writer.category(&category.path, &category.description, category.id_number.as_deref());
        described.push(&category.path);
    }
    let mut current: Option<&[String]> = described.last().copied();
    for question in export.questions {
        if current.unwrap_or_default() != question.category_path {
            writer.category(question.category_path, &RichText::empty(), None);
        }
        current = Some(question.category_path);
        writer.question(question.body);
        let missing = writer.missing.drain(..);
        let missing = missing.map(|name| format!("the bytes of its file {name:?}, which are not at hand"));
        for reason in missing.chain(overfull(&question.body.kind)) {
            written.lost.push(LeftOut { name: question.body.name.clone(), reason });
        }
    }
    writer.line(0, "</quiz>");
    written.text = writer.xml;
    written
}

fn overfull(kind: &Kind) -> Vec<String> {
    let parts = match kind {
        Kind::Cloze(it) => it.parts.as_slice(),
        _ => &[],
    };
    let told = |part| format!("shares of part {part} that add up to more than 1: there they make 1 together");
    cloze::overfull(parts).map(told).collect()
}

struct Writer<'bank> {
    xml: String,
    export: &'bank Export<'bank>,
    /// The files of the question being written.
    files: &'bank [FileRef],
    /// Those of them that stand in the file already.
    placed: Vec<&'bank str>,
    missing: Vec<String>,
}

impl<'bank> Writer<'bank> {
    fn line(&mut self, depth: usize, text: &str) {
        self.xml.push_str(&"  ".repeat(depth));
        self.xml.push_str(text);
        self.xml.push('\n');
    }

    fn value(&mut self, depth: usize, name: &str, value: &str) {
        self.line(depth, &format!("<{name}>{}</{name}>", escape(value)));
    }

    fn category(&mut self, names: &[String], description: &RichText, id_number: Option<&str>) {
        self.line(1, "<question type=\"category\">");
        self.line(2, "<category>");
        self.value(3, "text", &path::write(names));
        self.line(2, "</category>");
        self.text(2, "info", description);
        self.value(2, "idnumber", id_number.unwrap_or_default());
        self.line(1, "</question>");
    }

    /// An element with a formatted text, and the files that it refers to.
    fn text(&mut self, depth: usize, name: &str, text: &RichText) {
        self.line(depth, &format!("<{name} format=\"html\">"));
        self.inner_text(depth + 1, text.html());
        self.line(depth, &format!("</{name}>"));
    }

    fn inner_text(&mut self, depth: usize, source: &str) {
        let (html, used) = globalise(source, self.files);
        if html.contains(['<', '&', '>']) {
            let html = html.replace("]]>", "]]]]><![CDATA[>");
            self.line(depth, &format!("<text><![CDATA[{html}]]></text>"));
        } else {
            self.value(depth, "text", &html);
        }
        for (file, name) in used {
            self.file(depth, file, &name);
        }
    }

    fn file(&mut self, depth: usize, file: &'bank FileRef, name: &str) {
        self.placed.push(&file.sha256);
        let Some(bytes) = (self.export.file)(&file.sha256) else {
            self.missing.push(file.name.clone());
            return;
        };
        let (path, name) = match name.rsplit_once('/') {
            Some((path, name)) => (format!("/{path}/"), name),
            None => ("/".to_owned(), name),
        };
        let (path, name) = (escape(&path), escape(name));
        let bytes = STANDARD.encode(bytes);
        self.line(
            depth,
            &format!("<file name=\"{name}\" path=\"{path}\" encoding=\"base64\">{bytes}</file>"),
        );
    }

    fn question(&mut self, body: &'bank QuestionBody) {
        self.files = &body.files;
        self.placed.clear();
        self.line(1, &format!("<question type=\"{}\">", kind_name(&body.kind)));
        self.line(2, "<name>");
        self.value(3, "text", &body.name);
        self.line(2, "</name>");
        self.line(2, "<questiontext format=\"html\">");
        if let Kind::Cloze(it) = &body.kind {
            let markup = cloze::write(&body.text, &it.parts);
            self.inner_text(3, &markup);
        } else {
            self.inner_text(3, body.text.html());
        }
        self.line(2, "</questiontext>");
        self.text(2, "generalfeedback", &body.general_feedback);
        self.value(2, "defaultgrade", &body.default_points.to_string());
        self.value(2, "penalty", &written_penalty(body.penalty));
        self.value(2, "hidden", "0");
        self.value(2, "idnumber", body.id_number.as_deref().unwrap_or_default());
        self.kind(&body.kind);
        if !body.tags.is_empty() {
            self.line(2, "<tags>");
            for tag in &body.tags {
                self.line(3, &format!("<tag><text>{}</text></tag>", escape(tag)));
            }
            self.line(2, "</tags>");
        }
        for file in &body.files {
            if !self.placed.contains(&file.sha256.as_str()) {
                self.file(2, file, &file.name);
            }
        }
        self.line(1, "</question>");
    }

    fn kind(&mut self, kind: &'bank Kind) {
        match kind {
            Kind::SingleChoice(it) => {
                self.choice_head("true", it.shuffle, it.numbering);
                self.combined(&it.feedback, true);
                self.options(&it.options);
            }
            Kind::MultipleResponse(it) => {
                self.choice_head("false", it.shuffle, it.numbering);
                self.combined(&it.feedback, true);
                self.options(&it.options);
            }
            Kind::TrueFalse(it) => {
                for (name, feedback) in [("true", &it.feedback_true), ("false", &it.feedback_false)] {
                    let fraction = if (name == "true") == it.correct { "100" } else { "0" };
                    self.line(2, &format!("<answer fraction=\"{fraction}\" format=\"moodle_auto_format\">"));
                    self.value(3, "text", name);
                    self.text(3, "feedback", feedback);
                    self.line(2, "</answer>");
                }
            }
            Kind::Numerical(it) => self.numerical(it),
            Kind::ShortAnswer(it) => {
                self.value(2, "usecase", if it.case_sensitive { "1" } else { "0" });
                for answer in &it.answers {
                    self.word(answer);
                }
            }
            Kind::Matching(it) => self.matching(it),
            Kind::Ordering(it) => self.ordering(it),
            Kind::Cloze(_) => {}
            Kind::Essay(it) => self.essay(it),
        }
    }

    fn choice_head(&mut self, single: &str, shuffle: bool, style: Numbering) {
        self.value(2, "single", single);
        self.value(2, "shuffleanswers", if shuffle { "true" } else { "false" });
        self.value(2, "answernumbering", numbering(style));
    }

    fn combined(&mut self, feedback: &'bank CombinedFeedback, empty_means_yes: bool) {
        self.text(2, "correctfeedback", &feedback.correct);
        self.text(2, "partiallycorrectfeedback", &feedback.partially_correct);
        self.text(2, "incorrectfeedback", &feedback.incorrect);
        if !empty_means_yes {
            self.value(2, "shownumcorrect", if feedback.show_number_correct { "1" } else { "0" });
        } else if feedback.show_number_correct {
            self.line(2, "<shownumcorrect/>");
        }
    }

    fn options(&mut self, options: &'bank [ChoiceOption]) {
        for option in options {
            self.line(2, &format!("<answer fraction=\"{}\" format=\"html\">", percent(option.fraction)));
            self.inner_text(3, option.text.html());
            self.text(3, "feedback", &option.feedback);
            self.line(2, "</answer>");
        }
    }

    fn word(&mut self, answer: &'bank TextAnswer) {
        self.line(
            2,
            &format!("<answer fraction=\"{}\" format=\"moodle_auto_format\">", percent(answer.fraction)),
        );
        self.value(3, "text", &answer.pattern);
        self.text(3, "feedback", &answer.feedback);
        self.line(2, "</answer>");
    }

    fn numerical(&mut self, it: &'bank Numerical) {
        for answer in &it.answers {
            let (value, tolerance) = match answer.accepts {
                Accepts::Any => ("*".to_owned(), "0".to_owned()),
                Accepts::Within { value, tolerance } => (value.to_string(), tolerance.to_string()),
            };
            self.line(
                2,
                &format!("<answer fraction=\"{}\" format=\"moodle_auto_format\">", percent(answer.fraction)),
            );
            self.value(3, "text", &value);
            self.text(3, "feedback", &answer.feedback);
            self.value(3, "tolerance", &tolerance);
            self.line(2, "</answer>");
        }
        if !it.units.is_empty() {
            self.line(2, "<units>");
            for unit in &it.units {
                self.line(3, "<unit>");
                self.value(4, "multiplier", &unit.multiplier.to_string());
                self.value(4, "unit_name", &unit.name);
                self.line(3, "</unit>");
            }
            self.line(2, "</units>");
        }
        let (grading, penalty) = match it.unit_rule {
            UnitRule::None | UnitRule::Optional => ("0", Decimal::from_units(1_000_000)),
            UnitRule::Required { penalty, penalty_of: PenaltyBase::Response } => ("1", penalty),
            UnitRule::Required { penalty, penalty_of: PenaltyBase::Question } => ("2", penalty),
        };
        self.value(2, "unitgradingtype", grading);
        self.value(2, "unitpenalty", &penalty.to_string());
        let entry = match (it.unit_rule, it.unit_entry) {
            (UnitRule::None, _) => "3",
            (_, UnitEntry::Typed) => "0",
            (_, UnitEntry::Radio) => "1",
            (_, UnitEntry::Menu) => "2",
        };
        self.value(2, "showunits", entry);
        self.value(2, "unitsleft", if it.units_left { "1" } else { "0" });
    }

    fn matching(&mut self, it: &'bank Matching) {
        self.value(2, "shuffleanswers", if it.shuffle { "true" } else { "false" });
        self.combined(&it.feedback, true);
        for pair in &it.pairs {
            self.line(2, "<subquestion format=\"html\">");
            self.inner_text(3, pair.stem.html());
            self.line(3, &format!("<answer><text>{}</text></answer>", escape(&pair.answer)));
            self.line(2, "</subquestion>");
        }
        for distractor in &it.distractors {
            self.line(2, "<subquestion format=\"html\">");
            self.line(3, "<text></text>");
            self.line(3, &format!("<answer><text>{}</text></answer>", escape(distractor)));
            self.line(2, "</subquestion>");
        }
    }

    fn ordering(&mut self, it: &'bank Ordering) {
        self.value(2, "layouttype", if it.horizontal { "HORIZONTAL" } else { "VERTICAL" });
        self.value(2, "selecttype", "ALL");
        self.value(2, "selectcount", &it.items.len().to_string());
        let credit = match it.credit {
            OrderingCredit::AllOrNothing => "ALL_OR_NOTHING",
            OrderingCredit::AbsolutePosition => "ABSOLUTE_POSITION",
            OrderingCredit::RelativeToCorrect => "RELATIVE_TO_CORRECT",
            OrderingCredit::NextExcludingLast => "RELATIVE_NEXT_EXCLUDE_LAST",
            OrderingCredit::NextIncludingLast => "RELATIVE_NEXT_INCLUDE_LAST",
            OrderingCredit::OnePreviousAndNext => "RELATIVE_ONE_PREVIOUS_AND_NEXT",
            OrderingCredit::AllPreviousAndNext => "RELATIVE_ALL_PREVIOUS_AND_NEXT",
            OrderingCredit::LongestOrderedSubset => "LONGEST_ORDERED_SUBSET",
            OrderingCredit::LongestContiguousSubset => "LONGEST_CONTIGUOUS_SUBSET",
        };
        self.value(2, "gradingtype", credit);
        self.value(2, "showgrading", "SHOW");
        self.value(2, "numberingstyle", numbering(it.numbering));
        self.combined(&it.feedback, false);
        for (place, item) in it.items.iter().enumerate() {
            self.line(2, &format!("<answer fraction=\"{}\" format=\"html\">", place + 1));
            self.inner_text(3, item.html());
            self.line(2, "</answer>");
        }
    }

    fn essay(&mut self, it: &'bank Essay) {
        let editor = match it.editor {
            EssayEditor::Formatted => "editor",
            EssayEditor::Plain => "plain",
            EssayEditor::Monospaced => "monospaced",
        };
        let words = |limit: Option<u32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        self.value(2, "responseformat", editor);
        self.value(2, "responserequired", if it.required { "1" } else { "0" });
        self.value(2, "responsefieldlines", &it.lines.to_string());
        self.value(2, "minwordlimit", &words(it.min_words));
        self.value(2, "maxwordlimit", &words(it.max_words));
        self.value(2, "attachments", "0");
        self.value(2, "attachmentsrequired", "0");
        self.text(2, "graderinfo", &it.grader_info);
        self.text(2, "responsetemplate", &it.template);
    }
}

const fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        // All or nothing is a plugin in Moodle, with this name.
        Kind::MultipleResponse(it) if it.all_or_nothing => "multichoiceset",
        Kind::SingleChoice(_) | Kind::MultipleResponse(_) => "multichoice",
        Kind::TrueFalse(_) => "truefalse",
        Kind::Numerical(_) => "numerical",
        Kind::ShortAnswer(_) => "shortanswer",
        Kind::Matching(_) => "matching",
        Kind::Ordering(_) => "ordering",
        Kind::Cloze(_) => "cloze",
        Kind::Essay(_) => "essay",
    }
}

fn percent(share: Decimal) -> String {
    fraction::to_percent(share)
}

const fn numbering(style: Numbering) -> &'static str {
    match style {
        Numbering::LowerLetters => "abc",
        Numbering::UpperLetters => "ABCD",
        Numbering::Numbers => "123",
        Numbering::LowerRoman => "iii",
        Numbering::UpperRoman => "IIII",
        Numbering::Nothing => "none",
    }
}
