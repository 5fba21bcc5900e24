//! Reading the members of an object: which keys there may be, which there must be, and of what type each is.

use std::cmp::Ordering;

use super::json::{Member, Node, Value, Wrong};
use super::sameness::by_digits;
use super::scalar;
use crate::domain::language;

/// An object whose keys are all known and whose values are not null.
#[derive(Clone, Copy)]
pub struct Fields<'n, 'a> {
    members: &'n [Member<'a>],
}

impl<'n, 'a> Fields<'n, 'a> {
    /// The members of `node`, when it is an object with no other keys than these.
    pub fn of(node: &'n Node<'a>, allowed: &[&str]) -> Result<Self, Wrong> {
        let members = node.members().ok_or_else(|| Wrong::new("is not an object"))?;
        for (key, value) in members {
            if !allowed.contains(&key.as_ref()) {
                let near = allowed.iter().find(|known| known.eq_ignore_ascii_case(key));
                return Err(Wrong::new(match near {
                    Some(known) => format!("is not known here; it is spelt {known}"),
                    None => "is not known here".to_owned(),
                })
                .under(key.as_ref()));
            }
            if value.value == Value::Null {
                return Err(Wrong::new("is null").under(key.as_ref()));
            }
        }
        Ok(Self { members })
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&'n Node<'a>> {
        self.members.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// Is the key there?
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// What `read` makes of the value under a key, if it is there; what is wrong with it is named with the key.
    pub fn maybe<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'n Node<'a>) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Wrong> {
        self.get(key).map(|node| read(node).map_err(|wrong| wrong.under(key))).transpose()
    }

    /// What `read` makes of the value under a key that must be there.
    pub fn must<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'n Node<'a>) -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        self.maybe(key, read)?.ok_or_else(|| Wrong::new("is missing").under(key))
    }
}

/// Reads every item of a list.
pub fn each<'n, 'a, T>(
    node: &'n Node<'a>,
    mut read: impl FnMut(&'n Node<'a>) -> Result<T, Wrong>,
) -> Result<Vec<T>, Wrong> {
    let items = node.items().ok_or_else(|| Wrong::new("is not a list"))?;
    items.iter().enumerate().map(|(place, item)| read(item).map_err(|wrong| wrong.item(place))).collect()
}

/// A string.
pub fn text<'n>(node: &'n Node<'_>) -> Result<&'n str, Wrong> {
    node.text().ok_or_else(|| Wrong::new("is not a string"))
}

/// A string that `check` lets pass.
pub fn checked<'n, T>(
    check: impl FnOnce(&str) -> Result<T, String>,
) -> impl FnOnce(&'n Node<'_>) -> Result<&'n str, Wrong> {
    move |node| {
        let text = text(node)?;
        check(text).map_err(Wrong::new)?;
        Ok(text)
    }
}

/// What `parse` makes of a string.
pub fn parsed<'n, T>(
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> impl FnOnce(&'n Node<'_>) -> Result<T, Wrong> {
    move |node| parse(text(node)?).map_err(Wrong::new)
}

/// An IRI.
pub fn iri<'n>(node: &'n Node<'_>) -> Result<&'n str, Wrong> {
    checked(scalar::iri)(node)
}

/// `true` or `false`.
pub fn boolean(node: &Node<'_>) -> Result<bool, Wrong> {
    match node.value {
        Value::Bool(value) => Ok(value),
        _ => Err(Wrong::new("is not true or false")),
    }
}

/// A number: for comparing, never for keeping.
#[derive(Debug, Clone, Copy)]
pub struct Number<'n> {
    /// As near as a float comes.
    near: f64,
    /// Its digits.
    raw: &'n str,
}

impl Number<'static> {
    /// One.
    pub const ONE: Self = Self { near: 1.0, raw: "1" };
    /// One less than nothing.
    pub const MINUS_ONE: Self = Self { near: -1.0, raw: "-1" };
}

impl Number<'_> {
    /// Which is larger. A larger number never comes to a smaller float, so digits are looked at only where floats are the same.
    pub fn against(&self, other: &Number<'_>) -> Ordering {
        match self.near.partial_cmp(&other.near) {
            Some(Ordering::Equal) | None => by_digits(self.raw, other.raw),
            Some(differs) => differs,
        }
    }
}

/// A number.
pub fn number<'n>(node: &'n Node<'_>) -> Result<Number<'n>, Wrong> {
    match node.value {
        Value::Number => node
            .raw
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map(|near| Number { near, raw: node.raw })
            .ok_or_else(|| Wrong::new("is larger than any number that can be compared")),
        _ => Err(Wrong::new("is not a number")),
    }
}

/// A whole number, at least 0.
pub fn count(node: &Node<'_>) -> Result<u64, Wrong> {
    match node.value {
        Value::Number => node.raw.parse().map_err(|_| Wrong::new("is not a whole number from 0 on")),
        _ => Err(Wrong::new("is not a number")),
    }
}

/// Texts by language.
pub fn language_map(node: &Node<'_>) -> Result<(), Wrong> {
    let members = node.members().ok_or_else(|| Wrong::new("is not an object of texts by language"))?;
    for (tag, value) in members {
        language::well_formed(tag).map_err(|problem| Wrong::new(problem).under(tag.as_ref()))?;
        text(value).map_err(|wrong| wrong.under(tag.as_ref()))?;
    }
    Ok(())
}

/// Anything by IRI. Their values are not looked at.
pub fn extensions(node: &Node<'_>) -> Result<(), Wrong> {
    let members = node.members().ok_or_else(|| Wrong::new("is not an object of values by IRI"))?;
    for (key, _) in members {
        scalar::iri(key).map_err(|problem| Wrong::new(problem).under(key.as_ref()))?;
    }
    Ok(())
}
