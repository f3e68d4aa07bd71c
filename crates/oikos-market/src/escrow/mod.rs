//! Orders that are paid for: a book whose trades are settled in money and goods, both or neither.

mod check;
mod desk;
mod error;
mod fees;
mod goods;
mod place;
mod plan;
mod save;

use oikos_core::{IdMap, Quantity};
use oikos_ledger::{AccountId, HoldId, Ledger, TransferKind};
use serde::{Deserialize, Serialize};

use self::desk::check_account;
use self::plan::Plan;
use crate::{
    BookRules, Order, OrderBook, OrderKind, Reason, Receipt, Released, Report, Side, TraderId,
};

pub use self::desk::Desk;
pub use self::error::EscrowError;
pub use self::fees::{Fees, Payment};
pub use self::goods::{GoodsBook, GoodsError, GoodsStep};

/// What a venue is told once.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VenueRules {
    /// What its book is told. Prices begin at 0 or above.
    pub book: BookRules,
    /// What it charges.
    pub fees: Fees,
    /// The asset account that gets the fees, and in whose currency all is paid.
    pub account: AccountId,
    /// The kind of transfer by which sellers are paid. It must not be one that issues.
    pub trade: TransferKind,
    /// The kind of transfer by which fees are paid. It must not be one that issues.
    pub fee: TransferKind,
}

/// Who trades at a venue.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Member {
    purse: AccountId,
    is_gone: bool,
}

