//! JSON that clients send: first whether it is JSON at all, then whether it is what is asked for, to the letter and with the
//! place of what is wrong. By itself serde takes a list for an object whose fields it holds in their order, and an object for
//! the name of a choice.

use std::borrow::Cow;
use std::fmt;
use std::vec;

use serde::Deserialize;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// A value as it came. Texts without escapes are not copied, so it costs less than what serde keeps to look for a tag; it is at
/// most some thirty times as large as its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number from nought on.
    Unsigned(u64),
    /// One below nought.
    Signed(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Self>),
    /// An object, in the order in which it came.
    Object(Vec<(Cow<'a, str>, Self)>),
}

/// Names and positions, the outermost first, as a JSON pointer (RFC 6901).
pub fn pointer(steps: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    steps
        .into_iter()
        .fold(String::new(), |place, step| place + "/" + &step.as_ref().replace('~', "~0").replace('/', "~1"))
}

/// Why a value is not what is asked for, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Names and positions, the innermost first.
    steps: Vec<String>,
    /// What is wrong there.
    pub problem: String,
}

impl Wrong {
    fn under(mut self, step: impl fmt::Display) -> Self {
        self.steps.push(step.to_string());
        self
    }

    /// The place, as a JSON pointer.
    pub fn pointer(&self) -> String {
        pointer(self.steps.iter().rev())
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self { steps: Vec::new(), problem: problem.to_string() }
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn de::Expected) -> Self {
        let wanted = words(wanted);
        match found {
            // The word of JSON, not of Rust.
            Unexpected::Unit => Self::custom(format_args!("invalid type: null, expected {wanted}")),
            found => Self::custom(format_args!("invalid type: {found}, expected {wanted}")),
        }
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn de::Expected) -> Self {
        Self::custom(format_args!("invalid value: {found}, expected {}", words(wanted)))
    }

    // A field is at its own place also where it is not there, or twice.
    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("missing field `{field}`")).under(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom(format_args!("duplicate field `{field}`")).under(field)
    }
}

/// What is wanted, in words: serde names numbers and objects by their type in Rust.
fn words(wanted: &dyn de::Expected) -> String {
    let within = |least: i64, most: i64| format!("a whole number from {least} to {most}");
    let wanted = wanted.to_string();
    match wanted.as_str() {
        "u8" => within(0, u8::MAX.into()),
        "u16" => within(0, u16::MAX.into()),
        "u32" => within(0, u32::MAX.into()),
        "i8" => within(i8::MIN.into(), i8::MAX.into()),
        "i16" => within(i16::MIN.into(), i16::MAX.into()),
        "i32" => within(i32::MIN.into(), i32::MAX.into()),
        "u64" | "u128" | "usize" => "a whole number from 0 on".to_owned(),
        "i64" | "i128" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        _ if wanted.starts_with("struct ") => "an object".to_owned(),
        _ => wanted,
    }
}

/// For a field that may be `null` but not be left out, which says something else by mistake: serde takes an option that is left out
/// for `null`. Such a field has no default.
pub(crate) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// For a field of which "absent" and `null` say different things, with `default`: `Some(None)` is `null`.
#[expect(clippy::option_option, reason = "absent, null and a value are three things")]
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The name of a field, which is mostly not copied.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        Json::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Signed(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Float(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some((Name(name), value)) = members.next_entry()? {
            object.push((name, value));
        }
        Ok(Json::Object(object))
    }
}

impl Json<'_> {
    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Signed(value) => Unexpected::Signed(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(text) => Unexpected::Str(text),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        }
    }
}

/// One of some names.
struct OneOf(&'static [&'static str]);

