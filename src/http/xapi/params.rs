//! Parameters, each of which has to be known, is there once, and is taken once.

use crate::domain::refusal::Refusal;
use crate::domain::xapi::INVALID_REQUEST;
use crate::domain::xapi::document::agent_of;
use crate::domain::xapi::json::parse_text;
use crate::domain::xapi::scalar::{self, Moment};
use crate::domain::xapi::term::Ifi;
use crate::http::address;

/// Parameters of a request at most: no resource takes half as many, and each is compared with each.
const MAX_PARAMETERS: usize = 32;

/// The parameters of a request.
#[derive(Debug, Default)]
pub struct Params(Vec<(String, String)>);

/// Reads pairs as a form has them.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    address::pairs(text)
        .map_err(|problem| INVALID_REQUEST.refuse_at("?", format!("cannot be read: {problem}")))
}

/// Refuses a parameter.
pub fn wrong(name: &str, problem: impl Into<String>) -> Refusal {
    INVALID_REQUEST.refuse_at(format!("?{name}"), problem)
}

/// Refuses that a parameter is not there.
pub fn missing(name: &str) -> Refusal {
    wrong(name, "is missing")
}

impl Params {
    /// Refuses a parameter that is there twice, and more than any resource takes.
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        if pairs.len() > MAX_PARAMETERS {
            let problem = format!("has more than {MAX_PARAMETERS} parameters, which no resource takes");
            return Err(INVALID_REQUEST.refuse_at("?", problem));
        }
        for (place, (name, _)) in pairs.iter().enumerate() {
            if pairs.iter().take(place).any(|(other, _)| other == name) {
                return Err(wrong(name, "is there twice"));
            }
        }
        Ok(Self(pairs))
    }

    /// Takes a parameter out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// What `parse` makes of a parameter.
    pub fn maybe<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Refusal> {
        self.take(name).map(|value| parse(&value).map_err(|problem| wrong(name, problem))).transpose()
    }

    /// An IRI.
    pub fn iri(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        self.maybe(name, |text| scalar::iri(text).map(|()| text.to_owned()))
    }

    /// A UUID.
    pub fn uuid(&mut self, name: &str) -> Result<Option<[u8; 16]>, Refusal> {
        self.maybe(name, scalar::uuid)
    }

    /// A time.
    pub fn moment(&mut self, name: &str) -> Result<Option<Moment>, Refusal> {
        self.maybe(name, scalar::moment)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        let read = self.maybe(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("is not true or false".to_owned()),
        })?;
        Ok(read.unwrap_or(false))
    }

    /// An agent or identified group, with its name.
    pub fn agent(&mut self, name: &str) -> Result<Option<(Ifi, Option<String>)>, Refusal> {
        self.maybe(name, |text| {
            parse_text(text).and_then(|node| agent_of(&node)).map_err(|wrong| wrong.to_string())
        })
    }

    /// Refuses what was not taken.
    pub fn done(&self) -> Result<(), Refusal> {
        self.none_left("is no parameter of this resource and method")
    }

    /// The same for a reason.
    pub fn none_left(&self, problem: &str) -> Result<(), Refusal> {
        self.0.first().map_or(Ok(()), |(name, _)| Err(wrong(name, problem)))
    }
}