/// An [`OrderBook`] whose orders are covered when they come, and whose trades are settled when they happen.
///
/// - **Cover.** A resting order to buy has a hold in the [`Ledger`] on its buyer's purse: limit × what is left, and
///   the most that the fee for it may be ([`Fees::cost`]). An order to sell has its goods reserved. An order
///   without cover is refused, also if it would trade at a better price at once.
/// - **Delivery versus payment.** All that a message does to money is one chain of the ledger, and goods move in the
///   same step ([`GoodsBook::settle`]). Of each trade the seller gets the value less the seller's fee, straight from
///   the buyer's purse; the venue gets both fees; the buyer's goods are delivered.
/// - **Release.** What is held beyond what is left to pay is free again in the same chain: after a trade at a better
///   price, and after a cancel, a smaller amendment, an expiry, a prevented self-trade, a trader's end, and for the
///   rest of an order that never rests.
///
/// The book is asked first what it would do ([`OrderBook::preview`]), then money and goods move, then the book does
/// it: where money or goods are refused, nothing has happened.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use oikos_core::{CurrencyInfo, StableId};
/// use oikos_ledger::{AccountKind, AccountSpec, Ledger, Limit, Owner, Transfer};
/// use oikos_market::{
///     BookRules, Desk, EscrowError, Fees, GoodsBook, GoodsError, GoodsStep, Order, OrderKind, Price, PriceRange,
///     SelfTrade, Side, TraderId, Venue, VenueRules,
/// };
///
/// /// Free and reserved units of each trader.
/// #[derive(Clone)]
/// struct Shelves(BTreeMap<TraderId, [i64; 2]>);
///
/// impl Shelves {
///     fn carry_out(&mut self, step: &GoodsStep) -> Result<(), GoodsError> {
///         let (trader, delta) = match *step {
///             GoodsStep::Reserve { trader, quantity, .. } => (trader, [-quantity, quantity]),
///             GoodsStep::Release { trader, quantity, .. } => (trader, [quantity, -quantity]),
///             GoodsStep::Deliver { seller, buyer, quantity, .. } => {
///                 self.0.entry(buyer).or_default()[0] += quantity;
///                 (seller, [0, -quantity])
///             }
///         };
///         let [free, reserved] = self.0.get_mut(&trader).ok_or(GoodsError::Unknown { trader })?;
///         if *free + delta[0] < 0 {
///             return Err(GoodsError::Short { trader, free: *free, asked: -delta[0] });
///         }
///         (*free, *reserved) = (*free + delta[0], *reserved + delta[1]);
///         Ok(())
///     }
/// }
///
/// impl GoodsBook for Shelves {
///     fn settle(
///         &mut self,
///         steps: &[GoodsStep],
///         pay: &mut dyn FnMut() -> Result<(), EscrowError>,
///     ) -> Result<(), EscrowError> {
///         let before = self.clone();
///         let outcome = steps.iter().try_for_each(|step| Ok(self.carry_out(step)?)).and_then(|()| pay());
///         if outcome.is_err() {
///             *self = before;
///         }
///         outcome
///     }
/// }
///
/// let mut ledger = Ledger::new(0);
/// let purse = AccountSpec {
///     kind: AccountKind::Asset,
///     owner: Owner { kind: ledger.owner_kind("person")?, id: 0 },
///     sector: ledger.sector("households")?,
///     currency: ledger.currency(CurrencyInfo::new("USD", "US dollar", 2)?)?,
///     limit: Limit::Credits(0),
///     is_issuer: false,
/// };
/// let issuer = AccountSpec { kind: AccountKind::Liability, limit: Limit::None, is_issuer: true, ..purse };
/// let (issuer, market) = (ledger.open(&issuer)?, ledger.open(&purse)?);
/// let (bakers, cooks) = (ledger.open(&purse)?, ledger.open(&purse)?);
/// let mint = ledger.issuing_kind("mint")?;
/// ledger.post(&Transfer { kind: mint, debit: cooks, credit: issuer, amount: 2_000, reference: 0 })?;
///
/// let book = BookRules { prices: PriceRange::new(1, 1_000_000)?, self_trade: SelfTrade::CancelTaker };
/// let (trade, fee) = (ledger.kind("sale")?, ledger.kind("fee")?);
/// let rules = VenueRules { book, fees: Fees::NONE, account: market, trade, fee };
/// let mut venue = Venue::new(rules, &ledger)?;
/// let (baker, cook) = (TraderId::new(1)?, TraderId::new(2)?);
/// venue.admit(baker, bakers, &ledger)?;
/// venue.admit(cook, cooks, &ledger)?;
///
/// let mut goods = Shelves(BTreeMap::from([(baker, [10, 0])]));
/// let desk = &mut Desk { ledger: &mut ledger, goods: &mut goods };
/// let mut reports = Vec::new();
/// venue.submit(desk, Order::new(baker, Side::Sell, 4, OrderKind::Limit(Price(250))), &mut reports)?;
/// venue.submit(desk, Order::new(cook, Side::Buy, 6, OrderKind::Limit(Price(300))), &mut reports)?;
/// // Four loaves at 250 are paid, and two at 300 are held for.
/// assert_eq!(ledger.balance(bakers)?.net_debit(), 1_000);
/// assert_eq!((ledger.balance(cooks)?.net_debit(), ledger.balance(cooks)?.credits_pending), (1_000, 600));
/// assert_eq!((goods.0[&baker], goods.0[&cook]), ([6, 0], [4, 0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Nobody else may end the venue's holds or touch what is reserved at it: the venue then refuses, by name, what it
/// cannot settle.
#[derive(Debug, Clone)]
pub struct Venue {
    rules: VenueRules,
    book: OrderBook,
    members: IdMap<TraderId, Member>,
    /// By place in the book: what is held for the order there.
    holds: Vec<Option<HoldId>>,
    /// Kept between messages for its room alone.
    scratch: Plan,
}

impl Venue {
    /// A venue without traders.
    ///
    /// # Errors
    ///
    /// [`EscrowError::NegativePrices`], [`EscrowError::Fee`], [`EscrowError::UnknownKind`], [`EscrowError::Account`] or
    /// [`EscrowError::Ledger`] for rules that it cannot have.
    pub fn new(rules: VenueRules, ledger: &Ledger) -> Result<Self, EscrowError> {
        check_account(ledger, rules.account)?;
        for kind in [rules.trade, rules.fee] {
            if ledger.kind_name(kind).is_none() {
                return Err(EscrowError::UnknownKind { number: kind.0 });
            }
        }
        Self::with_book(rules, OrderBook::new(rules.book))
    }

