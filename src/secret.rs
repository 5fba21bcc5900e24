//! Random secrets: what sessions, tokens and links are made of.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::session::token_hash;
use crate::domain::xapi::credential;

/// 256 bits: nobody guesses one, however many there are.
const SECRET_BYTES: usize = 32;

/// A new secret as text for URLs and headers.
pub fn token() -> Result<String, Refusal> {
    let mut bytes = [0; SECRET_BYTES];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A namespace that nobody else makes names in.
pub fn namespace() -> Result<[u8; 16], Refusal> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), Refusal> {
    getrandom::fill(bytes).map_err(|error| INTERNAL.refuse(format!("the system has no randomness: {error}")))
}

/// What a credential of the learning record store is shown with.
#[derive(Debug, Clone)]
pub struct LrsSecrets {
    /// The user name of Basic authentication.
    pub key: String,
    /// The password of Basic authentication.
    pub secret: String,
    /// The bearer token.
    pub token: String,
}

impl LrsSecrets {
    /// New ones.
    pub fn new() -> Result<Self, Refusal> {
        let (key, secret) = (token()?, token()?);
        // A key is a name and no secret: a third of the bits makes it unique.
        let key = key.get(..16).unwrap_or(&key).to_owned();
        Ok(Self { key, secret, token: format!("{}{}", credential::PREFIX, token()?) })
    }

    /// What is kept of them.
    pub fn kept(&self) -> credential::NewSecrets {
        credential::NewSecrets {
            key: self.key.clone(),
            secret: token_hash(&self.secret),
            token: token_hash(&self.token),
        }
    }
}
