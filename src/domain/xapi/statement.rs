//! The statement: its strict validation, and what is found out on the way.

use super::activity::{Activity, activity};
use super::agent::{Expected, Somebody, authority, somebody};
use super::context::{Context, context, result, statement_ref};
use super::fields::{Fields, checked, count, each, iri, language_map, parsed, text};
use super::json::{Node, Wrong};
use super::scalar::{self, Moment};
use super::version::Version;

/// The verb of statements that void another.
pub const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";
const STATEMENT: [&str; 11] = [
    "id",
    "actor",
    "verb",
    "object",
    "result",
    "context",
    "timestamp",
    "stored",
    "authority",
    "version",
    "attachments",
];
const SUB_STATEMENT: [&str; 8] =
    ["objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"];
/// Files of one statement.
const MAX_ATTACHMENTS: usize = 100;

/// What a statement is about.
#[derive(Debug)]
pub enum Object<'n, 'a> {
    /// An activity.
    Activity(Activity<'n, 'a>),
    /// An agent or a group.
    Somebody(Somebody<'n>),
    /// Another statement.
    Reference([u8; 16]),
    /// A statement that is not made.
    SubStatement(Box<Core<'n, 'a>>),
}

/// What a statement and a sub-statement have in common.
#[derive(Debug)]
pub struct Core<'n, 'a> {
    /// Who did it.
    pub actor: Somebody<'n>,
    /// What they did.
    pub verb: &'n str,
    /// To what.
    pub object: Object<'n, 'a>,
    /// Around what.
    pub context: Context<'n, 'a>,
    /// When.
    pub timestamp: Option<Moment>,
    /// With which files.
    pub attachments: Vec<Attachment<'n>>,
}

/// What is said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment<'n> {
    /// What it is for.
    pub usage_type: &'n str,
    /// Its media type.
    pub content_type: &'n str,
    /// Its hash, as it was written.
    pub sha2: &'n str,
    /// Its length.
    pub length: u64,
    /// It can be had elsewhere.
    pub has_url: bool,
}

/// A valid statement.
#[derive(Debug)]
pub struct Statement<'n, 'a> {
    /// Its id, when the client gave one.
    pub id: Option<[u8; 16]>,
    /// Who did what.
    pub core: Core<'n, 'a>,
    /// The version that it names.
    pub version: Option<&'n str>,
    /// By whose authority, as the client says.
    pub authority: Option<Somebody<'n>>,
}

impl Statement<'_, '_> {
    /// The statement that this one voids.
    pub fn voids(&self) -> Option<[u8; 16]> {
        match self.core.object {
            Object::Reference(id) if self.core.verb == VOIDED => Some(id),
            _ => None,
        }
    }
}

/// By which version a statement is read that comes in a request of version `spoken`: by the one that it names, so that one of 1.0.x
/// has nothing that came with 2.0. Requests of 1.0.3 bring statements of 1.0 or 1.0.x only (1.0.3 part two, 2.4.10).
pub fn version_of(node: &Node<'_>, spoken: Version) -> Result<Version, Wrong> {
    match node.get("version").and_then(Node::text).and_then(Version::parse) {
        Some(Version::Two) if spoken == Version::One => {
            Err(Wrong::new("is not 1.0.x, the version of the request").under("version"))
        }
        named => Ok(named.unwrap_or(spoken)),
    }
}

/// Reads a statement.
pub fn statement<'n, 'a>(node: &'n Node<'a>, version: Version) -> Result<Statement<'n, 'a>, Wrong> {
    let fields = Fields::of(node, &STATEMENT)?;
    let id = fields.maybe("id", parsed(scalar::uuid))?;
    let core = core(fields, version, true)?;
    fields.maybe("stored", checked(scalar::moment))?;
    let named = fields.maybe("version", |node| {
        let text = text(node)?;
        match Version::parse(text) {
            Some(_) => Ok(text),
            None => Err(Wrong::new("is neither 1.0.x nor 2.0.x")),
        }
    })?;
    let authority = fields.maybe("authority", authority)?;
    Ok(Statement { id, core, version: named, authority })
}

fn core<'n, 'a>(fields: Fields<'n, 'a>, version: Version, may_nest: bool) -> Result<Core<'n, 'a>, Wrong> {
    let actor = fields.must("actor", |node| somebody(node, Expected::Either))?;
    let verb = fields.must("verb", verb)?;
    let object = fields.must("object", |node| object(node, version, may_nest))?;
    if verb == VOIDED && !matches!(object, Object::Reference(_)) {
        return Err(Wrong::new("is not StatementRef, and the verb is voided")
            .under("objectType")
            .under("object"));
    }
    fields.maybe("result", result)?;
    let about_activity = matches!(object, Object::Activity(_));
    let context = fields.maybe("context", |node| context(node, about_activity, version))?.unwrap_or_default();
    let timestamp = fields.maybe("timestamp", parsed(scalar::moment))?;
    let attachments = fields.maybe("attachments", |node| each(node, attachment))?.unwrap_or_default();
    if attachments.len() > MAX_ATTACHMENTS {
        return Err(Wrong::new(format!("has more than {MAX_ATTACHMENTS} items")).under("attachments"));
    }
    Ok(Core { actor, verb, object, context, timestamp, attachments })
}

fn verb<'n>(node: &'n Node<'_>) -> Result<&'n str, Wrong> {
    let fields = Fields::of(node, &["id", "display"])?;
    fields.maybe("display", language_map)?;
    fields.must("id", iri)
}

fn object<'n, 'a>(node: &'n Node<'a>, version: Version, may_nest: bool) -> Result<Object<'n, 'a>, Wrong> {
    let kind = match node.get("objectType") {
        None => "Activity",
        Some(kind) => text(kind).map_err(|wrong| wrong.under("objectType"))?,
    };
    match kind {
        "Activity" => activity(node).map(Object::Activity),
        "Agent" | "Group" => somebody(node, Expected::Either).map(Object::Somebody),
        "StatementRef" => statement_ref(node).map(Object::Reference),
        "SubStatement" if may_nest => {
            let fields = Fields::of(node, &SUB_STATEMENT)?;
            core(fields, version, false).map(|core| Object::SubStatement(Box::new(core)))
        }
        "SubStatement" => Err(Wrong::new("is SubStatement inside a SubStatement").under("objectType")),
        _ => {
            Err(Wrong::new("is none of Activity, Agent, Group, StatementRef, SubStatement")
                .under("objectType"))
        }
    }
}

fn attachment<'n>(node: &'n Node<'_>) -> Result<Attachment<'n>, Wrong> {
    let keys = ["usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"];
    let fields = Fields::of(node, &keys)?;
    let usage_type = fields.must("usageType", iri)?;
    fields.must("display", language_map)?;
    fields.maybe("description", language_map)?;
    let content_type = fields.must("contentType", checked(scalar::media_type))?;
    let length = fields.must("length", count)?;
    let sha2 = fields.must("sha2", checked(scalar::sha2))?;
    let has_url = fields.maybe("fileUrl", iri)?.is_some();
    Ok(Attachment { usage_type, content_type, sha2, length, has_url })
}
