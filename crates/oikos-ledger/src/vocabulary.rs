//! Names that get numbers in the order in which they are declared.

use std::collections::BTreeMap;

use crate::LedgerError;

/// Names of one sort, numbered from 0, each with a mark.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    what: &'static str,
    /// The most names there can be.
    max: u32,
    /// In the order of the numbers.
    names: Vec<String>,
    marks: Vec<u8>,
    numbers: BTreeMap<String, u16>,
}

impl Names {
    pub(crate) fn new(what: &'static str, max: u32) -> Self {
        Self {
            what,
            max,
            names: Vec::new(),
            marks: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// The number of `name`, and whether it is new. A name keeps its number and its mark.
    pub(crate) fn declare(
        &mut self,
        name: &str,
        mark: u8,
        as_what: &'static str,
    ) -> Result<(u16, bool), LedgerError> {
        if let Some(&number) = self.numbers.get(name) {
            if self.mark(number) == Some(mark) {
                return Ok((number, false));
            }
            return Err(LedgerError::NameTaken {
                what: self.what,
                name: name.to_owned(),
                as_what,
            });
        }
        let full = LedgerError::TooManyNames {
            what: self.what,
            max: self.max,
        };
        let next = u32::try_from(self.names.len())
            .ok()
            .filter(|&next| next < self.max);
        let number = next.and_then(|next| u16::try_from(next).ok()).ok_or(full)?;
        self.names.push(name.to_owned());
        self.marks.push(mark);
        self.numbers.insert(name.to_owned(), number);
        Ok((number, true))
    }

    /// The number of a name, if it was declared.
    pub(crate) fn find(&self, name: &str) -> Option<u16> {
        self.numbers.get(name).copied()
    }

    #[inline]
    pub(crate) fn mark(&self, number: u16) -> Option<u8> {
        self.marks.get(usize::from(number)).copied()
    }

    pub(crate) fn name(&self, number: u16) -> Option<&str> {
        self.names.get(usize::from(number)).map(String::as_str)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u8)> {
        self.names
            .iter()
            .map(String::as_str)
            .zip(self.marks.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_and_its_mark() {
        let mut names = Names::new("sector", 2);
        assert_eq!(names.declare("firms", 0, "so"), Ok((0, true)));
        assert_eq!(names.declare("banks", 1, "so"), Ok((1, true)));
        assert_eq!(names.declare("firms", 0, "so"), Ok((0, false)));
        let taken = names.declare("firms", 1, "so").unwrap_err();
        assert!(
            taken
                .to_string()
                .contains("`firms` was declared before, so")
        );
        let full = names.declare("homes", 0, "so").unwrap_err();
        assert_eq!(
            full,
            LedgerError::TooManyNames {
                what: "sector",
                max: 2
            }
        );
        assert_eq!(
            (names.name(1), names.mark(1), names.name(2)),
            (Some("banks"), Some(1), None)
        );
        assert_eq!(names.iter().len(), 2);
    }
}
