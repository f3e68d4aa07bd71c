//! Who lives with whom at the start.

use std::collections::BTreeMap;

use oikos_core::{Stream, Tick};

use super::couples::Past;
use super::lives::NEVER;
use crate::DAYS_PER_YEAR;
use crate::lineage::NOBODY;

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
    /// alone, for others to take care of; adults who
    /// were never in a union stay with a parent until they leave, at a constant force per year from 18 on.
    pub(super) fn of(past: &Past, leaving: f64, stream: &Stream) -> Self {
        let mut homes = Self {
            households: Vec::new(),
            at_home: Vec::new(),
        };
        let mut heads: Vec<u32> = vec![NOBODY; past.lives.len()];
        let mut households: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let living = (0..past.lives.len() as u32).filter(|row| past.life(*row).lives());
        for row in living {
            let at = place(past, row, leaving, stream);
            if let Place::WithParent(_) = at {
                homes.at_home.push(row);
            }
            let head = match at {
                Place::Own(head) => head,
                // They are mostly older; whoever is not yet placed is by following them.
                Place::WithParent(other) | Place::InCareOf(other) => {
                    head_of(past, other, leaving, stream, &heads)
                }
            };
            heads[row as usize] = head;
            households.entry(head).or_default().push(row);
        }
        homes.households = households.into_values().collect();
        homes
    }
}

/// The head of the household of somebody, who may not have been placed yet.
fn head_of(past: &Past, mut row: u32, leaving: f64, stream: &Stream, heads: &[u32]) -> u32 {
    loop {
        if heads[row as usize] != NOBODY {
            return heads[row as usize];
        }
        match place(past, row, leaving, stream) {
            Place::Own(head) => return head,
            Place::WithParent(other) | Place::InCareOf(other) => row = other,
        }
    }
}

fn place(past: &Past, row: u32, leaving: f64, stream: &Stream) -> Place {
    let life = past.life(row);
    let age = f64::from(past.today - life.born) / DAYS_PER_YEAR;
    // Who has ever been in a union is no minor.
    if let Some(union) = past.unions.get(life.union as usize) {
        let head = if union.ended == NEVER {
            union.partners[0]
        } else {
            row
        };
        return Place::Own(head);
    }
    if age < ADULT_AGE {
        return guardian(past, row).map_or(Place::Own(row), Place::InCareOf);
    }
    let parent = [life.mother, life.father]
        .into_iter()
        .find(|parent| lives(past, *parent));
    let mut draw = stream.at(u64::from(row), Tick::ZERO);
    let stays = draw.exponential() > leaving * (age - ADULT_AGE);
    match parent {
        Some(parent) if stays => Place::WithParent(parent),
        _ => Place::Own(row),
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
