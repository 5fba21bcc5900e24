//! What is known of activities and of people from all statements that named them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::credential::Caller;
use super::json::{Node, Value, object, parse_text, quoted, united};
use super::own;
use super::prepare::Defined;
use super::term::{Ifi, Term};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::store::{Cache, Read, Record, Table, TableInfo, Txn};

/// What is said and what is merged has to fit its row; what would not leaves all as it was.
const MAX_DEFINITION_BYTES: usize = 12 * 1024;
/// Names of one person; the newest are kept.
const MAX_NAMES: usize = 16;

/// An activity with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownActivity {
    /// Its id.
    pub id: String,
    /// Its merged definition, as JSON.
    pub definition: String,
    /// The hash of the definition that was merged last: most statements bring the same one again.
    last: [u8; 32],
}

impl Record for KnownActivity {
    const TABLE: Table = Table { tag: 166, name: "xapi activity" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = Term;

    fn key(&self) -> Term {
        Term::activity(&self.id)
    }
}

/// The names of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPerson {
    /// What identifies them.
    pub ifi: Ifi,
    /// What they were called, the newest last.
    pub names: Vec<String>,
}

impl Record for KnownPerson {
    const TABLE: Table = Table { tag: 167, name: "xapi person" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = Term;

    fn key(&self) -> Term {
        Term::agent(&self.ifi)
    }
}

/// Tables of this file.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<KnownActivity>(), TableInfo::rows::<KnownPerson>()];

/// What somebody's word on what things are called is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It goes over what was said before: that of a tool that may define.
    Newest,
    /// It stands where nobody has said anything: that of a file, which does not tell who of those that it quotes might define.
    Filling,
    /// Nobody else has a say: that of this installation on what is its own.
    Own,
}

/// Notes a definition.
pub fn learn_activity(txn: &mut Txn<'_>, defined: &Defined, word: Word) -> Result<(), Refusal> {
    if defined.definition.len() > MAX_DEFINITION_BYTES
        || (word != Word::Own && own::is_own(txn, &defined.id)?)
    {
        return Ok(());
    }
    let known = txn.get::<KnownActivity>(&defined.term)?;
    let (definition, last) = match &known {
        Some(known) if known.last == defined.hash => return Ok(()),
        Some(known) if word == Word::Newest => {
            (merge(&known.definition, &defined.definition, Stands::Newer)?, defined.hash)
        }
        Some(known) if word == Word::Filling => {
            (merge(&known.definition, &defined.definition, Stands::Older)?, known.last)
        }
        _ => (defined.definition.clone(), defined.hash),
    };
    let new = KnownActivity { id: defined.id.clone(), definition, last };
    if new.definition.len() <= MAX_DEFINITION_BYTES && known.is_none_or(|known| *known != new) {
        txn.put(new)?;
    }
    Ok(())
}

/// Notes a name.
pub fn learn_name(txn: &mut Txn<'_>, ifi: &Ifi, name: &str, word: Word) -> Result<(), Refusal> {
    let known = txn.get::<KnownPerson>(&Term::agent(ifi))?;
    let is_enough =
        |known: &KnownPerson| word == Word::Filling || known.names.iter().any(|known| known == name);
    if known.as_deref().is_some_and(is_enough) {
        return Ok(());
    }
    let mut names = known.map(|known| known.names.clone()).unwrap_or_default();
    if names.len() >= MAX_NAMES {
        names.remove(0);
    }
    names.push(name.to_owned());
    Ok(txn.put(KnownPerson { ifi: ifi.clone(), names })?)
}

/// What goes with one type of interaction and not with another.
const OF_INTERACTION: [&str; 6] =
    ["correctResponsesPattern", "choices", "scale", "source", "target", "steps"];

/// Which of two definitions goes over the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Newer,
    Older,
}

/// Two definitions as one: texts of all languages and all extensions together, of everything else what `stands`. Where the type of
/// interaction is another one, nothing is left of what went with that of the other.
fn merge(older: &str, newer: &str, stands: Stands) -> Result<String, Refusal> {
    let read = |text| parse_text(text).map_err(|wrong| INTERNAL.refuse(format!("a kept definition {wrong}")));
    let (mut older, mut newer) = (read(older)?, read(newer)?);
    let interaction = |node: &Node<'_>| node.get("interactionType").and_then(Node::text).map(str::to_owned);
    let interactions = (interaction(&older), interaction(&newer));
    let yields = if stands == Stands::Newer { &mut older } else { &mut newer };
    if let (Some(before), Some(now)) = (&interactions.0, &interactions.1)
        && before != now
        && let Value::Object(members) = &mut yields.value
    {
        members.retain(|(key, _)| !OF_INTERACTION.contains(&key.as_ref()));
    }
    let standing = |older: &Node<'_>, newer: &Node<'_>| {
        if stands == Stands::Newer { newer.raw.to_owned() } else { older.raw.to_owned() }
    };
    Ok(united(&older, &newer, |key, older, newer| {
        Cow::Owned(if matches!(key, "name" | "description" | "extensions") {
            united(older, newer, |_, older, newer| Cow::Owned(standing(older, newer)))
        } else {
            standing(older, newer)
        })
    }))
}