    /// A venue with a book, if the rules are ones that a venue may have.
    fn with_book(rules: VenueRules, book: OrderBook) -> Result<Self, EscrowError> {
        let lowest = rules.book.prices.lowest().0;
        if lowest < 0 {
            return Err(EscrowError::NegativePrices { lowest });
        }
        rules.fees.check()?;
        Ok(Self {
            rules,
            book,
            members: IdMap::new(),
            holds: Vec::new(),
            scratch: Plan::default(),
        })
    }

    /// What the venue was told.
    #[must_use]
    pub const fn rules(&self) -> &VenueRules {
        &self.rules
    }

    /// The orders that rest.
    #[must_use]
    pub const fn book(&self) -> &OrderBook {
        &self.book
    }

    /// Lets a trader trade, who pays and is paid with this purse. Several may share one.
    ///
    /// # Errors
    ///
    /// [`EscrowError::AdmittedAlready`] with another purse, [`EscrowError::TraderGone`], [`EscrowError::Account`] or
    /// [`EscrowError::Ledger`] for an account that cannot be a purse here.
    pub fn admit(
        &mut self,
        trader: TraderId,
        purse: AccountId,
        ledger: &Ledger,
    ) -> Result<(), EscrowError> {
        match self.members.get(trader) {
            Some(member) if member.is_gone => return Err(EscrowError::TraderGone { trader }),
            Some(&Member { purse: account, .. }) if account != purse => {
                return Err(EscrowError::AdmittedAlready { trader, account });
            }
            Some(_) => return Ok(()),
            None => {}
        }
        check_account(ledger, purse)?;
        let account = purse;
        let of_venue = ledger.spec(self.rules.account)?;
        if ledger.spec(purse)?.currency != of_venue.currency {
            let problem = "it has another currency: open one in the venue's";
            return Err(EscrowError::Account { account, problem });
        }
        if purse == self.rules.account {
            let problem = "it is the venue's own: fees go there";
            return Err(EscrowError::Account { account, problem });
        }
        let is_gone = false;
        self.members.insert(trader, Member { purse, is_gone });
        Ok(())
    }

    /// The purse of a trader who may trade.
    fn purse(&self, trader: TraderId) -> Result<AccountId, EscrowError> {
        match self.members.get(trader) {
            Some(member) if !member.is_gone => Ok(member.purse),
            Some(_) => Err(EscrowError::TraderGone { trader }),
            None => Err(EscrowError::UnknownTrader { trader }),
        }
    }

    /// Gives the venue an order: it is covered, it trades and settles what it can, and what is left rests covered or
    /// is released.
    ///
    /// # Errors
    ///
    /// As [`OrderBook::submit`]; [`EscrowError::UnknownTrader`], [`EscrowError::TraderGone`];
    /// [`EscrowError::NotCovered`], [`EscrowError::TooMuch`] and [`EscrowError::NoBudget`] for orders to buy,
    /// [`EscrowError::Goods`] for orders to sell; [`EscrowError::Money`] or [`EscrowError::Goods`] if a trade cannot
    /// be settled.
    pub fn submit<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        order: Order,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, EscrowError> {
        self.with_plan(|venue, plan| venue.place(plan, desk, order, None, reports))
    }

    /// Buys at whatever price there is, as long as the budget lasts, fees included; the rest is released as
    /// [`Reason::Unfilled`]. The whole budget has to be in the purse.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit); [`EscrowError::BudgetTooSmall`] if it does not pay for one unit of the best offer.
    pub fn buy_at_market<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        trader: TraderId,
        quantity: Quantity,
        budget: i64,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, EscrowError> {
        let order = Order::new(trader, Side::Buy, quantity.0, OrderKind::Market);
        self.with_plan(|venue, plan| {
            let affordable = venue.affordable(plan, &order, budget)?;
            let quantity = Quantity(affordable);
            let smaller = Order { quantity, ..order };
            let mut receipt = venue.place(plan, desk, smaller, Some(budget), reports)?;
            let rest = order.quantity.0 - affordable;
            if rest > 0 {
                receipt.released.0 += rest;
                reports.push(Report::Released(Released {
                    order: receipt.order,
                    trader,
                    side: Side::Buy,
                    price: None,
                    quantity: Quantity(rest),
                    reason: Reason::Unfilled,
                }));
            }
            Ok(receipt)
        })
    }
}
