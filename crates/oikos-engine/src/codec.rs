//! The one place that knows how serde values become bytes: bincode 2, fixed-width little-endian integers.

use bincode::config::{Configuration, Fixint, LittleEndian};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::EngineError;

const CODEC: Configuration<LittleEndian, Fixint> =
    bincode::config::standard().with_fixed_int_encoding();

/// Appends the value's bytes.
pub(crate) fn encode<T: Serialize>(
    name: &str,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), EngineError> {
    let written = bincode::serde::encode_into_std_write(value, out, CODEC);
    written.map(|_| ()).map_err(|error| EngineError::Encode {
        name: name.to_owned(),
        problem: error.to_string(),
    })
}

/// Reads a value that fills the bytes exactly.
pub(crate) fn decode<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, EngineError> {
    let problem = |problem: String| EngineError::Decode {
        name: name.to_owned(),
        problem,
    };
    let (value, read) = bincode::serde::decode_from_slice(bytes, CODEC)
        .map_err(|error| problem(error.to_string()))?;
    match bytes.len() - read {
        0 => Ok(value),
        left => Err(problem(format!("{left} bytes are left over"))),
    }
}
