//! The day's moves: couples move together and part, and the young leave home and come back.

use std::collections::{BTreeMap, BTreeSet};

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::{Cadence, StableId, Unit};
use oikos_engine::{Births, Clock, Column, Slots, Vocabulary, Word};
use oikos_world::{
    Household, HouseholdId, HouseholdKind, HouseholdType, MoveReason, Moves, Person, PersonId,
    Residence, Residents,
};

use super::guardians::Wards;
use super::kinsfolk::Kinsfolk;
use super::sharer::{Marks, Sharer};
use super::{HomesPlugin, LeavingHome, ParentalHome, ReturningHome};
use crate::hazards::Occurrences;
use crate::lineage::Lineage;
use crate::unions::{End, UnionEvent, UnionEvents, UnionId, Unions};

/// Where people live, and what they need to know to move.
#[derive(SystemParam)]
pub(super) struct Town<'w> {
    people: Res<'w, Slots<Person>>,
    homes: Res<'w, Column<Residence>>,
    parental: Res<'w, Column<ParentalHome>>,
    households: Res<'w, Slots<Household>>,
    types: Res<'w, Column<HouseholdType>>,
    kinds: Res<'w, Vocabulary<HouseholdKind>>,
    wards: Res<'w, Wards>,
    sharers: Res<'w, Column<Sharer>>,
    residents: Res<'w, Residents>,
    lineage: Res<'w, Lineage>,
    unions: Res<'w, Unions>,
    reasons: Res<'w, Vocabulary<MoveReason>>,
    clock: Res<'w, Clock>,
}

impl Town<'_> {
    fn home(&self, person: PersonId) -> Option<HouseholdId> {
        let slot = self.people.slot(person)?;
        self.homes.get(slot).and_then(|residence| residence.0)
    }

    /// Whether somebody lives where they grew up.
    fn is_at_home(&self, person: PersonId) -> bool {
        let slot = self.people.slot(person);
        slot.and_then(|slot| self.parental.get(slot))
            .is_some_and(|home| home.0)
    }

    /// Whether somebody lives with others of whom some share: a plugin may have moved in people who do not.
    fn is_in_flat(&self, person: PersonId) -> bool {
        let marks = self.marks();
        self.home(person).is_some_and(|home| {
            let mut others = self.residents.housemates(person, home).peekable();
            let alone = others.peek().is_none();
            !alone && (marks.contains(person) || others.any(|one| marks.contains(one)))
        })
    }

    fn marks(&self) -> Marks<'_> {
        Marks {
            people: &self.people,
            column: &self.sharers,
        }
    }
}

/// Asks for the moves of those who form unions, part, leave home or come back today.
pub(super) fn move_homes(
    events: Res<UnionEvents>,
    leaving: Res<Occurrences<LeavingHome>>,
    returning: Res<Occurrences<ReturningHome>>,
    town: Town,
    mut moves: ResMut<Moves>,
    mut births: ResMut<Births<Household>>,
) -> Result<(), BevyError> {
    let clock = &town.clock;
    let month_begins = Cadence::calendar(Unit::Month).due(clock.calendar(), clock.tick());
    if events.0.is_empty() && leaving.is_empty() && returning.is_empty() && !month_begins {
        return Ok(());
    }
    let kinsfolk = Kinsfolk::new(&town.clock, &town.people, &town.lineage, &town.unions)?;
    let mut plan = Plan {
        town: &town,
        kinsfolk,
        institution: town
            .kinds
            .find(HouseholdType::INSTITUTION)
            .map(HouseholdType),
        moves: &mut moves,
        births: &mut births,
        going: BTreeSet::new(),
        moving: BTreeSet::new(),
        arriving: BTreeMap::new(),
    };
    plan.part(&events, plan.why(HomesPlugin::PARTING));
    plan.move_together(&events, plan.why(HomesPlugin::UNION));
    plan.leave(&leaving, plan.why(HomesPlugin::LEAVING_HOME));
    plan.return_home(&returning, plan.why(HomesPlugin::RETURNING_HOME));
    if month_begins {
        plan.move_out(plan.why(HomesPlugin::LIVING_ALONE));
    }
    Ok(())
}

