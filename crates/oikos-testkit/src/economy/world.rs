//! Who is there, and what they do.

use oikos_core::{CurrencyInfo, Quantity, StableId, Tick};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Entry, Good, GoodsFlow, GoodsKind, GoodsMove,
    GoodsOperation, GoodsPeriod, Inventory, Ledger, Limit, Operation, Owner, OwnerKind, Period,
    Prices, Recording, Sector, Transfer, TransferKind, Uses,
};
use oikos_market::{
    Desk, Fees, Mechanism, Order, OrderId, OrderKind, Price, Report, Side, Stall, TraderId, Venue,
    VenueRules,
};

use super::begin::{bakery, uses};
use super::deed::{Deed, FIRMS, PEOPLE, Payment};
use crate::invariant::Broken;
use crate::{inventory, ledger, statements};

/// The number of the state among the holders of purses.
pub(super) const STATE: usize = PEOPLE + FIRMS;
pub(super) const BREAD: Good = Good(0);
/// Minor units that everybody begins with, and bread of each firm.
pub(super) const BEGIN: i64 = 400;

/// The economy. Its fields are for looking; whatever changes it is a [`Deed`].
#[derive(Debug)]
pub struct Economy<M> {
    /// The money.
    pub ledger: Ledger,
    /// The bread.
    pub inventory: Inventory,
    /// The market.
    pub venue: Venue<M>,
    /// The market's bread.
    pub stall: Stall,
    /// Which payments count as what in the product of a period.
    pub uses: Uses,
    pub(super) purses: Vec<AccountId>,
    pub(super) sale: TransferKind,
    payments: TransferKind,
    bequest: TransferKind,
    given: Vec<OrderId>,
    gone: Vec<usize>,
    pub(super) period: Period,
    pub(super) goods_period: GoodsPeriod,
    /// What bread is worth, and was at the beginning of the period.
    pub(super) price: i64,
    /// All that moved in the period.
    pub(super) entries: Vec<Entry>,
    /// The bread of firms at the beginning of the period.
    pub(super) opening: i64,
    pub(super) checks: Checks,
}

/// Those who follow it.
#[derive(Debug, Default)]
pub(super) struct Checks {
    pub(super) ledger: ledger::Checker,
    pub(super) inventory: inventory::Checker,
    pub(super) statements: statements::Checker,
}

/// The owner of a holder's goods and money.
pub(super) fn owner(holder: usize) -> Owner {
    Owner {
        kind: OwnerKind(0),
        id: holder as u64,
    }
}

/// The sector of a holder.
pub(super) fn sector_of(owner: Owner) -> Option<Sector> {
    Some(match owner.id as usize {
        0..PEOPLE => Sector(0),
        PEOPLE..STATE => Sector(1),
        _ => Sector(2),
    })
}

fn trader(holder: usize) -> TraderId {
    TraderId::new(holder as u64).unwrap()
}

