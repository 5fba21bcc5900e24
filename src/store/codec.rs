//! Record values: one version byte, then bincode (standard configuration, little endian, variable-length integers).
//!
//! The only file that names bincode. The crate is finished rather than maintained, its 2.x format is specified and
//! stable; it decodes our own files only, always with a limit, never bytes from the network.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// No value in the tree is larger. sled keeps values of 128 KiB and more apart and never reclaims them; staying an
/// order of magnitude below also keeps scans and cache entries small. Larger bodies are content-addressed files.
pub const MAX_VALUE_BYTES: usize = 16 * 1024;

/// What decoding may allocate: strings and lists of a 16 KiB value never need more.
const DECODE_LIMIT_BYTES: usize = 256 * 1024;

/// Why a value could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The record would not fit the limit of a stored value.
    #[error("a {table} record of {bytes} bytes is larger than the limit of {MAX_VALUE_BYTES} bytes")]
    TooLarge {
        /// The table's name.
        table: &'static str,
        /// Its encoded size.
        bytes: usize,
    },
    /// The record could not be encoded: a shape that bincode does not know.
    #[error("a {table} record cannot be encoded: {reason}")]
    Encode {
        /// The table's name.
        table: &'static str,
        /// What bincode said.
        reason: String,
    },
    /// The bytes are no record of that version.
    #[error("a stored {table} record of version {version} cannot be read: {reason}")]
    Decode {
        /// The table's name.
        table: &'static str,
        /// The version byte found.
        version: u8,
        /// What is wrong.
        reason: String,
    },
}

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<DECODE_LIMIT_BYTES>()
}

/// `version` and the record's bytes.
pub(crate) fn encode<T: Serialize>(
    table: &'static str,
    version: u8,
    record: &T,
) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(96);
    out.push(version);
    bincode::serde::encode_into_std_write(record, &mut out, config())
        .map_err(|e| CodecError::Encode { table, reason: e.to_string() })?;
    if out.len() > MAX_VALUE_BYTES {
        return Err(CodecError::TooLarge { table, bytes: out.len() });
    }
    Ok(out)
}

/// Refuses every version but `old`; today's is read without asking.
fn known(table: &'static str, version: u8, old: u8) -> Result<(), CodecError> {
    if version == old {
        return Ok(());
    }
    let reason = format!("this program knows version {old} and today's");
    Err(CodecError::Decode { table, version, reason })
}

/// Reads a value of the version `old` as the type that it had then.
pub fn decode_old<T: DeserializeOwned>(
    table: &'static str,
    (version, old): (u8, u8),
    body: &[u8],
) -> Result<T, CodecError> {
    known(table, version, old)?;
    decode_body(table, version, body)
}

/// Reads a value of the version `old`, which lacked the fields at the end of today's type, as if they had been `appended`.
pub fn decode_appended<T: DeserializeOwned>(
    table: &'static str,
    (version, old): (u8, u8),
    body: &[u8],
    appended: &impl Serialize,
) -> Result<T, CodecError> {
    known(table, version, old)?;
    let more = bincode::serde::encode_to_vec(appended, config())
        .map_err(|e| CodecError::Encode { table, reason: e.to_string() })?;
    decode_body(table, version, &[body, &more].concat())
}

/// Reads the body of a value (the bytes behind the version byte) as `T`.
pub(crate) fn decode_body<T: DeserializeOwned>(
    table: &'static str,
    version: u8,
    body: &[u8],
) -> Result<T, CodecError> {
    let failed = |reason: String| CodecError::Decode { table, version, reason };
    let (record, read) =
        bincode::serde::decode_from_slice(body, config()).map_err(|e| failed(e.to_string()))?;
    if read == body.len() {
        Ok(record)
    } else {
        Err(failed(format!("{} bytes left over", body.len() - read)))
    }
}
