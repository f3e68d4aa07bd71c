//! The books of a town looked through from outside: each tick, and each estate when it is closed.

use std::collections::{BTreeMap, BTreeSet};

use oikos::core::Rounding;
use oikos::family::{Deceased, Unions};
use oikos::prelude::*;
use oikos::world::{Estates, Share};

use super::stub_ledger::{Asset, Entry, Party, StubLedger, TAX, Why};
use super::town::rule;

/// What happened, so that a test can show that it did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) estates: u32,
    pub(super) escheated: u32,
    /// Debts above all there was.
    pub(super) insolvent: u32,
    /// Some child of the deceased was dead.
    pub(super) dead_children: u32,
    /// The spouse or a child died in the same tick.
    pub(super) together: u32,
    /// The deceased had to wait for an inheritance.
    pub(super) waited: u32,
    /// Cents or titles came into the estate after the death.
    pub(super) inherited_late: u32,
    /// With titles.
    pub(super) titled: u32,
    /// Not closed in the tick after the death.
    pub(super) delayed: u32,
    pub(super) posthumous: u32,
    /// An heir by marriage.
    pub(super) spouses: u32,
}

impl Counts {
    pub(super) fn all(&self) -> [u32; 11] {
        [
            self.estates,
            self.escheated,
            self.insolvent,
            self.dead_children,
            self.together,
            self.waited,
            self.inherited_late,
            self.titled,
            self.delayed,
            self.posthumous,
            self.spouses,
        ]
    }
}

/// What is known of a death.
struct Death {
    tick: u32,
    heirs: Vec<Share>,
    debt: i64,
    closed: bool,
    waited: bool,
}

/// An account of the town's books, kept beside them.
pub(super) struct Audit {
    rule: usize,
    totals: BTreeMap<Asset, i64>,
    debts: i64,
    spouses: BTreeMap<PersonId, PersonId>,
    deaths: BTreeMap<PersonId, Death>,
    /// Who inherits from an estate that was open at the last look.
    awaiting: BTreeSet<PersonId>,
    seen: usize,
    pub(super) counts: Counts,
}

type Finding = Result<(), String>;

fn ensure(holds: bool, finding: impl FnOnce() -> String) -> Finding {
    if holds { Ok(()) } else { Err(finding()) }
}

fn totals(ledger: &StubLedger) -> BTreeMap<Asset, i64> {
    let mut totals = BTreeMap::new();
    for ((_, asset), amount) in &ledger.holdings {
        *totals.entry(*asset).or_default() += amount;
    }
    totals
}

impl Audit {
    pub(super) fn of(town: &Society, rule: usize) -> Self {
        let ledger = town.world().resource::<StubLedger>();
        Self {
            rule,
            totals: totals(ledger),
            debts: ledger.debts.values().sum(),
            spouses: spouses(town),
            deaths: BTreeMap::new(),
            awaiting: BTreeSet::new(),
            seen: 0,
            counts: Counts::default(),
        }
    }

    /// Looks at the tick that has just run.
    pub(super) fn look(&mut self, town: &Society, tick: u32) -> Finding {
        let ledger = town.world().resource::<StubLedger>();
        let estates = town.world().resource::<Estates>();
        self.sums(ledger)?;
        for entry in &ledger.entries[self.seen..] {
            self.entry(entry, tick)?;
        }
        self.seen = ledger.entries.len();
        self.close(town, tick)?;
        self.note_deaths(town, tick)?;
        let heirs = estates.iter().filter_map(|(_, estate)| estate.heirs());
        self.awaiting = heirs.flatten().map(|share| share.heir).collect();
        self.spouses = spouses(town);
        Ok(())
    }

