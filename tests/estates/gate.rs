//! F9 and S7: an estate passes whole to heirs, tax and creditors, over random families and scripts of deaths.

use oikos::core::Stream;
use oikos::family::{End, Kin, Relations, Unions};
use oikos::prelude::*;
use oikos::world::Estates;
use oikos_testkit::Contract;

use super::audit::{Audit, Counts};
use super::stub_ledger::Fault;
use super::town::{Order, RULES, partner, step, town};

/// What a script asks of one tick: how, and of whom, by number.
type Wish = (u64, u64);

/// A town and what happens in it.
struct Script {
    case: u64,
    rule: usize,
    ticks: Vec<Vec<Wish>>,
}

impl Script {
    fn of(case: u64) -> Self {
        let mut draw = Stream::new(Seed(case), "script").at(0, oikos::core::Tick::ZERO);
        let mut below = |bound| draw.below(bound).unwrap();
        let tick = |below: &mut dyn FnMut(u64) -> u64| {
            let wishes = below(8);
            (0..wishes).map(|_| (below(10), below(1 << 16))).collect()
        };
        Self {
            case,
            rule: case as usize % RULES,
            ticks: (0..22).map(|_| tick(&mut below)).collect(),
        }
    }
}

/// The orders of a wish, of people who live.
fn orders(town: &Society, (what, number): Wish, counts: &mut Counts) -> Vec<Order> {
    let mut living = town.slot_order::<Person>();
    living.sort_unstable();
    let Some(who) = living.get(number as usize % living.len().max(1)).copied() else {
        return Vec::new();
    };
    let lineage = town.world().resource::<Lineage>();
    let children = |of: PersonId| lineage.children(of);
    let all = match what {
        0..=2 => vec![who],
        // A couple; a couple and their children; three generations.
        3 => partner(town, who).into_iter().chain([who]).collect(),
        4 => partner(town, who)
            .into_iter()
            .chain([who])
            .chain(children(who))
            .collect(),
        5 => {
            let two = children(who).flat_map(|child| children(child).chain([child]));
            two.chain([who]).collect()
        }
        // Heirs who wait for their part.
        6 | 7 => {
            let estates = town.world().resource::<Estates>();
            let heirs = estates.iter().filter_map(|(_, estate)| estate.heirs());
            let heirs: Vec<_> = heirs.flatten().map(|share| share.heir).collect();
            let heir = heirs.get(number as usize % heirs.len().max(1));
            heir.copied().into_iter().collect()
        }
        _ => return birth(town, number, counts).into_iter().collect(),
    };
    let lives = |person: &PersonId| living.binary_search(person).is_ok();
    all.into_iter().filter(lives).map(Order::Death).collect()
}

/// A child of some woman of an age for it, by her partner or her late one.
fn birth(town: &Society, number: u64, counts: &mut Counts) -> Option<Order> {
    let (ages, lineage) = (
        town.world().resource::<Ages>(),
        town.world().resource::<Lineage>(),
    );
    let mut women = town.slot_order::<Person>();
    women.sort_unstable();
    women.retain(|person| {
        let age = ages.completed(town.get::<BirthDate>(*person).unwrap());
        town.get::<Sex>(*person) == Some(Sex::Female) && (18..45).contains(&age)
    });
    let unions = town.world().resource::<Unions>();
    // Half of the births are widows', where there are any.
    let widow = |person: &PersonId| {
        let last = unions.of(*person).next();
        last.is_some_and(|(_, union)| matches!(union.ended, Some((_, End::Death))))
    };
    if number.is_multiple_of(2) && women.iter().any(widow) {
        women.retain(widow);
    }
    let mother = *women.get(number as usize / 2 % women.len().max(1))?;
    let (_, union) = unions.of(mother).next()?;
    let father = union.partner_of(mother)?;
    let his = union
        .ended
        .is_none_or(|(day, _)| town.today().days() - day.days() < 260);
    let died = lineage.get(father)?.died.map(|(day, _)| day);
    let recent = died.is_none_or(|day| town.today().days() - day.days() < 260);
    counts.posthumous += u32::from(his && recent && died.is_some());
    Some(Order::Birth(mother, Some(father).filter(|_| his && recent)))
}

