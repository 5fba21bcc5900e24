//! The catalogue of messages: everything that a page says, in every language, compiled in.
//!
//! A file per area, `locales/LANGUAGE/AREA.ftl` (Fluent); its keys begin with the area's name. What is put into a message
//! is isolated (U+2068, U+2069), so that a name in one script does not turn a sentence in another one around.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::domain::preferences::Language;
use crate::wanted::wanted;

macro_rules! catalogue {
    ($($area:literal)+) => {
        /// Area, English, Arabic.
        const AREAS: &[(&str, &str, &str)] = &[$((
            $area,
            include_str!(concat!("locales/en/", $area, ".ftl")),
            include_str!(concat!("locales/ar/", $area, ".ftl")),
        ),)+];
    };
}

catalogue! {
    "admin"
    "account"
    "activation"
    "app"
    "bank"
    "build"
    "confirm"
    "course"
    "error"
    "exam"
    "form"
    "grade"
    "gradebook"
    "grading"
    "home"
    "live"
    "marking"
    "page"
    "people"
    "quiz"
    "quizzes"
    "records"
    "regrade"
    "permission"
    "said"
    "setup"
    "signin"
    "statistics"
    "time"
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En));
static ARABIC: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Ar));

fn source(language: Language, area: &(&'static str, &'static str, &'static str)) -> &'static str {
    match language {
        Language::En => area.1,
        Language::Ar => area.2,
    }
}

/// What is wrong in a catalogue is left out, logged, and found by the tests.
fn bundle(language: Language) -> Bundle {
    let tag = language.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => {
            Some(grouped(&number.options.currency.clone().map_or_else(|| number.as_string(), Cow::Owned)))
        }
        _ => None,
    }));
    for area in AREAS {
        let resource = match FluentResource::try_new(source(language, area).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(area = area.0, ?errors, "a catalogue has mistakes");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(area = area.0, ?errors, "a message is there twice");
        }
    }
    bundle
}

/// A number that has the plural form of this one in Arabic, and is written as this one. The rules of the language ask for the last
/// two digits of a whole number; the library asks them of all its digits, and of what is not whole. What is written stands in an
/// option that nothing else here has: we have no money.
fn arabic_plural(number: FluentNumber) -> FluentNumber {
    let last = number.value.abs() % 100.0;
    let alike = match number.value.abs() {
        // The plural that is of no number in particular.
        value if value.fract() > 0.0 => 100.0,
        value if value > 100.0 && last >= 3.0 => last,
        _ => return number,
    };
    let mut options = number.options.clone();
    options.currency = Some(number.as_string().into_owned());
    options.minimum_fraction_digits = None;
    FluentNumber::new(alike, options)
}

/// Five digits and more in groups of three. All our languages write numbers to people in European digits with a comma, as
/// forms take them.
fn grouped(digits: &str) -> String {
    let (sign, rest) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    if whole.len() < 5 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut out = sign.to_owned();
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// What can be put into a message.
pub trait ToArg {
    /// As Fluent takes it.
    fn to_arg(&self) -> FluentValue<'_>;
}

macro_rules! numbers {
    ($($kind:ty)+) => {$(
        impl ToArg for $kind {
            fn to_arg(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )+};
}

numbers!(u8 u16 u32 u64 usize i32 i64);

impl ToArg for str {
    fn to_arg(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl ToArg for String {
    fn to_arg(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl ToArg for Cow<'_, str> {
    fn to_arg(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_ref())
    }
}

impl ToArg for crate::domain::decimal::Decimal {
    fn to_arg(&self) -> FluentValue<'_> {
        // As a number, so that a message can say "1 point"; written with as many places as it has.
        let text = self.to_string();
        text.parse().map_or_else(|_| FluentValue::from(text.clone()), FluentValue::Number)
    }
}

impl<T: ToArg + ?Sized> ToArg for &T {
    fn to_arg(&self) -> FluentValue<'_> {
        (*self).to_arg()
    }
}

/// The catalogue in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(pub Language);

impl Text {
    fn bundle(self) -> &'static Bundle {
        match self.0 {
            Language::En => &ENGLISH,
            Language::Ar => &ARABIC,
        }
    }

    /// A message without variables.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return self.missing(key).into();
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, None, &mut errors);
        self.complain(key, &errors);
        text
    }

    /// A message whose key is a beginning that ends in a dash, and a name that the code knows.
    pub fn t_of(self, beginning: &str, name: &str) -> Cow<'static, str> {
        self.t(&format!("{beginning}{name}"))
    }

    /// [`Text::t_of`] when there is such a message.
    pub fn find_of(self, beginning: &str, name: &str) -> Option<Cow<'static, str>> {
        let key = format!("{beginning}{name}");
        is_known(&key).then(|| self.t(&key))
    }

    /// A message with one variable.
    pub fn t1(self, key: &str, name: &str, value: impl ToArg) -> String {
        self.with(key, &[(name, &value)])
    }

    /// A message with two variables.
    pub fn t2(self, key: &str, name: &str, value: impl ToArg, name2: &str, value2: impl ToArg) -> String {
        self.with(key, &[(name, &value), (name2, &value2)])
    }

    /// A message with any number of variables.
    pub fn with(self, key: &str, args: &[(&str, &dyn ToArg)]) -> String {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            fluent.set(
                *name,
                match (self.0, value.to_arg()) {
                    (Language::Ar, FluentValue::Number(number)) => arabic_plural(number).into(),
                    (_, value) => value,
                },
            );
        }
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return self.missing(key);
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned();
        self.complain(key, &errors);
        text
    }

    #[cold]
    fn missing(self, key: &str) -> String {
        tracing::error!(key, language = self.0.code(), "a message is missing");
        // Tests find it: of a key whose end is a name that code knows nothing else does.
        debug_assert!(false, "the message {key} is missing");
        key.to_owned()
    }

    fn complain(self, key: &str, errors: &[fluent_bundle::FluentError]) {
        if !errors.is_empty() {
            tracing::error!(key, language = self.0.code(), ?errors, "a message lacks a variable");
            debug_assert!(false, "the message {key} lacks a variable: {errors:?}");
        }
    }
}

