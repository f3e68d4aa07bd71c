//! Little-endian numbers and texts, written and read back.

use oikos_core::Tick;

use crate::{LedgerError, Owner, OwnerKind};

/// Bytes being written.
pub(crate) struct Writer<'a>(pub(crate) &'a mut Vec<u8>);

impl Writer<'_> {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn short(&mut self, value: u16) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn word(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn wide(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn owner(&mut self, owner: Owner) {
        self.short(owner.kind.0);
        self.wide(owner.id);
    }

    /// A tick or none.
    pub(crate) fn tick(&mut self, tick: Option<Tick>) {
        self.byte(u8::from(tick.is_some()));
        self.word(tick.map_or(0, Tick::index));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.wide(text.len() as u64);
        self.bytes(text.as_bytes());
    }
}

/// Bytes being read.
pub(crate) struct Reader<'a> {
    /// Which book, for messages.
    book: &'static str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(book: &'static str, bytes: &'a [u8]) -> Self {
        Self { book, bytes, at: 0 }
    }

    /// Something is wrong with what was read last.
    pub(crate) fn wrong(&self, problem: &'static str) -> LedgerError {
        LedgerError::Saved {
            book: self.book,
            problem,
            at: self.at as u64,
        }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], LedgerError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((taken, _)) = rest.split_at_checked(count) else {
            return Err(self.wrong("is cut off"));
        };
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], LedgerError> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| self.wrong("is cut off"))
    }

    pub(crate) fn byte(&mut self) -> Result<u8, LedgerError> {
        Ok(self.array::<1>()?[0])
    }

    /// 0 or 1.
    pub(crate) fn flag(&mut self) -> Result<bool, LedgerError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong("has a flag that is neither 0 nor 1")),
        }
    }

    pub(crate) fn short(&mut self) -> Result<u16, LedgerError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn word(&mut self) -> Result<u32, LedgerError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn wide(&mut self) -> Result<u64, LedgerError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn owner(&mut self) -> Result<Owner, LedgerError> {
        let kind = OwnerKind(self.short()?);
        let id = self.wide()?;
        Ok(Owner { kind, id })
    }

    /// A tick or none.
    pub(crate) fn tick(&mut self) -> Result<Option<Tick>, LedgerError> {
        let (is_some, tick) = (self.flag()?, self.word()?);
        if !is_some && tick != 0 {
            return Err(self.wrong("has a tick where there is none"));
        }
        Ok(is_some.then_some(Tick::new(tick)))
    }

    /// How many of something follow, each of at least so many bytes.
    pub(crate) fn count(&mut self, bytes_each: usize) -> Result<usize, LedgerError> {
        let count = self.wide()?;
        let left = self.bytes.len() - self.at;
        let count = usize::try_from(count)
            .ok()
            .filter(|count| *count <= left / bytes_each);
        count.ok_or_else(|| self.wrong("counts more than there are bytes for"))
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, LedgerError> {
        let count = self.count(1)?;
        let bytes = self.take(count)?;
        std::str::from_utf8(bytes).map_err(|_| self.wrong("has a name that is not UTF-8"))
    }

    pub(crate) fn end(&self) -> Result<(), LedgerError> {
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(self.wrong("goes on behind its end"))
        }
    }
}