impl<M: Mechanism + Clone> Economy<M> {
    /// An economy in which everybody has something, with a market of this mechanism.
    #[must_use]
    pub fn new(mechanism: M) -> Self {
        let mut ledger = Ledger::new(0);
        let coin = CurrencyInfo::new("COI", "coin", 0).unwrap();
        let currency = ledger.currency(coin).unwrap();
        for name in ["households", "firms", "government"] {
            ledger.sector(name).unwrap();
        }
        ledger.owner_kind("holder").unwrap();
        let spec = |holder: usize, is_issuer: bool| AccountSpec {
            kind: if is_issuer {
                AccountKind::Liability
            } else {
                AccountKind::Asset
            },
            owner: owner(holder),
            sector: sector_of(owner(holder)).unwrap(),
            currency,
            limit: if is_issuer {
                Limit::None
            } else {
                Limit::Credits(0)
            },
            is_issuer,
        };
        let purses: Vec<AccountId> = (0..=STATE)
            .map(|holder| ledger.open(&spec(holder, false)).unwrap())
            .collect();
        let issuer = ledger.open(&spec(STATE, true)).unwrap();
        let mint = ledger.issuing_kind("mint").unwrap();
        for &debit in &purses {
            let (credit, amount, reference) = (issuer, BEGIN, 0);
            let transfer = Transfer {
                kind: mint,
                debit,
                credit,
                amount,
                reference,
            };
            ledger.post(&transfer).unwrap();
        }
        let [sale, fee, bequest] =
            ["sale", "fee", "bequest"].map(|name| ledger.kind(name).unwrap());
        let payments = Payment::ALL.map(|what| ledger.kind(&format!("{what:?}")).unwrap())[0];
        let (mut inventory, kind) = bakery();
        let stall = Stall::new(BREAD, kind, &inventory).unwrap();
        let rules = VenueRules {
            fees: Fees::NONE,
            account: purses[STATE],
            trade: sale,
            fee,
        };
        let venue = Venue::new(mechanism, rules, &ledger).unwrap();
        ledger.record(Recording::Entries);
        inventory.record(true);
        let price = 10;
        let prices = Prices {
            currency,
            of: &[price],
        };
        let mut economy = Self {
            period: Period::open(&ledger),
            goods_period: GoodsPeriod::open(&inventory, sector_of, &prices).unwrap(),
            uses: uses(sale, payments),
            ledger,
            inventory,
            venue,
            stall,
            purses,
            sale,
            payments,
            bequest,
            given: Vec::new(),
            gone: Vec::new(),
            price,
            entries: Vec::new(),
            opening: BEGIN / 10 * FIRMS as i64,
            checks: Checks::default(),
        };
        for holder in 0..STATE {
            let (who, purse) = (trader(holder), economy.purses[holder]);
            economy.venue.admit(who, purse, &economy.ledger).unwrap();
            economy.stall.open(who, owner(holder)).unwrap();
        }
        economy
    }

    /// The kind of transfers by which this is paid.
    #[must_use]
    pub fn kind_of(&self, what: Payment) -> TransferKind {
        TransferKind(self.payments.0 + what as u16)
    }

    /// Does a deed as far as it can be done, and looks at what came of it.
    ///
    /// # Errors
    /// [`Broken`], with the first invariant that is.
    pub fn act(&mut self, deed: &Deed) -> Result<(), Broken> {
        let before = self.cash();
        let mut reports = Vec::new();
        let paid = match *deed {
            Deed::Close { price } => return self.close(price),
            Deed::Pay {
                what,
                from,
                to,
                amount,
            } => self.pay(what, from, to, amount),
            Deed::Leave { person, heir } => return self.leave(person, heir),
            _ => {
                self.trade(deed, &mut reports);
                None
            }
        };
        self.look(&before, &reports, paid)
    }

    /// Pays, if there is the money: who paid whom how much.
    fn pay(&mut self, what: Payment, from: usize, to: usize, amount: i64) -> Option<[usize; 2]> {
        let (person, firm) = (
            |number: usize| number % PEOPLE,
            |number: usize| PEOPLE + number % FIRMS,
        );
        let both = match what {
            Payment::Wage | Payment::Dividend => [firm(from), person(to)],
            Payment::CompanyTax => [firm(from), STATE],
            Payment::Subsidy | Payment::Purchase => [STATE, firm(to)],
            Payment::Materials | Payment::Machine => [firm(from), firm(to)],
            Payment::IncomeTax => [person(from), STATE],
            Payment::Pension => [STATE, person(to)],
            Payment::Gift => [person(from), person(to)],
        };
        let [credit, debit] = both.map(|holder| self.purses[holder]);
        let kind = self.kind_of(what);
        let transfer = Transfer {
            kind,
            debit,
            credit,
            amount,
            reference: 0,
        };
        self.ledger.post(&transfer).is_ok().then_some(both)
    }

