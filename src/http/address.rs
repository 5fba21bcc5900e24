//! What an address says: the parameters of a query and the parts of a path. Everything that is wrong with a query is told at
//! once, by name, with what was found and what would be right.

use std::cell::Cell;
use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::error::PathError;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::domain::refusal::{Code, FieldError, INVALID_FIELD, Kind, NOT_FOUND, Refusal, invalid};

/// Somebody asks for what there is not, in a way that would be passed over in silence.
pub const UNKNOWN_PARAMETER: Code = Code::new(
    "unknown_parameter",
    Kind::Malformed,
    "The query has a parameter that this address does not take, perhaps a misspelt one; `errors` says which it takes.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[UNKNOWN_PARAMETER];

/// Faults of a query that are told together: more than any address has parameters.
const MAX_FAULTS: usize = 20;
/// So much of a value is repeated to who sent it.
const SHOWN_CHARS: usize = 40;

/// The parameters of a query, each of which is known and there once at most.
#[derive(Debug)]
pub struct Query<T>(T);

impl<T> Query<T> {
    /// The parameters.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A request whose query has its reader.
struct IsRead;

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.query_string();
        if !text.is_empty() {
            request.extensions_mut().insert(IsRead);
        }
        ready(read(text).map(Self))
    }
}

/// Refuses a query that nothing of a handler has read.
pub(super) fn refuse_unread(request: &HttpRequest) -> Result<(), Refusal> {
    let text = request.query_string();
    if text.is_empty() || request.extensions().contains::<IsRead>() {
        return Ok(());
    }
    let faults = pairs(text).map_err(unreadable)?.into_iter().take(MAX_FAULTS);
    let faults: Vec<_> = faults.map(|(name, _)| Fault::new(&name, &Wrong::unknown(&[]))).collect();
    if faults.is_empty() { Ok(()) } else { Err(refusal(faults)) }
}

/// Names and values, as a query or a form has them; or why they cannot be read.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let read = web::Query::<Vec<(String, String)>>::from_query(text);
    read.map(web::Query::into_inner).map_err(|error| error.to_string())
}

fn unreadable(problem: String) -> Refusal {
    invalid("?", problem)
}

/// What is wrong with a parameter.
struct Fault {
    field: FieldError,
    unknown: bool,
}

impl Fault {
    fn new(name: &str, wrong: &Wrong) -> Self {
        let at = format!("?{}", cut(name));
        Self { field: FieldError { at, problem: wrong.problem.clone() }, unknown: wrong.unknown }
    }
}

fn refusal(faults: Vec<Fault>) -> Refusal {
    let unknown = faults.iter().any(|fault| fault.unknown);
    let fields: Vec<_> = faults.into_iter().map(|fault| fault.field).collect();
    let said: Vec<_> = fields.iter().map(|field| format!("{} {}", field.at, field.problem)).collect();
    let code = if unknown { UNKNOWN_PARAMETER } else { INVALID_FIELD };
    Refusal { fields, ..code.refuse(said.join("; ")) }
}

/// Reads a query. What is wrong with one parameter is noted, and the rest is read without it.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let mut pairs = if text.is_empty() { Vec::new() } else { pairs(text).map_err(unreadable)? };
    let mut faults = Vec::new();
    loop {
        let at = Cell::new(None);
        match T::deserialize(Parameters { pairs: &pairs, next: 0, at: &at, known: &[] }) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(_) => return Err(refusal(faults)),
            Err(wrong) => match at.get() {
                Some(place) => faults.push(Fault::new(&pairs.remove(place).0, &wrong)),
                // One that must be there; if it was and is noted already, that is all.
                None if faults.is_empty() => return Err(invalid("?", wrong.problem)),
                None => return Err(refusal(faults)),
            },
        }
        if faults.len() == MAX_FAULTS {
            return Err(refusal(faults));
        }
    }
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// A value that was sent, as a refusal repeats it.
fn shown(value: &str) -> String {
    format!("{:?}", cut(value))
}

/// Is it a number with a sign or with noughts in front? Each number has one way to be written, so each thing has one address.
fn is_written_otherwise(value: &str) -> bool {
    let signed = ["+", "%2B", "%2b"].iter().find_map(|sign| value.strip_prefix(sign));
    let digits = signed.or_else(|| value.strip_prefix('0')).unwrap_or_default();
    // A text of more digits, a hash for example, is no number.
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u64>().is_ok()
}