    /// Nothing comes from nowhere and nothing is lost.
    fn sums(&self, ledger: &StubLedger) -> Finding {
        let now = totals(ledger);
        ensure(now == self.totals, || {
            format!("totals were {:?} and are {now:?}", self.totals)
        })?;
        let overdrawn = ledger.holdings.iter().find(|(_, amount)| **amount < 0);
        ensure(overdrawn.is_none(), || {
            format!("{overdrawn:?} is overdrawn")
        })?;
        let paid = ledger.entries.iter().filter(|entry| entry.why == Why::Debt);
        let paid: i64 = paid.map(|entry| entry.amount).sum();
        let debts = ledger.debts.values().sum::<i64>() + paid + ledger.written_off;
        ensure(debts == self.debts, || {
            format!("debts were {} and are {debts}", self.debts)
        })
    }

    /// Whether those may move something who do.
    fn entry(&self, entry: &Entry, tick: u32) -> Finding {
        ensure(entry.amount > 0, || format!("{entry:?} moves nothing"))?;
        for party in [entry.from, entry.to] {
            let says =
                || format!("tick {tick}: {entry:?} after the death or the end of the estate");
            match party {
                Party::Person(person) => {
                    let died = self.deaths.get(&person).map(|death| death.tick);
                    let frozen =
                        entry.why == Why::Freeze && died.map(|died| died + 1) == Some(tick);
                    ensure(died.is_none() || frozen, says)?;
                }
                Party::Estate(person) => {
                    let open = self.deaths.get(&person).is_some_and(|death| !death.closed);
                    ensure(open, says)?;
                }
                Party::Treasury | Party::Creditors => {}
            }
        }
        if let Party::Estate(person) = entry.from {
            let waits = self.awaiting.contains(&person);
            ensure(!waits, || {
                format!("{entry:?} while {person} awaits an inheritance")
            })?;
        }
        Ok(())
    }

    /// Those who died in this tick, with the heirs that they should have.
    fn note_deaths(&mut self, town: &Society, tick: u32) -> Finding {
        let lineage = town.world().resource::<Lineage>();
        let life = town.world().resource::<LifeEvents>();
        let words = town
            .world()
            .resource::<Vocabulary<oikos::world::LifeEventKind>>();
        let death = words.find(LifeEvents::DEATH);
        let died = life
            .events()
            .iter()
            .filter(|event| Some(event.kind) == death);
        let died: BTreeSet<PersonId> = died.map(|event| event.person).collect();
        let ledger = town.world().resource::<StubLedger>();
        for person in &died {
            let spouse = self.spouses.get(person).copied();
            let heirs = rule(self.rule).heirs(&Deceased {
                lineage,
                person: *person,
                spouses: spouse.as_slice(),
            });
            let heirs = heirs.map_err(|error| error.to_string())?;
            let children: Vec<_> = lineage.children(*person).collect();
            let family = children.iter().chain(&spouse);
            self.counts.together += u32::from(family.into_iter().any(|kin| died.contains(kin)));
            let is_dead =
                |child: &PersonId| lineage.get(*child).is_some_and(|it| it.died.is_some());
            self.counts.dead_children += u32::from(children.iter().any(is_dead));
            let of_spouse = heirs.iter().any(|share| Some(share.heir) == spouse);
            self.counts.spouses += u32::from(of_spouse);
            let death = Death {
                tick,
                heirs,
                debt: ledger.debts.get(person).copied().unwrap_or_default(),
                closed: false,
                waited: false,
            };
            self.deaths.insert(*person, death);
        }
        Ok(())
    }

    /// Estates that are closed now and were not before.
    fn close(&mut self, town: &Society, tick: u32) -> Finding {
        let estates = town.world().resource::<Estates>();
        let ledger = town.world().resource::<StubLedger>();
        for (person, death) in &mut self.deaths {
            match estates.get(*person) {
                Some(open) => {
                    let why = open.reasons().count();
                    ensure(why > 0, || {
                        format!("the estate of {person} is open without a reason")
                    })?;
                    ensure(tick - death.tick < 60, || {
                        format!("the estate of {person} stays open")
                    })?;
                    death.waited |= self.awaiting.contains(person);
                }
                None if !death.closed => {
                    death.closed = true;
                    settled(ledger, *person, death, &mut self.counts)?;
                    let delayed = tick > death.tick + 1;
                    self.counts.delayed += u32::from(delayed);
                    self.counts.waited += u32::from(death.waited);
                }
                None => {}
            }
        }
        Ok(())
    }
}