    fn trade(&mut self, deed: &Deed, reports: &mut Vec<Report>) {
        let limit = |holder, side, price, quantity| {
            Order::new(
                trader(holder),
                side,
                quantity,
                OrderKind::Limit(Price(price)),
            )
        };
        let order = match *deed {
            Deed::Offer {
                firm,
                price,
                quantity,
            } => Some(limit(PEOPLE + firm % FIRMS, Side::Sell, price, quantity)),
            Deed::Bid {
                person,
                price,
                quantity,
            } => Some(limit(person % PEOPLE, Side::Buy, price, quantity)),
            _ => None,
        };
        let desk = &mut Desk {
            ledger: &mut self.ledger,
            goods: &mut self.stall.at(&mut self.inventory),
        };
        // What cannot be done is refused, and has changed nothing: that is what is looked at.
        match *deed {
            Deed::Offer { .. } | Deed::Bid { .. } => {
                if let Some(Ok(receipt)) =
                    order.map(|order| self.venue.submit(desk, order, reports))
                {
                    self.given.push(receipt.order);
                }
            }
            Deed::Cancel(age) => {
                if let Some(&id) = self.given.iter().rev().nth(age) {
                    let _ = self.venue.cancel(desk, id, reports);
                }
            }
            Deed::Clear => {
                let now = Tick::new(self.ledger.now().index() + 1);
                let _ = self.ledger.advance(now);
                let _ = self.inventory.advance(now);
                let desk = &mut Desk {
                    ledger: &mut self.ledger,
                    goods: &mut self.stall.at(&mut self.inventory),
                };
                let _ = self.venue.clear(desk, crate::market::round(now), reports);
            }
            Deed::Bake { firm, quantity } => {
                self.goods(GoodsFlow::Produce, PEOPLE + firm % FIRMS, quantity);
            }
            Deed::Eat { person, quantity } => {
                self.goods(GoodsFlow::Consume, person % PEOPLE, quantity);
            }
            Deed::Spoil { firm, quantity } => {
                self.goods(GoodsFlow::Spoil, PEOPLE + firm % FIRMS, quantity);
            }
            _ => {}
        }
    }

    pub(super) fn is_gone(&self, person: usize) -> bool {
        self.gone.contains(&person)
    }

    /// Takes somebody out of the market and gives all there is to another.
    pub(super) fn bequeath(&mut self, person: usize, heir: usize) -> Result<(), Broken> {
        let refused = |error: String| crate::Invariant::S(7).broken(error);
        let desk = &mut Desk {
            ledger: &mut self.ledger,
            goods: &mut self.stall.at(&mut self.inventory),
        };
        let left = self
            .venue
            .withdraw(desk, |who| who == trader(person), &mut Vec::new());
        left.map_err(|error| refused(error.to_string()))?;
        let close = Operation::Close {
            account: self.purses[person],
            into: self.purses[heir],
            kind: self.bequest,
            reference: 0,
        };
        let closed = self.ledger.apply(&close);
        closed.map_err(|error| refused(error.to_string()))?;
        let bread = self.inventory.stock(owner(person), BREAD).on_hand;
        if bread.0 > 0 {
            let what = GoodsMove {
                kind: GoodsKind(GoodsFlow::Transfer as u16),
                good: BREAD,
                owner: owner(person),
                quantity: bread,
                reference: 0,
            };
            let to = owner(heir);
            let given = self.inventory.apply(&GoodsOperation::Transfer { what, to });
            given.map_err(|error| refused(error.to_string()))?;
        }
        self.gone.push(person);
        Ok(())
    }

    fn goods(&mut self, flow: GoodsFlow, holder: usize, quantity: i64) {
        let what = GoodsMove {
            kind: GoodsKind(flow as u16),
            good: BREAD,
            owner: owner(holder),
            quantity: Quantity(quantity),
            reference: 0,
        };
        let _ = self.inventory.apply(&match flow {
            GoodsFlow::Consume => GoodsOperation::Consume(what),
            GoodsFlow::Spoil => GoodsOperation::Spoil(what),
            _ => GoodsOperation::Produce(what),
        });
    }
}
