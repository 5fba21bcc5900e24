//! Statements as they are asked for: exactly, with ids only, or in one language.

use super::json::{Node, Value, Wrong, parse_text, write_text};
use super::scalar::retold;
use crate::wanted::wanted;

/// How statements are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As they came.
    Exact,
    /// People, activities, groups and verbs with what identifies them only.
    Ids,
    /// With the definitions known here, in the reader's language.
    Canonical,
}

impl Format {
    /// By its name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "exact" => Some(Self::Exact),
            "ids" => Some(Self::Ids),
            "canonical" => Some(Self::Canonical),
            _ => None,
        }
    }
}

/// A kept statement with its times as 2.0 tells them, in which one that was written in 1.0.x may have others.
pub fn with_times_of_two(text: String) -> Result<String, Wrong> {
    // As a member is written: what stands inside a text has its quotes escaped.
    const MEMBER: &str = "\"timestamp\":\"";
    let told = |(at, _): (usize, &str)| {
        let value = text.get(at + MEMBER.len()..).and_then(|rest| rest.split('"').next());
        value.is_some_and(|value| value.contains('\\') || retold(value).is_some())
    };
    if !text.match_indices(MEMBER).any(told) {
        return Ok(text);
    }
    let mut to = String::with_capacity(text.len());
    times(&mut to, &parse_text(&text)?);
    Ok(to)
}

fn times(to: &mut String, statement: &Node<'_>) {
    each(to, statement, |to, key, value| {
        match (key, value.text().and_then(retold)) {
            ("timestamp", Some(text)) => write_text(to, &text),
            ("object", _) if value.get("objectType").and_then(Node::text) == Some("SubStatement") => {
                times(to, value);
            }
            _ => to.push_str(value.raw),
        }
        true
    });
}

/// The languages that somebody reads, the best first.
#[derive(Debug, Clone, Default)]
pub struct Languages {
    /// What is read, the best first.
    ranges: Vec<String>,
    /// What is not.
    excluded: Vec<String>,
}

/// More are not looked at.
const MAX_RANGES: usize = 30;

impl Languages {
    /// Reads `Accept-Language` (RFC 9110, 12.5.4).
    pub fn parse(header: &str) -> Self {
        let all = wanted(header).take(MAX_RANGES);
        let all: Vec<(String, f32)> =
            all.map(|(range, quality)| (range.to_ascii_lowercase(), quality)).collect();
        let (mut read, excluded): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, quality)| *quality > 0.0);
        read.sort_by(|a, b| b.1.total_cmp(&a.1));
        let names = |ranges: Vec<(String, f32)>| ranges.into_iter().map(|(range, _)| range).collect();
        Self { ranges: names(read), excluded: names(excluded) }
    }

    /// The best of some tags; the first when none is read, for something has to be told.
    fn best<'t>(&self, tags: &[&'t str]) -> Option<&'t str> {
        let excluded = |tag: &str| self.excluded.iter().any(|range| range != "*" && fits(range, tag));
        let read: Vec<&str> = tags.iter().copied().filter(|tag| !excluded(tag)).collect();
        self.best_of(&read).or_else(|| read.first().copied()).or_else(|| tags.first().copied())
    }

    /// The best of some tags (RFC 4647, 3.4): a range fits what it begins, and is shortened until something fits; `*` is what no
    /// other range names.
    fn best_of<'t>(&self, tags: &[&'t str]) -> Option<&'t str> {
        for range in &self.ranges {
            if range == "*" {
                let named = |tag: &str| self.ranges.iter().any(|range| range != "*" && fits(range, tag));
                match tags.iter().find(|tag| !named(tag)) {
                    Some(found) => return Some(found),
                    None => continue,
                }
            }
            let mut range = range.as_str();
            loop {
                let exact = tags.iter().find(|tag| tag.eq_ignore_ascii_case(range));
                if let Some(found) = exact.or_else(|| tags.iter().find(|tag| fits(range, tag))) {
                    return Some(found);
                }
                match range.rsplit_once('-') {
                    Some((shorter, _)) => range = shorter,
                    None => break,
                }
            }
        }
        None
    }
}

/// Does a range, in lower case, name a tag: is it the tag, or what it begins with?
fn fits(range: &str, tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    tag == range || tag.strip_prefix(range).is_some_and(|rest| rest.starts_with('-'))
}

/// What writing in another shape needs.
pub struct Shape<'s> {
    /// How.
    pub format: Format,
    /// For whom.
    pub languages: &'s Languages,
    /// The definition of an activity that is known here, as JSON.
    pub definition: &'s dyn Fn(&str) -> Option<String>,
}

