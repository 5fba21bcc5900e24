//! Forms: reading what was typed, keeping it when it is refused, and saying what is wrong beside the field.
//!
//! A field's name is the JSON pointer of the API's input without its first slash: `email`, `slots/0/points`. So a
//! refusal's pointers lead back to the fields by themselves.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::RETRY_AFTER;
use askama::Template;
use serde::de::DeserializeOwned;

use super::frame::{Frame, render};
use super::text::Text;
use super::{said, typed};
use crate::domain::decimal::Decimal;
use crate::domain::job::Failure;
use crate::domain::preferences::Language;
use crate::domain::question::numeric::plain_characters;
use crate::domain::refusal::{FieldError, Kind, Refusal, invalid};
use crate::http::error::{TurnKept, status_of};

/// More fields than any form of ours has: a quiz of 500 slots with four fields each.
const MAX_FIELDS: usize = 4_096;

/// What was typed, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a urlencoded body.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if fields.len() == MAX_FIELDS {
                return Err(invalid("body", format!("has more than {MAX_FIELDS} fields")));
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (pair.get(..at), pair.get(at + 1..)),
                None => (Some(pair), None),
            };
            fields.push((decoded(name.unwrap_or_default())?, decoded(value.unwrap_or_default())?));
        }
        Ok(Self(fields))
    }

    /// The value of a field; empty when it is not there. Of several the last: a box that is ticked stands behind its
    /// hidden `false`.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The value without the space around it, when there is something.
    pub fn optional(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// A number as people type it, when there is one.
    pub fn decimal(&self, name: &str) -> Result<Option<Decimal>, Refusal> {
        let read = |text: &str| read_decimal(text).map_err(|problem| invalid(format!("/{name}"), problem));
        self.optional(name).map(read).transpose()
    }

    /// Is the box ticked?
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.get(name), "true" | "on")
    }

    /// All values of fields with one name, as of several boxes.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Is there such a field at all?
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Sets a field, for a form that begins with values.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// The fields as an input of the API: `a/0/b` is `b` of the first of the list `a`; several `a[]` are the list `a`. An
    /// empty text is `null` where there may be nothing; numbers and booleans are read from their text.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        typed::read(self)
    }
}

/// A number that somebody typed as its parsers take it: with a point or a comma, in the digits and signs of any script, as answers
/// are read. Where its digits stand in groups, or could, what separates them stays, so that it is refused: pages themselves write
/// `8,765` for what is not eight and a bit. [`in_groups`] says what to write.
pub(super) fn as_typed(number: &str) -> String {
    let plain = plain_characters(number);
    if in_groups(&plain).is_some() { plain } else { plain.replace(',', ".") }
}

/// A number as people type it, with as many digits as are kept.
pub(super) fn read_decimal(text: &str) -> Result<Decimal, String> {
    Decimal::parse_rounded(&as_typed(text))
        .map_err(|error| in_groups(text).unwrap_or_else(|| error.to_string()))
}

/// What is wrong with a number whose digits stand in groups, or that could be read so: a comma with three digits behind it
/// separates a group in one language and the decimals in another.
pub(super) fn in_groups(number: &str) -> Option<String> {
    let plain = plain_characters(number);
    let digits = plain.trim_start_matches(['-', '+']);
    let sign = plain.strip_suffix(digits).unwrap_or_default();
    let separates = |letter: char| matches!(letter, ',' | '.' | ' ' | '\'');
    let (whole, last) = digits.rsplit_once(separates)?;
    let separators: Vec<char> = digits.chars().filter(|letter| separates(*letter)).collect();
    let (separator, before) = separators.split_last()?;
    let group = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let begins = |first: &str| (1..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_digit());
    let grouped = |text: &str| {
        let mut groups = text.split(separates);
        groups.next().is_some_and(begins) && groups.all(group)
    };
    let joined = |text: &str| text.replace(separates, "");
    match (separator, before) {
        ('.', []) => None,
        (',', []) if !grouped(digits) || whole.bytes().all(|byte| byte == b'0') => None,
        (',', []) => {
            Some(format!("could be read in two ways: write {sign}{whole}{last} or {sign}{whole}.{last}"))
        }
        (_, before) if before.iter().all(|other| other == separator) => {
            grouped(digits).then(|| format!("has its digits in groups: write {sign}{}", joined(digits)))
        }
        // The one that comes last and once separates the decimals.
        (',' | '.', [first, rest @ ..]) if rest.iter().all(|other| other == first) => {
            let is_decimal = grouped(whole) && last.bytes().all(|byte| byte.is_ascii_digit());
            is_decimal.then(|| format!("has its digits in groups: write {sign}{}.{last}", joined(whole)))
        }
        _ => None,
    }
}

