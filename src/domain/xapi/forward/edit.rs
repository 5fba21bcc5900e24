//! What administrators do with targets and with what targets did not want.

use super::{
    Chosen, DEAD_LETTERS, DeadLetter, ForwardProgress, ForwardTarget, ForwardTargetId, LettersToSend, Login,
    Secret, SelectedAgent, Selection,
};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::audit;
use crate::domain::faults::{each, together};
use crate::domain::naming::one_line;
use crate::domain::refusal::{Code, Kind, Refusal, invalid, not_found};
use crate::domain::xapi::document::agent_of;
use crate::domain::xapi::json::parse_text;
use crate::domain::xapi::record::{LastStored, Stored};
use crate::domain::xapi::scalar;
use crate::domain::xapi::version::Version;
use crate::store::{Counter, Exactly, Read, Txn};

/// Each is looked after by itself, and all stand in one list.
const MAX_TARGETS: usize = 20;
/// Characters of the name of one.
pub const NAME_CHARS: usize = 100;
/// Longer addresses are a mistake.
pub const MAX_ENDPOINT_BYTES: usize = 500;
/// Keys, secrets and tokens are some dozens of characters.
pub const MAX_SECRET_BYTES: usize = 1_000;
/// Each is compared with every statement.
pub const MAX_VERBS: usize = 50;
/// An agent as JSON.
pub const MAX_AGENT_BYTES: usize = 5_000;
/// A target that does not want so many has another trouble than its statements: it stands still until somebody looks. Also
/// what one transaction removes with a target.
pub const MAX_LETTERS: usize = 1_000;

/// Too many targets.
pub const TOO_MANY_TARGETS: Code = Code::new(
    "too_many_forward_targets",
    Kind::Conflict,
    "Statements are forwarded to as many stores as they may be; delete one that is not used.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[TOO_MANY_TARGETS];

/// What a target is to be, as it was said.
#[derive(Debug, Clone)]
pub struct TargetFacts {
    /// What people call it.
    pub name: String,
    /// The address of its interface.
    pub endpoint: String,
    /// The version to speak.
    pub version: Version,
    /// The user name of Basic authentication; without one the secret is a bearer token.
    pub key: Option<String>,
    /// The password or token; `None` keeps the one that there is.
    pub secret: Option<String>,
    /// Verbs.
    pub verbs: Vec<String>,
    /// An activity.
    pub activity: Option<String>,
    /// An agent as JSON.
    pub agent: Option<String>,
    /// Files go along.
    pub attachments: bool,
}

/// What a target is to be, checked.
#[derive(Debug, Clone)]
pub struct NewTarget {
    name: String,
    endpoint: String,
    version: Version,
    key: Option<String>,
    secret: Option<Secret>,
    selection: Selection,
    attachments: bool,
}

fn endpoint(text: &str) -> Result<String, String> {
    let text = text.trim();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = host.map(|rest| rest.split('/').next().unwrap_or_default());
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    // A key in the address would be shown with it.
    let plain = printable && !text.contains(['?', '#', '@', '"', '<', '>', '\\', '^', '`', '{', '|', '}']);
    if !plain || text.len() > MAX_ENDPOINT_BYTES || host.is_none_or(str::is_empty) {
        return Err("is not an address such as https://lrs.example/xapi/, without a key, ? and #".to_owned());
    }
    let below = text.strip_suffix("/statements").unwrap_or(text);
    Ok(format!("{}/", below.trim_end_matches('/')))
}

fn header_text(text: &str) -> Result<String, String> {
    let formed = !text.is_empty() && text.len() <= MAX_SECRET_BYTES && !text.chars().any(char::is_control);
    if formed {
        Ok(text.to_owned())
    } else {
        Err(format!("is not 1 to {MAX_SECRET_BYTES} bytes on one line"))
    }
}

fn agent(text: &str) -> Result<SelectedAgent, String> {
    if text.len() > MAX_AGENT_BYTES {
        return Err(format!("is longer than {MAX_AGENT_BYTES} bytes"));
    }
    let (ifi, _) = parse_text(text).and_then(|node| agent_of(&node)).map_err(|wrong| wrong.to_string())?;
    Ok(SelectedAgent { text: text.to_owned(), ifi })
}

fn key(text: &str) -> Result<String, String> {
    let key = header_text(text)?;
    if key.contains(':') {
        return Err("has a colon, which ends the user name of Basic authentication".to_owned());
    }
    Ok(key)
}

/// A secret; without a key beside it, a bearer token.
fn secret(text: &str, alone: bool) -> Result<String, String> {
    let secret = header_text(text)?;
    if alone && !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("is no bearer token: it has spaces or letters that are not ASCII".to_owned());
    }
    Ok(secret)
}

