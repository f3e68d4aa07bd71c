//! F9: what the dead leave passes whole.

use std::collections::BTreeSet;

use oikos::prelude::*;

use super::Finding;
use super::register::{Ending, Register, ensure};
use crate::purses::Passed;
use crate::view::Day;

/// F9: parts sum to one, payments to the estate; heirs lived when the deceased died, and the spouse is among them; no
/// cent is lost.
pub(super) fn f09_estates_pass_whole(register: &Register, day: &Day, cents: i64) -> Finding {
    for passed in &day.passed {
        f09_estate(register, passed)?;
    }
    let now = day.purses.values().sum::<i64>() + day.treasury;
    ensure(now == cents, || {
        format!(
            "F09 there were {cents} cents, and on {} are {now}",
            day.date
        )
    })
}

fn f09_estate(register: &Register, passed: &Passed) -> Finding {
    let deceased = passed.deceased;
    let sum = passed
        .shares
        .iter()
        .map(|share| share.part.to_f64())
        .sum::<f64>();
    let nobody = passed.shares.is_empty();
    ensure(nobody || (sum - 1.0).abs() < 1e-12, || {
        format!("F09 the heirs of {deceased} have {sum} of the estate")
    })?;
    let paid: i64 = passed.paid.iter().map(|(_, cents)| cents).sum();
    ensure(
        paid + passed.escheat == passed.cents && (nobody || passed.escheat == 0),
        || {
            format!(
                "F09 {} left {}, and {paid} were paid, {} escheated",
                deceased, passed.cents, passed.escheat
            )
        },
    )?;
    let heirs: BTreeSet<PersonId> = passed.shares.iter().map(|share| share.heir).collect();
    ensure(heirs.len() == passed.shares.len(), || {
        format!("F09 {deceased} has an heir twice")
    })?;
    let someone = &register.people[&deceased];
    let Some(died) = someone.exit.filter(|_| someone.died) else {
        return Err(format!("F09 {deceased} lives and is inherited from"));
    };
    let lived = |heir: &PersonId| {
        let exit = register.people.get(heir).map(|it| it.exit);
        exit.is_some_and(|exit| exit.is_none_or(|day| day > died))
    };
    let dead = heirs.iter().find(|heir| !lived(heir));
    ensure(dead.is_none(), || {
        format!("F09 {dead:?} inherits from {deceased}, and was dead")
    })?;
    let spouse = someone.spells.last().filter(|spell| {
        let by_death = spell
            .ended
            .is_some_and(|(_, ending)| ending == Ending::Death);
        spell.married.is_some() && by_death && lived(&spell.other)
    });
    ensure(
        spouse.is_none_or(|spell| heirs.contains(&spell.other)),
        || format!("F09 the spouse of {deceased} is no heir: {spouse:?}"),
    )?;
    let children = register.children(deceased).into_iter();
    let left_out = children.filter(|child| lived(child)).find(|child| {
        let born = register.people[child].born;
        born <= died && !heirs.contains(child)
    });
    ensure(left_out.is_none(), || {
        format!("F09 {left_out:?} is a child of {deceased} and no heir")
    })
}
