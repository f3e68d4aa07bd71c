//! How two people are related: through which ancestors, and what that is called.

use crate::lineage::{Lineage, NOBODY};

/// What one person, `b`, is to another, `a`: how far their nearest common ancestors are above each.
///
/// Nearest are those with the fewest generations up from both together. Of several kinds that are equally
/// near, the one with the smaller [removal](Self::removal) counts, and then the one in which whoever has
/// the lower id is nearer to the ancestors: the relation of `b` and `a` is always that of `a` and `b` turned
/// round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Generations from `a` up to the common ancestors; 0 where `a` is the ancestor.
    pub up_a: u32,
    /// Generations from `b` up to the common ancestors; 0 where `b` is the ancestor.
    pub up_b: u32,
    /// How many common ancestors there are at these distances: usually two, one for half relations, four
    /// for double cousins.
    pub common: u32,
    /// Whether two of them are a couple from whom both lines descend: full siblings, and full cousins.
    /// False for an ancestor and a descendant.
    pub full: bool,
}

impl Relation {
    /// How far cousins are: 1 for first cousins, 0 for siblings, aunts and uncles. `None` for an ancestor
    /// and a descendant.
    #[must_use]
    pub fn degree(&self) -> Option<u32> {
        self.up_a.min(self.up_b).checked_sub(1)
    }

    /// How many generations lie between the two.
    #[must_use]
    pub const fn removal(&self) -> u32 {
        self.up_a.abs_diff(self.up_b)
    }

    /// What `b` is to `a` in English: `grandparent`, `half-sibling`, `great-aunt or great-uncle`,
    /// `first cousin once removed`.
    #[must_use]
    pub fn name(&self) -> String {
        let removal = self.removal();
        match (self.up_a, self.up_b) {
            (0, 0) => "self".to_owned(),
            (_, 0) => lineal(removal, "parent"),
            (0, _) => lineal(removal, "child"),
            _ => self.collateral(removal),
        }
    }

    fn collateral(&self, removal: u32) -> String {
        let half = if self.full { "" } else { "half-" };
        let greats = half.to_owned() + &"great-".repeat(removal.saturating_sub(1) as usize);
        match (self.up_a, self.up_b) {
            (1, 1) => format!("{half}sibling"),
            (_, 1) => format!("{greats}aunt or {greats}uncle"),
            (1, _) => format!("{greats}niece or {greats}nephew"),
            (a, b) => {
                let cousin = format!("{half}{} cousin", ordinal(a.min(b) - 1));
                match removal {
                    0 => cousin,
                    1 => cousin + " once removed",
                    2 => cousin + " twice removed",
                    times => format!("{cousin} {times} times removed"),
                }
            }
        }
    }

    pub(super) fn of(lineage: &Lineage, a: u32, b: u32, generations: u32) -> Option<Self> {
        if a == b {
            return None;
        }
        let (above_a, above_b) = (
            climb(lineage, a, generations),
            climb(lineage, b, generations),
        );
        let mut nearest: Option<(Distance, Self)> = None;
        for (up_a, up_b) in common(&above_a, &above_b) {
            let senior = if a < b { up_a } else { up_b };
            let distance = (
                u64::from(up_a) + u64::from(up_b),
                up_a.abs_diff(up_b),
                senior,
            );
            match &mut nearest {
                Some((least, _)) if *least < distance => {}
                Some((least, relation)) if *least == distance => relation.common += 1,
                _ => {
                    let relation = Self {
                        up_a,
                        up_b,
                        common: 1,
                        full: false,
                    };
                    nearest = Some((distance, relation));
                }
            }
        }
        let (_, mut relation) = nearest?;
        if let (Some(child_a), Some(child_b)) =
            (relation.up_a.checked_sub(1), relation.up_b.checked_sub(1))
        {
            let couples = couples(lineage, &above_a, child_a);
            let others = self::couples(lineage, &above_b, child_b);
            relation.full = others
                .iter()
                .any(|pair| couples.binary_search(pair).is_ok());
        }
        Some(relation)
    }
}

/// Generations up from both together, removal, and generations up from whoever has the lower id.
type Distance = (u64, u32, u32);

/// A person or an ancestor, and how many generations up.
type Above = (u32, u32);

/// A person and their ancestors, each once with the fewest generations up, in the order of rows.
fn climb(lineage: &Lineage, row: u32, generations: u32) -> Vec<Above> {
    let mut above = vec![(row, 0)];
    let mut level = 0;
    for generation in 1..=generations {
        let end = above.len();
        for place in level..end {
            let parents = lineage.parent_rows(above[place].0).into_iter();
            let known = parents.filter(|parent| *parent != NOBODY);
            above.extend(known.map(|parent| (parent, generation)));
        }
        let distinct = sort_tail(&mut above, end);
        above.truncate(distinct);
        if distinct == end {
            break;
        }
        level = end;
    }
    above.sort_unstable();
    above.dedup_by_key(|(row, _)| *row);
    above
}

/// Sorts what comes from a place on, puts each once, and tells where that ends.
fn sort_tail(above: &mut [Above], from: usize) -> usize {
    above[from..].sort_unstable();
    let mut end = from;
    for place in from..above.len() {
        if end == from || above[end - 1] != above[place] {
            above[end] = above[place];
            end += 1;
        }
    }
    end
}

/// The generations up to each row that both have.
fn common<'a>(a: &'a [Above], b: &'a [Above]) -> impl Iterator<Item = (u32, u32)> + 'a {
    let mut rest = b;
    a.iter().filter_map(move |(row, up_a)| {
        while let Some(((other, up_b), after)) = rest.split_first() {
            if other > row {
                return None;
            }
            rest = after;
            if other == row {
                return Some((*up_a, *up_b));
            }
        }
        None
    })
}

/// The parents of everybody in a generation whose parents are both known, ascending.
fn couples(lineage: &Lineage, above: &[Above], generation: u32) -> Vec<[u32; 2]> {
    let level = above.iter().filter(|(_, up)| *up == generation);
    let parents = level.map(|(row, _)| lineage.parent_rows(*row));
    let mut couples: Vec<_> = parents.filter(|pair| !pair.contains(&NOBODY)).collect();
    couples.sort_unstable();
    couples
}

fn lineal(generations: u32, nearest: &str) -> String {
    match generations.checked_sub(2) {
        None => nearest.to_owned(),
        Some(greats) => "great-".repeat(greats as usize) + "grand" + nearest,
    }
}

/// The ordinal of a number, in words to the tenth.
fn ordinal(number: u32) -> String {
    const WORDS: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    let word = number.checked_sub(1).and_then(|at| WORDS.get(at as usize));
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    word.map_or_else(|| format!("{number}{ending}"), |word| (*word).to_owned())
}
