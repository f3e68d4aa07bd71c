//! Friendship among those who are alike.

use oikos_core::{Draw, apportion};

use super::{Edges, check_ties, node, ordered, out_of_range};
use crate::network::NetworkError;

const NAME: &str = "homophilous";
/// The highest age, in years.
const AGE_MAX: u32 = 199;
/// Pairs that are drawn for each tie that is wanted before it is given up: the more of them are tied already,
/// the more are drawn in vain.
const DRAWS_PER_TIE: u64 = 100;

/// How much alike those are who are tied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homophily {
    /// Mean number of ties of a node, from 0 on.
    pub mean_degree: f64,
    /// The share of ties that join two nodes of one group, 0 to 1. If ties were blind to groups it would be
    /// the sum of the squares of the groups' shares.
    pub within: f64,
    /// The difference of age, in years, over which a tie becomes 1/e times as likely; above 0, infinite for
    /// ties that are blind to age.
    pub age_scale: f64,
}

/// Ties nodes of given groups and ages, in years, in numbers that are exact: `nodes * mean_degree / 2` ties,
/// of which `within` join nodes of one group, each rounded to the nearest number. Those within are shared out to
/// the groups by their size. Where a tie falls is drawn: a pair that differs by *d* years is exp(-*d* /
/// `age_scale`) times as likely as one of the same age (M. McPherson, L. Smith-Lovin and J. Cook, "Birds of a
/// feather", 2001, review what is known of both). Takes time by nodes, ties, and groups times ages squared.
///
/// # Errors
/// [`NetworkError::Length`] unless there is a group and an age for each node; [`NetworkError::Parameter`] for a
/// parameter or an age (up to 199) out of range, and for ties within or between groups where there are none;
/// [`NetworkError::TooDense`] where so many ties cannot be found; [`NetworkError::TooManyTies`].
pub fn homophilous(
    groups: &[u32],
    ages: &[u32],
    homophily: &Homophily,
    draw: &mut Draw,
) -> Result<Edges, NetworkError> {
    check(groups, ages, homophily)?;
    let ties = libm::round(groups.len() as f64 * homophily.mean_degree / 2.0);
    check_ties(ties)?;
    let within = libm::round(ties * homophily.within) as u64;
    let people = People::new(groups, ages);
    let kernel: Vec<f64> = (0..=AGE_MAX)
        .map(|years| libm::exp(-f64::from(years) / homophily.age_scale))
        .collect();
    // Somebody without anybody else in their group can have no tie within it.
    let sizes: Vec<u64> = people
        .sizes()
        .map(|size| if size > 1 { size } else { 0 })
        .collect();
    let shares = shares(within, &sizes)?;
    let mut edges = Vec::with_capacity(ties as usize);
    for (group, wanted) in (0..).zip(shares) {
        let pairs = Pairs::new(&people, &kernel, Some(group));
        let where_ = || format!("within group {}", people.names[group as usize]);
        edges.extend(pairs.draw(wanted, where_, draw)?);
    }
    let between = ties as u64 - within;
    let pairs = Pairs::new(&people, &kernel, None);
    edges.extend(pairs.draw(between, || "between groups".to_owned(), draw)?);
    edges.sort_unstable();
    Ok(edges)
}

fn check(groups: &[u32], ages: &[u32], homophily: &Homophily) -> Result<(), NetworkError> {
    let Homophily {
        mean_degree,
        within,
        age_scale,
    } = *homophily;
    if ages.len() != groups.len() {
        return Err(NetworkError::Length {
            generator: NAME,
            parameter: "ages",
            expected: groups.len(),
            found: ages.len(),
        });
    }
    if !(0.0..f64::INFINITY).contains(&mean_degree) {
        return Err(out_of_range(
            NAME,
            "mean_degree",
            mean_degree,
            "finite and from 0 on",
        ));
    }
    if !(0.0..=1.0).contains(&within) {
        return Err(out_of_range(NAME, "within", within, "from 0 to 1"));
    }
    if age_scale.is_nan() || age_scale <= 0.0 {
        return Err(out_of_range(NAME, "age_scale", age_scale, "above 0"));
    }
    match ages.iter().find(|age| **age > AGE_MAX) {
        Some(age) => Err(out_of_range(
            NAME,
            "ages",
            age,
            format!("at most {AGE_MAX}"),
        )),
        None => Ok(()),
    }
}

/// Ties within groups, by their size.
fn shares(within: u64, sizes: &[u64]) -> Result<Vec<u64>, NetworkError> {
    if within == 0 {
        return Ok(vec![0; sizes.len()]);
    }
    // As many as fit a network, so below 2^63.
    let shares = apportion(within as i64, sizes);
    let shares =
        shares.map_err(|_| out_of_range(NAME, "within", within, "0: no group has two members"))?;
    Ok(shares.into_iter().map(|share| share as u64).collect())
}

