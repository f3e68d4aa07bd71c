//! The last union of each person.

use super::book::NONE;

const PAGE: usize = 4096;

/// Numbers of unions by numbers of people, in pages that are made when somebody in them first forms a union:
/// a forged number in a save takes a page and not the memory of all people below it.
#[derive(Clone, Default)]
pub(super) struct Latest(Vec<Option<Box<[u32; PAGE]>>>);

impl Latest {
    /// The last union of a person; [`NONE`] if there was none.
    pub(super) fn get(&self, person: u32) -> u32 {
        let page = self.0.get(person as usize / PAGE);
        let page = page.and_then(Option::as_ref);
        page.map_or(NONE, |page| page[person as usize % PAGE])
    }

    /// Enters a union, and returns the one before it.
    pub(super) fn replace(&mut self, person: u32, union: u32) -> u32 {
        let (page, row) = (person as usize / PAGE, person as usize % PAGE);
        if page >= self.0.len() {
            self.0.resize(page + 1, None);
        }
        let page = self.0[page].get_or_insert_with(|| Box::new([NONE; PAGE]));
        std::mem::replace(&mut page[row], union)
    }
}
