//! From the bytes of a statement to what is kept of it. Everything that can be done outside the transaction is done here.

use sha2::{Digest as _, Sha256};

use super::agent::{Somebody, one_address_each};
use super::credential::Caller;
use super::json::{Node, Value, Wrong, write_text};
use super::record::Concerns;
use super::sameness::{Compared, Says, fingerprints};
use super::scalar::{retold, uuid_text};
use super::statement::{Core, Object, statement, version_of};
use super::term::{Ifi, Term};
use super::version::Version;

/// A statement is some kilobytes; one of this size is a document that belongs into an attachment.
pub const MAX_STATEMENT_BYTES: usize = 512 * 1024;
/// What another store added to a statement of that size: authority, times, version.
const MAX_ADDED_BYTES: usize = 16 * 1024;
/// A line of a file with statements.
pub const MAX_LINE_BYTES: usize = MAX_STATEMENT_BYTES + MAX_ADDED_BYTES;
/// People and activities of one statement, which all find it.
pub const MAX_CONCERNED: usize = 500;
/// Longer names of people are not remembered.
const MAX_NAME_BYTES: usize = 200;

/// What a statement says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// It is said inside the statement that is the object.
    pub inside: bool,
    /// Its place in its list.
    pub place: usize,
    /// What it is for.
    pub usage_type: String,
    /// Its media type.
    pub content_type: String,
    /// Its hash, in lower case.
    pub sha2: String,
    /// The same as it is written, when that is otherwise.
    pub written_sha2: Option<String>,
    /// Its length.
    pub length: u64,
    /// It can be had elsewhere.
    pub has_url: bool,
}

impl Attached {
    /// Something is wrong with it, seen from the statement.
    pub fn wrong(&self, problem: impl Into<String>) -> Wrong {
        let wrong = Wrong::new(problem).item(self.place).under("attachments");
        if self.inside { wrong.under("object") } else { wrong }
    }
}

/// A statement, ready to be kept.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Its id.
    pub id: [u8; 16],
    /// Its JSON as it is kept: see [`super::record::Statement::text`].
    pub text: String,
    /// Its own time, in microseconds.
    pub timestamp_us: Option<i64>,
    /// What it says.
    pub says: [u8; 32],
    /// What it says but for its time.
    pub says_untimed: [u8; 32],
    /// It voids its target.
    pub voids: bool,
    /// The statement that it is about.
    pub target: Option<[u8; 16]>,
    /// Whom and what it is about.
    pub concerns: Concerns,
    /// Its files.
    pub attached: Vec<Attached>,
    /// Activities with their definitions.
    pub definitions: Vec<Defined>,
    /// People with their names.
    pub names: Vec<(Ifi, String)>,
}

/// An activity with its definition.
#[derive(Debug, Clone)]
pub struct Defined {
    /// What statements about it are found by.
    pub term: Term,
    /// Its id.
    pub id: String,
    /// Its definition, as JSON.
    pub definition: String,
    /// The hash of the definition.
    pub hash: [u8; 32],
}

/// Reads and checks a statement. `given` is the id from the address, `fresh` one for a statement without any.
pub fn prepare(
    node: &Node<'_>,
    version: Version,
    given: Option<[u8; 16]>,
    fresh: [u8; 16],
    caller: &Caller,
) -> Result<Prepared, Wrong> {
    let most = if caller.keeps_authority { MAX_LINE_BYTES } else { MAX_STATEMENT_BYTES };
    if node.raw.len() > most {
        return Err(Wrong::new(format!("is longer than {most} bytes")));
    }
    let version = if caller.keeps_authority { version } else { version_of(node, version)? };
    let prepared = prepare_any(node, version, given, fresh, caller)?;
    // A store moves whole, with what it took once.
    if !caller.keeps_authority {
        one_address_each(node)?;
    }
    Ok(prepared)
}

/// [`prepare`], however long the statement is: for one that was kept already.
pub(super) fn prepare_any(
    node: &Node<'_>,
    version: Version,
    given: Option<[u8; 16]>,
    fresh: [u8; 16],
    caller: &Caller,
) -> Result<Prepared, Wrong> {
    let read = statement(node, version)?;
    if let (Some(given), Some(own)) = (given, read.id)
        && given != own
    {
        return Err(Wrong::new("is not the statementId of the address").under("id"));
    }
    let id = given.or(read.id).unwrap_or(fresh);
    let mut collected = Collected::default();
    collected.core(&read.core, true);
    let authority = match (&read.authority, node.get("authority")) {
        (Some(who), Some(own)) if caller.keeps_authority => {
            collected.somebody(who, false);
            own.raw
        }
        _ => {
            collected.agent(caller.authority_term(), false);
            caller.authority_json()
        }
    };
    if collected.agents.len() + collected.activities.len() > MAX_CONCERNED {
        return Err(Wrong::new(format!("names more than {MAX_CONCERNED} people and activities")));
    }
    let concerns = Concerns {
        verb: Term::verb(read.core.verb),
        registration: read.core.context.registration.as_ref().map(Term::registration),
        agents: collected.agents,
        activities: collected.activities,
    };
    let target = match read.core.object {
        Object::Reference(target) => Some(target),
        _ => None,
    };
    let Says { says, says_untimed } = fingerprints(node, Compared::ById);
    Ok(Prepared {
        id,
        text: kept_text(node, version, &id, read.version, authority),
        timestamp_us: read.core.timestamp.map(|moment| moment.us),
        says,
        says_untimed,
        voids: read.voids().is_some(),
        target,
        concerns,
        attached: collected.attached,
        definitions: collected.definitions,
        names: collected.names,
    })
}