/// The moves of a day while they are asked for.
struct Plan<'a> {
    town: &'a Town<'a>,
    kinsfolk: Kinsfolk<'a>,
    /// What sort of household institutions are.
    institution: Option<HouseholdType>,
    moves: &'a mut Moves,
    births: &'a mut Births<Household>,
    /// Those who leave their household because they part.
    going: BTreeSet<PersonId>,
    /// Those who move for any reason, children who follow them left out.
    moving: BTreeSet<PersonId>,
    /// Those who join somebody, by the household in which that one lives.
    arriving: BTreeMap<HouseholdId, Vec<PersonId>>,
}

impl Plan<'_> {
    /// The word is there: the plugin added it.
    fn why(&self, reason: &str) -> Word<MoveReason> {
        let word = self.town.reasons.find(reason);
        word.unwrap_or(Word::from_number(u16::MAX))
    }

    fn is_institution(&self, household: HouseholdId) -> bool {
        let slot = self.town.households.slot(household);
        let kind = slot.and_then(|slot| self.town.types.get(slot));
        kind.is_some() && kind.copied() == self.institution
    }

    /// Of two who part and live together, the man moves out, or the second of two of one sex. He lives alone
    /// with those of his children whose mother lives elsewhere; unless he moves to somebody else on the same day.
    fn part(&mut self, events: &UnionEvents, why: Word<MoveReason>) {
        let ended = events.0.iter().filter_map(|event| match event {
            UnionEvent::Ended(id, End::Divorce | End::Separation) => Some(*id),
            _ => None,
        });
        let pairs: Vec<_> = ended.filter_map(|id| self.couple(id)).collect();
        let together = pairs.into_iter().filter(|[stays, goes]| {
            let home = self.town.home(*stays);
            home.is_some() && home == self.town.home(*goes)
        });
        let going: Vec<PersonId> = together.map(|[_, goes]| goes).collect();
        self.going.extend(&going);
        for person in going {
            if self.town.unions.current(person).is_none() {
                self.found(&[person], why);
            }
        }
    }

    /// Who form a union move to her, if she has a household of her own, or to him, or found one.
    fn move_together(&mut self, events: &UnionEvents, why: Word<MoveReason>) {
        let formed = events.0.iter().filter_map(|event| match event {
            UnionEvent::Formed(id) => Some(*id),
            _ => None,
        });
        for id in formed {
            let lasts = self
                .town
                .unions
                .get(id)
                .is_some_and(|union| union.ended.is_none());
            let Some(couple) = self.couple(id).filter(|_| lasts) else {
                continue;
            };
            let [woman, man] = couple;
            let pairs = [(woman, man), (man, woman)];
            // Whoever parts today may not depend on the host's living through the day: they found a household.
            let joins = |guest| !self.going.contains(&guest);
            let host = pairs.into_iter().find_map(|(host, guest)| {
                let home = self.own_home(host).filter(|_| joins(guest))?;
                let admitted = self.admits(home, host, guest);
                admitted.then_some((home, host, guest))
            });
            match host {
                Some((home, host, guest)) => {
                    self.join(guest, host, home, why);
                }
                None => self.found(&couple, why),
            }
        }
    }

    /// Who leave home live alone, with the children for whom they care; unless they moved to a partner today.
    fn leave(&mut self, leaving: &Occurrences<LeavingHome>, why: Word<MoveReason>) {
        for person in leaving.iter().map(|occurrence| occurrence.who.id()) {
            if self.town.unions.current(person).is_none() {
                self.found(&[person], why);
            }
        }
    }

    /// Who come back move to the mother, or else to the father, if that one has a private household that takes them
    /// in; with the children for whom they care. Who lives with a parent, or moved to a partner today, stays.
    fn return_home(&mut self, returning: &Occurrences<ReturningHome>, why: Word<MoveReason>) {
        for person in returning.iter().map(|occurrence| occurrence.who.id()) {
            let lives_in = self.town.home(person);
            let mut parents = self.kinsfolk.parents(person);
            let lives_there = parents.any(|parent| self.town.home(parent) == lives_in);
            if lives_there || self.town.unions.current(person).is_some() {
                continue;
            }
            let mut parents = self.kinsfolk.parents(person);
            let host = parents.find_map(|parent| {
                let stays = !self.moving.contains(&parent) && returning.of(parent.get()).is_none();
                let home = self.town.home(parent).filter(|_| stays)?;
                let takes_in = !self.is_institution(home) && !self.town.is_in_flat(parent);
                (takes_in && self.admits(home, parent, person)).then_some((parent, home))
            });
            if let Some((parent, home)) = host {
                self.join(person, parent, home, why);
            }
        }
    }

    /// Who shares with others and would not at their present age lives alone from now on.
    fn move_out(&mut self, why: Word<MoveReason>) {
        let (town, today) = (self.town, self.town.clock.today());
        let outgrown = town.marks().outgrown(today);
        let mut outgrown: Vec<PersonId> = outgrown.map(|(_, person)| person).collect();
        outgrown.sort_unstable();
        for person in outgrown {
            if !self.moving.contains(&person) && town.is_in_flat(person) {
                self.found(&[person], why);
            }
        }
    }

    /// Somebody moves to the household of a host, with the children for whom they care.
    fn join(&mut self, guest: PersonId, host: PersonId, home: HouseholdId, why: Word<MoveReason>) {
        self.moves.join(guest, host, why);
        self.moving.insert(guest);
        self.bring_along(guest, &[guest], why);
        self.arriving.entry(home).or_default().push(guest);
    }

    /// The two of a union, the woman first where their sexes differ.
    fn couple(&self, id: UnionId) -> Option<[PersonId; 2]> {
        let [one, other] = self.town.unions.get(id)?.partners;
        let man_first = self.kinsfolk.is_man(one) && !self.kinsfolk.is_man(other);
        Some(if man_first {
            [other, one]
        } else {
            [one, other]
        })
    }

    /// The private household that somebody has, neither the one in which they grew up nor one that they share.
    fn own_home(&self, person: PersonId) -> Option<HouseholdId> {
        let leaves = self.town.is_at_home(person) || self.going.contains(&person);
        let stays = !leaves && !self.town.is_in_flat(person);
        let home = self.town.home(person).filter(|_| stays);
        home.filter(|home| !self.is_institution(*home))
    }

    /// Whether nobody from whom the guest parted lives in a household or comes to it today.
    fn admits(&self, home: HouseholdId, host: PersonId, guest: PersonId) -> bool {
        let arriving = self.arriving.get(&home);
        let there = |other: PersonId| {
            self.town.home(other) == Some(home)
                || arriving.is_some_and(|people| people.contains(&other))
        };
        let mut parted = self.kinsfolk.parted(guest);
        !parted.any(|other| other != host && there(other))
    }

    /// A new household for people and the children for whom they care.
    fn found(&mut self, people: &[PersonId], why: Word<MoveReason>) {
        let Some(founder) = people.first() else {
            return;
        };
        self.moves
            .found(self.births, *founder, people.iter().copied(), why);
        self.moving.extend(people);
        for person in people {
            self.bring_along(*person, people, why);
        }
    }

    /// Lets those follow somebody who live with them and for whom they care: their wards, and their minor
    /// children unless the other parent lives there, too, and stays.
    fn bring_along(&mut self, mover: PersonId, movers: &[PersonId], why: Word<MoveReason>) {
        let home = self.town.home(mover);
        let stays = |parent: &PersonId| {
            self.town.home(*parent) == home
                && !movers.contains(parent)
                && !self.going.contains(parent)
        };
        let kinsfolk = self.kinsfolk;
        let is_along = |person: &PersonId| {
            kinsfolk.is_minor(*person) && self.town.home(*person) == home && home.is_some()
        };
        let children = kinsfolk.children(mover).filter(is_along);
        let children = children.filter(|child| !kinsfolk.parents(*child).any(|p| stays(&p)));
        let wards = self.town.wards.of(mover).filter(is_along);
        let following: Vec<_> = children.chain(wards).collect();
        for person in following {
            self.moves.join(person, mover, why);
        }
    }
}
