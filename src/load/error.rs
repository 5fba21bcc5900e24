//! Why a load run could not be made.

use std::path::PathBuf;

/// Why a load run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The address is not one.
    #[error("the address {url} {problem}")]
    Url {
        /// As given.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The target is another machine.
    #[error(
        "{host} is not this machine; load on a server that is not yours is an attack. If it is yours, say --allow-host {host}"
    )]
    NotHere {
        /// Its name.
        host: String,
    },
    /// A setting is out of bounds.
    #[error("{0}")]
    Setting(String),
    /// The server did not do what the preparation needs.
    #[error("{what}: {problem}")]
    Refused {
        /// What was asked for.
        what: String,
        /// What came back.
        problem: String,
    },
    /// It was stopped before its end.
    #[error("stopped, so nothing was measured")]
    Stopped,
    /// Nobody could sign in, so there is nothing to measure.
    #[error("nobody could sign in; by status: {0}")]
    NobodySignedIn(String),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something of the machine.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl LoadError {
    pub(super) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
