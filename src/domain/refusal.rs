//! The one way in which a rule says no: a stable code, a sentence, and where in the input it is.
//!
//! A noun declares its codes as constants beside its rules and lists them in its `CODES`; `http::error` turns the
//! kind into a status.

use crate::store::StoreError;

/// What sort of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request itself is not well-formed.
    Malformed,
    /// The input is not what is asked for.
    Invalid,
    /// The body is of a media type, or in a coding, that is not taken here.
    UnsupportedMedia,
    /// The client took too long to send its request.
    TooSlow,
    /// Nobody is signed in, or the credential is not good (any more).
    Unauthenticated,
    /// Signed in, but not allowed.
    Forbidden,
    /// There is no such thing, or none that this person may know of.
    NotFound,
    /// It cannot be done in the present state.
    Conflict,
    /// Somebody else changed it since it was read.
    Changed,
    /// The change must say which state it was made from.
    PreconditionRequired,
    /// It was there once.
    Gone,
    /// The input is larger than a limit.
    TooLarge,
    /// Nothing is where the client asks for a part.
    OutOfRange,
    /// Too often; later it may be tried again.
    TooMany,
    /// The machine is full or read-only; later it may be tried again.
    Unavailable,
    /// A defect or a failed disk. The log has the reason, the client an id.
    Internal,
}

/// A stable reason for a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Never changes once released: clients match on it.
    pub name: &'static str,
    /// What sort of no.
    pub kind: Kind,
    /// What it means, for the documents.
    pub meaning: &'static str,
}

impl Code {
    /// A code.
    pub const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, kind, meaning }
    }

    /// A refusal with this code; `detail` says what was wrong this time and what would be right.
    pub fn refuse(self, detail: impl Into<String>) -> Refusal {
        Refusal {
            code: self,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after_seconds: None,
            more: None,
        }
    }

    /// Refuses a place in the input; all of it is at `""`.
    pub fn refuse_at(self, at: impl Into<String>, problem: impl Into<String>) -> Refusal {
        let (at, problem) = (at.into(), problem.into());
        self.refuse(format!("{} {problem}", subject(&at))).at(at, problem)
    }

    /// Refuses a place in the input in a sentence of its own, which is not about the place alone.
    pub fn refuse_saying(self, at: impl Into<String>, detail: impl Into<String>) -> Refusal {
        let detail = detail.into();
        self.refuse(detail.clone()).at(at, detail)
    }

    /// The same of all of the input: no part of it would be right, because of what is there already, or all parts together are too
    /// much.
    pub fn refuse_whole(self, detail: impl Into<String>) -> Refusal {
        self.refuse_saying("", detail)
    }
}

/// One part of the input that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer into the body (all of it is the empty one), `?name` for a query parameter, `{name}` for a part of the path,
    /// `line 7` for a file, `line 1 column 9` for a body that is not JSON, the name of a header, or `part 0` for the first part of
    /// a multipart body. A field that is missing has its own place, too.
    pub at: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.name)]
pub struct Refusal {
    /// The stable reason.
    pub code: Code,
    /// What was wrong this time.
    pub detail: String,
    /// Which parts of the input.
    pub fields: Vec<FieldError>,
    /// When it may be tried again.
    pub retry_after_seconds: Option<u32>,
    /// What few refusals have.
    pub more: Option<Box<More>>,
}

/// What few refusals have: beside the others it would make every result larger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum More {
    /// Where one stands in a row.
    Waiting(Waiting),
    /// The rate that was passed.
    Rate {
        /// As `RateLimit-Policy` says it.
        policy: String,
        /// Its name.
        name: &'static str,
    },
    /// The input has more faults than are told.
    Faults,
}

/// Where one stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Waiting {
    /// How many are before.
    pub place: u32,
    /// Until the turn, which is kept for half a minute behind it.
    pub wait_ms: u64,
}

impl Refusal {
    /// Has the input more faults than are told?
    pub fn has_more_faults(&self) -> bool {
        matches!(self.more.as_deref(), Some(More::Faults))
    }

    /// Does it keep a turn for whoever comes back in time?
    pub fn keeps_turn(&self) -> bool {
        matches!(self.more.as_deref(), Some(More::Waiting(_)))
    }

    /// Is it about all of the input, and about no part of it?
    pub fn is_whole(&self) -> bool {
        self.fields.iter().all(|field| field.at.is_empty())
    }

    /// Names a place in the input.
    #[must_use]
    pub fn at(mut self, at: impl Into<String>, problem: impl Into<String>) -> Self {
        self.fields.push(FieldError { at: at.into(), problem: problem.into() });
        self
    }

    /// The same of a part of a larger input: its places are inside of `at`.
    #[must_use]
    pub fn under(mut self, at: &str) -> Self {
        for field in &mut self.fields {
            field.at.insert_str(0, at);
        }
        if !self.fields.is_empty() {
            let said = self.fields.iter().map(|field| format!("{} {}", field.at, field.problem));
            self.detail = said.collect::<Vec<_>>().join("; ");
        }
        self
    }

