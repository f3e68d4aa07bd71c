//! The coefficient of kinship: how likely two people share a gene by descent.

use std::collections::BTreeMap;

use oikos_world::PersonId;

use crate::lineage::{Lineage, NOBODY};

/// Coefficients of kinship and of inbreeding in a lineage (G. Malécot, *Les mathématiques de l'hérédité*,
/// 1948): the probability that a gene drawn from each of two people, at one place in the genome, is the same
/// by descent. Unknown parents are related to nobody.
///
/// It is computed over common ancestors *x* as ½ Σ T(a,x) T(b,x) D(x) (C. R. Henderson, "A simple method for
/// computing the inverse of a numerator relationship matrix", *Biometrics* 32, 1976): T(a,x) is the share of
/// genes that *a* has from *x*, ½ for each step of each line, and D(x) = 1 − ¼ Σ (1 + F) over the known
/// parents of *x*, F being their inbreeding. All of these are sums of powers of two, so the result is
/// exact while no line of ancestors is longer than 25 generations.
///
/// What was worked out about couples is kept for the next question, and so is room: asking again
/// allocates nothing. Make one for many questions.
#[derive(Clone)]
pub struct Kinship<'a> {
    lineage: &'a Lineage,
    /// Coefficients of mothers and fathers: the inbreeding of their children.
    couples: BTreeMap<[u32; 2], f64>,
    /// Couples whose coefficients are asked for, each above those that need it.
    asked: Vec<[u32; 2]>,
    shares: [Shares; 2],
}

impl<'a> Kinship<'a> {
    /// Of the people of a lineage.
    #[must_use]
    pub fn new(lineage: &'a Lineage) -> Self {
        Self {
            lineage,
            couples: BTreeMap::new(),
            asked: Vec::new(),
            shares: Default::default(),
        }
    }

    /// The coefficient of kinship of two people: ¼ for a parent and a child and for full siblings, ½ for a
    /// person and themselves who is not inbred. `None` for ids that nobody has had.
    pub fn kinship(&mut self, a: PersonId, b: PersonId) -> Option<f64> {
        let (a, b) = (self.lineage.row(a)?, self.lineage.row(b)?);
        if a == b {
            let inbreeding = self.of_pair(self.lineage.parent_rows(a));
            return Some(f64::midpoint(1.0, inbreeding));
        }
        Some(self.of_pair([a, b]))
    }

    /// The coefficient of inbreeding, which is the parents' coefficient of kinship: 0 where either is
    /// unknown. `None` for ids that nobody has had.
    pub fn inbreeding(&mut self, of: PersonId) -> Option<f64> {
        let row = self.lineage.row(of)?;
        Some(self.of_pair(self.lineage.parent_rows(row)))
    }

    /// Of two different people, or of two parents.
    fn of_pair(&mut self, pair: [u32; 2]) -> f64 {
        loop {
            if let Some(known) = self.couples.get(&pair) {
                return *known;
            }
            if let Some(coefficient) = self.sum(pair) {
                return coefficient;
            }
            self.work_off();
        }
    }

    /// Answers what is asked for. Couples ask for couples of their ancestors alone, so it ends.
    fn work_off(&mut self) {
        while let Some(couple) = self.asked.pop() {
            if self.couples.contains_key(&couple) {
                continue;
            }
            let place = self.asked.len();
            self.asked.push(couple);
            if let Some(coefficient) = self.sum(couple) {
                self.asked.truncate(place);
                self.couples.insert(couple, coefficient);
            }
        }
    }

    /// The sum over common ancestors. Where it needs couples not yet known, it asks for them instead.
    fn sum(&mut self, [a, b]: [u32; 2]) -> Option<f64> {
        if a == NOBODY || b == NOBODY {
            return Some(0.0);
        }
        let [of_a, of_b] = &mut self.shares;
        of_a.collect(self.lineage, a);
        of_b.collect(self.lineage, b);
        let asked = self.asked.len();
        let mut sum = 0.0;
        for (row, share_a, share_b) in common(&of_a.all, &of_b.all) {
            let mut own = 1.0;
            for parent in self.lineage.parent_rows(row) {
                if parent == NOBODY {
                    continue;
                }
                let grandparents = self.lineage.parent_rows(parent);
                let inbreeding = match self.couples.get(&grandparents) {
                    _ if grandparents.contains(&NOBODY) => 0.0,
                    Some(known) => *known,
                    None => {
                        self.asked.push(grandparents);
                        0.0
                    }
                };
                own -= 0.25 * (1.0 + inbreeding);
            }
            sum += share_a * share_b * own;
        }
        (self.asked.len() == asked).then_some(0.5 * sum)
    }
}

/// A row and a share of genes.
type Part = (u32, f64);

/// Which share of somebody's genes comes from whom.
#[derive(Clone, Default)]
struct Shares {
    /// From each ancestor and the person themselves, in the order of rows.
    all: Vec<Part>,
    level: Vec<Part>,
    next: Vec<Part>,
}

impl Shares {
    /// Level by level, so that the looks at one generation do not wait for each other.
    fn collect(&mut self, lineage: &Lineage, of: u32) {
        let Self { all, level, next } = self;
        all.clear();
        level.clear();
        level.push((of, 1.0));
        while !level.is_empty() {
            all.extend_from_slice(level);
            next.clear();
            for (row, share) in level.iter() {
                for parent in lineage.parent_rows(*row) {
                    if parent != NOBODY {
                        next.push((parent, 0.5 * share));
                    }
                }
            }
            add_up(next);
            std::mem::swap(level, next);
        }
        add_up(all);
    }
}

/// Sorts by row, and adds up the shares of each.
fn add_up(parts: &mut Vec<Part>) {
    parts.sort_unstable_by_key(|(row, _)| *row);
    parts.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1 += later.1;
        }
        same
    });
}

/// The rows that are in both, with both shares.
fn common<'a>(a: &'a [Part], b: &'a [Part]) -> impl Iterator<Item = (u32, f64, f64)> + 'a {
    let mut rest = b;
    a.iter().filter_map(move |(row, share_a)| {
        while let Some(((other, share_b), after)) = rest.split_first() {
            if other > row {
                return None;
            }
            rest = after;
            if other == row {
                return Some((*row, *share_a, *share_b));
            }
        }
        None
    })
}
