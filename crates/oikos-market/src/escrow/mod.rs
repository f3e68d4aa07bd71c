//! Orders that are paid for: mechanisms whose trades are settled in money and goods, both or neither.

mod book;
mod breach;
mod check;
mod covers;
mod desk;
mod error;
mod fees;
mod gone;
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
pub use self::gone::{Books, Departures, Escrow, GoodsMarket, withdraw_everywhere};
pub use self::goods::{GoodsBook, GoodsError, GoodsStep};
pub use self::saleroom::{Lot, Saleroom, TitleDesk};
pub use self::stall::{Stall, StallDesk};
pub use self::till::VenueRules;

/// A [`Mechanism`] whose orders are covered when they come, and whose trades are settled when they happen.
///
/// - **Cover.** An order to buy has a hold in the [`Ledger`] on its buyer's purse: limit × what is left, and the most
///   that the fee for it may be ([`Fees::cost`]). An order to sell has its goods reserved. An order without cover is
///   refused, also if it would trade at a better price at once.
/// - **Delivery versus payment.** All that a call does to money is one chain of the ledger, and goods move in the same
///   step ([`GoodsBook::settle`]). Of each trade the seller gets the value less the seller's fee, straight from the
///   buyer's purse; the venue gets both fees; the buyer's goods are delivered.
/// - **Release.** What is held beyond what is left to pay is free again in the same chain: after a trade at a better
///   price, and after a cancel, a smaller amendment, an expiry, a prevented self-trade, a trader's end, and for what
///   nobody traded with and does not wait.
///
/// The venue needs nothing but what the mechanism reports, of which it keeps what is left of each order. It asks first
/// what the mechanism would report ([`Mechanism::preview`]), then money and goods move, then the mechanism acts: where
/// money or goods are refused, nothing has happened. So a clearing settles as a whole or not at all.
///
/// A mechanism is trusted to bring the right ones together, not to keep its promises: a report that names an order that
/// does not wait, more than is left of it, a price beyond its limit or another than the maker's, an order of somebody
/// who is gone that is left, is a [`Breach`], and nothing is settled.
///
/// ```
/// use oikos_core::{CurrencyInfo, Quantity, StableId};
/// use oikos_ledger::{
///     AccountKind, AccountSpec, GoodsFlow, GoodsMove, GoodsOperation, Inventory, Ledger, Limit, Owner, Transfer,
/// };
/// use oikos_market::{
///     BookRules, Desk, Fees, Order, OrderBook, OrderKind, Price, PriceRange, SelfTrade, Side, Stall, TraderId, Venue,
///     VenueRules,
/// };
///
/// let mut ledger = Ledger::new(0);
/// let person = ledger.owner_kind("person")?;
/// let purse = AccountSpec {
///     kind: AccountKind::Asset,
///     owner: Owner { kind: person, id: 0 },
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
/// let mut inventory = Inventory::new();
/// let bread = inventory.good("bread")?;
/// let (baking, sale) = (inventory.kind("baking", GoodsFlow::Produce)?, inventory.kind("sale", GoodsFlow::Transfer)?);
/// let [bakery, kitchen] = [1, 2].map(|id| Owner { kind: person, id });
/// let baked = GoodsMove { kind: baking, good: bread, owner: bakery, quantity: Quantity(10), reference: 0 };
/// inventory.apply(&GoodsOperation::Produce(baked))?;
///
/// let prices = PriceRange::new(1, 1_000_000)?;
/// let book = OrderBook::new(BookRules { prices, self_trade: SelfTrade::CancelTaker });
/// let (trade, fee) = (ledger.kind("sale")?, ledger.kind("fee")?);
/// let mut venue = Venue::new(book, VenueRules { fees: Fees::NONE, account: market, trade, fee }, &ledger)?;
/// let mut stall = Stall::new(bread, sale, &inventory)?;
/// let (baker, cook) = (TraderId::new(1)?, TraderId::new(2)?);
/// for (trader, purse, owner) in [(baker, bakers, bakery), (cook, cooks, kitchen)] {
///     venue.admit(trader, purse, &ledger)?;
///     stall.open(trader, owner)?;
/// }
///
/// let desk = &mut Desk { ledger: &mut ledger, goods: &mut stall.at(&mut inventory) };
/// let mut reports = Vec::new();
/// venue.submit(desk, Order::new(baker, Side::Sell, 4, OrderKind::Limit(Price(250))), &mut reports)?;
/// venue.submit(desk, Order::new(cook, Side::Buy, 6, OrderKind::Limit(Price(300))), &mut reports)?;
/// // Four loaves at 250 are paid, and two at 300 are held for.
/// assert_eq!(ledger.balance(bakers)?.net_debit(), 1_000);
/// assert_eq!((ledger.balance(cooks)?.net_debit(), ledger.balance(cooks)?.credits_pending), (1_000, 600));
/// assert_eq!(inventory.stock(bakery, bread).on_hand, Quantity(6));
/// assert_eq!(inventory.stock(kitchen, bread).on_hand, Quantity(4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Nobody else may end the venue's holds or touch what is reserved at it: a trade that cannot be settled for that is
/// refused by name. The order can still be cancelled, expire or be withdrawn, for what is not held needs no release.
#[derive(Debug, Clone)]
pub struct Venue<M = OrderBook> {
    till: Till,
    mechanism: M,
    covers: Covers,
    /// Kept between messages for its room alone.
    scratch: Option<Box<Plan>>,
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
            scratch: None,
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
