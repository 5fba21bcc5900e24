//! Agents and groups: who did it, to whom, by whose authority.

use super::fields::{Fields, checked, each, iri, text};
use super::json::{Node, Wrong};
use super::scalar;
use super::term::Ifi;

/// What identifies an agent, of which it has exactly one.
const IFIS: [&str; 4] = ["mbox", "mbox_sha1sum", "openid", "account"];
const AGENT: [&str; 6] = ["objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"];
const GROUP: [&str; 7] = ["objectType", "name", "mbox", "mbox_sha1sum", "openid", "account", "member"];
/// Each member is an index entry of its own.
pub const MAX_MEMBERS: usize = 400;

/// An agent, or a group with its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody<'n> {
    /// It is a group.
    pub group: bool,
    /// What identifies it; only an anonymous group has nothing.
    pub ifi: Option<Ifi>,
    /// What it is called.
    pub name: Option<&'n str>,
    /// Members of a group.
    pub members: Vec<Somebody<'n>>,
}

/// Which of the two somebody may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Either.
    Either,
    /// An agent.
    Agent,
    /// A group.
    Group,
}

/// Reads an agent or a group.
pub fn somebody<'n>(node: &'n Node<'_>, expected: Expected) -> Result<Somebody<'n>, Wrong> {
    let kind = match node.get("objectType") {
        None => None,
        Some(kind) => Some(text(kind).map_err(|wrong| wrong.under("objectType"))?),
    };
    match (kind, expected) {
        (None | Some("Agent"), Expected::Either | Expected::Agent) => agent(node),
        (Some("Group"), Expected::Either | Expected::Group) => group(node),
        (None, Expected::Group) => Err(Wrong::new("is missing; it is a Group").under("objectType")),
        (Some(_), Expected::Group) => Err(Wrong::new("is not Group").under("objectType")),
        (Some(_), Expected::Agent) => Err(Wrong::new("is not Agent").under("objectType")),
        (Some(_), Expected::Either) => Err(Wrong::new("is neither Agent nor Group").under("objectType")),
    }
}

fn agent<'n>(node: &'n Node<'_>) -> Result<Somebody<'n>, Wrong> {
    let fields = Fields::of(node, &AGENT)?;
    let name = fields.maybe("name", text)?;
    let ifi = ifi(fields)?.ok_or_else(|| Wrong::new("has none of mbox, mbox_sha1sum, openid, account"))?;
    Ok(Somebody { group: false, ifi: Some(ifi), name, members: Vec::new() })
}

fn group<'n>(node: &'n Node<'_>) -> Result<Somebody<'n>, Wrong> {
    let fields = Fields::of(node, &GROUP)?;
    let name = fields.maybe("name", text)?;
    let ifi = ifi(fields)?;
    let members = fields.maybe("member", |node| each(node, |item| somebody(item, Expected::Agent)))?;
    let members = match (members, &ifi) {
        (None, None) => {
            return Err(Wrong::new("is missing, and nothing identifies the group").under("member"));
        }
        (Some(members), None) if members.is_empty() => {
            return Err(Wrong::new("is empty, and nothing identifies the group").under("member"));
        }
        (members, _) => members.unwrap_or_default(),
    };
    if members.len() > MAX_MEMBERS {
        return Err(Wrong::new(format!("has more than {MAX_MEMBERS} members")).under("member"));
    }
    Ok(Somebody { group: true, ifi, name, members })
}

fn ifi(fields: Fields<'_, '_>) -> Result<Option<Ifi>, Wrong> {
    let mut there = IFIS.iter().filter(|key| fields.has(key));
    if let (Some(first), Some(second)) = (there.next(), there.next()) {
        return Err(
            Wrong::new(format!("is there beside {first}; only one may identify somebody")).under(*second)
        );
    }
    let mbox = fields.maybe("mbox", checked(scalar::mbox))?.map(|text| Ifi::Mbox(text.to_owned()));
    let sha1 =
        fields.maybe("mbox_sha1sum", checked(scalar::sha1sum))?.map(|text| Ifi::MboxSha1sum(text.to_owned()));
    let openid = fields.maybe("openid", iri)?.map(|text| Ifi::OpenId(text.to_owned()));
    let account = fields.maybe("account", account)?;
    Ok(mbox.or(sha1).or(openid).or(account))
}

/// Refuses a statement that comes and in which a mailbox is not one plain address. What is kept may have such ones, and so may what
/// another store took: those are read all the same.
pub fn one_address_each(statement: &Node<'_>) -> Result<(), Wrong> {
    for (key, value) in statement.members().unwrap_or_default() {
        let checked = match key.as_ref() {
            "mbox" => value.text().map_or(Ok(()), |text| scalar::one_address(text).map_err(Wrong::new)),
            // Of these nobody is identified.
            "verb" | "result" | "definition" | "extensions" | "attachments" => Ok(()),
            _ => one_address_each(value),
        };
        checked.map_err(|wrong| wrong.under(key.as_ref()))?;
    }
    for (place, item) in statement.items().unwrap_or_default().iter().enumerate() {
        one_address_each(item).map_err(|wrong| wrong.item(place))?;
    }
    Ok(())
}

fn account(node: &Node<'_>) -> Result<Ifi, Wrong> {
    let fields = Fields::of(node, &["homePage", "name"])?;
    let home_page = fields.must("homePage", iri)?.to_owned();
    let name = fields.must("name", text)?.to_owned();
    if name.is_empty() || name.len() > scalar::MAX_IRI_BYTES {
        return Err(Wrong::new(format!("is not 1 to {} bytes", scalar::MAX_IRI_BYTES)).under("name"));
    }
    Ok(Ifi::Account { home_page, name })
}

/// The authority of a statement: an agent, or a group of an application and its user, as OAuth has it.
pub fn authority<'n>(node: &'n Node<'_>) -> Result<Somebody<'n>, Wrong> {
    let who = somebody(node, Expected::Either)?;
    if who.group {
        if who.ifi.is_some() {
            return Err(Wrong::new("is an identified group; as an authority it has members only"));
        }
        if who.members.len() != 2 {
            return Err(Wrong::new("has not exactly two members").under("member"));
        }
    }
    Ok(who)
}
