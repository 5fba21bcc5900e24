//! A small tree of an XML file, read with limits and with the line of every element.
//!
//! Document type declarations are refused, so no entity can be defined and none can multiply; only the five of XML
//! and character references are known.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::report::FormatError;

/// Deepest nesting: question files need seven levels.
const MAX_DEPTH: usize = 32;
/// Most elements: twenty thousand questions of fifty elements.
const MAX_ELEMENTS: usize = 1_000_000;
/// Most attributes of one element: question files need four.
const MAX_ATTRIBUTES: usize = 16;
/// Elements that hold a text and nothing else.
const TEXTS: [&str; 2] = ["text", "unit_name"];

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) line: u32,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub(super) fn all<'tree>(&'tree self, name: &'tree str) -> impl Iterator<Item = &'tree Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// All children.
    pub(super) fn children(&self) -> &[Self] {
        &self.children
    }

    /// The text directly inside, trimmed.
    pub(super) fn own_text(&self) -> &str {
        self.text.trim()
    }

    /// The text directly inside the first child of this name, trimmed.
    pub(super) fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(Self::own_text)
    }

    /// The text inside `<text>` inside the element, trimmed; old files have it directly inside.
    pub(super) fn inner_text(&self) -> &str {
        self.child_text("text").unwrap_or_else(|| self.own_text())
    }
}

/// Reads a whole document and gives its root.
pub(super) fn read(source: &str) -> Result<Element, FormatError> {
    let mut reader = Reader::from_str(source);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = true;
    let mut lines = Lines { source, at: 0, line: 1 };
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut elements = 0_usize;
    loop {
        let line = lines.line_at(reader.buffer_position());
        let event = reader.read_event().map_err(|error| {
            let line = lines.line_at(reader.error_position().max(reader.buffer_position()));
            FormatError::new(line, format!("the XML is broken: {error}"))
        })?;
        let refuse = |reason: &str| FormatError::new(line, reason);
        match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() == MAX_DEPTH {
                    return Err(refuse("elements are nested deeper than 32 levels"));
                }
                if elements > MAX_ELEMENTS {
                    return Err(refuse("the file has more than a million elements"));
                }
                if root.is_some() {
                    return Err(refuse("there is a second element behind the first"));
                }
                open.push(element(&start, line)?);
            }
            Event::End(_) => {
                let Some(closed) = open.pop() else {
                    return Err(refuse("an element ends that did not begin"));
                };
                all_text(&closed)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => root = Some(closed),
                }
            }
            Event::Text(text) => {
                let text = text.xml10_content().map_err(|error| refuse(&error.to_string()))?;
                append(&mut open, &text, line)?;
            }
            Event::CData(text) => {
                let text = text.xml10_content().map_err(|error| refuse(&error.to_string()))?;
                append(&mut open, &text, line)?;
            }
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    Ok(None) => {
                        let name = reference.decode().map_err(|error| refuse(&error.to_string()))?;
                        named(&name)
                            .ok_or_else(|| refuse(&format!("the entity &{name}; is not known in XML")))?
                    }
                    Err(error) => return Err(refuse(&format!("a character reference is broken: {error}"))),
                };
                append(&mut open, character.encode_utf8(&mut [0; 4]), line)?;
            }
            Event::DocType(_) => {
                return Err(refuse(
                    "document type declarations are not accepted, since they can define entities",
                ));
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {}
            Event::Eof => break,
        }
    }
    if let Some(unclosed) = open.pop() {
        return Err(FormatError::new(
            unclosed.line,
            format!("the element <{}> is not closed", unclosed.name),
        ));
    }
    root.ok_or_else(|| FormatError::new(1, "the file has no XML element"))
}