impl Shape<'_> {
    /// A statement in this shape.
    pub fn of(&self, text: &str) -> Result<String, Wrong> {
        if self.format == Format::Exact {
            return Ok(text.to_owned());
        }
        let node = parse_text(text)?;
        let mut to = String::with_capacity(text.len());
        self.statement(&mut to, &node);
        Ok(to)
    }

    fn statement(&self, to: &mut String, node: &Node<'_>) {
        each(to, node, |to, key, value| {
            match key {
                "actor" | "authority" => self.somebody(to, value),
                "verb" => self.verb(to, value),
                "object" => self.object(to, value),
                "context" => self.context(to, value),
                "attachments" if self.format == Format::Canonical => items(to, value, |to, item| {
                    each(to, item, |to, key, value| {
                        match key {
                            "display" | "description" => self.texts(to, value),
                            _ => to.push_str(value.raw),
                        }
                        true
                    });
                }),
                _ => to.push_str(value.raw),
            }
            true
        });
    }

    fn somebody(&self, to: &mut String, node: &Node<'_>) {
        if self.format != Format::Ids {
            to.push_str(node.raw);
            return;
        }
        let identified =
            ["mbox", "mbox_sha1sum", "openid", "account"].iter().any(|key| node.get(key).is_some());
        each(to, node, |to, key, value| {
            match key {
                "name" => return false,
                "member" if identified => return false,
                "member" => items(to, value, |to, item| self.somebody(to, item)),
                _ => to.push_str(value.raw),
            }
            true
        });
    }

    fn verb(&self, to: &mut String, node: &Node<'_>) {
        each(to, node, |to, key, value| {
            match (key, self.format) {
                ("display", Format::Ids) => return false,
                ("display", _) => self.texts(to, value),
                _ => to.push_str(value.raw),
            }
            true
        });
    }

    fn object(&self, to: &mut String, node: &Node<'_>) {
        match node.get("objectType").and_then(Node::text) {
            None | Some("Activity") => self.activity(to, node),
            Some("Agent" | "Group") => self.somebody(to, node),
            Some("SubStatement") => self.statement(to, node),
            Some(_) => to.push_str(node.raw),
        }
    }

    fn context(&self, to: &mut String, node: &Node<'_>) {
        each(to, node, |to, key, value| {
            match key {
                "instructor" | "team" => self.somebody(to, value),
                "contextActivities" => each(to, value, |to, _, value| {
                    items(to, value, |to, item| self.activity(to, item));
                    true
                }),
                "contextAgents" | "contextGroups" => items(to, value, |to, item| {
                    each(to, item, |to, key, value| {
                        match key {
                            "agent" | "group" => self.somebody(to, value),
                            _ => to.push_str(value.raw),
                        }
                        true
                    });
                }),
                _ => to.push_str(value.raw),
            }
            true
        });
    }

    fn activity(&self, to: &mut String, node: &Node<'_>) {
        if self.format == Format::Ids {
            each(to, node, |to, key, value| {
                let kept = key == "id";
                if kept {
                    to.push_str(value.raw);
                }
                kept
            });
            return;
        }
        let known = node.get("id").and_then(Node::text).and_then(|id| (self.definition)(id));
        let parsed = known.as_deref().and_then(|text| parse_text(text).ok());
        let has_own = node.get("definition").is_some();
        each(to, node, |to, key, value| {
            match key {
                "definition" => self.definition(to, parsed.as_ref().unwrap_or(value)),
                _ => to.push_str(value.raw),
            }
            true
        });
        if let (false, Some(definition)) = (has_own, &parsed) {
            // Behind the last member, before the brace.
            to.pop();
            to.push_str(",\"definition\":");
            self.definition(to, definition);
            to.push('}');
        }
    }

    fn definition(&self, to: &mut String, node: &Node<'_>) {
        each(to, node, |to, key, value| {
            match key {
                "name" | "description" => self.texts(to, value),
                "choices" | "scale" | "source" | "target" | "steps" => items(to, value, |to, item| {
                    each(to, item, |to, key, value| {
                        match key {
                            "description" => self.texts(to, value),
                            _ => to.push_str(value.raw),
                        }
                        true
                    });
                }),
                _ => to.push_str(value.raw),
            }
            true
        });
    }

    /// One text of those by language.
    fn texts(&self, to: &mut String, node: &Node<'_>) {
        let members = node.members().unwrap_or_default();
        let tags: Vec<&str> = members.iter().map(|(tag, _)| tag.as_ref()).collect();
        let best = self.languages.best(&tags);
        each(to, node, |to, key, value| {
            let chosen = Some(key) == best;
            if chosen {
                to.push_str(value.raw);
            }
            chosen
        });
    }
}

