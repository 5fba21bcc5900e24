//! Activities: their definitions, and what goes with each type of interaction.

use super::fields::{Fields, each, extensions, iri, language_map, text};
use super::json::{Node, Wrong};

const DEFINITION: [&str; 12] = [
    "name",
    "description",
    "type",
    "moreInfo",
    "extensions",
    "interactionType",
    "correctResponsesPattern",
    "choices",
    "scale",
    "source",
    "target",
    "steps",
];
/// The lists of components, and the interaction types that each goes with.
const COMPONENTS: [(&str, &[&str]); 5] = [
    ("choices", &["choice", "sequencing"]),
    ("scale", &["likert"]),
    ("source", &["matching"]),
    ("target", &["matching"]),
    ("steps", &["performance"]),
];
const INTERACTION_TYPES: [&str; 10] = [
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
];

/// Every id is compared with every other.
const MAX_COMPONENTS: usize = 500;

/// An activity.
#[derive(Debug, Clone, Copy)]
pub struct Activity<'n, 'a> {
    /// Its id.
    pub id: &'n str,
    /// What is said about it.
    pub definition: Option<&'n Node<'a>>,
}

/// Reads an activity.
pub fn activity<'n, 'a>(node: &'n Node<'a>) -> Result<Activity<'n, 'a>, Wrong> {
    let fields = Fields::of(node, &["objectType", "id", "definition"])?;
    fields.maybe("objectType", |node| {
        if text(node)? == "Activity" { Ok(()) } else { Err(Wrong::new("is not Activity")) }
    })?;
    let id = fields.must("id", iri)?;
    let definition = fields.maybe("definition", |node| definition(node).map(|()| node))?;
    Ok(Activity { id, definition })
}

fn definition(node: &Node<'_>) -> Result<(), Wrong> {
    let fields = Fields::of(node, &DEFINITION)?;
    fields.maybe("name", language_map)?;
    fields.maybe("description", language_map)?;
    fields.maybe("type", iri)?;
    fields.maybe("moreInfo", iri)?;
    fields.maybe("extensions", extensions)?;
    let interaction = fields.maybe("interactionType", |node| {
        let kind = text(node)?;
        if INTERACTION_TYPES.contains(&kind) {
            Ok(kind)
        } else {
            Err(Wrong::new(format!("is none of {}", INTERACTION_TYPES.join(", "))))
        }
    })?;
    let pattern = fields.maybe("correctResponsesPattern", |node| each(node, text))?;
    if interaction.is_none() && pattern.is_some() {
        return Err(Wrong::new("is missing, and there is a correctResponsesPattern").under("interactionType"));
    }
    for (key, kinds) in COMPONENTS {
        fields.maybe(key, |node| {
            let Some(interaction) = interaction else {
                return Err(Wrong::new("is there without an interactionType"));
            };
            if !kinds.contains(&interaction) {
                return Err(Wrong::new(format!("does not go with the interactionType {interaction}")));
            }
            components(node)
        })?;
    }
    Ok(())
}

fn components(node: &Node<'_>) -> Result<(), Wrong> {
    let mut ids: Vec<&str> = Vec::new();
    if node.items().is_some_and(|items| items.len() > MAX_COMPONENTS) {
        return Err(Wrong::new(format!("has more than {MAX_COMPONENTS} components")));
    }
    let all = each(node, |item| {
        let fields = Fields::of(item, &["id", "description"])?;
        fields.maybe("description", language_map)?;
        fields.must("id", text)
    })?;
    for (place, id) in all.into_iter().enumerate() {
        if ids.contains(&id) {
            return Err(Wrong::new("is the id of another component too").under("id").item(place));
        }
        ids.push(id);
    }
    Ok(())
}