/// What is known of an activity, as far as the caller may know it. Those of this installation have names of courses and texts of
/// questions, and ids that can be counted through: they are for who may read the statements that named them.
pub fn known_to(caller: &Caller, read: &impl Read, id: &str) -> Result<Option<Arc<KnownActivity>>, Refusal> {
    if !caller.reads_all() && own::is_own(read, id)? {
        return Ok(None);
    }
    Ok(read.get::<KnownActivity>(&Term::activity(id))?)
}

/// An activity as it is told: one that nobody defined, or of which the caller may not know, has its id only.
pub fn activity_json(caller: &Caller, read: &impl Read, id: &str) -> Result<String, Refusal> {
    let known = known_to(caller, read, id)?;
    let name = quoted(id);
    let mut members = vec![("objectType", "\"Activity\""), ("id", name.as_str())];
    if let Some(known) = &known {
        members.push(("definition", known.definition.as_str()));
    }
    Ok(object(members))
}

/// Everything that identifies somebody, and what they were called, as a Person. Names are those that statements of all tools said:
/// they are for who may read these.
pub fn person_json(
    caller: &Caller,
    read: &impl Read,
    ifi: &Ifi,
    name: Option<&str>,
) -> Result<String, Refusal> {
    let known = if caller.reads_all() { read.get::<KnownPerson>(&Term::agent(ifi))? } else { None };
    let mut names: Vec<&str> =
        known.iter().flat_map(|known| known.names.iter().map(String::as_str)).collect();
    if let Some(name) = name
        && !names.contains(&name)
    {
        names.push(name);
    }
    let names: Vec<String> = names.into_iter().map(quoted).collect();
    let names = format!("[{}]", names.join(","));
    let (key, value) = match ifi {
        Ifi::Mbox(text) => ("mbox", quoted(text)),
        Ifi::MboxSha1sum(text) => ("mbox_sha1sum", quoted(text)),
        Ifi::OpenId(text) => ("openid", quoted(text)),
        Ifi::Account { home_page, name } => {
            ("account", format!("{{\"homePage\":{},\"name\":{}}}", quoted(home_page), quoted(name)))
        }
    };
    let value = format!("[{value}]");
    let mut members = vec![("objectType", "\"Person\"")];
    if names != "[]" {
        members.push(("name", names.as_str()));
    }
    members.push((key, value.as_str()));
    Ok(object(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_and_extensions_come_together_and_of_the_rest_the_newer_stands() {
        let older = r#"{"name":{"en":"a","de":"b"},"type":"http://t","moreInfo":"http://m","extensions":{"http://x":1.0}}"#;
        let newer = r#"{"name":{"en":"c","fr":"d"},"type":"http://u","extensions":{"http://y":{"a": 2}}}"#;
        let merged = merge(older, newer, Stands::Newer).unwrap();
        assert_eq!(
            merged,
            r#"{"name":{"en":"c","de":"b","fr":"d"},"type":"http://u","moreInfo":"http://m","extensions":{"http://x":1.0,"http://y":{"a": 2}}}"#
        );
    }

    #[test]
    fn where_the_older_stands_the_newer_says_what_it_does_not() {
        let older = r#"{"name":{"en":"a"},"interactionType":"choice","choices":[{"id":"a"}]}"#;
        let newer = r#"{"type":"http://t","name":{"de":"b","en":"c"},"interactionType":"numeric","correctResponsesPattern":["1"]}"#;
        let merged = merge(older, newer, Stands::Older).unwrap();
        assert_eq!(
            merged,
            r#"{"name":{"en":"a","de":"b"},"interactionType":"choice","choices":[{"id":"a"}],"type":"http://t"}"#
        );
        assert_eq!(merge(&merged, newer, Stands::Older).unwrap(), merged);
    }

    #[test]
    fn what_went_with_another_type_of_interaction_goes_with_it() {
        let choice = r#"{"type":"http://t","interactionType":"choice","correctResponsesPattern":["a"],"choices":[{"id":"a"}]}"#;
        let numeric = r#"{"interactionType":"numeric","correctResponsesPattern":["1[:]2"]}"#;
        assert_eq!(
            merge(choice, numeric, Stands::Newer).unwrap(),
            r#"{"type":"http://t","interactionType":"numeric","correctResponsesPattern":["1[:]2"]}"#
        );
        assert_eq!(
            merge(numeric, r#"{"interactionType":"other"}"#, Stands::Newer).unwrap(),
            r#"{"interactionType":"other"}"#
        );
        let named = r#"{"name":{"en":"a"}}"#;
        assert_eq!(
            merge(choice, named, Stands::Newer).unwrap(),
            r#"{"type":"http://t","interactionType":"choice","correctResponsesPattern":["a"],"choices":[{"id":"a"}],"name":{"en":"a"}}"#
        );
    }
}