fn spouses(town: &Society) -> BTreeMap<PersonId, PersonId> {
    let unions = town.world().resource::<Unions>();
    let people = town.slot_order::<Person>().into_iter();
    people
        .filter_map(|person| Some((person, unions.spouse(person)?)))
        .collect()
}

/// F9 and S7: what was in an estate is what went to creditors, the treasury and the heirs, each as much as is
/// theirs, and nothing is left.
fn settled(ledger: &StubLedger, person: PersonId, death: &Death, counts: &mut Counts) -> Finding {
    let account = Party::Estate(person);
    let left = [
        ledger.of_party(account),
        ledger.of_party(Party::Person(person)),
    ]
    .concat();
    ensure(left.is_empty(), || {
        format!("{left:?} of {person} is left behind")
    })?;
    let owed = ledger.debts.get(&person);
    ensure(owed.is_none(), || format!("{person} still owes {owed:?}"))?;
    let all = || ledger.entries.iter();
    let into = all().filter(|entry| entry.to == account);
    let mut estate: BTreeMap<Asset, i64> = BTreeMap::new();
    let mut late = false;
    for entry in into {
        *estate.entry(entry.asset).or_default() += entry.amount;
        late |= entry.why != Why::Freeze;
    }
    let mut debt = death.debt;
    for (asset, amount) in &estate {
        let out = |why: Why| {
            let of_it = all().filter(move |entry| entry.from == account && entry.why == why);
            of_it.filter(|entry| entry.asset == *asset)
        };
        let sum = |why: Why| out(why).map(|entry| entry.amount).sum::<i64>();
        let to_creditors = debt.min(*amount);
        debt -= to_creditors;
        let is = |what: &str, why: Why, expected: i64| {
            let found = sum(why);
            ensure(found == expected, || {
                format!(
                    "{person} left {amount} of {asset:?}: {what} got {found} and not {expected}"
                )
            })
        };
        is("creditors", Why::Debt, to_creditors)?;
        let rest = amount - to_creditors;
        let tax = match asset {
            Asset::Cents => TAX
                .apply(rest, Rounding::Floor)
                .map_err(|error| error.to_string())?,
            Asset::Title(_) => 0,
        };
        is("the state", Why::Tax, tax)?;
        let net = rest - tax;
        let mut given = sum(Why::Escheat);
        if !death.heirs.is_empty() {
            is("the treasury", Why::Escheat, 0)?;
        }
        let mut paid: BTreeMap<PersonId, i64> = BTreeMap::new();
        for entry in out(Why::Share) {
            let (Party::Person(heir) | Party::Estate(heir)) = entry.to else {
                return Err(format!("{entry:?} goes to nobody"));
            };
            *paid.entry(heir).or_default() += entry.amount;
        }
        for share in &death.heirs {
            let part = paid.remove(&share.heir).unwrap_or_default();
            given += part;
            let (above, below) = (share.part.numerator(), share.part.denominator());
            let off = i128::from(part) * i128::from(below) - i128::from(net) * i128::from(above);
            ensure(off.abs() < i128::from(below), || {
                format!(
                    "{} got {part} of {net} and has {} of {person}",
                    share.heir, share.part
                )
            })?;
        }
        ensure(paid.is_empty(), || {
            format!("{paid:?} are no heirs of {person}")
        })?;
        ensure(given == net, || {
            format!("{given} of {net} were given of the estate of {person}")
        })?;
    }
    counts.estates += 1;
    counts.insolvent += u32::from(debt > 0);
    counts.escheated += u32::from(death.heirs.is_empty());
    counts.inherited_late += u32::from(late);
    counts.titled += u32::from(estate.keys().any(|asset| *asset != Asset::Cents));
    Ok(())
}