/// Runs a script and looks at the books each tick, and at what was done when all estates are closed.
fn run(script: &Script, fault: Option<Fault>) -> Result<Counts, String> {
    let mut town = town(script.case, script.rule, fault)
        .threads(1)
        .build()
        .unwrap();
    let mut audit = Audit::of(&town, script.rule);
    let quiet = std::iter::repeat_n(Vec::new(), 45);
    for wishes in script.ticks.iter().cloned().chain(quiet) {
        let (tick, mut asked) = (town.tick().index(), Vec::new());
        for wish in wishes {
            asked.extend(orders(&town, wish, &mut audit.counts));
        }
        step(&mut town, &asked);
        audit.look(&town, tick)?;
    }
    let open: Vec<_> = town
        .world()
        .resource::<Estates>()
        .iter()
        .map(|(who, _)| who)
        .collect();
    if !open.is_empty() {
        // Natural deaths of the last days may be open; they were looked at.
        let last = town.today().days() - 6;
        let lineage = town.world().resource::<Lineage>();
        let old = |who: &&PersonId| {
            let died = lineage.get(**who).and_then(|it| it.died);
            died.is_some_and(|(day, _)| day.days() < last)
        };
        if let Some(old) = open.iter().find(old) {
            return Err(format!("the estate of {old} is never closed"));
        }
    }
    Ok(audit.counts)
}

const CASES: u64 = 40;

#[test]
fn estates_pass_whole_to_heirs_tax_and_creditors() {
    let (mut sums, mut by_rule) = ([0; 11], [0; RULES]);
    for script in (0..CASES).map(Script::of) {
        let counts =
            run(&script, None).unwrap_or_else(|found| panic!("case {}: {found}", script.case));
        for (sum, count) in sums.iter_mut().zip(counts.all()) {
            *sum += count;
        }
        by_rule[script.rule] += counts.estates;
    }
    let [estates, cases @ ..] = sums;
    println!(
        "{estates} estates, by rule {by_rule:?}; escheated, insolvent, dead children, together, waited, \
         inherited late, titled, delayed, posthumous births, spouses: {cases:?}"
    );
    assert!(estates >= 2_000, "{estates}");
    assert!(
        cases.into_iter().all(|count| count * 100 >= estates),
        "{cases:?}"
    );
    assert!(by_rule.into_iter().all(|count| count >= 100), "{by_rule:?}");
}

/// Each fault is found in one of the first scripts.
#[test]
fn what_is_done_wrong_is_found() {
    for fault in Fault::ALL {
        let mut scripts = (0..10).map(Script::of);
        let found = scripts.find_map(|script| run(&script, Some(fault)).err());
        println!("{fault:?}: {}", found.as_deref().unwrap_or("not found"));
        assert!(found.is_some(), "{fault:?}");
    }
}

#[test]
fn a_town_with_estates_keeps_the_contract() {
    fn plague(clock: Res<Clock>, lineage: Res<Lineage>, mut deaths: ResMut<Deaths<Person>>) {
        let tick = u64::from(clock.tick().index());
        let living = lineage.iter().filter(|(_, record)| record.died.is_none());
        for (who, _) in living.filter(|(who, _)| who.get() % 17 == tick) {
            deaths.request(who, 0);
        }
    }
    let build = || {
        town(3, 0, None).with(|app| {
            app.add_systems(Tick, plague.in_set(Phase::Act));
        })
    };
    let report = Contract::of(build).ticks(10).assert();
    assert!(
        !report.untried.iter().any(|name| name == "world.estates"),
        "{report:?}"
    );
}

/// The families have what the cases need.
#[test]
fn the_families_have_kin() {
    let town = town(1, 0, None).build().unwrap();
    let relations = Relations::new(town.world().resource::<Lineage>());
    let people = town.slot_order::<Person>();
    let has = |kin: Kin| {
        let with = people
            .iter()
            .filter(|id| relations.living_kin(**id).is_some_and(|it| it.get(kin) > 0));
        with.count()
    };
    let counts = [
        Kin::Mother,
        Kin::Children,
        Kin::FullSiblings,
        Kin::HalfSiblings,
    ]
    .map(has);
    assert!(counts.into_iter().all(|count| count >= 5), "{counts:?}");
}
