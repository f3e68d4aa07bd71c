//! The one place that knows how serde values become bytes: bincode 2, fixed-width little-endian integers.

use bincode::config::{Configuration, Fixint, LittleEndian};
use bincode::error::DecodeError;
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
    let (value, read) = decode_some(bytes).map_err(|error| problem(error.to_string()))?;
    match bytes.len() - read {
        0 => Ok(value),
        left => Err(problem(format!("{left} bytes are left over"))),
    }
}

/// Reads a value under a limit above the length of the bytes; over a gibibyte there is none.
///
/// Without a limit, bincode allocates whatever length a text claims to have before it looks for its bytes,
/// and a changed byte in a snapshot ends the process.
fn decode_some<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, usize), DecodeError> {
    match bytes.len() {
        0..=0xffff => decode_below::<T, 0x1_0000>(bytes),
        0x1_0000..=0xff_ffff => decode_below::<T, 0x100_0000>(bytes),
        0x100_0000..=0x3fff_ffff => decode_below::<T, 0x4000_0000>(bytes),
        _ => bincode::serde::decode_from_slice(bytes, CODEC),
    }
}

fn decode_below<T: DeserializeOwned, const LIMIT: usize>(
    bytes: &[u8],
) -> Result<(T, usize), DecodeError> {
    bincode::serde::decode_from_slice(bytes, CODEC.with_limit::<LIMIT>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths that no memory holds used to end the process or to panic.
    #[test]
    fn a_text_that_claims_to_be_longer_than_its_bytes_is_refused() {
        let mut bytes = Vec::new();
        encode(
            "words",
            &vec!["ash".to_owned(), "elm".to_owned()],
            &mut bytes,
        )
        .unwrap();
        assert_eq!(
            decode::<Vec<String>>("words", &bytes).unwrap(),
            ["ash", "elm"]
        );
        for position in 0..16 {
            for mask in [1, 0x40, 0x80] {
                let mut changed = bytes.clone();
                changed[position] ^= mask;
                assert!(
                    decode::<Vec<String>>("words", &changed).is_err(),
                    "byte {position}"
                );
            }
        }
    }

    #[test]
    fn the_limit_is_above_what_the_bytes_need() {
        for length in [0xfff0_usize, 0xfff7, 0xfff8, 0xfff9, 0x1_0000, 0x1_0010] {
            let text = "a".repeat(length);
            let mut bytes = Vec::new();
            encode("text", &text, &mut bytes).unwrap();
            assert_eq!(decode::<String>("text", &bytes).unwrap(), text);
        }
    }
}