fn check_verbs(verbs: &[String]) -> Result<(), Refusal> {
    if verbs.len() > MAX_VERBS {
        return Err(invalid("/verbs", format!("has more than {MAX_VERBS} items")));
    }
    let checked = verbs.iter().enumerate().map(|(place, verb)| {
        scalar::iri(verb).map_err(|problem| invalid(format!("/verbs/{place}"), problem))
    });
    each(checked).map(drop)
}

impl TargetFacts {
    /// Checks what was said.
    pub fn parse(self) -> Result<NewTarget, Refusal> {
        let at = |place: &'static str| move |problem: String| invalid(place, problem);
        let (name, endpoint, key, secret, (), (), agent) = together((
            one_line(&self.name, NAME_CHARS).map_err(at("/name")),
            endpoint(&self.endpoint).map_err(at("/endpoint")),
            self.key.as_deref().map(key).transpose().map_err(at("/key")),
            self.secret
                .as_deref()
                .map(|text| secret(text, self.key.is_none()))
                .transpose()
                .map_err(at("/secret")),
            check_verbs(&self.verbs),
            self.activity.as_deref().map_or(Ok(()), scalar::iri).map_err(at("/activity")),
            self.agent.as_deref().map(agent).transpose().map_err(at("/agent")),
        ))?;
        Ok(NewTarget {
            name,
            endpoint,
            version: self.version,
            key,
            secret: secret.map(Secret::new),
            selection: Selection { verbs: self.verbs, activity: self.activity, agent },
            attachments: self.attachments,
        })
    }
}

fn login(key: Option<String>, secret: Secret) -> Login {
    match key {
        Some(key) => Login::Basic { key, secret },
        None => Login::Bearer(secret),
    }
}

fn subject(id: ForwardTargetId) -> String {
    format!("forward target {id}")
}

fn manage(read: &impl Read, actor: &Actor) -> Result<(), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)
}

/// Makes a target. It gets what is stored after `since`; without that, what is stored from now on.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    new: NewTarget,
    since: Option<Timestamp>,
) -> Result<ForwardTarget, Refusal> {
    manage(txn, actor)?;
    if txn.list::<ForwardTarget>(&(), None, MAX_TARGETS)?.len() >= MAX_TARGETS {
        return Err(TOO_MANY_TARGETS.refuse_whole(format!("there are {MAX_TARGETS} targets already")));
    }
    let secret = new.secret.ok_or_else(|| invalid("/secret", "is missing"))?;
    let position = match since {
        Some(since) => Stored(u64::try_from(since.ms()).unwrap_or(0).saturating_mul(1_000)),
        None => txn.get::<LastStored>(&0)?.map_or(Stored(0), |last| last.stored),
    };
    let target = ForwardTarget {
        id: txn.new_id()?,
        name: new.name,
        endpoint: new.endpoint,
        version: new.version,
        login: login(new.key, secret),
        selection: new.selection,
        attachments: new.attachments,
        paused: false,
        created: actor.now,
        revision: 1,
    };
    txn.put(target.clone())?;
    txn.put(ForwardProgress {
        target: target.id,
        position,
        delivered: 0,
        delivered_at: None,
        trouble: None,
        last: None,
    })?;
    audit::note(txn, actor, "forward_target.create", None, subject(target.id), target.name.as_str())?;
    Ok(target)
}

