//! A map keyed by identity that is always in the order of the ids.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::StableId;

/// A map from ids to values, iterated in the order of the ids whatever the order of insertion.
///
/// For values that few hold; what everybody holds is a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[serde(bound(
    serialize = "I: Serialize, V: Serialize",
    deserialize = "I: Deserialize<'de>, V: Deserialize<'de>"
))]
pub struct IdMap<I: StableId, V> {
    values: BTreeMap<I, V>,
}

impl<I: StableId, V> IdMap<I, V> {
    /// A map without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            values: BTreeMap::new(),
        }
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of `id`.
    #[must_use]
    pub fn get(&self, id: I) -> Option<&V> {
        self.values.get(&id)
    }

    /// The value of `id`, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, id: I) -> Option<&mut V> {
        self.values.get_mut(&id)
    }

    /// Whether `id` has a value.
    #[must_use]
    pub fn contains(&self, id: I) -> bool {
        self.values.contains_key(&id)
    }

    /// Gives `id` a value and returns the one that it had.
    pub fn insert(&mut self, id: I, value: V) -> Option<V> {
        self.values.insert(id, value)
    }

    /// The value of `id`, which becomes `make()` if it has none.
    pub fn get_or_insert_with(&mut self, id: I, make: impl FnOnce() -> V) -> &mut V {
        self.values.entry(id).or_insert_with(make)
    }

    /// Takes the value of `id` out.
    pub fn remove(&mut self, id: I) -> Option<V> {
        self.values.remove(&id)
    }

    /// Keeps the entries for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(I, &mut V) -> bool) {
        self.values.retain(|&id, value| keep(id, value));
    }

    /// Takes all entries out.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    /// The entries in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &V)> + ExactSizeIterator {
        self.values.iter().map(|(&id, value)| (id, value))
    }

    /// The entries in the order of their ids, their values to be changed.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (I, &mut V)> + ExactSizeIterator {
        self.values.iter_mut().map(|(&id, value)| (id, value))
    }

    /// The ids in their order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator {
        self.values.keys().copied()
    }
}

impl<I: StableId, V> Default for IdMap<I, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: StableId, V> FromIterator<(I, V)> for IdMap<I, V> {
    fn from_iter<T: IntoIterator<Item = (I, V)>>(entries: T) -> Self {
        Self {
            values: entries.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::id_type! {
        /// A firm.
        struct FirmId: "firm";
    }

    fn firm(raw: u64) -> FirmId {
        FirmId::new(raw).unwrap()
    }

    #[test]
    fn is_in_the_order_of_the_ids() {
        let mut map: IdMap<FirmId, u32> = [(firm(9), 90), (firm(2), 20), (firm(5), 50)]
            .into_iter()
            .collect();
        assert_eq!(map.ids().map(FirmId::get).collect::<Vec<_>>(), [2, 5, 9]);
        assert_eq!(map.insert(firm(5), 51), Some(50));
        *map.get_or_insert_with(firm(1), || 7) += 3;
        *map.get_or_insert_with(firm(1), || 7) += 3;
        for (_, value) in map.iter_mut() {
            *value += 1;
        }
        let entries: Vec<(FirmId, &u32)> = map.iter().collect();
        assert_eq!(
            entries,
            [
                (firm(1), &14),
                (firm(2), &21),
                (firm(5), &52),
                (firm(9), &91)
            ]
        );
        map.retain(|id, value| id != firm(2) && *value < 90);
        assert_eq!(
            (map.len(), map.contains(firm(2)), map.get(firm(5))),
            (2, false, Some(&52))
        );
        assert_eq!((map.remove(firm(5)), map.remove(firm(5))), (Some(52), None));
        *map.get_mut(firm(1)).unwrap() = 0;
        map.clear();
        assert!(map.is_empty());
    }

    #[test]
    fn is_stored_as_a_map() {
        let map: IdMap<FirmId, u32> = [(firm(10), 1), (firm(9), 2)].into_iter().collect();
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(text, r#"{"9":2,"10":1}"#);
        assert_eq!(
            serde_json::from_str::<IdMap<FirmId, u32>>(&text).unwrap(),
            map
        );
    }
}
