//! People by household, in short sorted arrays.

use oikos_core::StableId;

use super::HouseholdId;
use crate::person::PersonId;

/// Households to the page: their people fill a few cache lines.
const SPAN: u64 = 1 << SPAN_BITS;
const SPAN_BITS: u32 = 4;

/// The bits of a page's entry in which the person is; ids of people are below 2⁵³.
const PERSON_BITS: u32 = u64::BITS - SPAN_BITS;
const PERSON: u64 = (1 << PERSON_BITS) - 1;

/// Pairs of households and people, in the order of both. Ids of households are dense, so those with neighbouring ids
/// share an array, found by its place; each pair takes a word.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    pages: Vec<Vec<u64>>,
    len: usize,
}

impl Pages {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The people of a household, in the order of their ids.
    pub(super) fn of(
        &self,
        household: HouseholdId,
    ) -> impl ExactSizeIterator<Item = PersonId> + Clone + '_ {
        self.entries(household).iter().map(|entry| person(*entry))
    }

    pub(super) fn count(&self, household: HouseholdId) -> usize {
        self.entries(household).len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (HouseholdId, PersonId)> + '_ {
        self.pages.iter().zip(0..).flat_map(|(page, number)| {
            let all = page.iter();
            all.map(move |entry| (household(number, *entry), person(*entry)))
        })
    }

    pub(super) fn insert(&mut self, household: HouseholdId, person: PersonId) {
        let (number, entry) = place(household, person);
        if number >= self.pages.len() {
            self.pages.resize_with(number + 1, Vec::new);
        }
        let page = &mut self.pages[number];
        if let Err(at) = page.binary_search(&entry) {
            if page.len() == page.capacity() {
                // Doubling would waste a third of the memory.
                page.reserve_exact(page.len() / 4 + 4);
            }
            page.insert(at, entry);
            self.len += 1;
        }
    }

    pub(super) fn remove(&mut self, household: HouseholdId, person: PersonId) {
        let (number, entry) = place(household, person);
        let Some(page) = self.pages.get_mut(number) else {
            return;
        };
        if let Ok(at) = page.binary_search(&entry) {
            page.remove(at);
            self.len -= 1;
            // Old households close one by one.
            if page.len() < page.capacity() / 2 {
                page.shrink_to(page.len() + page.len() / 4);
            }
        }
    }

    fn entries(&self, household: HouseholdId) -> &[u64] {
        let (number, first) = place(household, PersonId::FIRST);
        let Some(page) = self.pages.get(number) else {
            return &[];
        };
        let last = first | PERSON;
        &page[count(page, |entry| entry < first)..count(page, |entry| entry <= last)]
    }
}

/// How many entries of a page come first, those that `is_before` says.
fn count(page: &[u64], is_before: impl Fn(u64) -> bool) -> usize {
    /// Most pages are this short: to look at all entries takes less than the wrong turns of a search by halves.
    const SHORT: usize = 96;
    if page.len() > SHORT {
        return page.partition_point(|entry| is_before(*entry));
    }
    page.iter()
        .map(|entry| usize::from(is_before(*entry)))
        .sum()
}

/// The number of the page, and the entry in it.
fn place(household: HouseholdId, person: PersonId) -> (usize, u64) {
    let (page, row) = (household.get() / SPAN, household.get() % SPAN);
    (page as usize, row << PERSON_BITS | person.get())
}

fn household(page: u64, entry: u64) -> HouseholdId {
    known(page * SPAN + (entry >> PERSON_BITS))
}

fn person(entry: u64) -> PersonId {
    known(entry & PERSON)
}

/// An id that went in as one.
fn known<I: StableId>(raw: u64) -> I {
    I::new(raw).unwrap_or(I::FIRST)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// What happens to a pair of numbers: it goes in, or out.
    fn script() -> impl Strategy<Value = Vec<(bool, u64, u64)>> {
        let person = prop_oneof![0_u64..40, Just(PersonId::MAX)];
        proptest::collection::vec((proptest::bool::weighted(0.6), 0_u64..40, person), 0..400)
    }

    proptest! {
        #[test]
        fn pages_hold_what_a_set_of_pairs_does(script in script()) {
            let (mut pages, mut pairs) = (Pages::default(), BTreeSet::new());
            for (enters, household, person) in script {
                let pair = (known::<HouseholdId>(household), known::<PersonId>(person));
                if enters {
                    pages.insert(pair.0, pair.1);
                    pairs.insert(pair);
                } else {
                    pages.remove(pair.0, pair.1);
                    pairs.remove(&pair);
                }
                let of: Vec<_> = pages.of(pair.0).collect();
                let all = pairs.iter().filter(|(other, _)| *other == pair.0);
                prop_assert_eq!(&of, &all.map(|(_, person)| *person).collect::<Vec<_>>());
                prop_assert_eq!(pages.count(pair.0), of.len());
            }
            prop_assert_eq!(pages.len(), pairs.len());
            prop_assert!(pages.iter().eq(pairs));
        }
    }

    #[test]
    fn an_institution_may_have_many() {
        let (mut pages, home) = (Pages::default(), known::<HouseholdId>(17));
        for person in (0..1_000).rev() {
            pages.insert(home, known(person));
        }
        pages.insert(known(18), known(5));
        assert_eq!(pages.count(home), 1_000);
        assert!(pages.of(home).map(StableId::get).eq(0..1_000));
        assert_eq!(pages.count(known(16)) + pages.count(known(1_600)), 0);
    }
}
