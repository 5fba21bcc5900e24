//! The problems that routes answer with, for the documents: one list per sort of route instead of a copy at each.

use super::error::Problem;

/// What reading can come to.
#[derive(utoipa::IntoResponses)]
pub enum ReadProblems {
    /// Not signed in, or the session or token is over.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The right is missing.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// Nothing there, or nothing that may be seen.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// A parameter is wrong.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
}

/// What a change can come to.
#[derive(utoipa::IntoResponses)]
pub enum ChangeProblems {
    /// Not signed in, or the session or token is over.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The right, or the CSRF token, is missing.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// Nothing there, or nothing that may be seen.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// It cannot be done in the present state, or a unique value is taken.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is wrong; `errors` says where.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// The machine is full or read-only; see Retry-After.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What a change with `If-Match` can come to beside [`ChangeProblems`].
#[derive(utoipa::IntoResponses)]
pub enum EditProblems {
    /// Somebody else changed it since it was read.
    #[response(status = 412, content_type = "application/problem+json")]
    Changed(Problem),
    /// If-Match is missing.
    #[response(status = 428, content_type = "application/problem+json")]
    PreconditionRequired(Problem),
}

/// What a sign-in, or anything else with a password or a one-time link, can come to.
#[derive(utoipa::IntoResponses)]
pub enum PasswordProblems {
    /// Name or password is wrong.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The account is suspended, or the present password is wrong.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// It cannot be done in the present state.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The link was used already or has expired.
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is wrong, or the new password is weak.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// Too many failures; see Retry-After.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
    /// Too many people sign in at this moment; `detail` says how many wait, see Retry-After.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}