/// `%41+b` is `A b`.
fn decoded(text: &[u8]) -> Result<String, Refusal> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        out.push(match byte {
            b'+' => b' ',
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => u8::try_from(high * 16 + low).unwrap_or_default(),
                _ => return Err(invalid("body", "has a % without two hexadecimal digits")),
            },
            byte => byte,
        });
    }
    // Browsers send line ends as CR LF; everything else here has LF.
    String::from_utf8(out).map(|text| text.replace("\r\n", "\n")).map_err(|_| invalid("body", "is not UTF-8"))
}

/// A message beside a field or above a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field; empty above the form.
    pub field: String,
    /// In the viewer's language.
    pub words: String,
    /// What only English has, with the exact limits; empty when `words` say it all.
    pub english: String,
}

/// A form as a page shows it: what its fields hold, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Fields,
    problems: Vec<Problem>,
    status: Option<actix_web::http::StatusCode>,
    retry_after_seconds: Option<u32>,
    /// Comes it back for a turn that is kept?
    turn_kept: bool,
}

impl Form {
    /// A form that nobody has sent yet.
    pub const fn of(fields: Fields) -> Self {
        Self { fields, problems: Vec::new(), status: None, retry_after_seconds: None, turn_kept: false }
    }

    /// A form that comes back. A refusal that is no fault of what was typed (a defect, a full machine) is handed on.
    pub fn refused(fields: Fields, refusal: Refusal, text: Text) -> Result<Self, Refusal> {
        let status = status_of(refusal.code.kind);
        if status.is_server_error() && refusal.retry_after_seconds.is_none() {
            return Err(refusal);
        }
        let problems = problems(&refusal, &fields, text);
        let (status, retry_after_seconds) = (Some(status), refusal.retry_after_seconds);
        Ok(Self { problems, fields, status, retry_after_seconds, turn_kept: refusal.keeps_turn() })
    }

    /// [`Form::refused`], with what is no fault of one field said beside this one.
    pub fn refused_beside(
        field: &str,
        fields: Fields,
        refusal: Refusal,
        text: Text,
    ) -> Result<Self, Refusal> {
        let of_the_form = !status_of(refusal.code.kind).is_server_error();
        let mut form = Self::refused(fields, refusal, text)?;
        for problem in form.problems.iter_mut().filter(|problem| of_the_form && problem.field.is_empty()) {
            field.clone_into(&mut problem.field);
        }
        Ok(form)
    }

    /// A form that comes back with what a page found wrong itself, in the viewer's language.
    pub const fn with_problems(problems: Vec<Problem>, status: actix_web::http::StatusCode) -> Self {
        Self {
            fields: Fields(Vec::new()),
            problems,
            status: Some(status),
            retry_after_seconds: None,
            turn_kept: false,
        }
    }

    /// [`Form::with_problems`] and with what was typed.
    pub fn wrong(fields: Fields, problems: Vec<Problem>, status: actix_web::http::StatusCode) -> Self {
        let problems = in_order(problems, &fields);
        Self { fields, ..Self::with_problems(problems, status) }
    }

    /// What a field holds.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// Does a field hold this value?
    pub fn is(&self, name: &str, value: &impl std::fmt::Display) -> bool {
        self.value(name) == value.to_string()
    }

    /// Is a box ticked?
    pub fn ticked(&self, name: &str) -> bool {
        self.fields.ticked(name)
    }

    /// Is this value among those of a field: for choices and boxes of one name.
    pub fn holds(&self, name: &str, value: &str) -> bool {
        self.fields.all(name).any(|held| held == value)
    }