/// All targets, the oldest first.
pub fn list(read: &impl Read, actor: &Actor) -> Result<Vec<ForwardTarget>, Refusal> {
    manage(read, actor)?;
    all(read)
}

/// All targets, the oldest first; checks no right.
pub fn all(read: &impl Read) -> Result<Vec<ForwardTarget>, Refusal> {
    Ok(read.list::<ForwardTarget>(&(), None, MAX_TARGETS)?)
}

/// A target.
pub fn get(read: &impl Read, actor: &Actor, id: ForwardTargetId) -> Result<ForwardTarget, Refusal> {
    manage(read, actor)?;
    read.get::<ForwardTarget>(&id)?
        .map(std::sync::Arc::unwrap_or_clone)
        .ok_or_else(|| not_found("forward target", id))
}

/// Changes a target. It goes on from where it is, at once.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ForwardTargetId,
    new: NewTarget,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<ForwardTarget, Refusal> {
    let was = get(txn, actor, id)?;
    unchanged(was.revision)?;
    let kept = match was.login.clone() {
        // A secret goes to the address that it was given for, and to no other.
        _ if was.endpoint != new.endpoint => None,
        Login::Basic { secret, .. } if new.key.is_some() => Some(secret),
        Login::Bearer(token) if new.key.is_none() => Some(token),
        _ => None,
    };
    let secret = new.secret.or(kept).ok_or_else(|| {
        invalid("/secret", "is missing; another endpoint, or another way to sign in, needs it again")
    })?;
    let mut target = ForwardTarget {
        name: new.name,
        endpoint: new.endpoint,
        version: new.version,
        login: login(new.key, secret),
        selection: new.selection,
        attachments: new.attachments,
        ..was.clone()
    };
    if target == was {
        try_at_once(txn, id)?;
        return Ok(was);
    }
    target.revision += 1;
    txn.put(target.clone())?;
    if target.endpoint != was.endpoint
        && let Some(progress) = txn.get::<ForwardProgress>(&id)?
    {
        // What one store has taken shows nothing of another.
        txn.put(ForwardProgress { last: None, ..(*progress).clone() })?;
    }
    try_at_once(txn, id)?;
    audit::note(txn, actor, "forward_target.change", None, subject(id), target.name.as_str())?;
    Ok(target)
}

/// What was wrong may be right now.
fn try_at_once(txn: &mut Txn<'_>, id: ForwardTargetId) -> Result<(), Refusal> {
    if let Some(progress) = txn.get::<ForwardProgress>(&id)?
        && let Some(trouble) = &progress.trouble
    {
        let trouble = Some(super::Trouble { next: Timestamp::EPOCH, ..trouble.clone() });
        txn.put(ForwardProgress { trouble, ..(*progress).clone() })?;
    }
    Ok(())
}

/// Stops sending, or goes on with it from where it was.
pub fn pause(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ForwardTargetId,
    paused: bool,
) -> Result<ForwardTarget, Refusal> {
    let was = get(txn, actor, id)?;
    if !paused {
        try_at_once(txn, id)?;
    }
    if was.paused == paused {
        return Ok(was);
    }
    let target = ForwardTarget { paused, revision: was.revision + 1, ..was };
    txn.put(target.clone())?;
    let action = if paused { "forward_target.pause" } else { "forward_target.resume" };
    audit::note(txn, actor, action, None, subject(id), target.name.as_str())?;
    Ok(target)
}

/// Deletes a target with what it did not want. Statements stay.
pub fn delete(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ForwardTargetId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let target = get(txn, actor, id)?;
    unchanged(target.revision)?;
    for letter in txn.list::<DeadLetter>(&(id,), None, MAX_LETTERS)? {
        txn.delete::<DeadLetter>(&(id, letter.stored))?;
    }
    txn.delete::<ForwardProgress>(&id)?;
    txn.delete::<ForwardTarget>(&id)?;
    audit::note(txn, actor, "forward_target.delete", None, subject(id), target.name.as_str())
}