/// Writes an object with the members that `write` wants.
fn each(to: &mut String, node: &Node<'_>, mut write: impl FnMut(&mut String, &str, &Node<'_>) -> bool) {
    to.push('{');
    let mut any = false;
    for (key, value) in node.members().unwrap_or_default() {
        let before = to.len();
        if any {
            to.push(',');
        }
        write_text(to, key);
        to.push(':');
        if write(to, key, value) {
            any = true;
        } else {
            to.truncate(before);
        }
    }
    to.push('}');
}

/// Writes a list; what is no list is written as it is.
fn items(to: &mut String, node: &Node<'_>, mut write: impl FnMut(&mut String, &Node<'_>)) {
    let Value::List(all) = &node.value else {
        write(to, node);
        return;
    };
    to.push('[');
    for (place, item) in all.iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        write(to, item);
    }
    to.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_times_of_a_statement_are_told_anew_and_all_else_keeps_its_bytes() {
        let told = |text: &str| with_times_of_two(text.to_owned()).unwrap();
        for kept in [
            r#"{"timestamp":"2020-01-01T00:00:00Z","x": 1.0}"#,
            r#"{"x":"\"timestamp\":\"2020-01-01T00:00:00+01:00\"","y": 1}"#,
        ] {
            assert_eq!(told(kept), kept);
        }
        let text =
            r#"{"timestamp":"2020-01-01T00:00:00\u002b01:00","x":{"timestamp":"2020-01-01"},"y":1.50}"#;
        let expected = r#"{"timestamp":"2019-12-31T23:00:00.000Z","x":{"timestamp":"2020-01-01"},"y":1.50}"#;
        assert_eq!(told(text), expected);
    }

    fn shaped(format: Format, languages: &str, text: &str) -> String {
        let known =
            |id: &str| (id == "http://known").then(|| r#"{"name":{"en":"Known","de":"Bekannt"}}"#.to_owned());
        let languages = Languages::parse(languages);
        Shape { format, languages: &languages, definition: &known }.of(text).unwrap()
    }

    #[test]
    fn ids_keep_what_identifies() {
        let text = r#"{"actor":{"objectType":"Group","name":"G","mbox":"mailto:a@b.c","member":[]},"verb":{"id":"http://v","display":{"en":"x"}},"object":{"objectType":"Activity","id":"http://o","definition":{}}}"#;
        assert_eq!(
            shaped(Format::Ids, "", text),
            r#"{"actor":{"objectType":"Group","mbox":"mailto:a@b.c"},"verb":{"id":"http://v"},"object":{"id":"http://o"}}"#
        );
        let text =
            r#"{"actor":{"objectType":"Group","name":"G","member":[{"name":"A","openid":"http://a"}]}}"#;
        assert_eq!(
            shaped(Format::Ids, "", text),
            r#"{"actor":{"objectType":"Group","member":[{"openid":"http://a"}]}}"#
        );
    }

    #[test]
    fn canonical_is_what_is_known_in_the_best_language() {
        let text = r#"{"verb":{"id":"http://v","display":{"en-US":"a","en-GB":"b","de":"c"}},"object":{"id":"http://known"}}"#;
        for (languages, verb, name) in [
            ("de", r#"{"de":"c"}"#, r#"{"de":"Bekannt"}"#),
            ("en-GB;q=0.5, fr", r#"{"en-GB":"b"}"#, r#"{"en":"Known"}"#),
            ("en", r#"{"en-US":"a"}"#, r#"{"en":"Known"}"#),
            ("fr, *;q=0.1", r#"{"en-US":"a"}"#, r#"{"en":"Known"}"#),
            ("", r#"{"en-US":"a"}"#, r#"{"en":"Known"}"#),
            ("de;q=0, en-GB", r#"{"en-GB":"b"}"#, r#"{"en":"Known"}"#),
            ("en;q=0, *", r#"{"de":"c"}"#, r#"{"de":"Bekannt"}"#),
            ("en;q=0.1, *;q=0.5", r#"{"de":"c"}"#, r#"{"de":"Bekannt"}"#),
            ("en-GB;Q=0.1, de;Q=0.9", r#"{"de":"c"}"#, r#"{"de":"Bekannt"}"#),
            ("en;q=0, de;q=0", r#"{"en-US":"a"}"#, r#"{"en":"Known"}"#),
        ] {
            let expected = format!(
                r#"{{"verb":{{"id":"http://v","display":{verb}}},"object":{{"id":"http://known","definition":{{"name":{name}}}}}}}"#
            );
            assert_eq!(shaped(Format::Canonical, languages, text), expected, "{languages}");
        }
    }
}
