//! One person in the learning records: under everything that identifies them, in every place of a statement. `find` finds what
//! is here of them, `rewrite` takes them out of a statement, `erase` goes through all of it.

pub mod erase;
pub mod find;
mod rewrite;

use serde::{Deserialize, Serialize};

use super::document::agent_of;
use super::json::{Wrong, parse_text};
use super::own::Site;
use super::record::Concerns;
use super::sha1;
use super::term::{Ifi, Term};
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::account::Account;
use crate::domain::ids::UserId;
use crate::domain::refusal::{Refusal, invalid};
use crate::store::Read;

/// What identifies one person, at most.
pub const MAX_AGENTS: usize = 20;

/// Refuses who may not look after the data of others.
pub fn require(read: &impl Read, actor: &Actor) -> Result<(), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)
}

/// Everything that identifies one person, as hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    agents: Vec<Term>,
}

impl Person {
    /// Whoever these identify. Who has a mailbox is also who has its hash, and who has it with its domain in small letters: the case
    /// of a domain says nothing.
    pub fn of<'i>(ifis: impl IntoIterator<Item = &'i Ifi>) -> Self {
        let mut agents = Vec::new();
        for ifi in ifis {
            agents.push(Term::agent(ifi));
            if let Ifi::Mbox(mailbox) = ifi {
                for spelling in [mailbox.clone(), with_small_domain(mailbox)] {
                    agents.push(Term::agent(&Ifi::MboxSha1sum(sha1::hex(spelling.as_bytes()))));
                    agents.push(Term::agent(&Ifi::Mbox(spelling)));
                }
            }
        }
        agents.sort_unstable();
        agents.dedup();
        Self { agents }
    }

    /// Reads agents in JSON and an account of this installation, each with the place where a refusal says that it is wrong. Of
    /// whom other tools know there may be nothing; an account of this installation is there, or something is kept of it.
    pub fn parse(
        read: &impl Read,
        (whole, agents): (&str, &[(String, String)]),
        account: Option<(&str, UserId)>,
    ) -> Result<Self, Refusal> {
        let site = read.get::<Site>(&0)?;
        let own = |ifi: &Ifi| match (ifi, &site) {
            (Ifi::Account { home_page, name }, Some(site)) if **home_page == *site.base => Some(name.clone()),
            _ => None,
        };
        let mut ifis = Vec::new();
        for (at, text) in agents {
            let found = parse_text(text).and_then(|node| agent_of(&node));
            let (ifi, _) = found.map_err(|wrong| refused(at, wrong))?;
            ifis.push((at.as_str(), ifi));
        }
        if let (Some((at, user)), Some(site)) = (account, &site) {
            ifis.push((at, Ifi::Account { home_page: site.base.to_string(), name: user.0.to_string() }));
        }
        if ifis.is_empty() || ifis.len() > MAX_AGENTS {
            return Err(invalid(whole, format!("name 1 to {MAX_AGENTS} agents, or an account")));
        }
        for (at, ifi) in &ifis {
            let Some(name) = own(ifi) else { continue };
            let user = name.parse().ok().map(UserId).filter(|user| user.0.to_string() == *name);
            let is_here = user.map(|user| read.get::<Account>(&user)).transpose()?.flatten().is_some();
            if !is_here && !find::is_something(read, &Self::of(std::slice::from_ref(ifi)))? {
                return Err(invalid(*at, "is no account here"));
            }
        }
        Ok(Self::of(ifis.iter().map(|(_, ifi)| ifi)))
    }

    /// Is this them?
    pub fn has(&self, ifi: &Ifi) -> bool {
        self.agents.contains(&Term::agent(ifi))
    }

    fn is_named(&self, concerns: &Concerns) -> bool {
        concerns.agents.iter().any(|(agent, _)| self.agents.contains(agent))
    }
}

/// A place in a body goes on into the agent; a parameter is named alone.
fn refused(at: &str, wrong: Wrong) -> Refusal {
    if at.starts_with('?') {
        return invalid(at, wrong.to_string());
    }
    invalid(format!("{at}{}", wrong.pointer()), wrong.problem)
}

fn with_small_domain(mailbox: &str) -> String {
    mailbox
        .rsplit_once('@')
        .map_or_else(|| mailbox.to_owned(), |(local, domain)| format!("{local}@{}", domain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_mailbox_is_also_who_has_its_hash() {
        let person = Person::of(&[Ifi::Mbox("mailto:ada@example.com".to_owned())]);
        let hash = sha1::hex(b"mailto:ada@example.com");
        assert!(person.has(&Ifi::MboxSha1sum(hash.to_uppercase())));
        assert!(!person.has(&Ifi::Mbox("mailto:bob@example.com".to_owned())));
        let person = Person::of(&[Ifi::Mbox("mailto:Ada@EXAMPLE.com".to_owned())]);
        for spelling in ["mailto:Ada@EXAMPLE.com", "mailto:Ada@example.com"] {
            assert!(person.has(&Ifi::Mbox(spelling.to_owned())), "{spelling}");
            assert!(person.has(&Ifi::MboxSha1sum(sha1::hex(spelling.as_bytes()))), "{spelling}");
        }
        assert!(!person.has(&Ifi::Mbox("mailto:ada@example.com".to_owned())), "the local part is told apart");
    }
}