/// Refuses a path of which a part is a number that is written otherwise than numbers are.
pub(super) fn refuse_other_ways<'n, 'v>(
    parts: impl IntoIterator<Item = (&'n str, &'v str)>,
) -> Result<(), Refusal> {
    match parts.into_iter().find(|(_, value)| is_written_otherwise(value)) {
        Some((name, value)) => Err(NOT_FOUND.refuse_at(format!("{{{name}}}"), no_number(value, u64::MAX))),
        None => Ok(()),
    }
}

fn no_number(value: &str, most: u64) -> String {
    // What is a number is too large.
    let is_number =
        !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) && !is_written_otherwise(value);
    let value = shown(value);
    if is_number || most < u64::from(u32::MAX) {
        format!("is {value}, not a whole number from 0 to {most}")
    } else {
        format!("is {value}, not a whole number from 0 on")
    }
}

/// Why a parameter is refused.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
struct Wrong {
    problem: String,
    unknown: bool,
}

impl Wrong {
    fn because(problem: String) -> Self {
        Self { problem, unknown: false }
    }

    fn unknown(known: &[&str]) -> Self {
        let what = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Self { problem: format!("is no parameter of this address, which takes {what}"), unknown: true }
    }
}

impl de::Error for Wrong {
    fn custom<T: std::fmt::Display>(problem: T) -> Self {
        Self::because(problem.to_string())
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::because(format!("is {}, not one of {}", shown(variant), expected.join(", ")))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::because(format!("{name} is missing"))
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::because("is there twice".to_owned())
    }
}

/// The parameters of a query as fields of a struct, which says which there are.
struct Parameters<'q> {
    pairs: &'q [(String, String)],
    next: usize,
    /// Which one is being read.
    at: &'q Cell<Option<usize>>,
    known: &'static [&'static str],
}

impl<'de> Deserializer<'de> for Parameters<'_> {
    type Error = Wrong;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_map(Self { known, ..self })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Wrong> {
        Err(de::Error::custom("can only be read into a struct, which says its parameters"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Parameters<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, _)) = self.pairs.get(self.next) else {
            self.at.set(None);
            return Ok(None);
        };
        self.at.set(Some(self.next));
        self.next += 1;
        if !self.known.contains(&name.as_str()) {
            return Err(Wrong::unknown(self.known));
        }
        let name: StrDeserializer<'_, Wrong> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let pair = self.at.get().and_then(|at| self.pairs.get(at));
        seed.deserialize(Value(pair.map_or("", |(_, value)| value)))
    }
}

/// The text of a parameter.
struct Value<'q>(&'q str);

