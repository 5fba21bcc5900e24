//! The body of a request: statements as they were told to us, without what every store sets for itself, and their files.

use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::json::{Node, Value, Wrong, parse_text, write_text};
use crate::domain::xapi::multipart::{file_head, header_safe};
use crate::domain::xapi::record::{Statement, file_name};
use crate::http::xapi::told;
use crate::secret;
use crate::state::State;

/// What is posted.
pub struct Body {
    /// Its media type.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A statement as it is sent.
pub fn text(state: &State, statement: &Statement, files: bool) -> Result<String, Refusal> {
    sendable(&told(state, statement)?, files)
        .map_err(|wrong| INTERNAL.refuse(format!("a kept statement {wrong}")))
}

/// The body that carries these statements, whose texts are given, with their files or without.
pub fn body(state: &State, statements: &[Statement], texts: &[String], files: bool) -> Result<Body, Refusal> {
    let json = format!("[{}]", texts.join(","));
    if !files || statements.iter().all(|statement| statement.files.is_empty()) {
        return Ok(Body { media: "application/json".to_owned(), bytes: json.into_bytes() });
    }
    let boundary = format!("lyceum-{}", secret::token()?);
    let mut bytes = format!("--{boundary}\r\nContent-Type: application/json\r\n\r\n{json}").into_bytes();
    let mut seen: Vec<&str> = Vec::new();
    for note in statements.iter().flat_map(|statement| &statement.files) {
        if seen.contains(&note.sha2.as_str()) {
            continue;
        }
        seen.push(&note.sha2);
        bytes.extend(file_head(&boundary, header_safe(&note.content_type), &note.sha2).into_bytes());
        let name = file_name(&note.sha256);
        let failed = |why: String| INTERNAL.refuse(format!("the file {name} of a statement {why}"));
        let file = state.blobs.get(&name).map_err(|error| failed(error.to_string()))?;
        bytes.extend(file.ok_or_else(|| failed("is missing".to_owned()))?);
    }
    bytes.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
    Ok(Body { media: format!("multipart/mixed; boundary={boundary}"), bytes })
}

/// Leaves out `stored` and `version`, which the store that takes the statement sets, and, without files, attachments that
/// are nowhere else to be had: no store would take them.
fn sendable(text: &str, files: bool) -> Result<String, Wrong> {
    let node = parse_text(text)?;
    let mut to = String::with_capacity(text.len());
    write(&mut to, &node, files, true);
    Ok(to)
}

fn write(to: &mut String, node: &Node<'_>, files: bool, whole: bool) {
    to.push('{');
    let mut first = true;
    for (key, value) in node.members().unwrap_or_default() {
        let kept = match (key.as_ref(), &value.value) {
            ("stored" | "version", _) if whole => continue,
            ("attachments", Value::List(items)) if !files => {
                let elsewhere = items.iter().filter(|item| item.get("fileUrl").is_some());
                let elsewhere: Vec<&str> = elsewhere.map(|item| item.raw).collect();
                if elsewhere.is_empty() {
                    continue;
                }
                format!("[{}]", elsewhere.join(","))
            }
            ("object", _) if value.get("objectType").and_then(Node::text) == Some("SubStatement") => {
                let mut inside = String::new();
                write(&mut inside, value, files, false);
                inside
            }
            _ => value.raw.to_owned(),
        };
        if !std::mem::take(&mut first) {
            to.push(',');
        }
        write_text(to, key);
        to.push(':');
        to.push_str(&kept);
    }
    to.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_other_store_sets_is_left_out_and_the_rest_keeps_its_bytes() {
        let text = r#"{"id":"x", "version":"1.0.0","result":{"score":{"raw":1.50}},"stored":"t","timestamp":"t","attachments":[{"sha2":"a"}]}"#;
        assert_eq!(
            sendable(text, true).unwrap(),
            r#"{"id":"x","result":{"score":{"raw":1.50}},"timestamp":"t","attachments":[{"sha2":"a"}]}"#
        );
    }

    #[test]
    fn without_files_only_attachments_that_are_elsewhere_are_told() {
        let text = r#"{"attachments":[{"sha2":"a"},{"sha2":"b","fileUrl":"http://b"}],"object":{"objectType":"SubStatement","version":1,"attachments":[{"sha2":"c"}]}}"#;
        assert_eq!(
            sendable(text, false).unwrap(),
            r#"{"attachments":[{"sha2":"b","fileUrl":"http://b"}],"object":{"objectType":"SubStatement","version":1}}"#
        );
    }
}
