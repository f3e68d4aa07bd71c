//! The digest of any serialisable value: a serde serialiser that turns leaves into words.

mod serializer;

use core::fmt;

use serde::Serialize;
use serde::ser;

use super::{Digest, RowKey, TypeKey};
use crate::CoreError;

/// The digest of one value of any type that serialises, held by `id`.
///
/// The value is a sequence of 32-bit words and the running number of a word is its field:
///
/// - integers up to 32 bits, `bool` and `char` are one word (signed ones as `i32`), 64 bits are two
///   and 128 bits four, low word first; `f32` and `f64` are their bits;
/// - a text or bytes is its length and its bytes, four to a word, little-endian, padded with zeros;
/// - an option is 0, or 1 and its value; a variant is its index and its value;
/// - a sequence or map is the number of its elements and the elements;
/// - a struct is, before each 32 fields, one word with a bit set for each field that its
///   `Serialize` skipped, and its fields; units, names and newtypes are nothing;
/// - last comes the field `u32::MAX` with the number of words, so that even a unit is seen.
///
/// What comes next is thereby always known from what went before, so two values of one type that
/// serialise differently never give the same words.
///
/// # Errors
///
/// [`CoreError::DigestNan`] for a NaN, [`CoreError::DigestTooLong`] for 2³² − 1 words or more,
/// [`CoreError::DigestSerialize`] when the value's own `Serialize` refuses.
pub fn digest_of<T: Serialize + ?Sized>(
    key: &TypeKey,
    id: u64,
    value: &T,
) -> Result<Digest, CoreError> {
    let mut words = Words {
        row: key.row(id),
        digest: Digest::default(),
        count: 0,
    };
    value
        .serialize(&mut words)
        .map_err(|refusal| refusal.named(core::any::type_name::<T>()))?;
    words.row.add(&mut words.digest, u32::MAX, words.count);
    Ok(words.digest)
}

/// Why a value has no digest; the type's name is added at the top.
#[derive(Debug)]
enum Refusal {
    Nan { leaf: u32 },
    TooLong,
    Custom { reason: String },
}

impl Refusal {
    fn named(self, type_name: &'static str) -> CoreError {
        match self {
            Self::Nan { leaf } => CoreError::DigestNan { type_name, leaf },
            Self::TooLong => CoreError::DigestTooLong { type_name },
            Self::Custom { reason } => CoreError::DigestSerialize { type_name, reason },
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nan { leaf } => write!(out, "a NaN at leaf {leaf}"),
            Self::TooLong => write!(out, "more than 2^32 - 2 words"),
            Self::Custom { reason } => write!(out, "{reason}"),
        }
    }
}

impl core::error::Error for Refusal {}

impl ser::Error for Refusal {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self::Custom {
            reason: message.to_string(),
        }
    }
}

/// The words so far.
struct Words {
    row: RowKey,
    digest: Digest,
    count: u32,
}

impl Words {
    /// Keeps the next field for a word that is known only later.
    fn reserve(&mut self) -> Result<u32, Refusal> {
        let field = self.count;
        // The last field is the one for the number of words.
        self.count = field
            .checked_add(1)
            .filter(|&next| next < u32::MAX)
            .ok_or(Refusal::TooLong)?;
        Ok(field)
    }

    fn push(&mut self, word: u32) -> Result<(), Refusal> {
        let field = self.reserve()?;
        self.row.add(&mut self.digest, field, word);
        Ok(())
    }

    fn push_wide(&mut self, value: u64) -> Result<(), Refusal> {
        self.push(value as u32)?;
        self.push((value >> 32) as u32)
    }

    fn push_bytes(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.push(u32::try_from(bytes.len()).map_err(|_| Refusal::TooLong)?)?;
        for chunk in bytes.chunks(4) {
            let word = chunk
                .iter()
                .rev()
                .fold(0, |word, &byte| word << 8 | u32::from(byte));
            self.push(word)?;
        }
        Ok(())
    }
}

/// A sequence, tuple or map under way: its length is written into the reserved field at its end.
struct Elements<'a> {
    words: &'a mut Words,
    field: u32,
    count: u32,
}

impl<'a> Elements<'a> {
    fn begin(words: &'a mut Words) -> Result<Self, Refusal> {
        let field = words.reserve()?;
        Ok(Self {
            words,
            field,
            count: 0,
        })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        self.count = self.count.checked_add(1).ok_or(Refusal::TooLong)?;
        value.serialize(&mut *self.words)
    }

    fn finish(self) {
        self.words
            .row
            .add(&mut self.words.digest, self.field, self.count);
    }
}

/// A struct under way, with the skipped ones among its last 32 fields.
struct Fields<'a> {
    words: &'a mut Words,
    field: u32,
    position: u32,
    skipped: u32,
}

impl<'a> Fields<'a> {
    fn begin(words: &'a mut Words) -> Result<Self, Refusal> {
        let field = words.reserve()?;
        Ok(Self {
            words,
            field,
            position: 0,
            skipped: 0,
        })
    }

    /// Makes room for one more field and returns its bit.
    fn next(&mut self) -> Result<u32, Refusal> {
        if self.position == 32 {
            self.words
                .row
                .add(&mut self.words.digest, self.field, self.skipped);
            self.field = self.words.reserve()?;
            (self.position, self.skipped) = (0, 0);
        }
        self.position += 1;
        Ok(1 << (self.position - 1))
    }

    fn field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        self.next()?;
        value.serialize(&mut *self.words)
    }

    fn skip(&mut self) -> Result<(), Refusal> {
        self.skipped |= self.next()?;
        Ok(())
    }

    fn finish(self) {
        self.words
            .row
            .add(&mut self.words.digest, self.field, self.skipped);
    }
}

#[cfg(test)]
mod tests;
