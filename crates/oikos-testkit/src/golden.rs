//! Goldens: histories held against digests that were written down.

use oikos_engine::Society;

use crate::error::Violation;

/// Whether the society's digest is the one written down, as 32 hexadecimal digits.
///
/// # Errors
/// [`Violation::Golden`]; [`Violation::Engine`] if the state has no digest.
pub fn check_digest(society: &Society, expected: &str) -> Result<(), Violation> {
    let found = society.digest().map_err(|source| Violation::Engine {
        check: "golden",
        source,
    })?;
    if expected
        .parse()
        .is_ok_and(|digest: oikos_core::Digest| digest == found)
    {
        return Ok(());
    }
    Err(Violation::Golden {
        tick: society.tick(),
        expected: expected.to_owned(),
        found,
    })
}

/// [`check_digest`] for tests.
///
/// # Panics
/// With the violation, if there is one; it holds the digest to write down.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion, documented as such")]
pub fn assert_digest(society: &Society, expected: &str) {
    if let Err(violation) = check_digest(society, expected) {
        panic!("{violation}");
    }
}