    /// What is wrong with a field.
    pub fn problem(&self, name: &str) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.field == name)
    }

    /// Everything that is wrong.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The id of a field's element.
    pub fn id(&self, name: &str) -> String {
        let letters = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' });
        "f-".chars().chain(letters).collect()
    }

    /// The page with the form: with 200 at first, with the refusal's status, and when to come again, when it comes back.
    pub fn show(&self, frame: &Frame, page: &impl Template) -> Result<HttpResponse, Refusal> {
        let Some(status) = self.status else { return frame.show(page) };
        let mut response = frame.send(status, self.named(frame.text, render(page)?));
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if self.turn_kept {
            response.extensions_mut().insert(TurnKept);
        }
        Ok(response)
    }

    /// The summary stands above the fields, whose labels only the whole page knows: each of its lines gets that of its field.
    fn named(&self, text: Text, mut page: String) -> String {
        let mut from = 0;
        for problem in self.problems.iter().filter(|problem| !problem.field.is_empty()) {
            let id = self.id(&problem.field);
            let link = format!("<a href=\"#{id}\">");
            let Some(at) = page.get(from..).and_then(|rest| rest.find(&link)) else { continue };
            from += at + link.len();
            if let Some(label) = label_of(&page, &id) {
                let rows = problem.field.split('/').filter(|part| part.parse::<usize>().is_ok()).count();
                let label =
                    groups_of(&page, &id, rows).into_iter().rfold(label.to_owned(), |label, group| {
                        text.t2("form-field-of", "group", group, "field", label)
                    });
                page.insert_str(from, &format!("<b>{}</b> ", text.t1("form-field", "field", label)));
            }
        }
        page
    }
}

/// What the label of a field, its name for those who do not see, or the legend of several says first; what stands behind that in
/// elements of its own is no name.
fn label_of<'p>(page: &'p str, id: &str) -> Option<&'p str> {
    let above = page.split("<label").skip(1).find_map(|label| {
        let (attributes, inside) = label.split_once('>')?;
        attributes.contains(&format!(" for=\"{id}\"")).then_some(inside)
    });
    let around = || Some(page.split_once(&format!("<label><input id=\"{id}\""))?.1.split_once("<span>")?.1);
    let itself = page.split_once(&format!(" id=\"{id}\"")).and_then(|(_, behind)| behind.split_once('>'));
    let group = || itself?.1.trim_start().strip_prefix("<legend>");
    let unseen = || itself?.0.split_once(" aria-label=\"")?.1.split('"').next();
    let label =
        above.or_else(around).or_else(group).and_then(|label| label.split('<').next()).or_else(unseen)?;
    Some(label.trim()).filter(|label| !label.is_empty())
}

/// The legends of the innermost groups around a field, so many as its name has numbers: rows of a list are alike, and each is a group
/// whose legend has its number.
fn groups_of<'p>(page: &'p str, id: &str, count: usize) -> Vec<&'p str> {
    let tag = page.split_once(&format!(" id=\"{id}\"")).and_then(|(before, _)| before.rsplit_once('<'));
    let before = tag.map_or("", |(before, _)| before);
    let mut open = Vec::new();
    for (at, _) in before.match_indices("fieldset") {
        let (outside, inside) = before.split_at(at);
        if outside.ends_with("</") {
            open.pop();
        } else if outside.ends_with('<') {
            open.push(inside);
        }
    }
    let legend = |group: &&'p str| {
        let (_, inside) = group.split_once('>')?;
        let (_, legend) = inside.trim_start().strip_prefix("<legend")?.split_once('>')?;
        Some(legend.split('<').next()?.trim())
    };
    let groups = open.split_at(open.len().saturating_sub(count)).1;
    groups.iter().filter_map(legend).collect()
}

/// The first letter large, a full stop at the end: a refusal's parts are written to stand behind a name.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    out.push_str(letters.as_str());
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// A refusal in the viewer's language. What a code means is in the catalogue for those that people meet often; the exact
/// reason is English, and shown beside it as English.
pub fn words_of(refusal: &Refusal, text: Text) -> Problem {
    let mut problem = words(refusal.code.name, &refusal.detail, &refusal.fields, text);
    if let Some(seconds) = refusal.retry_after_seconds {
        problem.words = format!("{} {}", problem.words, text.t1("error-retry", "seconds", seconds));
    }
    problem
}

