//! What is so, read from the books account by account, stock by stock and thing by thing, with what the world knows
//! of its accounts, and from the raw log: without any of what statements are made with.

use std::collections::BTreeMap;

use oikos_core::StableId;
use oikos_ledger::{AccountKind, Entry, Good, Instrument, Item, Owner, Sector};

use crate::view::Key;
use crate::world::{FIRST_REVALUING, Slot, World, sector_of};

/// Sums over what there is and what has moved.
#[derive(Debug, Default, Clone)]
pub(crate) struct Truth {
    pub(crate) stocks: BTreeMap<Key, i128>,
    pub(crate) units: BTreeMap<(Good, Sector), i128>,
    /// Of accounts: what was moved, and what was revalued since the last statement.
    pub(crate) moved: BTreeMap<Key, [i128; 2]>,
    /// Of accounts, by owner and currency: what is owned less what is owed.
    pub(crate) worth: BTreeMap<(Owner, u16), i128>,
}

pub(crate) fn is_stock(kind: AccountKind) -> bool {
    kind == AccountKind::Asset || kind == AccountKind::Liability
}

pub(crate) fn item(slot: Slot) -> Item {
    Item::Instrument(Instrument(slot as u16))
}

pub(crate) fn read(world: &World) -> Truth {
    let mut truth = Truth::default();
    for (&(owner, currency, slot), &account) in &world.accounts {
        let known = world.known[account.get() as usize];
        let balance = world.ledger.balance(account).unwrap();
        let net = i128::from(balance.debits_posted) - i128::from(balance.credits_posted);
        if is_stock(known.kind) {
            let key = (currency, item(slot), known.sector);
            *truth.stocks.entry(key).or_default() += net;
            *truth.worth.entry((owner, currency)).or_default() += net;
        }
    }
    for (owner, good, stock) in world.goods.stocks() {
        let sector = sector_of(owner).unwrap();
        let units = i128::from(stock.on_hand.0);
        *truth.units.entry((good, sector)).or_default() += units;
        let worth = units * i128::from(world.prices[usize::from(good.0)]);
        let key = (0, Item::Good(good), sector);
        *truth.stocks.entry(key).or_default() += worth;
    }
    for (_, title) in world
        .titles
        .iter()
        .filter(|(_, title)| !title.is_destroyed())
    {
        for (owner, amount) in title.split(title.value()).unwrap() {
            let sector = sector_of(owner).unwrap();
            let key = (title.currency().0, Item::Thing(title.kind()), sector);
            *truth.stocks.entry(key).or_default() += i128::from(amount);
        }
    }
    for entry in &world.raw.entries {
        let which = usize::from(usize::from(entry.kind.0) >= FIRST_REVALUING);
        for (account, amount) in legs(entry) {
            let known = world.known[account];
            if is_stock(known.kind) {
                let key = (known.currency, item(known.slot), known.sector);
                truth.moved.entry(key).or_default()[which] += amount;
            }
        }
    }
    truth.stocks.retain(|_, amount| *amount != 0);
    truth.units.retain(|_, units| *units != 0);
    truth
}

/// The two accounts of an entry, and by how much more each is worth.
pub(crate) fn legs(entry: &Entry) -> [(usize, i128); 2] {
    let amount = i128::from(entry.amount);
    let [debit, credit] = [entry.debit, entry.credit].map(|account| account.get() as usize);
    [(debit, amount), (credit, -amount)]
}
