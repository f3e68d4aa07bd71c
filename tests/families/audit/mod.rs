//! The audit: registers of its own, kept from what happened, and rules looked at the slow and obvious way. One function
//! for each of the rules F1 to F14 but the last, which compares whole histories.

mod births;
mod estates;
mod exposure;
mod homes;
mod kin;
mod register;
mod stable;
mod stock;
mod unions;

use std::collections::{BTreeMap, BTreeSet};

use oikos::family::Kinship;
use oikos::prelude::*;

pub(super) use births::GESTATION_DAYS;
pub(super) use register::Register;

use super::gate::Observer;
use super::view::{Census, Day, What};

pub(super) use exposure::Exposures;

/// What was found wrong, with the number of the rule.
pub(super) type Finding = Result<(), String>;

/// What happened in a town that is rare elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rare {
    pub(super) twins: u32,
    pub(super) remarriages: u32,
    pub(super) orphans: u32,
    pub(super) half_siblings: u32,
    pub(super) posthumous: u32,
    pub(super) refused: u32,
    /// Of these: with oneself, with the dead, with somebody in a union, of a minor, with kin, with nobody, of one sex.
    pub(super) refused_by_kind: [u32; 7],
    /// Rounds of stable matching with a pair in them.
    pub(super) rounds: u32,
    pub(super) estates: u32,
    pub(super) arrivals: u32,
    pub(super) departures: u32,
}

/// An observer of one town.
pub(super) struct Audit {
    pub(super) register: Register,
    exposures: Exposures,
    stock: stock::Stock,
    cents: i64,
    empty: BTreeSet<HouseholdId>,
    seed: Seed,
    pub(super) rare: Rare,
}

impl Audit {
    /// Of a town at its genesis.
    pub(super) fn of(town: &Society) -> Self {
        let census = Census::of(town);
        let register = Register::of(&census, town.today());
        let purses = town.world().resource::<super::purses::Purses>();
        Self {
            stock: stock::Stock::of(&register),
            exposures: Exposures::default(),
            cents: purses.of.values().sum::<i64>() + purses.treasury,
            empty: BTreeSet::new(),
            seed: town.seed(),
            rare: Rare::default(),
            register,
        }
    }

    /// Looks at a day.
    pub(super) fn day(&mut self, day: &Day) -> Finding {
        self.register.date = day.date;
        self.register.f07_answers(day, &mut self.rare)?;
        stable::f13_no_two_would_rather_have_each_other(&self.register, day, self.seed)?;
        self.rare.rounds += u32::from(!day.round.pairs.is_empty());
        self.register.have_birthdays(&mut self.stock);
        self.exposures.live_through(&self.register);
        births::f12_deliveries(&self.register, day)?;
        for event in &day.events {
            self.register.f10_nothing_after_death(event)?;
            self.note(event.person, &event.what);
            if let What::Birth(newborn) = &event.what {
                births::f01_parents(&self.register, event.person, newborn)?;
            }
            if let What::Arrival(newcomer, _) = &event.what {
                births::f01_parents_who_came(&self.register, event.person, newcomer)?;
            }
            if let What::Union(other) = &event.what {
                self.register.f07_may_unite(event.person, *other)?;
            }
            self.exposures.note(&self.register, event);
            self.stock.note(&self.register, event);
            self.register.note(event)?;
        }
        self.register.close_spells_of_those_who_went();
        self.register.f03_spells_are_mutual(day)?;
        self.stock.f06_people(day)?;
        self.rare.estates += day.passed.len() as u32;
        estates::f09_estates_pass_whole(&self.register, day, self.cents)?;
        homes::f08_empty_households_close(&self.empty, day)?;
        self.empty.clone_from(&day.empty);
        Ok(())
    }

    /// Looks at everybody.
    pub(super) fn census(&mut self, census: &Census) -> Finding {
        kin::f02_nobody_is_their_own_ancestor(&self.register, census)?;
        self.register.f03_the_book_and_the_columns(census)?;
        kin::f04_children_and_siblings(&self.register, census)?;
        self.stock.f06_by_age_and_sex(&self.register, census)?;
        homes::f08_everybody_has_one_home(census)?;
        homes::f08_minors_and_couples(&self.register, census)?;
        births::f12_parity(&self.register, census)
    }

    /// Looks at what can be said at the end.
    pub(super) fn end(&mut self, town: &Society, observer: &mut dyn Observer) -> Finding {
        let mut kinship = Kinship::new(town.world().resource::<Lineage>());
        kin::f05_coefficients(&self.register, |one, other| {
            let phi = kinship.kinship(one, other);
            phi.map(|phi| observer.coefficient(one, other, phi))
        })?;
        kin::f05_inbreeding(&self.register, |who| kinship.inbreeding(who))?;
        let score = Score::of(town.world()).map_err(|error| format!("F11 {error}"))?;
        let mut score = score.ok_or("F11 no day was lived")?;
        observer.score(&mut score, &self.register);
        self.exposures.f11_exposure_and_rates(&score)?;
        self.rare.half_siblings += self.register.half_siblings();
        Ok(())
    }

    /// Counts what is rare, before it is entered.
    fn note(&mut self, person: PersonId, what: &What) {
        let register = &self.register;
        match what {
            What::Birth(newborn) => {
                let [mother, father] = newborn.parents;
                let of_today = |(id, it): (&PersonId, &register::Someone)| {
                    *id != person && it.parents[0] == mother && it.born == newborn.born
                };
                self.rare.twins += u32::from(register.people.iter().any(of_today));
                let father = father.and_then(|father| register.people.get(&father));
                let gone = father.is_some_and(|it| it.died && it.exit.is_some());
                self.rare.posthumous += u32::from(gone);
            }
            What::Marriage(_) => {
                let spells = &register.people[&person].spells;
                let before = spells.iter().rev().skip(1);
                let again = before.into_iter().any(|spell| spell.married.is_some());
                self.rare.remarriages += u32::from(again);
            }
            What::Death => self.rare.orphans += register.orphaned_by(person),
            What::Arrival(..) => self.rare.arrivals += 1,
            What::Departure => self.rare.departures += 1,
            _ => {}
        }
    }
}

/// A count for each cell.
pub(super) type Cells = BTreeMap<(usize, u32, i32), u64>;