/// [`words_of`] a code, its detail and what is wrong with fields: where there is no form for them to stand beside, their
/// reasons say it without the API's names.
pub(super) fn words(code: &str, detail: &str, errors: &[FieldError], text: Text) -> Problem {
    let exact = said::refusal(text, code, detail).map(Cow::Owned);
    let known = exact.or_else(|| text.find_of("error-code-", &code.replace('_', "-")));
    let reasons: Vec<_> = errors.iter().map(|error| said::problem(text, &error.problem)).collect();
    let reasons: Option<Vec<_>> = reasons.into_iter().collect();
    let reasons = reasons.filter(|reasons| !reasons.is_empty()).map(|reasons| reasons.join(" "));
    let (words, english) = match (known.map(Cow::into_owned).or(reasons), text.0) {
        (Some(words), _) => (words, String::new()),
        (None, Language::En) => (sentence(detail), String::new()),
        (None, Language::Ar) => (text.t("error-other").into_owned(), sentence(detail)),
    };
    Problem { field: String::new(), words, english }
}

/// Why a job failed, in the viewer's language.
pub fn failed(frame: &Frame, failure: &Failure) -> String {
    words(&failure.code, &failure.detail, &[], frame.text).words
}

/// Reasons that say by themselves that something has to be there.
const SAYS_NEEDED: [&str; 3] = ["is missing", "is needed", "is empty;"];

fn problems(refusal: &Refusal, fields: &Fields, text: Text) -> Vec<Problem> {
    // What is wrong with no field is said as a whole.
    let is_of_fields = refusal.code.kind == Kind::Invalid && !refusal.fields.is_empty();
    if refusal.is_whole() && !is_of_fields {
        return vec![words_of(refusal, text)];
    }
    let problems = refusal.fields.iter().map(|field| {
        let name = field.at.strip_prefix(['/', '?']).unwrap_or(&field.at).to_owned();
        let reason = field.problem.as_str();
        // Who typed nothing need not read what would be allowed.
        let blank = fields.has(&name) && fields.all(&name).all(|value| value.trim().is_empty());
        let needed = blank && !SAYS_NEEDED.iter().any(|beginning| reason.starts_with(beginning));
        let said =
            if needed { Some(text.t("form-needed").into_owned()) } else { said::problem(text, reason) }
                .or_else(|| said::refusal(text, refusal.code.name, reason));
        let (words, english) = match (said, text.0) {
            (Some(words), _) => (words, String::new()),
            (None, Language::En) => (sentence(reason), String::new()),
            (None, Language::Ar) => of_code(refusal, text).map_or_else(
                || (text.t("form-wrong").into_owned(), sentence(reason)),
                |words| (words, String::new()),
            ),
        };
        Problem { field: name, words, english }
    });
    let mut problems = in_order(problems.collect(), fields);
    if refusal.has_more_faults() {
        let words = text.t("form-more").into_owned();
        problems.push(Problem { field: String::new(), words, english: String::new() });
    }
    problems
}

/// What a code says by itself, where it says more than that a field is wrong.
fn of_code(refusal: &Refusal, text: Text) -> Option<String> {
    let says = refusal.code.kind != Kind::Invalid;
    says.then(|| words(refusal.code.name, &refusal.detail, &[], text))
        .filter(|problem| problem.english.is_empty())
        .map(|problem| problem.words)
}

