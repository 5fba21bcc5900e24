//! Fields of a form as an input type of the API: the same types and checks as JSON, from names such as `slots/0/points`.
//!
//! A form knows only text, so numbers, booleans and "nothing" are read from it as the type asks. A type that asks for
//! nothing in particular (an enum told apart by a tag) sees only texts inside; build such a value by hand.

use std::collections::BTreeMap;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::form::{Fields, as_typed};
use super::visitor::CSRF_FIELD;
use crate::domain::refusal::{Refusal, invalid};
use crate::http::body::wrong_shape;
use crate::json;

/// Deeper than any input of the API.
const MAX_DEPTH: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Tree {
    Text(String),
    /// Parts by name. A list has its places as names.
    Parts(BTreeMap<String, Tree>),
    List(Vec<Tree>),
}

type Error = serde::de::value::Error;

impl Tree {
    fn put(&mut self, path: &[&str], value: &str) {
        let Self::Parts(parts) = self else { return };
        match path {
            [] => {}
            [last] => match last.strip_suffix("[]") {
                Some(name) => match parts.entry(name.to_owned()).or_insert_with(|| Self::List(Vec::new())) {
                    // An empty one only says that there is a list.
                    Self::List(list) if !value.is_empty() => list.push(Self::Text(value.to_owned())),
                    _ => {}
                },
                None => drop(parts.insert((*last).to_owned(), Self::Text(value.to_owned()))),
            },
            [first, rest @ ..] => {
                parts
                    .entry((*first).to_owned())
                    .or_insert_with(|| Self::Parts(BTreeMap::new()))
                    .put(rest, value);
            }
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// Reads an input; errors name the field.
pub(super) fn read<T: DeserializeOwned>(fields: &Fields) -> Result<T, Refusal> {
    let mut tree = Tree::Parts(BTreeMap::new());
    for (name, value) in fields.iter().filter(|(name, _)| *name != CSRF_FIELD) {
        let path: Vec<&str> = name.split('/').collect();
        if path.len() > MAX_DEPTH {
            return Err(invalid("body", "has a field whose name has too many parts"));
        }
        tree.put(&path, value);
    }
    serde_path_to_error::deserialize(tree).map_err(|error| {
        let place = pointer(error.path());
        wrong_shape(place, error.into_inner().to_string())
    })
}

/// The JSON pointer of a path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    json::pointer(path.iter().map(|segment| match segment {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } => key.clone(),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => "?".to_owned(),
    }))
}

impl IntoDeserializer<'_, Error> for Tree {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $kind:ty)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let Self::Text(text) = self else { return self.deserialize_any(visitor) };
            match as_typed(&text).parse::<$kind>() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(Error::custom("is not a number that fits here")),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            Self::Parts(parts) => visitor.visit_map(MapDeserializer::new(parts.into_iter())),
            Self::List(list) => visitor.visit_seq(SeqDeserializer::new(list.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_nothing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self {
            Self::Text(text) => match text.as_str() {
                "true" | "on" => visitor.visit_bool(true),
                "false" | "" => visitor.visit_bool(false),
                _ => Err(Error::custom("is neither true nor false")),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Parts(parts) => {
                // In the order of their numbers, not of their letters; a gap closes.
                let mut places: Vec<(usize, Self)> = parts
                    .into_iter()
                    .map(|(name, part)| name.parse().map(|place| (place, part)))
                    .collect::<Result<_, _>>()
                    .map_err(|_| Error::custom("is not a list"))?;
                places.sort_by_key(|(place, _)| *place);
                visitor.visit_seq(SeqDeserializer::new(places.into_iter().map(|(_, part)| part)))
            }
            other if other.is_nothing() => {
                visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Self>()))
            }
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
            _ => Err(Error::custom("is not one of the choices")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    numbers! {
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_f64 visit_f64 f64
    }

    forward_to_deserialize_any! {
        i128 u128 f32 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Small,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Slot {
        points: u16,
        note: Option<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        name: String,
        limit: Option<u32>,
        open: bool,
        kind: Kind,
        slots: Vec<Slot>,
        tags: Vec<String>,
    }

    #[test]
    fn fields_become_an_input_of_the_api() {
        let body = b"csrf=x&name=A&limit=&open=false&open=true&kind=small&slots/10/points=3&slots/10/note=n\
            &slots/2/points=1&slots/2/note=&tags[]=&tags[]=x&tags[]=y";
        let input: Input = Fields::parse(body).unwrap().input().unwrap();
        let slots = vec![Slot { points: 1, note: None }, Slot { points: 3, note: Some("n".to_owned()) }];
        let tags = vec!["x".to_owned(), "y".to_owned()];
        assert_eq!(
            input,
            Input { name: "A".to_owned(), limit: None, open: true, kind: Kind::Small, slots, tags }
        );
    }

    #[test]
    fn what_is_wrong_names_its_field() {
        let body = b"name=A&open=&kind=small&slots/0/points=many&tags[]=";
        let refusal = Fields::parse(body).unwrap().input::<Input>().unwrap_err();
        assert_eq!(refusal.fields[0].at, "/slots/0/points", "{refusal}");
        let unknown = Fields::parse(b"name=A&other=1").unwrap().input::<Input>().unwrap_err();
        assert!(unknown.detail.contains("other"), "{unknown}");
    }
}