/// Is there a message with this key?
pub fn is_known(key: &str) -> bool {
    ENGLISH.has_message(key)
}

/// The language of an `Accept-Language` header: the one of ours that is wanted most.
pub fn accepted(header: &str) -> Option<Language> {
    let known = wanted(header).filter(|(_, quality)| *quality > 0.0);
    let known = known.filter_map(|(tag, quality)| Some((quality, Language::parse(tag)?)));
    // The first of equals wins.
    known.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use fluent_bundle::FluentResource;

    use super::*;

    /// Key to the text of its message, as it stands in the catalogue.
    fn texts(language: Language) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for area in AREAS {
            let text = source(language, area);
            FluentResource::try_new(text.to_owned())
                .unwrap_or_else(|(_, errors)| panic!("{}/{}.ftl: {errors:?}", language.code(), area.0));
            let mut key = String::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    key = line.split('=').next().unwrap().trim().to_owned();
                    assert!(key.starts_with(&format!("{}-", area.0)), "{key} stands in {}.ftl", area.0);
                    assert!(found.insert(key.clone(), String::new()).is_none(), "{key} is there twice");
                }
                if let Some(text) = found.get_mut(&key) {
                    text.push_str(line.strip_prefix(&key).unwrap_or(line));
                    text.push('\n');
                }
            }
        }
        found
    }

    /// Key to the variables that its message has.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let variables = |text: &str| {
            let named = text.split('$').skip(1);
            let end =
                |part: &str| part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
            named.map(|part| part[..end(part)].to_owned()).collect()
        };
        texts(language).into_iter().map(|(key, text)| (key, variables(&text))).collect()
    }

    #[test]
    fn every_language_has_every_message_with_the_same_variables() {
        let english = messages(Language::En);
        for language in Language::ALL {
            let other = messages(*language);
            for (key, variables) in &english {
                assert_eq!(other.get(key), Some(variables), "{key} in {}", language.code());
            }
            let more: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
            assert!(more.is_empty(), "only in {}: {more:?}", language.code());
        }
    }

    #[test]
    fn whoever_counts_counts_in_every_plural_of_the_language() {
        let mut wrong = Vec::new();
        for (language, plurals) in [
            (Language::En, &["[one]", "*[other]"][..]),
            (Language::Ar, &["[zero]", "[one]", "[two]", "[few]", "[many]", "*[other]"][..]),
        ] {
            for area in AREAS {
                for part in source(language, area).split("->").skip(1) {
                    let forms = part.split("\n    }").next().unwrap_or(part);
                    let counts = ["[zero]", "[one]", "[two]", "[few]", "[many]"];
                    let counts = counts.iter().any(|form| forms.contains(form));
                    if counts && !plurals.iter().all(|form| forms.contains(form)) {
                        wrong.push(format!("{}/{}.ftl:{forms}", language.code(), area.0));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "plurals are missing:\n{}", wrong.join("\n"));
        let said = |count: u64| Text(Language::En).t2("admin-given-back", "extended", count, "reopened", 2);
        let plain = |said: String| said.replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(plain(said(1)), "More time: 1 attempt. Running again: 2 attempts.");
        let arabic = |count: u64| plain(Text(Language::Ar).t1("admin-job-unit-attempts", "count", count));
        let said: Vec<String> = [0, 1, 2, 3, 11, 100].map(arabic).into();
        assert_eq!(said, ["لا محاولات", "محاولة واحدة", "محاولتان", "3 محاولات", "11 محاولة", "100 محاولة"]);
        // Seats tell all six forms apart.
        let seats = |count: &dyn ToArg| {
            plain(Text(Language::Ar).with("course-capacity", &[("count", count)]))
                .trim_end_matches('.')
                .to_owned()
        };
        for (count, form) in [
            (0_u64, "مقعد"),
            (3, "مقاعد"),
            (10, "مقاعد"),
            (11, "مقعدًا"),
            (99, "مقعدًا"),
            (100, "مقعد"),
            (101, "مقعد"),
            (102, "مقعد"),
            (103, "مقاعد"),
            (110, "مقاعد"),
            (118, "مقعدًا"),
            (200, "مقعد"),
            (202, "مقعد"),
            (203, "مقاعد"),
            (211, "مقعدًا"),
            (12_345, "مقعدًا"),
        ] {
            let written = if count == 12_345 { "12,345".to_owned() } else { count.to_string() };
            assert_eq!(seats(&count), format!("{written} {form}"));
        }
        assert_eq!([seats(&1_u64), seats(&2_u64)], ["مقعد واحد", "مقعدان"]);
        let decimal = |text: &str| text.parse::<crate::domain::decimal::Decimal>().unwrap();
        assert_eq!(seats(&decimal("3.5")), "3.5 مقعد");
        assert_eq!(seats(&decimal("103")), "103 مقاعد");
        assert_eq!(seats(&decimal("20103.25")), "20,103.25 مقعد");
    }

    #[test]
    fn one_thing_has_one_name() {
        // What is numbered as a question changes; a copy of something is another word.
        let (version, copy) = ("إصدار", "نسخ");
        let (english, arabic) = (texts(Language::En), texts(Language::Ar));
        for (key, words) in &english {
            assert!(!words.contains("Given name"), "{key}: it is called first name elsewhere");
            let other = &arabic[key];
            if words.to_lowercase().contains("version") {
                assert!(!other.contains(copy), "{key}: {other}");
            } else if other.contains(version) {
                panic!("{key}: {other}, but {words}");
            }
        }
    }

    /// What stands in quotes in code, and between braces in templates.
    fn quoted(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                quoted(&path, found);
                continue;
            }
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let code = match ending {
                "rs" => text,
                "html" => text
                    .split("{{")
                    .skip(1)
                    .map(|part| part.split("}}").next().unwrap())
                    .chain(text.split("{%").skip(1).map(|part| part.split("%}").next().unwrap()))
                    .collect::<Vec<_>>()
                    .join("\n"),
                _ => continue,
            };
            found.extend(code.split('"').map(str::to_owned));
        }
    }

    #[test]
    fn every_message_that_is_named_exists_and_every_one_that_exists_is_named() {
        let mut named = BTreeSet::new();
        quoted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"), &mut named);
        let english = messages(Language::En);
        let is_key = |text: &str| {
            text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && AREAS
                    .iter()
                    .any(|area| text.strip_prefix(area.0).is_some_and(|rest| rest.starts_with('-')))
        };
        let keys: Vec<&String> = named.iter().filter(|text| is_key(text)).collect();
        // A key that ends with a dash is the beginning of several, which code completes.
        let prefixes: Vec<&String> = keys.iter().copied().filter(|key| key.ends_with('-')).collect();
        let missing: Vec<_> =
            keys.iter().filter(|key| !key.ends_with('-') && !english.contains_key(**key)).collect();
        assert!(missing.is_empty(), "named but not in the catalogue: {missing:?}");
        let idle: Vec<_> = english
            .keys()
            .filter(|key| !named.contains(*key) && !prefixes.iter().any(|p| key.starts_with(p.as_str())))
            .collect();
        assert!(idle.is_empty(), "in the catalogue but nowhere named: {idle:?}");
    }

    #[test]
    fn everything_that_a_list_of_the_rules_holds_has_its_words() {
        use crate::domain::access::Permission;
        use crate::domain::bank::QuestionType;
        use crate::domain::job::JobKind;

        let dashed = |name: &str| name.replace('_', "-");
        let kinds = QuestionType::ALL.map(QuestionType::name);
        let jobs = JobKind::ALL.map(JobKind::name);
        let rights: Vec<String> = Permission::ALL.iter().map(|right| dashed(right.name())).collect();
        let keys =
            (kinds.iter().flat_map(|kind| [format!("bank-kind-{kind}"), format!("bank-about-{kind}")]))
                .chain(jobs.iter().map(|job| format!("admin-job-kind-{job}")))
                .chain(rights.iter().map(|right| format!("permission-{right}")));
        let missing: Vec<String> = keys.filter(|key| !is_known(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_refusal_that_has_words_is_one_that_there_is() {
        let codes: Vec<String> = crate::http::codes::all()
            .iter()
            .map(|view| format!("error-code-{}", view.code.replace('_', "-")))
            .collect();
        let english = messages(Language::En);
        let unknown: Vec<_> =
            english.keys().filter(|key| key.starts_with("error-code-") && !codes.contains(key)).collect();
        assert!(unknown.is_empty(), "no code has these names: {unknown:?}");
    }

    #[test]
    fn a_name_in_another_script_is_isolated_and_large_numbers_are_grouped() {
        assert_eq!(grouped("1234567.5"), "1,234,567.5");
        assert_eq!(grouped("2026"), "2026");
        assert_eq!(accepted("fr;q=0.9, ar-EG;q=0.8, en;q=0.7"), Some(Language::Ar));
        assert_eq!(accepted("tlh, en;q=0"), None);
        let said = Text(Language::En).t1("home-hello", "name", "أدا");
        assert!(said.contains("\u{2068}أدا\u{2069}"), "{said}");
    }
}