/// In the order of the form, whatever the rules looked at first.
fn in_order(mut problems: Vec<Problem>, fields: &Fields) -> Vec<Problem> {
    problems.sort_by_key(|problem| fields.iter().position(|(name, _)| name == problem.field));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::faults::together;

    #[test]
    fn a_body_is_read_as_browsers_write_it() {
        let fields = Fields::parse(b"a=1&b=caf%C3%A9+au+lait&box=false&box=true&c&text=x%0D%0Ay").unwrap();
        assert_eq!(fields.get("b"), "café au lait");
        assert!(fields.ticked("box"));
        assert_eq!((fields.get("c"), fields.get("nothing")), ("", ""));
        assert_eq!(fields.get("text"), "x\ny");
        assert_eq!(fields.all("box").collect::<Vec<_>>(), ["false", "true"]);
        assert!(Fields::parse(b"a=%zz").is_err() && Fields::parse(b"a=%ff").is_err());
        assert!(Fields::parse(&b"a&".repeat(5_000)).is_err());
    }

    #[test]
    fn numbers_are_read_in_the_digits_of_any_script() {
        let read = |text: &str| Fields::default().with("points", text).decimal("points").ok().flatten();
        let typed = |text: &str| text.parse::<Decimal>().ok();
        for (text, number) in
            [("12.5", "12.5"), ("12,5", "12.5"), ("١٢٫٥", "12.5"), ("\u{200f}٣ ", "3"), ("۷", "7")]
        {
            assert_eq!(read(text), typed(number), "{text}");
            assert!(read(text).is_some(), "{text}");
        }
        // With the digits that are kept, and where three behind a comma can only be decimals.
        for (text, number) in [
            ("3.33333333", "3.3333333"),
            ("0,125", "0.125"),
            ("-0,125", "-0.125"),
            (",125", "0.125"),
            ("1234,567", "1234.567"),
            ("8,7654", "8.7654"),
            ("8,76", "8.76"),
            ("8.765", "8.765"),
            ("٨٫٧٦٥", "8.765"),
        ] {
            assert_eq!(read(text), typed(number), "{text}");
        }
        assert_eq!(read("x"), None);
    }

    #[test]
    fn a_number_in_groups_is_refused_with_what_to_write() {
        let groups = "has its digits in groups: write ";
        let two_ways = |one: &str, other: &str| format!("could be read in two ways: write {one} or {other}");
        for (text, problem) in [
            ("8,765", two_ways("8765", "8.765")),
            ("100,000", two_ways("100000", "100.000")),
            (" -1,000 ", two_ways("-1000", "-1.000")),
            ("012,345", two_ways("012345", "012.345")),
            ("٨،٧٦٥", two_ways("8765", "8.765")),
            ("1,234,567", format!("{groups}1234567")),
            ("1.234.567", format!("{groups}1234567")),
            ("9,500.5", format!("{groups}9500.5")),
            ("9.500,5", format!("{groups}9500.5")),
            ("59,460.28", format!("{groups}59460.28")),
            ("1,234.567", format!("{groups}1234.567")),
            ("1 000", format!("{groups}1000")),
            ("1\u{202f}000,5", format!("{groups}1000.5")),
            ("1'000", format!("{groups}1000")),
            ("٢٬٠٠٠", format!("{groups}2000")),
        ] {
            assert_eq!(read_decimal(text), Err(problem.clone()), "{text}");
            assert!(as_typed(text).parse::<Decimal>().is_err() && as_typed(text).parse::<f64>().is_err());
            for language in [Language::En, Language::Ar] {
                let said = said::problem(Text(language), &problem).unwrap_or_default();
                let numbers = problem.split_once("write ").unwrap().1;
                for number in numbers.split(" or ") {
                    assert!(said.contains(number), "{said} is how {problem} is said");
                }
            }
        }
        for text in ["1,2,3", "1.2,3.4", "1,23,456", "1 2", "x,123", "1,234x", ",", "1,,000", "12 34,5"] {
            assert!(in_groups(text).is_none(), "{text}");
            assert!(read_decimal(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_refusal_leads_back_to_its_field() {
        let refusal = invalid("/slots/0/points", "is more than 1000");
        let form = Form::refused(Fields::default(), refusal, Text(Language::En)).unwrap();
        let words = form.problem("slots/0/points").unwrap().words.replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(words, "Is more than 1000.");
        assert_eq!(form.id("slots/0/points"), "f-slots-0-points");
    }

    #[test]
    fn a_form_with_more_faults_than_are_told_says_so_at_the_end() {
        let told = |count: usize| {
            let faults =
                (0..count).map(|at| Err::<(), _>(invalid(format!("/slots/{at}/points"), "is negative")));
            let refusal = crate::domain::faults::each(faults).unwrap_err();
            Form::refused(Fields::default(), refusal, Text(Language::En)).unwrap().problems().to_vec()
        };
        assert_eq!(told(100).len(), 100);
        let last = told(101).pop().unwrap();
        assert_eq!(
            (last.field.as_str(), last.words.as_str()),
            ("", "There is more to check than is said here.")
        );
    }

    #[test]
    fn lines_of_the_summary_get_the_labels_of_their_fields() {
        let refusal = together((
            Err::<(), _>(invalid("/name", "is empty")),
            Err::<(), _>(invalid("/name", "is short")),
            Err::<(), _>(invalid("/open", "is too early")),
            Err::<(), _>(invalid("/scopes", "is empty")),
            Err::<(), _>(invalid("/points", "is wrong")),
            Err::<(), _>(invalid("/hidden", "is wrong")),
        ));
        let form = Form::refused(Fields::default(), refusal.unwrap_err(), Text(Language::En)).unwrap();
        let page = r##"<a href="#f-name">1</a><a href="#f-name">2</a><a href="#f-open">3</a><a href="#f-scopes">4</a><a href="#f-points">5</a><a href="#f-hidden">6</a>
<input id="f-hidden"><input id="f-points" aria-label="Points"><fieldset class="card" id="f-scopes" tabindex="-1">
<legend>May do</legend></fieldset><label class="big" for="f-name">Name &amp; title <span>optional</span></label><label><input id="f-open" type="checkbox"> <span>Open</span></label>"##;
        let named = form.named(Text(Language::En), page.to_owned()).replace(['\u{2068}', '\u{2069}'], "");
        let links = named.lines().next().unwrap();
        assert_eq!(
            links,
            r##"<a href="#f-name"><b>Name &amp; title:</b> 1</a><a href="#f-name"><b>Name &amp; title:</b> 2</a><a href="#f-open"><b>Open:</b> 3</a><a href="#f-scopes"><b>May do:</b> 4</a><a href="#f-points"><b>Points:</b> 5</a><a href="#f-hidden">6</a>"##
        );
    }

    #[test]
    fn rows_of_a_list_are_told_from_one_another() {
        let names =
            ["/answers/1/fraction", "/gaps/0", "/gaps/0/answers/1/text", "/gaps/0/weight", "/fraction"];
        let refusal = crate::domain::faults::each(names.map(|at| Err::<(), _>(invalid(at, "is wrong"))));
        let form = Form::refused(Fields::default(), refusal.unwrap_err(), Text(Language::En)).unwrap();
        let ids = names.map(|name| form.id(name.strip_prefix('/').unwrap()));
        let links: Vec<String> = ids.iter().map(|id| format!("<a href=\"#{id}\"></a>")).collect();
        let field = |name: &str, label: &str| {
            format!("<label for=\"f-{name}\">{label}</label><input id=\"f-{name}\">")
        };
        let row = |number: u8, inside: String| {
            format!(
                "<fieldset class=\"line\"><legend class=\"unseen\">Answer {number}</legend>{inside}</fieldset>"
            )
        };
        let page = [
            links.concat(),
            "<form><fieldset><legend>Answers</legend>".to_owned(),
            row(1, field("answers-0-fraction", "Fraction")),
            row(2, field("answers-1-fraction", "Fraction")),
            field("fraction", "Fraction"),
            "</fieldset><fieldset id=\"f-gaps-0\"><legend>Gap 1 <code>#</code></legend>".to_owned(),
            field("gaps-0-weight", "Weight"),
            row(2, field("gaps-0-answers-1-text", "Text")),
            "</fieldset></form>".to_owned(),
        ];
        let named = form.named(Text(Language::En), page.concat()).replace(['\u{2068}', '\u{2069}'], "");
        let told: Vec<&str> =
            named.split("<b>").skip(1).map(|rest| rest.split("</b>").next().unwrap()).collect();
        let expected =
            ["Answer 2: Fraction:", "Gap 1:", "Gap 1: Answer 2: Text:", "Gap 1: Weight:", "Fraction:"];
        assert_eq!(told, expected);
    }

    #[test]
    fn who_typed_nothing_is_told_that_it_is_needed() {
        let title = || invalid("/title", "is not 1 to 200 characters on one line");
        let told = |fields: Fields, refusal| {
            let form = Form::refused(fields, refusal, Text(Language::En)).unwrap();
            form.problems()[0].words.replace(['\u{2068}', '\u{2069}'], "")
        };
        assert_eq!(told(Fields::default().with("title", " "), title()), "This is needed.");
        let long = Fields::default().with("title", "x".repeat(300));
        assert_eq!(told(long, title()), "Is not 1 to 200 characters on one line.");
        let secret =
            || invalid("/secret", "is missing; another endpoint, or another way to sign in, needs it again");
        assert!(told(Fields::default().with("secret", ""), secret()).contains("another endpoint"));
        // Of what is no field of the form nobody can say that it was left empty.
        assert_ne!(told(Fields::default(), title()), "This is needed.");
    }

    #[test]
    fn reasons_without_a_form_speak_no_pointers() {
        let refusal = invalid("/category", "names the category 9, which this course does not have");
        for language in [Language::En, Language::Ar] {
            let problem = words_of(&refusal, Text(language));
            assert!(!problem.words.contains('/') && problem.english.is_empty(), "{problem:?}");
        }
    }
}