/// Numbers of a size.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident $number:ident)+) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            let number = self.0.parse::<$number>().ok().filter(|_| !is_written_otherwise(self.0));
            let number = number.ok_or_else(|| Wrong::because(no_number(self.0, $number::MAX.into())));
            visitor.$visit(number?)
        })+
    };
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Wrong;

    numbers! {
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let read = self.0.parse();
        visitor
            .visit_bool(read.map_err(|_| Wrong::because(format!("is {}, not true or false", shown(self.0))))?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let name: StrDeserializer<'_, Wrong> = self.0.into_deserializer();
        visitor.visit_enum(name)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_str(self.0)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

/// The refusal of a path of which a part is not what has its place there. Which one, only the words of what reads paths say: its
/// text, and what it should be.
pub fn wrong_path(error: &PathError, request: &HttpRequest) -> Refusal {
    let said = error.to_string();
    let wanted = said.rsplit(' ').next().unwrap_or_default();
    let names = |value: &str| said.contains(&format!("{value:?}")) || said.contains(&format!("`{value}`"));
    let named: Vec<_> = request.match_info().iter().filter(|(_, value)| names(value)).collect();
    // Several parts may have the text. Most are read as a number of any size, so the first is meant, unless it is no such number
    // that is wanted: then the others may be right.
    let narrow = match wanted {
        "u16" => "slot",
        "u32" => "version",
        "u64" => "",
        _ => "kind",
    };
    let meant = named.iter().find(|(name, _)| *name == narrow).or(named.first());
    let Some((name, value)) = meant.copied() else {
        return NOT_FOUND.refuse(format!("the address is not of this form: {said}"));
    };
    let problem = match wanted {
        "u16" => no_number(value, u16::MAX.into()),
        "u32" => no_number(value, u32::MAX.into()),
        "u64" => no_number(value, u64::MAX),
        _ => match said.split_once(", expected ") {
            Some((_, expected)) => format!("is {}, not {}", shown(value), expected.replace('`', "")),
            None => format!("is {}, which has no place there", shown(value)),
        },
    };
    NOT_FOUND.refuse_at(format!("{{{name}}}"), problem)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::clock::Timestamp;
    use crate::domain::bank::question::QuestionType;
    use crate::domain::ids::CourseId;

    #[derive(Debug, Deserialize)]
    struct Asked {
        limit: Option<usize>,
        course: Option<CourseId>,
        #[serde(default)]
        all: bool,
        slot: Option<u16>,
        #[serde(rename = "type")]
        kind: Option<QuestionType>,
        since: Option<Timestamp>,
        name: Option<String>,
    }

    #[test]
    fn a_query_is_read() {
        let asked: Asked =
            read("limit=5&course=7&all=true&slot=3&type=essay&since=1970-01-01T00:00:01Z&name=a%20b")
                .unwrap();
        assert_eq!(
            (asked.limit, asked.course, asked.all, asked.slot),
            (Some(5), Some(CourseId(7)), true, Some(3))
        );
        assert_eq!((asked.kind, asked.since), (Some(QuestionType::Essay), Some(Timestamp::from_ms(1_000))));
        assert_eq!(asked.name.as_deref(), Some("a b"));
        let asked: Asked = read("").unwrap();
        assert_eq!((asked.limit, asked.all, asked.name), (None, false, None));
    }

    #[test]
    fn all_faults_of_a_query_are_told_by_name() {
        let told = |text: &str| {
            let refusal = read::<Asked>(text).unwrap_err();
            let fields = refusal.fields.into_iter().map(|field| format!("{} {}", field.at, field.problem));
            (refusal.code, fields.collect::<Vec<_>>())
        };
        let (code, faults) =
            told("limit=abc&name=x&all=perhaps&slot=70000&course=-1&type=poem&since=soon&limit=4&limit=5");
        assert_eq!(code, INVALID_FIELD);
        let (kind, rest): (Vec<_>, Vec<_>) = faults.into_iter().partition(|fault| fault.starts_with("?type"));
        assert!(
            kind[0].starts_with("?type is \"poem\", not one of ") && kind[0].contains("essay"),
            "{kind:?}"
        );
        assert_eq!(
            rest,
            [
                "?limit is \"abc\", not a whole number from 0 on",
                "?all is \"perhaps\", not true or false",
                "?slot is \"70000\", not a whole number from 0 to 65535",
                "?course is \"-1\", not a whole number from 0 on",
                "?since is not an RFC 3339 time with an offset, between 1970 and 9999, such as 2026-11-24T09:00:00Z",
                "?limit is there twice",
            ]
        );
        let (code, faults) = told("stauts=active&limit=x");
        assert_eq!(code, UNKNOWN_PARAMETER);
        assert_eq!(
            faults[0],
            "?stauts is no parameter of this address, which takes limit, course, all, slot, type, since, name"
        );
        assert!(faults[1].starts_with("?limit is \"x\""), "{faults:?}");
        let (_, otherwise) = told("limit=%2B5&course=007&slot=00");
        assert_eq!(
            otherwise,
            [
                "?limit is \"+5\", not a whole number from 0 on",
                "?course is \"007\", not a whole number from 0 on",
                "?slot is \"00\", not a whole number from 0 to 65535",
            ]
        );
        assert_eq!(read::<Asked>("limit=0&slot=10").unwrap().limit, Some(0));
        let (_, many) = told(&"a&".repeat(60_000));
        assert_eq!(many.len(), MAX_FAULTS, "what is told is bounded, and so is the work");
        let (_, long) = told(&format!("limit={}", "9".repeat(5_000)));
        assert!(long[0].len() < 150, "{long:?}");
    }
}
