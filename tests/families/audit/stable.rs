//! F13: a month's round of stable matching, with all that people see in each other worked out anew.

use std::collections::BTreeMap;

use oikos::core::{Stream, pair};
use oikos::family::{AgeGap, DAYS_PER_YEAR};
use oikos::prelude::*;

use super::Finding;
use super::register::{Register, ensure};
use crate::view::Day;

/// What a woman and a man see in each other: the more, the better. `None` where it is out of the question.
fn sees(
    register: &Register,
    day: &Day,
    seed: Seed,
    woman: PersonId,
    man: PersonId,
) -> Option<[f64; 2]> {
    let born = |who: PersonId| f64::from(register.people[&who].born.days());
    let gap = AgeGap::ASSUMED;
    let off = ((born(woman) - born(man)) / DAYS_PER_YEAR - gap.mean()) / gap.sd();
    if off.abs() > 4.0 || register.are_close_kin(woman, man) {
        return None;
    }
    let subject = |who: PersonId| day.subjects.get(&who).copied();
    let tastes = Stream::new(seed, "family.taste");
    let both = pair(subject(woman)?, subject(man)?);
    let mut draw = tastes.at(both, oikos::core::Tick::new(day.tick));
    let mut worth = || -libm::log(draw.exponential()) - off * off / 2.0;
    Some([worth(), worth()])
}

/// F13: each is in at most one pair; no woman and man would both rather have each other than whom they have.
pub(super) fn f13_no_two_would_rather_have_each_other(
    register: &Register,
    day: &Day,
    seed: Seed,
) -> Finding {
    let round = &day.round;
    let husbands: BTreeMap<PersonId, PersonId> = round.pairs.iter().copied().collect();
    let wives: BTreeMap<PersonId, PersonId> = round
        .pairs
        .iter()
        .map(|(woman, man)| (*man, *woman))
        .collect();
    let once = husbands.len() == round.pairs.len() && wives.len() == round.pairs.len();
    ensure(once, || {
        format!("F13 somebody is in two pairs on {}", day.date)
    })?;
    let entered = |(woman, man): &(PersonId, PersonId)| {
        round.women.contains(woman) && round.men.contains(man)
    };
    let stranger = round.pairs.iter().find(|pair| !entered(pair));
    ensure(stranger.is_none(), || {
        format!("F13 {stranger:?} did not enter the round")
    })?;
    for woman in &round.women {
        for man in &round.men {
            let Some([hers, his]) = sees(register, day, seed, *woman, *man) else {
                let pair = husbands.get(woman) == Some(man);
                ensure(!pair, || {
                    format!("F13 {woman} and {man} are out of the question")
                })?;
                continue;
            };
            let of = |woman, man| sees(register, day, seed, woman, man);
            let has = husbands.get(woman).and_then(|man| of(*woman, *man));
            let she_would = has.is_none_or(|has| hers > has[0]);
            let has = wives.get(man).and_then(|woman| of(*woman, *man));
            let he_would = has.is_none_or(|has| his > has[1]);
            ensure(!(she_would && he_would), || {
                format!(
                    "F13 {woman} and {man} would rather have each other on {}",
                    day.date
                )
            })?;
        }
    }
    Ok(())
}
