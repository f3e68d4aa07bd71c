//! Who lives with whom at the start.

use std::collections::BTreeMap;

use oikos_core::{Stream, Tick};

use super::couples::Past;
use super::lives::NEVER;
use crate::lineage::NOBODY;
use crate::{DAYS_PER_YEAR, HomeForces};

/// Whoever is younger lives with a parent or a guardian.
const ADULT_AGE: f64 = 18.0;

/// Who lives with whom, by rows of the past.
pub(super) struct Homes {
    /// The people of each household, in the order of rows.
    pub(super) households: Vec<Vec<u32>>,
    /// Adults who live where they grew up, with a parent.
    pub(super) at_home: Vec<u32>,
}

/// Where somebody lives.
#[derive(Clone, Copy)]
enum Place {
    /// In a household of their own, or that of their partner.
    Own(u32),
    /// With a parent, as an adult.
    WithParent(u32),
    /// With a parent or guardian, as a minor.
    InCareOf(u32),
}

impl Homes {
    /// Couples live together; minors with their mother, else their father, else the nearest ancestor who lives, else
    /// alone, for others to take care of. Adults live with a parent with the chance to which leaving home and coming
    /// back lead: at first they lived with their parents, or parted and did not.
    pub(super) fn of(past: &Past, forces: HomeForces, stream: &Stream) -> Self {
        let mut homes = Self {
            households: Vec::new(),
            at_home: Vec::new(),
        };
        let view = View {
            past,
            forces,
            stream,
        };
        let mut heads: Vec<u32> = vec![NOBODY; past.lives.len()];
        let mut households: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let living = || (0..past.lives.len() as u32).filter(|row| past.life(*row).lives());
        for row in living() {
            let at = view.place(row);
            if let Place::WithParent(_) = at {
                homes.at_home.push(row);
            }
            let head = match at {
                Place::Own(head) => head,
                // They are mostly older; whoever is not yet placed is by following them.
                Place::WithParent(other) | Place::InCareOf(other) => view.head_of(other, &heads),
            };
            heads[row as usize] = head;
            households.entry(head).or_default().push(row);
        }
        for row in living() {
            let back = view.back_with(row).map(|parent| heads[parent as usize]);
            let admits = |head: &u32| {
                !view
                    .parted(row)
                    .iter()
                    .any(|other| heads[*other as usize] == *head)
            };
            let Some(head) = back.filter(admits) else {
                continue;
            };
            // They come with those who live with them: children for whom they care.
            let people = households.remove(&row).unwrap_or_default();
            for person in &people {
                heads[*person as usize] = head;
            }
            households.entry(head).or_default().extend(people);
            homes.at_home.push(row);
        }
        homes.households = households.into_values().collect();
        homes
    }
}

/// What tells who lives where.
struct View<'a> {
    past: &'a Past,
    forces: HomeForces,
    stream: &'a Stream,
}

impl View<'_> {
    /// The head of the household of somebody, who may not have been placed yet.
    fn head_of(&self, mut row: u32, heads: &[u32]) -> u32 {
        loop {
            if heads[row as usize] != NOBODY {
                return heads[row as usize];
            }
            match self.place(row) {
                Place::Own(head) => return head,
                Place::WithParent(other) | Place::InCareOf(other) => row = other,
            }
        }
    }

    /// Where somebody lives, before anybody who was in a union comes back.
    fn place(&self, row: u32) -> Place {
        let life = self.past.life(row);
        // Who has ever been in a union is no minor.
        if let Some(union) = self.past.unions.get(life.union as usize) {
            let head = if union.ended == NEVER {
                union.partners[0]
            } else {
                row
            };
            return Place::Own(head);
        }
        let age = self.age(row, self.past.today);
        if age < ADULT_AGE {
            return guardian(self.past, row).map_or(Place::Own(row), Place::InCareOf);
        }
        match self.parent(row) {
            Some(parent) if self.is_at_home(row, true, ADULT_AGE) => Place::WithParent(parent),
            _ => Place::Own(row),
        }
    }

    /// With which parent somebody lives again whose last union has ended.
    fn back_with(&self, row: u32) -> Option<u32> {
        let union = self.past.unions.get(self.past.life(row).union as usize)?;
        if union.ended == NEVER || self.age(row, self.past.today) < ADULT_AGE {
            return None;
        }
        let single_since = self.age(row, union.ended).max(ADULT_AGE);
        let parent = self.parent(row)?;
        self.is_at_home(row, false, single_since).then_some(parent)
    }

    /// Whether somebody who is single since an age lives with a parent.
    fn is_at_home(&self, row: u32, began_at_home: bool, age_then: f64) -> bool {
        let age = self.age(row, self.past.today);
        let share = self.forces.at_home_after(began_at_home, age_then, age);
        self.stream.at(u64::from(row), Tick::ZERO).unit() < share
    }

    fn age(&self, row: u32, day: i32) -> f64 {
        f64::from(day - self.past.life(row).born) / DAYS_PER_YEAR
    }

    fn parent(&self, row: u32) -> Option<u32> {
        let life = self.past.life(row);
        let mut parents = [life.mother, life.father].into_iter();
        parents.find(|parent| lives(self.past, *parent))
    }

    /// Those who live and with whom somebody was in a union that ended.
    fn parted(&self, row: u32) -> Vec<u32> {
        let mut parted = Vec::new();
        let mut next = self.past.life(row).union;
        while let Some(union) = self.past.unions.get(next as usize) {
            let first = usize::from(union.partners[0] != row);
            let other = union.partners[1 - first];
            if union.ended != NEVER && lives(self.past, other) {
                parted.push(other);
            }
            next = union.previous[first];
        }
        parted
    }
}

fn lives(past: &Past, row: u32) -> bool {
    past.lives
        .get(row as usize)
        .is_some_and(|life| life.lives())
}

/// The nearest ancestor who lives, mothers first.
fn guardian(past: &Past, row: u32) -> Option<u32> {
    let parents = |row: u32| match past.lives.get(row as usize) {
        Some(life) => [life.mother, life.father],
        None => [NOBODY; 2],
    };
    let mut level = vec![row];
    for _ in 0..3 {
        level = level.iter().flat_map(|row| parents(*row)).collect();
        let parent = level.iter().find(|row| lives(past, **row));
        if let Some(parent) = parent {
            return Some(*parent);
        }
    }
    None
}