/// What a target did not want, in stored order, behind `after`.
pub fn letters(
    read: &impl Read,
    actor: &Actor,
    id: ForwardTargetId,
    after: Option<Stored>,
    limit: usize,
) -> Result<Vec<DeadLetter>, Refusal> {
    get(read, actor, id)?;
    Ok(read.list::<DeadLetter>(&(id,), after.map(|after| (id, after)).as_ref(), limit)?)
}

/// Which letters something is done with.
#[derive(Debug, Clone)]
pub enum Letters {
    /// All of a target.
    All,
    /// These.
    These(Vec<Stored>),
}

fn named(txn: &Txn<'_>, id: ForwardTargetId, which: &Letters) -> Result<Vec<DeadLetter>, Refusal> {
    let all = txn.list::<DeadLetter>(&(id,), None, MAX_LETTERS)?;
    match which {
        Letters::All => Ok(all),
        // One that is gone by now is not to be sent or thrown away any more.
        Letters::These(these) => {
            Ok(all.into_iter().filter(|letter| these.contains(&letter.stored)).collect())
        }
    }
}

/// Does something with each of the letters that are meant, and says so in the audit trail. How many there were.
fn each_letter(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ForwardTargetId,
    (which, action): (&Letters, &'static str),
    each: impl Fn(&mut Txn<'_>, DeadLetter) -> Result<(), Refusal>,
) -> Result<usize, Refusal> {
    get(txn, actor, id)?;
    let letters = named(txn, id, which)?;
    let count = letters.len();
    for letter in letters {
        each(txn, letter)?;
    }
    if count > 0 {
        try_at_once(txn, id)?;
        audit::note(txn, actor, action, None, subject(id), format!("{count} statements"))?;
    }
    Ok(count)
}

/// What can be done with letters: [`send_again`], [`discard`].
pub type LetterWork = fn(&mut Txn<'_>, &Actor, ForwardTargetId, &Letters) -> Result<usize, Refusal>;

/// Sends letters again, before anything else. How many.
pub fn send_again(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ForwardTargetId,
    which: &Letters,
) -> Result<usize, Refusal> {
    each_letter(txn, actor, id, (which, "forward_target.redeliver"), |txn, letter| {
        Ok(txn.put(DeadLetter { again: true, ..letter })?)
    })
}

/// Throws letters away: the target does not get these statements. How many.
pub fn discard(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ForwardTargetId,
    which: &Letters,
) -> Result<usize, Refusal> {
    each_letter(txn, actor, id, (which, "forward_target.discard"), |txn, letter| {
        txn.delete::<DeadLetter>(&(id, letter.stored))?;
        Ok(())
    })
}

/// How many letters a target has, and how many of them wait to be sent again.
pub fn letter_counts(read: &impl Read, id: ForwardTargetId) -> Result<(u64, u64), Refusal> {
    let all = read.counter(&Counter::new(DEAD_LETTERS, &id))?;
    let again = read.index_keys::<LettersToSend>(&Exactly(id), None, MAX_LETTERS)?.len();
    Ok((u64::try_from(all).unwrap_or(0), again as u64))
}

impl ForwardTarget {
    /// What it looks for.
    pub fn chosen(&self) -> Chosen {
        Chosen::of(&self.selection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_an_address_with_a_slash_at_its_end() {
        for (text, read) in [
            ("https://lrs.example/xapi", Some("https://lrs.example/xapi/")),
            (" https://lrs.example/xapi// ", Some("https://lrs.example/xapi/")),
            ("http://127.0.0.1:8081/data/xAPI/statements", Some("http://127.0.0.1:8081/data/xAPI/")),
            ("https://lrs.example", Some("https://lrs.example/")),
            ("lrs.example/xapi", None),
            ("ftp://lrs.example/", None),
            ("https:///xapi", None),
            ("https://key:secret@lrs.example/", None),
            ("https://lrs.example/?key=x", None),
            ("https://lrs.example/a b", None),
        ] {
            assert_eq!(endpoint(text).ok().as_deref(), read, "{text}");
        }
    }
}