impl de::Expected for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of ")?;
        for (place, name) in self.0.iter().enumerate() {
            write!(f, "{}`{name}`", if place > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl<'de> Deserializer<'de> for Json<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Self::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Self::List(items) => {
                let mut items = Items { rest: items.into_iter(), at: 0 };
                let value = visitor.visit_seq(&mut items)?;
                match items.rest.len() {
                    0 => Ok(value),
                    more => {
                        Err(Wrong::custom(format_args!("has {} entries, not {}", items.at + more, items.at)))
                    }
                }
            }
            Self::Object(members) => {
                let mut members = Members { rest: members.into_iter(), taken: None };
                let value = visitor.visit_map(&mut members)?;
                match members.rest.next() {
                    None => Ok(value),
                    Some((name, _)) => Err(Wrong::custom("is not known here").under(name)),
                }
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self == Self::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    /// The first of the fields is handed out first, wherever it came: it may be what tells how to read the others.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self {
            Self::List(_) => Err(Wrong::custom("is a list, not an object")),
            Self::Object(mut members) => {
                let first =
                    members.iter().position(|(name, _)| fields.first().is_some_and(|first| name == first));
                if let Some(before) = first.and_then(|first| members.get_mut(..=first)) {
                    before.rotate_right(1);
                }
                Self::Object(members).deserialize_any(visitor)
            }
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self {
            Self::Text(_) => self.deserialize_any(visitor),
            // A number would do for the place of a name.
            other => Err(Wrong::invalid_type(other.unexpected(), &visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self {
            Self::Text(name) => visitor.visit_enum(Choice { name, value: None }),
            Self::Object(mut members) => match (members.pop(), members.len()) {
                (Some((name, value)), 0) => visitor.visit_enum(Choice { name, value: Some(value) }),
                (last, others) => {
                    let count = others + usize::from(last.is_some());
                    Err(Wrong::custom(format_args!("has {count} members; it has exactly one, its choice")))
                }
            },
            other => Err(Wrong::invalid_type(other.unexpected(), &OneOf(variants))),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map
    }
}

struct Items<'de> {
    rest: vec::IntoIter<Json<'de>>,
    at: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some(item) = self.rest.next() else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        seed.deserialize(item).map(Some).map_err(|wrong| wrong.under(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Members<'de> {
    rest: vec::IntoIter<(Cow<'de, str>, Json<'de>)>,
    /// Its name was asked for, its value not yet.
    taken: Option<(Cow<'de, str>, Json<'de>)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        self.taken = self.rest.next();
        let Some((name, _)) = &self.taken else { return Ok(None) };
        seed.deserialize(Json::Text(name.clone())).map(Some).map_err(|wrong| wrong.under(name))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Wrong> {
        let (name, value) = self.taken.take().ok_or_else(|| Wrong::custom("a value was asked for twice"))?;
        seed.deserialize(value).map_err(|wrong| wrong.under(name))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A choice by its name: alone, or the only member of an object.
struct Choice<'de> {
    name: Cow<'de, str>,
    value: Option<Json<'de>>,
}

impl<'de> Choice<'de> {
    fn with<T>(self, read: impl FnOnce(Json<'de>) -> Result<T, Wrong>) -> Result<T, Wrong> {
        match self.value {
            Some(value) => read(value).map_err(|wrong| wrong.under(self.name)),
            None => Err(Wrong::custom("is the name of a choice alone, not an object with it")),
        }
    }
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Wrong> {
        let chosen = seed.deserialize(Json::Text(self.name.clone()))?;
        Ok((chosen, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        match self.value {
            None => Ok(()),
            Some(_) => Err(Wrong::custom("is an object, not the name of a choice alone")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Wrong> {
        self.with(|value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.with(|value| value.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.with(|value| value.deserialize_struct("", fields, visitor))
    }
}

/// Declares an enum that a tag among its fields tells apart, as `#[serde(tag = "..")]` does. What serde derives for that keeps
/// all of the object until it has the tag, and reads the kept: nobody can say then where inside something is wrong, and
/// every save of an answer is read twice. This reads the tag first and then the fields as they come.
macro_rules! tagged {
    ($tag:tt; $(#[$($attribute:tt)*])* pub enum $name:ident $body:tt) => {
        $(#[$($attribute)*])*
        #[serde(tag = $tag, rename_all = "snake_case", deny_unknown_fields)]
        pub enum $name $body

        const _: () = {
            type Told = $name;

            // The same fields, for what reads one whose choice is known. (The schema is for the attributes that it has.)
            #[derive(serde::Deserialize)]
            #[cfg_attr(test, derive(utoipa::ToSchema))]
            #[serde(remote = "Told", rename_all = "snake_case", deny_unknown_fields)]
            enum Untagged $body

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Untagged::deserialize($crate::json::Tagged { deserializer, tag: &[$tag] })
                }
            }
        };
    };
}
pub(crate) use tagged;

/// Reads an enum by a tag among its fields; of no use for anything else.
pub(crate) struct Tagged<D> {
    pub(crate) deserializer: D,
    pub(crate) tag: &'static [&'static str; 1],
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tagged<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        Err(D::Error::custom("only choices have a tag"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_struct(name, self.tag, ByTag { tag: self.tag, visitor })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct ByTag<V> {
    tag: &'static [&'static str; 1],
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ByTag<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [tag] = self.tag;
        write!(f, "an object with `{tag}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<V::Value, A::Error> {
        let [tag] = *self.tag;
        let Some(Name(mut name)) = fields.next_key()? else { return Err(A::Error::missing_field(tag)) };
        if name == tag {
            return self.visitor.visit_enum(Fields(fields));
        }
        // A body of a request has its tag in front, or none. Others are kept until it comes.
        let mut kept = Vec::new();
        loop {
            kept.push((name, fields.next_value()?));
            match fields.next_key()? {
                Some(Name(next)) => name = next,
                None if kept.iter().any(|(name, _)| name == tag) => break,
                None => return Err(A::Error::missing_field(tag)),
            }
        }
        Json::Object(kept).deserialize_struct("", self.tag, self).map_err(A::Error::custom)
    }
}

/// The fields of a choice, its tag first.
struct Fields<A>(A);

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Fields<A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<(T::Value, Self), A::Error> {
        let chosen = self.0.next_value_seed(seed)?;
        Ok((chosen, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        self.0.next_key::<Unknown>().map(|_| ())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, A::Error> {
        Err(A::Error::custom("a choice with a tag has named fields"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("a choice with a tag has named fields"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }
}

/// A field where none may be.
struct Unknown;

impl<'de> Deserialize<'de> for Unknown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Name(name) = Name::deserialize(deserializer)?;
        Err(D::Error::unknown_field(&name, &[]))
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Dark,
        Of(u8),
        Mixed { red: u8 },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Erasable {
        #[serde(deserialize_with = "nullable")]
        points: Option<u8>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Paper {
        name: String,
        #[serde(default)]
        size: Option<(u8, u8)>,
        #[serde(default)]
        colours: Vec<Colour>,
        #[serde(default)]
        inside: Option<Box<Paper>>,
    }

    tagged! { "type";
        #[derive(Debug, PartialEq, Serialize, utoipa::ToSchema)]
        pub enum Shape {
            /// A point.
            Point,
            /// A circle.
            Circle {
                /// How wide.
                radius: u8,
                /// How often.
                #[serde(default)]
                times: Option<u8>,
            },
            /// Several.
            Group {
                /// Which.
                shapes: Vec<Shape>,
            },
        }
    }

    fn read<T: DeserializeOwned>(text: &str) -> Result<T, (String, String)> {
        let json: Json<'_> = serde_json::from_str(text).unwrap();
        T::deserialize(json).map_err(|wrong| (wrong.pointer(), wrong.problem))
    }

    #[track_caller]
    fn refuses<T: DeserializeOwned + fmt::Debug>(text: &str, at: &str, problem: &str) {
        assert_eq!(read::<T>(text).unwrap_err(), (at.to_owned(), problem.to_owned()), "{text}");
    }

    #[test]
    fn what_is_asked_for_is_read() {
        let text = r#"{"colours": ["dark", {"of": 3}, {"mixed": {"red": 1}}], "name": "a\nb", "size": [1, 2],
            "inside": {"name": "c", "size": null}}"#;
        let inside = Paper { name: "c".to_owned(), size: None, colours: Vec::new(), inside: None };
        let paper = Paper {
            name: "a\nb".to_owned(),
            size: Some((1, 2)),
            colours: vec![Colour::Dark, Colour::Of(3), Colour::Mixed { red: 1 }],
            inside: Some(Box::new(inside)),
        };
        assert_eq!(read(text), Ok(paper));
        let same: serde_json::Value = read(text).unwrap();
        assert_eq!(same, serde_json::from_str::<serde_json::Value>(text).unwrap());
    }

    #[test]
    fn what_is_not_is_refused_with_its_place() {
        refuses::<Paper>("[]", "", "is a list, not an object");
        refuses::<Paper>(r#"{"name":"a","inside":["b"]}"#, "/inside", "is a list, not an object");
        refuses::<Paper>(r#"{"name":null}"#, "/name", "invalid type: null, expected a string");
        refuses::<Paper>(r#"{"size":[1,2]}"#, "/name", "missing field `name`");
        refuses::<Paper>(r#"{"name":"a","inside":{}}"#, "/inside/name", "missing field `name`");
        refuses::<Paper>(
            r#"{"name":"a","inside":1}"#,
            "/inside",
            "invalid type: integer `1`, expected an object",
        );
        refuses::<Paper>("\"a\"", "", "invalid type: string \"a\", expected an object");
        let mixed = r#"{"name":"a","colours":[{"mixed":{}}]}"#;
        refuses::<Paper>(mixed, "/colours/0/mixed/red", "missing field `red`");
        refuses::<Paper>(r#"{"size":[1,2,3]}"#, "/size", "has 3 entries, not 2");
        let byte = "expected a whole number from 0 to 255";
        let large = format!("invalid value: integer `256`, {byte}");
        refuses::<Paper>(r#"{"size":[1,256]}"#, "/size/1", &large);
        refuses::<Paper>(r#"{"size":[-1,2]}"#, "/size/0", &format!("invalid value: integer `-1`, {byte}"));
        let broken = format!("invalid type: floating point `1.5`, {byte}");
        refuses::<Paper>(r#"{"size":[1.5,2]}"#, "/size/0", &broken);
        refuses::<u64>("-1", "", "invalid value: integer `-1`, expected a whole number from 0 on");
        refuses::<i64>("0.5", "", "invalid type: floating point `0.5`, expected a whole number");
        refuses::<f64>("true", "", "invalid type: boolean `true`, expected a number");
        let fields = "expected one of `name`, `size`, `colours`, `inside`";
        refuses::<Paper>(r#"{"a/b":1}"#, "/a~1b", &format!("unknown field `a/b`, {fields}"));
        refuses::<Paper>(r#"{"name":"a","name":"b"}"#, "/name", "duplicate field `name`");
        for (colour, problem) in [
            ("5", "invalid type: integer `5`, expected one of `dark`, `of`, `mixed`"),
            ("null", "invalid type: null, expected one of `dark`, `of`, `mixed`"),
            ("[]", "invalid type: sequence, expected one of `dark`, `of`, `mixed`"),
            ("{}", "has 0 members; it has exactly one, its choice"),
            (r#"{"of":1,"x":2}"#, "has 2 members; it has exactly one, its choice"),
            (r#""light""#, "unknown variant `light`, expected one of `dark`, `of`, `mixed`"),
            (r#"{"dark":null}"#, "is an object, not the name of a choice alone"),
            (r#""of""#, "is the name of a choice alone, not an object with it"),
        ] {
            refuses::<Paper>(
                &format!(r#"{{"name":"a","colours":["dark",{colour}]}}"#),
                "/colours/1",
                problem,
            );
        }
        let in_list = r#"{"name":"a","colours":[{"mixed":[1]}]}"#;
        refuses::<Paper>(in_list, "/colours/0/mixed", "is a list, not an object");
    }

    #[test]
    fn what_may_be_null_need_not_be_what_may_be_absent() {
        assert_eq!(read(r#"{"points":null}"#), Ok(Erasable { points: None }));
        assert_eq!(read(r#"{"points":3}"#), Ok(Erasable { points: Some(3) }));
        refuses::<Erasable>("{}", "/points", "missing field `points`");
    }

    #[test]
    fn a_tag_is_read_wherever_it_stands_and_what_is_wrong_beside_it_has_its_place() {
        let texts = [
            r#"{"type":"group","shapes":[{"type":"point"},{"type":"circle","radius":2}]}"#,
            r#"{"shapes":[{"type":"point"},{"radius":2,"times":null,"type":"circle"}],"type":"group"}"#,
        ];
        let shapes = vec![Shape::Point, Shape::Circle { radius: 2, times: None }];
        let group = Shape::Group { shapes };
        for text in texts {
            assert_eq!(read::<Shape>(text).as_ref(), Ok(&group));
            // Whatever reads it.
            assert_eq!(&serde_json::from_str::<Shape>(text).unwrap(), &group);
            assert_eq!(
                &serde_json::from_value::<Shape>(serde_json::from_str(text).unwrap()).unwrap(),
                &group
            );
        }
        let written =
            r#"{"type":"group","shapes":[{"type":"point"},{"type":"circle","radius":2,"times":null}]}"#;
        assert_eq!(serde_json::to_string(&group).unwrap(), written);
        let wide =
            r#"{"shapes":[{"radius":2,"type":"circle"},{"radius":"wide","type":"circle"}],"type":"group"}"#;
        refuses::<Shape>(
            wide,
            "/shapes/1/radius",
            "invalid type: string \"wide\", expected a whole number from 0 to 255",
        );
        assert!(serde_json::from_str::<Shape>(wide).is_err());
        let names = "expected one of `point`, `circle`, `group`";
        refuses::<Shape>(r#"{"type":"square"}"#, "/type", &format!("unknown variant `square`, {names}"));
        refuses::<Shape>(r#"{"type":1}"#, "/type", "invalid type: integer `1`, expected variant identifier");
        refuses::<Shape>(r#"{"radius":1}"#, "/type", "missing field `type`");
        refuses::<Shape>("{}", "/type", "missing field `type`");
        refuses::<Shape>(r#"{"type":"circle"}"#, "/radius", "missing field `radius`");
        refuses::<Shape>(r#"{"x":1,"type":"point"}"#, "/x", "unknown field `x`, there are no fields");
        let twice = "unknown field `type`, expected `radius` or `times`";
        refuses::<Shape>(r#"{"type":"circle","type":"point"}"#, "/type", twice);
        refuses::<Shape>(r#"["circle",1]"#, "", "is a list, not an object");
        refuses::<Shape>(r#""point""#, "", "invalid type: string \"point\", expected an object with `type`");
    }
}
