//! A STUB of a ledger, for these tests alone, until the library has one: people own cents and units of titles, owe
//! cents, and have standing orders. It settles estates in the steps of the protocol, and can be told to do it
//! wrong.

use std::collections::BTreeMap;
use std::error::Error;

use oikos::core::{Ratio, Rounding, Stream};
use oikos::prelude::*;
use oikos::world::{Estate, EstateReason, Estates, OpenEstate};
use serde::{Deserialize, Serialize};

/// Who holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) enum Party {
    Person(PersonId),
    Estate(PersonId),
    Treasury,
    Creditors,
}

/// What they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) enum Asset {
    Cents,
    /// Units of a house; creditors take them at a cent a unit.
    Title(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) enum Why {
    StandingOrder,
    Freeze,
    Debt,
    Tax,
    Share,
    Escheat,
}

/// One transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) struct Entry {
    pub(super) from: Party,
    pub(super) to: Party,
    pub(super) asset: Asset,
    pub(super) amount: i64,
    pub(super) why: Why,
}

/// What can be done wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) enum Fault {
    /// The last heir's part stays in the estate.
    DropsShare,
    /// The last heir's part leaves the estate and comes nowhere.
    BurnsShare,
    TaxesTwice,
    /// Standing orders of the dead go on.
    PaysAfterDeath,
    PaysHeirTwice,
    /// Titles stay with the dead.
    KeepsTitles,
    KeepsEscheat,
    /// The estate of an heir is settled before what they inherit has come.
    DoesNotWait,
    /// Heirs are paid, and debts are not.
    ForgetsDebts,
    /// All goes to the first heir.
    PaysOneHeir,
}

impl Fault {
    pub(super) const ALL: [Self; 10] = [
        Self::DropsShare,
        Self::BurnsShare,
        Self::TaxesTwice,
        Self::PaysAfterDeath,
        Self::PaysHeirTwice,
        Self::KeepsTitles,
        Self::KeepsEscheat,
        Self::DoesNotWait,
        Self::ForgetsDebts,
        Self::PaysOneHeir,
    ];
}

/// The tax on what an estate has in cents when debts are paid, rounded down.
pub(super) const TAX: Ratio = Ratio::percent(10);
const TITLE_UNITS: i64 = 10_000;
const PROBATE: &str = "probate";

#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) struct StubLedger {
    pub(super) holdings: BTreeMap<(Party, Asset), i64>,
    pub(super) debts: BTreeMap<PersonId, i64>,
    pub(super) written_off: i64,
    /// Who pays whom how many cents in each tick.
    standing_orders: BTreeMap<PersonId, (PersonId, i64)>,
    pub(super) entries: Vec<Entry>,
    fault: Option<Fault>,
}

impl StubLedger {
    /// What the people of a town have at the start.
    pub(super) fn of(
        world: &World,
        seed: u64,
        fault: Option<Fault>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let stream = Stream::new(Seed(seed), "stub.ledger");
        let people = world.resource::<Slots<Person>>();
        let mut living: Vec<PersonId> = people.iter().map(|(_, who)| who.id()).collect();
        living.sort_unstable();
        let mut ledger = Self {
            fault,
            ..Self::default()
        };
        let mut title = 0;
        for (place, person) in living.iter().enumerate() {
            let mut draw = stream.at(person.get(), oikos::core::Tick::ZERO);
            let other = living[draw.below(living.len() as u64)? as usize];
            ledger.hold(*person, Asset::Cents, draw.range(0..=50_000)?);
            if draw.below(3)? == 0 {
                ledger.debts.insert(*person, draw.range(1..=60_000)?);
            }
            if draw.below(3)? == 0 && other != *person {
                ledger
                    .standing_orders
                    .insert(*person, (other, draw.range(1..=300)?));
            }
            if place % 3 == 0 {
                let units = draw.range(1..=TITLE_UNITS)?;
                ledger.hold(*person, Asset::Title(title), units);
                ledger.hold(other, Asset::Title(title), TITLE_UNITS - units);
                title += 1;
            }
        }
        Ok(ledger)
    }

    fn hold(&mut self, person: PersonId, asset: Asset, amount: i64) {
        *self
            .holdings
            .entry((Party::Person(person), asset))
            .or_default() += amount;
    }

    pub(super) fn holds(&self, party: Party, asset: Asset) -> i64 {
        self.holdings
            .get(&(party, asset))
            .copied()
            .unwrap_or_default()
    }

    /// What somebody holds.
    pub(super) fn of_party(&self, party: Party) -> Vec<(Asset, i64)> {
        let all = (party, Asset::Cents)..=(party, Asset::Title(u32::MAX));
        let held = self.holdings.range(all).filter(|(_, amount)| **amount != 0);
        held.map(|((_, asset), amount)| (*asset, *amount)).collect()
    }