fn element(start: &BytesStart<'_>, line: u32) -> Result<Element, FormatError> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    let mut attributes = Vec::new();
    // The reader's own check for duplicates compares each with each; the limit below makes ours cheap.
    for attribute in start.attributes().with_checks(false) {
        let attribute =
            attribute.map_err(|error| FormatError::new(line, format!("an attribute is broken: {error}")))?;
        if attributes.len() == MAX_ATTRIBUTES {
            return Err(FormatError::new(line, "an element has more than 16 attributes"));
        }
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|error| FormatError::new(line, format!("an attribute is broken: {error}")))?;
        if attributes.iter().any(|(known, _)| *known == key) {
            return Err(FormatError::new(line, format!("the attribute {key} is there twice")));
        }
        attributes.push((key, value.into_owned()));
    }
    Ok(Element { name, line, attributes, children: Vec::new(), text: String::new() })
}

/// Refuses tags inside a text that were meant as its formatting: as elements they would be left out, words and all.
fn all_text(closed: &Element) -> Result<(), FormatError> {
    match closed.children.first().filter(|_| TEXTS.contains(&closed.name.as_str())) {
        None => Ok(()),
        Some(tag) => Err(FormatError::new(
            tag.line,
            format!("<{}> has <{}> in it as XML; write it as CDATA or with &lt;", closed.name, tag.name),
        )),
    }
}

fn append(open: &mut [Element], text: &str, line: u32) -> Result<(), FormatError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.chars().all(|character| character.is_whitespace() || character == '\u{feff}') => {}
        None => return Err(FormatError::new(line, "there is text outside of the elements")),
    }
    Ok(())
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// Counts lines while positions go forward.
struct Lines<'source> {
    source: &'source str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn line_at(&mut self, position: u64) -> u32 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.source.len());
        if let Some(stretch) = self.source.as_bytes().get(self.at..position) {
            let ends = stretch.split(|byte| *byte == b'\n').count() - 1;
            self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
            self.at = position;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(source: &str) -> (u32, String) {
        let error = read(source).unwrap_err();
        (error.line, error.reason)
    }

    #[test]
    fn text_entities_and_lines() {
        let root =
            read("<?xml version=\"1.0\"?>\n<a>\n <b x='1 &amp; 2'>p &lt; <![CDATA[<q>]]>&#x41;</b>\n</a>\n")
                .unwrap();
        let b = root.child("b").unwrap();
        assert_eq!(b.own_text(), "p < <q>A");
        assert_eq!(b.attribute("x"), Some("1 & 2"));
        assert_eq!((root.line, b.line), (2, 3));
    }

    #[test]
    fn declarations_and_unknown_entities_are_refused() {
        let bomb =
            "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"bbb\"><!ENTITY c \"&b;&b;\">]>\n<a>&c;</a>";
        assert_eq!(refused(bomb).0, 2);
        assert!(refused("<a>\n&nbsp;</a>").1.contains("nbsp"));
        assert!(refused(&"<a>".repeat(100)).1.contains("32"));
    }

    #[test]
    fn formatting_that_is_not_escaped_is_refused_where_it_stands() {
        let (line, reason) = refused("<a><text>Is\n it\n H<sub>2</sub>O?</text></a>");
        assert_eq!(line, 3);
        assert_eq!(reason, "<text> has <sub> in it as XML; write it as CDATA or with &lt;");
        assert!(refused("<text><i>a</i></text>").1.contains("<i>"));
        assert!(refused("<unit_name>m<sup>2</sup></unit_name>").1.contains("<unit_name> has <sup>"));
        assert!(refused("<text>a<br/>b</text>").1.contains("<br>"));
        assert!(read("<text><![CDATA[H<sub>2</sub>O]]> &lt;b&gt;<!-- a --></text>").is_ok());
    }

    #[test]
    fn broken_documents_are_refused_with_their_line() {
        assert_eq!(refused("<a>\n<b>\n</a>").0, 3);
        assert_eq!(refused("<a>\n<b>").0, 2);
        assert!(refused("").1.contains("no XML"));
        assert!(refused("hello").1.contains("outside"));
        assert!(refused("<a/><b/>").1.contains("second"));
        assert!(refused("<a x='1' x='2'/>").1.contains("twice"));
    }
}
