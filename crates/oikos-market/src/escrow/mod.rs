//! Orders that are paid for: a book whose trades are settled in money and goods, both or neither.

mod book;
mod breach;
mod check;
mod covers;
mod desk;
mod error;
mod fees;
mod goods;
mod place;
mod plan;
mod saleroom;
mod save;
mod stall;
mod till;

use oikos_ledger::{AccountId, Ledger};

use self::covers::Covers;
use self::plan::Plan;
use self::till::Till;
use crate::{Mechanism, Order, OrderBook, Price, PriceRange, Side, TraderId};

pub use self::breach::Breach;
pub use self::check::Covered;
pub use self::desk::Desk;
pub use self::error::EscrowError;
pub use self::fees::{Fees, Payment};
pub use self::goods::{GoodsBook, GoodsError, GoodsStep};
pub use self::saleroom::{Lot, Saleroom, TitleDesk};
pub use self::stall::{Stall, StallDesk};
pub use self::till::VenueRules;

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
pub struct Venue<M = OrderBook> {
    till: Till,
    mechanism: M,
    covers: Covers,
    /// Kept between messages for its room alone.
    scratch: Plan,
}

/// The prices of a mechanism, which a venue can have if none is below 0.
fn check_prices(mechanism: &impl Mechanism) -> Result<PriceRange, EscrowError> {
    let prices = mechanism.prices();
    match prices.lowest().0 {
        lowest @ ..0 => Err(EscrowError::NegativePrices { lowest }),
        _ => Ok(prices),
    }
}

/// The worst price that an order may trade at; what it does not limit, the range does.
fn limit_of(order: &Order, prices: PriceRange) -> Price {
    let worst = match order.side {
        Side::Buy => prices.highest(),
        Side::Sell => prices.lowest(),
    };
    order.kind.limit().unwrap_or(worst)
}

impl<M: Mechanism> Venue<M> {
    /// A venue without traders, for a mechanism without orders.
    ///
    /// # Errors
    ///
    /// [`EscrowError::NegativePrices`], [`EscrowError::NotEmpty`] for the mechanism; [`EscrowError::Fee`],
    /// [`EscrowError::UnknownKind`], [`EscrowError::Account`] or [`EscrowError::Ledger`] for rules that it cannot have.
    pub fn new(mechanism: M, rules: VenueRules, ledger: &Ledger) -> Result<Self, EscrowError> {
        check_prices(&mechanism)?;
        let orders = mechanism.outstanding().len();
        if orders > 0 {
            return Err(EscrowError::NotEmpty { orders });
        }
        Ok(Self {
            till: Till::new(rules, ledger)?,
            mechanism,
            covers: Covers::default(),
            scratch: Plan::default(),
        })
    }
}

impl<M> Venue<M> {
    /// What the venue was told about money.
    #[must_use]
    pub const fn rules(&self) -> &VenueRules {
        self.till.rules()
    }

    /// What brings its traders together.
    #[must_use]
    pub const fn mechanism(&self) -> &M {
        &self.mechanism
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
        self.till.admit(trader, purse, ledger)
    }
}