    /// Names the rate that was passed.
    #[must_use]
    pub fn limited(mut self, policy: String, name: &'static str) -> Self {
        self.more = Some(Box::new(More::Rate { policy, name }));
        self
    }

    /// Says where one stands.
    #[must_use]
    pub fn waiting(mut self, waiting: Waiting) -> Self {
        self.more = Some(Box::new(More::Waiting(waiting)));
        self
    }

    /// Says when to try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }
}

/// A field of the input is wrong.
pub const INVALID_FIELD: Code = Code::new(
    "invalid_field",
    Kind::Invalid,
    "A field has a value that is not allowed; `errors` says which and why.",
);
/// There is nothing under that id.
pub const NOT_FOUND: Code = Code::new(
    "not_found",
    Kind::NotFound,
    "There is nothing under this address, or nothing that you may see.",
);
/// The right is missing.
pub const FORBIDDEN: Code = Code::new("forbidden", Kind::Forbidden, "Your roles do not allow this here.");
/// The person of this request is not known.
pub const UNAUTHENTICATED: Code =
    Code::new("unauthenticated", Kind::Unauthenticated, "Sign in first, or send a token that is valid.");
/// A unique value is taken.
pub const TAKEN: Code =
    Code::new("taken", Kind::Conflict, "Another record already has a value that must be unique.");
/// Somebody else was faster.
pub const CHANGED: Code = Code::new(
    "changed",
    Kind::Changed,
    "It was changed since you read it; read it again and repeat your change.",
);
/// `If-Match` is missing.
pub const PRECONDITION_REQUIRED: Code = Code::new(
    "precondition_required",
    Kind::PreconditionRequired,
    "Send the ETag that you read in If-Match, so that nobody's change is lost.",
);
/// A limit is passed.
pub const TOO_LARGE: Code = Code::new("too_large", Kind::TooLarge, "The input is larger than a limit.");
/// The machine is full.
pub const OVERLOADED: Code =
    Code::new("overloaded", Kind::Unavailable, "The machine is full; try again after Retry-After seconds.");
/// No writing for now.
pub const READ_ONLY: Code = Code::new(
    "read_only",
    Kind::Unavailable,
    "Nothing can be written for now (disk full or failing); what was acknowledged is safe.",
);
/// No reading for now.
pub const RECOVERING: Code = Code::new(
    "recovering",
    Kind::Unavailable,
    "A damaged part of the store is being rebuilt, and what it holds cannot be read until that is done; what was acknowledged \
     is safe. Try again after Retry-After.",
);
/// A defect.
pub const INTERNAL: Code = Code::new(
    "internal",
    Kind::Internal,
    "The server failed; `instance` is the id under which its log has the reason.",
);

/// The codes that every noun shares.
pub const CODES: &[Code] = &[
    INVALID_FIELD,
    NOT_FOUND,
    FORBIDDEN,
    UNAUTHENTICATED,
    TAKEN,
    CHANGED,
    PRECONDITION_REQUIRED,
    TOO_LARGE,
    OVERLOADED,
    READ_ONLY,
    RECOVERING,
    INTERNAL,
];

/// What the sentence of a refusal is about: a place in the input, or all of it.
pub fn subject(at: &str) -> &str {
    if at.is_empty() { "the document" } else { at }
}

/// A wrong field, for parsers: `invalid("/name", "is empty; give 1 to 200 characters")`. All of the input is at `""`.
pub fn invalid(at: impl Into<String>, problem: impl Into<String>) -> Refusal {
    INVALID_FIELD.refuse_at(at, problem)
}

/// When to ask again whether something can be written.
pub const READ_ONLY_SECONDS: u32 = 10;
/// When the next process may be there.
pub const STOPPING_SECONDS: u32 = 5;

/// What is wrong with a cursor that a list did not give.
pub const NO_CURSOR: &str = "is not a cursor of this list; take it from `next` of the page before";

/// Nothing there: `not_found("course", id)`.
pub fn not_found(what: &str, id: impl std::fmt::Display) -> Refusal {
    NOT_FOUND.refuse(format!("there is no {what} {id}, or none that you may see"))
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Duplicate { index } => TAKEN.refuse(format!("{index} already has this value")),
            StoreError::Codec(crate::store::CodecError::TooLarge { .. })
            | StoreError::TransactionTooLarge { .. } => TOO_LARGE.refuse_whole(error.to_string()),
            StoreError::Busy { .. } => OVERLOADED.refuse(error.to_string()).retry_after(1),
            StoreError::Closing => OVERLOADED.refuse("the server is stopping").retry_after(STOPPING_SECONDS),
            StoreError::ReadOnly { .. } | StoreError::NoSpace => {
                READ_ONLY.refuse(error.to_string()).retry_after(READ_ONLY_SECONDS)
            }
            // What the engine said is for the log and for `/readyz`.
            StoreError::Recovering { .. } => {
                RECOVERING.refuse("the store rebuilds what was damaged; try again shortly").retry_after(5)
            }
            _ => INTERNAL.refuse(error.to_string()),
        }
    }
}
