//! Making something with a form once: who sends it again as it is, because the answer was lost or the button was pressed twice, is
//! led to what they made.
//!
//! The forms of every page have a token that looks different, so one that comes in as another did before was sent again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::form::Fields;
use super::frame::Frame;
use super::visitor::CSRF_FIELD;
use crate::domain::access::Actor;
use crate::domain::once::{self, OnceKey};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::state::State;
use crate::store::{Class, Txn};

/// The token that signing in tells to programs, a SHA-256 as base64: the same every time.
const PLAIN_TOKEN_LETTERS: usize = 43;

/// What a form that was sent again has in common with the first one; none for a program that shows no token of a page.
pub fn key(frame: &Frame, fields: &Fields) -> Option<OnceKey> {
    if fields.get(CSRF_FIELD).len() <= PLAIN_TOKEN_LETTERS {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update(b"lyceum form\0");
    for part in std::iter::once(frame.here.as_str()).chain(fields.iter().flat_map(<[&str; 2]>::from)) {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let key = hash.finalize().into();
    Some(OnceKey { key, request: key })
}

/// Makes something, or tells what was made when the form came before. Whoever calls has looked at the right to it.
pub async fn once<T: Serialize + DeserializeOwned>(
    state: &State,
    actor: &Actor,
    key: Option<OnceKey>,
    work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let defect = |error: serde_json::Error| INTERNAL.refuse(error.to_string());
    let (user, now) = (actor.user, actor.now);
    let write = state.store.write(Class::Interactive, move |txn| {
        once::run(txn, user, now, key, |txn| {
            let made = serde_json::to_vec(&work(txn)?).map_err(defect)?;
            Ok((String::new(), made))
        })
    });
    let (_, made) = write.await?;
    serde_json::from_slice(&made).map_err(defect)
}
