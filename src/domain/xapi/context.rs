//! Results and contexts: how it went, and around what.

use super::activity::{Activity, activity};
use super::agent::{Expected, Somebody, somebody};
use super::fields::{Fields, Number, boolean, checked, each, extensions, iri, number, parsed, text};
use super::json::{Node, Value, Wrong};
use super::scalar;
use super::version::Version;
use crate::domain::language;

const RESULT: [&str; 6] = ["score", "success", "completion", "response", "duration", "extensions"];
const CONTEXT_1: [&str; 9] = [
    "registration",
    "instructor",
    "team",
    "contextActivities",
    "revision",
    "platform",
    "language",
    "statement",
    "extensions",
];
const CONTEXT_2: [&str; 11] = [
    "registration",
    "instructor",
    "team",
    "contextActivities",
    "contextAgents",
    "contextGroups",
    "revision",
    "platform",
    "language",
    "statement",
    "extensions",
];
const CONTEXT_ACTIVITIES: [&str; 4] = ["parent", "grouping", "category", "other"];
/// Each is an index entry of its own.
pub const MAX_CONTEXT_ENTRIES: usize = 200;

/// Checks a result.
pub fn result(node: &Node<'_>) -> Result<(), Wrong> {
    let fields = Fields::of(node, &RESULT)?;
    fields.maybe("score", score)?;
    fields.maybe("success", boolean)?;
    fields.maybe("completion", boolean)?;
    fields.maybe("response", text)?;
    fields.maybe("duration", checked(scalar::duration))?;
    fields.maybe("extensions", extensions)?;
    Ok(())
}

fn score(node: &Node<'_>) -> Result<(), Wrong> {
    let fields = Fields::of(node, &["scaled", "raw", "min", "max"])?;
    let scaled = fields.maybe("scaled", number)?;
    let raw = fields.maybe("raw", number)?;
    let min = fields.maybe("min", number)?;
    let max = fields.maybe("max", number)?;
    let refuse = |key: &str, problem: &str| Err(Wrong::new(problem).under(key));
    let above = |one: Option<Number<'_>>, other: Option<Number<'_>>| {
        one.zip(other).is_some_and(|(one, other)| one.against(&other).is_gt())
    };
    if above(scaled, Some(Number::ONE)) || above(Some(Number::MINUS_ONE), scaled) {
        return refuse("scaled", "is not between -1 and 1");
    }
    if min.is_some() && max.is_some() && !above(max, min) {
        return refuse("max", "is not above min");
    }
    if above(min, raw) {
        return refuse("raw", "is below min");
    }
    if above(raw, max) {
        return refuse("raw", "is above max");
    }
    Ok(())
}

/// What a context names.
#[derive(Debug, Default)]
pub struct Context<'n, 'a> {
    /// The registration.
    pub registration: Option<[u8; 16]>,
    /// Instructor, team, and the agents and groups of 2.0.
    pub people: Vec<Somebody<'n>>,
    /// Parents, groupings, categories and others.
    pub activities: Vec<Activity<'n, 'a>>,
}

/// Reads the context of a statement about an activity, or about something else.
pub fn context<'n, 'a>(
    node: &'n Node<'a>,
    about_activity: bool,
    version: Version,
) -> Result<Context<'n, 'a>, Wrong> {
    let fields = Fields::of(node, if version == Version::One { &CONTEXT_1[..] } else { &CONTEXT_2[..] })?;
    let mut context =
        Context { registration: fields.maybe("registration", parsed(scalar::uuid))?, ..Context::default() };
    context.people.extend(fields.maybe("instructor", |node| somebody(node, Expected::Either))?);
    context.people.extend(fields.maybe("team", |node| somebody(node, Expected::Group))?);
    if let Some(activities) = fields.maybe("contextActivities", context_activities)? {
        context.activities = activities;
    }
    for (key, kind, member, expected) in [
        ("contextAgents", "contextAgent", "agent", Expected::Agent),
        ("contextGroups", "contextGroup", "group", Expected::Group),
    ] {
        let people =
            fields.maybe(key, |node| each(node, |item| context_agent(item, kind, member, expected)))?;
        context.people.extend(people.into_iter().flatten());
    }
    for key in ["revision", "platform"] {
        fields.maybe(key, |node| {
            text(node)?;
            if about_activity { Ok(()) } else { Err(Wrong::new("is there, and the object is no Activity")) }
        })?;
    }
    fields.maybe("language", checked(language::well_formed))?;
    fields.maybe("statement", statement_ref)?;
    fields.maybe("extensions", extensions)?;
    if context.people.len() > MAX_CONTEXT_ENTRIES || context.activities.len() > MAX_CONTEXT_ENTRIES {
        return Err(Wrong::new(format!("names more than {MAX_CONTEXT_ENTRIES} activities or people")));
    }
    Ok(context)
}

fn context_activities<'n, 'a>(node: &'n Node<'a>) -> Result<Vec<Activity<'n, 'a>>, Wrong> {
    let fields = Fields::of(node, &CONTEXT_ACTIVITIES)?;
    let mut all = Vec::new();
    for key in CONTEXT_ACTIVITIES {
        let some = fields.maybe(key, |node| match node.value {
            Value::List(_) => each(node, activity),
            _ => activity(node).map(|one| vec![one]),
        })?;
        all.extend(some.into_iter().flatten());
    }
    Ok(all)
}

fn context_agent<'n>(
    node: &'n Node<'_>,
    kind: &str,
    member: &str,
    expected: Expected,
) -> Result<Somebody<'n>, Wrong> {
    let fields = Fields::of(node, &["objectType", member, "relevantTypes"])?;
    fields.must("objectType", |node| {
        if text(node)? == kind { Ok(()) } else { Err(Wrong::new(format!("is not {kind}"))) }
    })?;
    fields.maybe("relevantTypes", |node| {
        if each(node, iri)?.is_empty() { Err(Wrong::new("is empty")) } else { Ok(()) }
    })?;
    fields.must(member, |node| somebody(node, expected))
}

/// Reads a reference to a statement.
pub fn statement_ref(node: &Node<'_>) -> Result<[u8; 16], Wrong> {
    let fields = Fields::of(node, &["objectType", "id"])?;
    fields.must("objectType", |node| {
        if text(node)? == "StatementRef" { Ok(()) } else { Err(Wrong::new("is not StatementRef")) }
    })?;
    fields.must("id", parsed(scalar::uuid))
}