#[derive(Default)]
struct Collected {
    agents: Vec<(Term, bool)>,
    activities: Vec<(Term, bool)>,
    attached: Vec<Attached>,
    definitions: Vec<Defined>,
    names: Vec<(Ifi, String)>,
}

fn note(to: &mut Vec<(Term, bool)>, term: Term, direct: bool) {
    match to.iter_mut().find(|(known, _)| *known == term) {
        Some((_, known)) => *known |= direct,
        None => to.push((term, direct)),
    }
}

impl Collected {
    fn agent(&mut self, term: Term, direct: bool) {
        note(&mut self.agents, term, direct);
    }

    fn somebody(&mut self, who: &Somebody<'_>, direct: bool) {
        if let Some(ifi) = &who.ifi {
            self.agent(Term::agent(ifi), direct);
            if let Some(name) = who.name
                && !who.group
                && (1..=MAX_NAME_BYTES).contains(&name.len())
            {
                self.names.push((ifi.clone(), name.to_owned()));
            }
        }
        for member in &who.members {
            self.somebody(member, direct);
        }
    }

    fn activity(&mut self, id: &str, definition: Option<&Node<'_>>, direct: bool) {
        let term = Term::activity(id);
        note(&mut self.activities, term, direct);
        if let Some(definition) = definition {
            let hash = Sha256::digest(definition.raw).into();
            self.definitions.push(Defined {
                term,
                id: id.to_owned(),
                definition: definition.raw.to_owned(),
                hash,
            });
        }
    }

    fn core(&mut self, core: &Core<'_, '_>, direct: bool) {
        self.somebody(&core.actor, direct);
        match &core.object {
            Object::Activity(activity) => self.activity(activity.id, activity.definition, direct),
            Object::Somebody(who) => self.somebody(who, direct),
            Object::Reference(_) => {}
            Object::SubStatement(inner) => self.core(inner, false),
        }
        for who in &core.context.people {
            self.somebody(who, false);
        }
        for activity in &core.context.activities {
            self.activity(activity.id, activity.definition, false);
        }
        for (place, attachment) in core.attachments.iter().enumerate() {
            let sha2 = attachment.sha2.to_ascii_lowercase();
            self.attached.push(Attached {
                inside: !direct,
                place,
                usage_type: attachment.usage_type.to_owned(),
                content_type: attachment.content_type.to_owned(),
                written_sha2: (sha2 != attachment.sha2).then(|| attachment.sha2.to_owned()),
                sha2,
                length: attachment.length,
                has_url: attachment.has_url,
            });
        }
    }
}

/// The statement with its id, version and authority, without `stored` and the last brace.
fn kept_text(
    node: &Node<'_>,
    version: Version,
    id: &[u8; 16],
    named: Option<&str>,
    authority: &str,
) -> String {
    let mut text = String::with_capacity(node.raw.len() + authority.len() + 100);
    text.push_str("{\"id\":\"");
    text.push_str(&uuid_text(id));
    text.push('"');
    for (key, value) in node.members().unwrap_or_default() {
        if matches!(key.as_ref(), "id" | "stored" | "authority") {
            continue;
        }
        text.push(',');
        write_text(&mut text, key);
        text.push(':');
        kept_member(&mut text, key, value, version);
    }
    if named.is_none() {
        text.push_str(",\"version\":\"");
        text.push_str(version.of_statements());
        text.push('"');
    }
    text.push_str(",\"authority\":");
    text.push_str(authority);
    text
}

fn kept_member(to: &mut String, key: &str, value: &Node<'_>, version: Version) {
    match (key, &value.value) {
        ("timestamp", Value::Text(text)) if version == Version::Two => match retold(text) {
            Some(text) => write_text(to, &text),
            None => to.push_str(value.raw),
        },
        // One activity of a context is told as a list of one.
        ("context", Value::Object(_)) => kept_object(to, value, |to, key, value| match key {
            "contextActivities" => kept_object(to, value, |to, _, value| match value.value {
                Value::Object(_) => {
                    to.push('[');
                    to.push_str(value.raw);
                    to.push(']');
                }
                _ => to.push_str(value.raw),
            }),
            _ => to.push_str(value.raw),
        }),
        ("object", Value::Object(_))
            if value.get("objectType").and_then(Node::text) == Some("SubStatement") =>
        {
            kept_object(to, value, |to, key, value| kept_member(to, key, value, version));
        }
        _ => to.push_str(value.raw),
    }
}

fn kept_object(to: &mut String, node: &Node<'_>, mut write: impl FnMut(&mut String, &str, &Node<'_>)) {
    to.push('{');
    for (place, (key, value)) in node.members().unwrap_or_default().iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        write_text(to, key);
        to.push(':');
        write(to, key, value);
    }
    to.push('}');
}