    fn post(&mut self, from: Party, to: Party, asset: Asset, amount: i64, why: Why) {
        if amount == 0 {
            return;
        }
        *self.holdings.entry((from, asset)).or_default() -= amount;
        *self.holdings.entry((to, asset)).or_default() += amount;
        self.entries.push(Entry {
            from,
            to,
            asset,
            amount,
            why,
        });
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

/// The ledger's part in the protocol.
pub(super) fn stub_ledger(app: &mut App) {
    app.persist::<StubLedger>("stub.ledger", 1);
    app.word::<EstateReason>(PROBATE);
    app.add_systems(Tick, pay_standing_orders.in_set(Phase::Act));
    let steps = (
        freeze.in_set(Estate::Freeze),
        cancel.in_set(Estate::Cancel),
        pay_debts.in_set(Estate::Claims),
        tax.in_set(Estate::Tax),
        distribute.in_set(Estate::Distribute),
    );
    app.add_systems(Tick, steps.in_set(Phase::Settle));
}

fn pay_standing_orders(living: Res<Slots<Person>>, mut ledger: ResMut<StubLedger>) {
    let orders = ledger.standing_orders.clone();
    for (payer, (payee, cents)) in orders {
        let both_live = living.contains(payer) && living.contains(payee);
        let (from, to) = (Party::Person(payer), Party::Person(payee));
        let pays = both_live || ledger.is(Fault::PaysAfterDeath);
        if pays && ledger.holds(from, Asset::Cents) >= cents {
            ledger.post(from, to, Asset::Cents, cents, Why::StandingOrder);
        }
    }
}

fn freeze(
    words: Res<Vocabulary<EstateReason>>,
    clock: Res<Clock>,
    mut estates: ResMut<Estates>,
    mut ledger: ResMut<StubLedger>,
) -> Result<(), BevyError> {
    let open: Vec<_> = estates
        .iter()
        .map(|(who, estate)| (who, estate.died()))
        .collect();
    for (deceased, died) in open {
        let (from, to) = (Party::Person(deceased), Party::Estate(deceased));
        for (asset, amount) in ledger.of_party(from) {
            if asset == Asset::Cents || !ledger.is(Fault::KeepsTitles) {
                ledger.post(from, to, asset, amount, Why::Freeze);
            }
        }
        if in_probate(deceased, died, clock.today()) {
            let probate = words.find(PROBATE).ok_or("no word")?;
            estates.keep_open(deceased, probate)?;
        }
    }
    Ok(())
}

/// The estates of every fourth person take four days.
fn in_probate(deceased: PersonId, died: Date, today: Date) -> bool {
    deceased.get().is_multiple_of(4) && today.days() - died.days() < 4
}

fn cancel(estates: Res<Estates>, mut ledger: ResMut<StubLedger>) {
    let goes_on = ledger.is(Fault::PaysAfterDeath);
    let orders = &mut ledger.standing_orders;
    orders.retain(|payer, (payee, _)| {
        let ended = estates.get(*payer).is_some() || estates.get(*payee).is_some();
        goes_on || !ended
    });
}

/// The estates that are settled in this tick.
fn settled<'a>(
    estates: &'a Estates,
    ledger: &StubLedger,
    clock: &Clock,
) -> Vec<(PersonId, &'a OpenEstate)> {
    let today = clock.today();
    let answered = estates
        .iter()
        .filter(|(_, estate)| estate.heirs().is_some());
    let due: Vec<_> = if ledger.is(Fault::DoesNotWait) {
        answered.collect()
    } else {
        estates.due().collect()
    };
    let due = due.into_iter();
    due.filter(|(who, estate)| !in_probate(*who, estate.died(), today))
        .collect()
}

fn pay_debts(estates: Res<Estates>, clock: Res<Clock>, mut ledger: ResMut<StubLedger>) {
    if ledger.is(Fault::ForgetsDebts) {
        return;
    }
    for (deceased, _) in settled(&estates, &ledger, &clock) {
        let mut debt = ledger.debts.remove(&deceased).unwrap_or_default();
        let from = Party::Estate(deceased);
        // Cents come first.
        for (asset, amount) in ledger.of_party(from) {
            let paid = amount.min(debt);
            ledger.post(from, Party::Creditors, asset, paid, Why::Debt);
            debt -= paid;
        }
        ledger.written_off += debt;
    }
}

fn tax(
    estates: Res<Estates>,
    clock: Res<Clock>,
    mut ledger: ResMut<StubLedger>,
) -> Result<(), BevyError> {
    for (deceased, _) in settled(&estates, &ledger, &clock) {
        let from = Party::Estate(deceased);
        for _ in 0..1 + u32::from(ledger.is(Fault::TaxesTwice)) {
            let tax = TAX.apply(ledger.holds(from, Asset::Cents), Rounding::Floor)?;
            ledger.post(from, Party::Treasury, Asset::Cents, tax, Why::Tax);
        }
    }
    Ok(())
}

fn distribute(estates: Res<Estates>, clock: Res<Clock>, mut ledger: ResMut<StubLedger>) {
    for (deceased, estate) in settled(&estates, &ledger, &clock) {
        let from = Party::Estate(deceased);
        for (asset, amount) in ledger.of_party(from) {
            let Some(mut split) = estate.split(amount) else {
                continue;
            };
            match (ledger.fault, split.heirs.last().copied()) {
                (Some(Fault::DropsShare), Some(_)) => drop(split.heirs.pop()),
                (Some(Fault::BurnsShare), Some((_, part))) => {
                    split.heirs.pop();
                    *ledger.holdings.entry((from, asset)).or_default() -= part;
                }
                (Some(Fault::PaysHeirTwice), Some(twice)) => split.heirs.push(twice),
                (Some(Fault::PaysOneHeir), Some(_)) => {
                    let all = split.heirs.iter().map(|(_, part)| part).sum();
                    split.heirs.truncate(1);
                    split.heirs[0].1 = all;
                }
                (Some(Fault::KeepsEscheat), _) => split.escheat = 0,
                _ => {}
            }
            for (heir, part) in split.heirs {
                // Who died since is paid through their own estate.
                let to = match estates.get(heir) {
                    Some(_) => Party::Estate(heir),
                    None => Party::Person(heir),
                };
                ledger.post(from, to, asset, part, Why::Share);
            }
            ledger.post(from, Party::Treasury, asset, split.escheat, Why::Escheat);
        }
    }
}
