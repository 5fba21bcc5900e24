//! A stored text as its author can change it. Only safe HTML is stored; most of it came from Markdown, and goes back to it
//! wherever nothing is lost on the way there and back. The rest is changed as HTML.

use crate::domain::rich_text::{RichText, TextFormat, decode_entities};

/// The name of a format as a form sends it.
pub const fn name(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Markdown => "markdown",
        _ => "html",
    }
}

/// The format that a form names: Markdown unless the text could not be shown as that.
pub fn format(name: &str) -> TextFormat {
    if name == "html" { TextFormat::Html } else { TextFormat::Markdown }
}

/// A source that becomes this text again.
pub fn source(text: &RichText) -> (String, TextFormat) {
    if text.is_empty() {
        return (String::new(), TextFormat::Markdown);
    }
    let one_line = |html: &str| html.replace("<br>\n", "<br>");
    for escaped in [false, true] {
        let Some(markdown) = markdown(text.html(), escaped) else { continue };
        let same = RichText::from_markdown(&markdown).is_ok_and(|back| {
            let (back, html) = (one_line(back.html()), one_line(text.html()));
            back == html || back == format!("<p>{html}</p>")
        });
        if same {
            return (markdown, TextFormat::Markdown);
        }
    }
    (text.html().to_owned(), TextFormat::Html)
}

/// Where a list stands: the number of the next item, or none for bullets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Bullets,
    Numbers(u32),
}

/// Paragraphs, headings, flat lists, emphasis, code and links; `None` for anything else.
fn markdown(html: &str, escaped: bool) -> Option<String> {
    let mut out = String::with_capacity(html.len());
    let (mut rest, mut list, mut in_block, mut links) = (html, None, false, Vec::new());
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            let (text, behind) = rest.split_at_checked(end)?;
            rest = behind;
            if in_block || !text.trim().is_empty() {
                write_text(&mut out, &decode_entities(text), escaped);
            }
            continue;
        };
        let (tag, behind) = tag.split_once('>')?;
        rest = behind;
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        match (name, list) {
            ("p", None) => begin_block(&mut out, &mut in_block, ""),
            ("h1", None) => begin_block(&mut out, &mut in_block, "# "),
            ("h2", None) => begin_block(&mut out, &mut in_block, "## "),
            ("h3", None) => begin_block(&mut out, &mut in_block, "### "),
            ("/p" | "/h1" | "/h2" | "/h3", None) | ("/li", Some(_)) => in_block = false,
            ("ul", None) => {
                begin_block(&mut out, &mut in_block, "");
                list = Some(List::Bullets);
                in_block = false;
            }
            ("ol", None) if attributes.is_empty() => {
                begin_block(&mut out, &mut in_block, "");
                list = Some(List::Numbers(1));
                in_block = false;
            }
            ("/ul" | "/ol", Some(_)) => list = None,
            ("li", Some(kind)) => {
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                in_block = true;
                match kind {
                    List::Bullets => out.push_str("- "),
                    List::Numbers(number) => {
                        out.push_str(&number.to_string());
                        out.push_str(". ");
                        list = Some(List::Numbers(number + 1));
                    }
                }
            }
            ("strong" | "/strong" | "b" | "/b", _) => out.push_str("**"),
            ("em" | "/em" | "i" | "/i", _) => out.push('*'),
            ("code" | "/code", _) => out.push('`'),
            ("br", None) => {
                out.push_str("\\\n");
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
            ("a", _) => {
                let (_, address) = attributes.split_once("href=\"")?;
                links.push(decode_entities(address.split('"').next()?));
                out.push('[');
            }
            ("/a", _) => {
                out.push_str("](");
                out.push_str(&links.pop()?);
                out.push(')');
            }
            _ => return None,
        }
    }
    Some(out)
}

fn begin_block(out: &mut String, in_block: &mut bool, mark: &str) {
    if !out.is_empty() {
        out.truncate(out.trim_end().len());
        out.push_str("\n\n");
    }
    out.push_str(mark);
    *in_block = true;
}

fn write_text(out: &mut String, text: &str, escaped: bool) {
    for letter in text.chars() {
        if escaped && matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '#' | '~' | '|' | '&') {
            out.push('\\');
        }
        out.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(markdown: &str) -> (String, TextFormat) {
        source(&RichText::from_markdown(markdown).unwrap())
    }

    #[test]
    fn markdown_comes_back_as_it_was_written() {
        for text in [
            "Read **well**, and *slowly*.",
            "# Rules\n\nOne line\nanother one\n\n- a `b`\n- [c](https://example.org/?a=1&b=2)\n\n1. x\n2. y",
            "A\\\nB",
            "3 < 4 & 5 > 2",
            "مرحبا **بكم**",
        ] {
            assert_eq!(back(text), (text.to_owned(), TextFormat::Markdown));
        }
    }

    #[test]
    fn what_would_mean_something_in_markdown_is_escaped() {
        let text = RichText::from_plain("2 * 3 * 4 and _x_").unwrap();
        let (source, format) = source(&text);
        assert_eq!(format, TextFormat::Markdown);
        assert_eq!(RichText::from_markdown(&source).unwrap().to_plain(), "2 * 3 * 4 and _x_");
    }

    #[test]
    fn what_markdown_cannot_say_stays_html() {
        for html in ["<p>H<sub>2</sub>O</p>", "<ul><li>a<ul><li>b</li></ul></li></ul>", "<sub>2</sub>"] {
            let text = RichText::from_html(html).unwrap();
            let (source, format) = source(&text);
            assert_eq!((RichText::from_source(&source, format).unwrap(), format), (text, TextFormat::Html));
        }
        assert_eq!(source(&RichText::empty()), (String::new(), TextFormat::Markdown));
    }
}
