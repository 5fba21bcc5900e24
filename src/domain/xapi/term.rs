//! What statements are found by: agents, verbs, activities and registrations, each as 128 bits of a hash, so that index keys are
//! short however long an IRI is.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::store::key::{KeyError, KeyPart};

/// A thing that statements are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Term(pub [u8; 16]);

impl KeyPart for Term {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        <[u8; 16]>::decode(input).map(Self)
    }
}

impl Term {
    /// The hash of some parts, which cannot run into each other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut term = [0; 16];
        for (to, from) in term.iter_mut().zip(digest.iter()) {
            *to = *from;
        }
        Self(term)
    }

    /// An agent or identified group, by what identifies it.
    pub fn agent(ifi: &Ifi) -> Self {
        match ifi {
            Ifi::Mbox(text) => Self::of(&[b"mbox", text.as_bytes()]),
            Ifi::MboxSha1sum(text) => Self::of(&[b"sha1", text.to_ascii_lowercase().as_bytes()]),
            Ifi::OpenId(text) => Self::of(&[b"openid", text.as_bytes()]),
            Ifi::Account { home_page, name } => {
                Self::of(&[b"account", home_page.as_bytes(), name.as_bytes()])
            }
        }
    }

    /// A verb.
    pub fn verb(iri: &str) -> Self {
        Self::of(&[b"verb", iri.as_bytes()])
    }

    /// An activity.
    pub fn activity(iri: &str) -> Self {
        Self::of(&[b"activity", iri.as_bytes()])
    }

    /// A registration.
    pub fn registration(id: &[u8; 16]) -> Self {
        Self::of(&[b"registration", id])
    }

    /// The same thing in another place: as somebody concerned rather than who acts, for example.
    #[must_use]
    pub fn as_in(self, place: &[u8]) -> Self {
        Self::of(&[place, &self.0])
    }

    /// Two things at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::of(&[b"and", &self.0, &other.0])
    }
}

/// What identifies an agent or group (an Inverse Functional Identifier).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ifi {
    /// A mailbox, with `mailto:`.
    Mbox(String),
    /// The SHA-1 of a mailbox.
    MboxSha1sum(String),
    /// An `OpenID`.
    OpenId(String),
    /// An account somewhere.
    Account {
        /// Where.
        home_page: String,
        /// Its name there.
        name: String,
    },
}