/// Nodes in the order of their ages and, within an age, of their groups.
struct People {
    sorted: Vec<u32>,
    /// The groups' own numbers, in order; the others count them from 0.
    names: Vec<u32>,
    /// (age, group) of those there are, in order, with where they begin in `sorted`.
    cells: Vec<Cell>,
    /// Where each age begins in `sorted`; one more at the end.
    by_age: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Cell {
    age: u32,
    group: u32,
    start: usize,
    len: usize,
}

impl People {
    fn new(groups: &[u32], ages: &[u32]) -> Self {
        let mut names = groups.to_vec();
        names.sort_unstable();
        names.dedup();
        let number = |group: u32| names.partition_point(|name| *name < group) as u32;
        let nodes = ages.iter().zip(groups).zip(0_u32..);
        let keys = nodes.map(|((age, group), node)| (*age, number(*group), node));
        let mut keys: Vec<_> = keys.collect();
        keys.sort_unstable();
        let mut cells: Vec<Cell> = Vec::new();
        for (start, (age, group, _)) in keys.iter().enumerate() {
            match cells.last_mut() {
                Some(cell) if (cell.age, cell.group) == (*age, *group) => cell.len += 1,
                _ => cells.push(Cell {
                    age: *age,
                    group: *group,
                    start,
                    len: 1,
                }),
            }
        }
        let by_age = (0..=AGE_MAX + 1).map(|age| keys.partition_point(|key| key.0 < age));
        Self {
            by_age: by_age.collect(),
            sorted: keys.into_iter().map(|(.., node)| node).collect(),
            names,
            cells,
        }
    }

    fn sizes(&self) -> impl Iterator<Item = u64> {
        let mut sizes = vec![0; self.names.len()];
        for cell in &self.cells {
            sizes[cell.group as usize] += cell.len as u64;
        }
        sizes.into_iter()
    }

    fn of_age(&self, age: u32) -> std::ops::Range<usize> {
        self.by_age[age as usize]..self.by_age[age as usize + 1]
    }

    /// The cell of an age and a group; an empty one where there is nobody.
    fn cell(&self, age: u32, group: u32) -> Cell {
        let key = (age, group);
        let found = self
            .cells
            .binary_search_by_key(&key, |cell| (cell.age, cell.group));
        let start = self.of_age(age).start;
        found.map_or(
            Cell {
                age,
                group,
                start,
                len: 0,
            },
            |at| self.cells[at],
        )
    }
}

/// The pairs within one group, or those between groups, each to be drawn by its weight.
struct Pairs<'a> {
    people: &'a People,
    within: bool,
    /// Cells of the first of a pair, with the sum of the weights up to each.
    first: Vec<(Cell, f64)>,
    /// For each of them, the ages of the second, with the sum of the weights up to each.
    second: Vec<Vec<(u32, f64)>>,
}

impl<'a> Pairs<'a> {
    fn new(people: &'a People, kernel: &[f64], group: Option<u32>) -> Self {
        let mut pairs = Self {
            people,
            within: group.is_some(),
            first: Vec::new(),
            second: Vec::new(),
        };
        let own = |cell: &&Cell| group.is_none_or(|group| group == cell.group);
        let mut total = 0.0;
        for cell in people.cells.iter().filter(own) {
            let mut sum = 0.0;
            let mut second = Vec::new();
            for age in 0..=AGE_MAX {
                let other = people.cell(age, cell.group);
                let all = people.of_age(age).len();
                let candidates = if pairs.within {
                    other.len
                } else {
                    all - other.len
                };
                if candidates > 0 {
                    sum += candidates as f64 * kernel[cell.age.abs_diff(age) as usize];
                    second.push((age, sum));
                }
            }
            if sum > 0.0 {
                total += cell.len as f64 * sum;
                pairs.first.push((*cell, total));
                pairs.second.push(second);
            }
        }
        pairs
    }

    /// So many different pairs of two nodes each.
    fn draw(
        &self,
        wanted: u64,
        stratum: impl Fn() -> String,
        draw: &mut Draw,
    ) -> Result<Edges, NetworkError> {
        let mut edges: Edges = Vec::with_capacity(wanted as usize);
        let mut left = if self.first.is_empty() {
            0
        } else {
            DRAWS_PER_TIE * wanted
        };
        while (edges.len() as u64) < wanted {
            let missing = wanted - edges.len() as u64;
            if left < missing {
                return Err(NetworkError::TooDense {
                    generator: NAME,
                    stratum: stratum(),
                    found: edges.len() as u64,
                    wanted,
                });
            }
            left -= missing;
            edges.extend((0..missing).filter_map(|_| self.pair(draw)));
            // Which of two equal ones goes does not matter, so no pair is favoured.
            edges.sort_unstable();
            edges.dedup();
        }
        Ok(edges)
    }

    fn pair(&self, draw: &mut Draw) -> Option<(u32, u32)> {
        let at = drawn(&self.first, draw);
        let (cell, _) = self.first[at];
        let one = self.people.sorted[cell.start + node(draw, cell.len) as usize];
        let (age, _) = self.second[at][drawn(&self.second[at], draw)];
        let own = self.people.cell(age, cell.group);
        let place = if self.within {
            own.start + node(draw, own.len) as usize
        } else {
            // Those of the age, but for the block of the own group.
            let all = self.people.of_age(own.age);
            let place = all.start + node(draw, all.len() - own.len) as usize;
            if place < own.start {
                place
            } else {
                place + own.len
            }
        };
        let other = self.people.sorted[place];
        (one != other).then(|| ordered(one, other))
    }
}

/// The place of an entry, drawn by weights of which each has the sum up to it.
fn drawn<T>(cumulative: &[(T, f64)], draw: &mut Draw) -> usize {
    let total = cumulative.last().map_or(0.0, |(_, sum)| *sum);
    let point = draw.unit() * total;
    let at = cumulative.partition_point(|(_, sum)| *sum <= point);
    at.min(cumulative.len() - 1)
}
