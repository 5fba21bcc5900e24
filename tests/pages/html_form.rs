//! A browser's idea of a form, for tests without a browser: which fields a page has, what they hold, and what is sent when
//! a button is pressed. Fills in only what a person could: a choice that is not offered is a failed test.

#![allow(dead_code, reason = "two test programs share it, and each uses what it needs")]

use std::fmt::Write as _;

use lyceum::domain::rich_text::decode_entities;

/// A field.
#[derive(Debug, Clone)]
pub struct Control {
    pub name: String,
    /// The type of an input, `select`, or `textarea`.
    pub kind: String,
    pub value: String,
    /// Is it ticked?
    pub on: bool,
    /// What a menu offers.
    pub options: Vec<String>,
}

/// A form of a page.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    pub controls: Vec<Control>,
    /// Names and values.
    pub buttons: Vec<(String, String)>,
}

/// A tag with its attributes, and the text behind it.
struct Tag<'h> {
    name: String,
    attributes: Vec<(String, String)>,
    behind: &'h str,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }
}

/// The tags of a page in their order. Quotes may hold `>`.
fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let mut quote = None;
        let end = rest[start..].char_indices().find(|(_, letter)| match (quote, letter) {
            (Some(open), letter) if open == *letter => {
                quote = None;
                false
            }
            (None, '"' | '\'') => {
                quote = Some(*letter);
                false
            }
            (None, '>') => true,
            _ => false,
        });
        let Some((end, _)) = end else { break };
        let inside = &rest[start + 1..start + end];
        rest = &rest[start + end + 1..];
        let name_ends = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let attributes = attributes(&inside[name_ends..]);
        let behind = rest.split('<').next().unwrap_or_default();
        found.push(Tag { name: inside[..name_ends].to_ascii_lowercase(), attributes, behind });
    }
    found
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let name_ends = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..name_ends].to_ascii_lowercase();
        rest = rest[name_ends..].trim_start();
        let mut value = String::new();
        if let Some(behind) = rest.strip_prefix('=') {
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\'')).expect("values are quoted");
            let (inside, behind) = behind[1..].split_once(quote).unwrap();
            value = decode_entities(inside);
            rest = behind.trim_start();
        }
        found.push((name, value));
    }
    found
}

impl Form {
    /// The form that is sent to this address.
    #[track_caller]
    pub fn find(html: &str, action: &str) -> Self {
        let found = Self::all(html).into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("no form is sent to {action}: {html}"))
    }

    /// All forms of a page.
    pub fn all(html: &str) -> Vec<Self> {
        let mut forms: Vec<Self> = Vec::new();
        let mut open = false;
        for tag in tags(html) {
            match tag.name.as_str() {
                // A search is an address.
                "form" if tag.get("method") == Some("get") => open = false,
                "form" => {
                    assert_eq!(tag.get("method"), Some("post"));
                    forms.push(Self {
                        action: tag.text("action"),
                        controls: Vec::new(),
                        buttons: Vec::new(),
                    });
                    open = true;
                }
                "/form" => open = false,
                _ if open => forms.last_mut().unwrap().take(&tag),
                _ => {}
            }
        }
        forms
    }

    fn take(&mut self, tag: &Tag<'_>) {
        let named = tag.text("name");
        let control = |kind: &str, value: String, on: bool| Control {
            name: named.clone(),
            kind: kind.to_owned(),
            value,
            on,
            options: Vec::new(),
        };
        match tag.name.as_str() {
            "input" => {
                let kind = tag.get("type").unwrap_or("text").to_owned();
                self.controls.push(control(&kind, tag.text("value"), tag.get("checked").is_some()));
            }
            "select" => self.controls.push(control("select", String::new(), true)),
            "option" => {
                let value = tag.text("value");
                let menu = self.controls.last_mut().unwrap();
                if menu.options.is_empty() || tag.get("selected").is_some() {
                    menu.value.clone_from(&value);
                }
                menu.options.push(value);
            }
            "textarea" => {
                let text = tag.behind.strip_prefix('\n').unwrap_or(tag.behind);
                self.controls.push(control("textarea", decode_entities(text), true));
            }
            "button" if tag.get("disabled").is_none() && tag.get("type") != Some("button") => {
                self.buttons.push((named, tag.text("value")));
            }
            _ => {}
        }
    }

    /// Fields of this name, or of a part of it: `a1`, `a1-0`, `a1-unit`.
    pub fn of_question(&self, name: &str) -> Vec<&Control> {
        let part = format!("{name}-");
        self.controls
            .iter()
            .filter(|control| control.name == name || control.name.starts_with(&part))
            .collect()
    }

    /// What a field holds; of choices those that are ticked.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let held = self.controls.iter().filter(|control| control.name == name);
        held.filter(|control| !matches!(control.kind.as_str(), "radio" | "checkbox") || control.on)
            .map(|control| control.value.as_str())
            .collect()
    }

    /// Writes into a field, chooses from a menu, ticks one of several.
    #[track_caller]
    pub fn set(&mut self, name: &str, value: &str) {
        let mut found = false;
        for control in self.controls.iter_mut().filter(|control| control.name == name) {
            match control.kind.as_str() {
                "radio" => {
                    control.on = control.value == value;
                    found |= control.on;
                }
                "checkbox" => {
                    if control.value == value {
                        control.on = true;
                        found = true;
                    }
                }
                "select" => {
                    assert!(control.options.iter().any(|it| it == value), "{name} offers no {value}");
                    value.clone_into(&mut control.value);
                    found = true;
                }
                _ => {
                    value.clone_into(&mut control.value);
                    found = true;
                }
            }
        }
        assert!(found, "no field {name} takes {value}: {:?}", self.controls);
    }

    /// Takes all ticks of a name away.
    pub fn untick(&mut self, name: &str) {
        for control in self.controls.iter_mut().filter(|control| control.name == name) {
            control.on = false;
        }
    }

    /// The body that is sent when a button is pressed: `("go", "save")`, or `("", "")` for one without a name.
    #[track_caller]
    pub fn body(&self, button: (&str, &str)) -> String {
        assert!(
            self.buttons.iter().any(|(name, value)| (name.as_str(), value.as_str()) == button),
            "no button {button:?}: {:?}",
            self.buttons
        );
        let mut body = String::new();
        for control in &self.controls {
            let off = matches!(control.kind.as_str(), "radio" | "checkbox") && !control.on;
            if !off && !control.name.is_empty() {
                let value = if control.kind == "textarea" {
                    control.value.replace('\n', "\r\n")
                } else {
                    control.value.clone()
                };
                push(&mut body, &control.name, &value);
            }
        }
        if !button.0.is_empty() {
            push(&mut body, button.0, button.1);
        }
        body
    }
}

fn push(body: &mut String, name: &str, value: &str) {
    if !body.is_empty() {
        body.push('&');
    }
    encode(body, name);
    body.push('=');
    encode(body, value);
}

fn encode(body: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b' ' => body.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"-._*".contains(&byte) => body.push(char::from(byte)),
            byte => write!(body, "%{byte:02X}").unwrap(),
        }
    }
}
