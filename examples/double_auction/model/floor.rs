//! What happens on the floor in a day.

use oikos::bevy::ecs::system::SystemParam;
use oikos::core::{Draw, Quantity};
use oikos::ledger::{
    AccountId, GoodsMove, GoodsOperation, Inventory, Ledger, Transfer, TransferKind,
};
use oikos::market::{Desk, GoodsMarket, Order, OrderId, OrderKind, Price, Report, Side, TraderId};
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

use super::learner::{Learner, Shout};
use super::{Names, Pit, Rules, Seat, Strategy, Talents, Turns};

/// Who is there: persisted.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Floor {
    pub(crate) names: Names,
    pub(crate) seats: Vec<Seat>,
}

/// A unit that changed hands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deal {
    pub(crate) turn: u32,
    pub(crate) buyer: TraderId,
    pub(crate) seller: TraderId,
    pub(crate) price: i64,
    pub(crate) value: i64,
    pub(crate) cost: i64,
}

/// What happened today: output.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) deals: Vec<Deal>,
}

/// All that a day touches.
#[derive(SystemParam)]
pub(crate) struct Trading<'w> {
    rules: Res<'w, Rules>,
    floor: ResMut<'w, Floor>,
    ledger: ResMut<'w, Book<Ledger>>,
    goods: ResMut<'w, Book<Inventory>>,
    pit: ResMut<'w, Pit>,
    told: ResMut<'w, Told>,
}

/// In the morning everybody has the same money, and sellers have what they may sell. Learners come with talents of
/// their own on the first day.
pub(crate) fn open(draws: Draws<Talents>, mut trading: Trading) -> Result<(), BevyError> {
    *trading.told = Told::default();
    for at in 0..trading.floor.seats.len() {
        let (side, units) = (trading.seat(at).side, trading.seat(at).limits.len() as i64);
        let capital = units * trading.rules.schedule.highest;
        let purse = trading.seat(at).purse;
        let has = trading.ledger.balance(purse)?.net_debit();
        trading.issue(|names| names.capital, purse, capital - has)?;
        if side == Side::Sell {
            trading.move_goods(at, units, |names, what| {
                let kind = names.make;
                GoodsOperation::Produce(GoodsMove { kind, ..what })
            })?;
        }
        if let Strategy::Learning { rate } = trading.rules.strategy
            && trading.seat(at).learner.is_none()
        {
            let learner = Learner::new(side, rate, &mut draws.of(at as u64));
            trading.floor.seats[at].learner = Some(learner);
        }
    }
    Ok(())
}

/// All turns of the day. In each, somebody is drawn, who may call a price for one unit.
pub(crate) fn haggle(draws: Draws<Turns>, mut trading: Trading) -> Result<(), BevyError> {
    let mut draw = draws.of(());
    let mut quotes = Quotes::default();
    for turn in 0..trading.rules.turns {
        let at = draw.below(trading.floor.seats.len() as u64)? as usize;
        let Some(limit) = trading.seat(at).next() else {
            continue;
        };
        match trading.rules.strategy {
            Strategy::Random { constrained } => {
                let price = trading.any_price(at, limit, constrained, &mut draw)?;
                trading.quote(turn, at, price, &mut quotes)?;
            }
            Strategy::Learning { .. } => trading.shout(turn, at, limit, &mut draw)?,
        }
    }
    trading.cancel_all(&mut quotes)
}

/// In the evening units are redeemed and costs are paid; what the day has brought, or cost, goes to savings.
pub(crate) fn close(mut trading: Trading) -> Result<(), BevyError> {
    for at in 0..trading.floor.seats.len() {
        let seat = trading.seat(at).clone();
        let limits = seat.limits.iter().take(seat.traded).sum::<i64>();
        let left = match seat.side {
            Side::Buy => {
                trading.issue(|names| names.redemption, seat.purse, limits)?;
                seat.traded
            }
            Side::Sell => {
                trading.issue(|names| names.cost, seat.purse, -limits)?;
                seat.limits.len() - seat.traded
            }
        };
        // Buyers use up what they have bought, and sellers' offers are good for the day.
        trading.move_goods(at, left as i64, |names, what| {
            let kind = names.use_up;
            GoodsOperation::Consume(GoodsMove { kind, ..what })
        })?;
        let capital = seat.limits.len() as i64 * trading.rules.schedule.highest;
        let earned = trading.ledger.balance(seat.purse)?.net_debit() - capital;
        let kind = trading.floor.names.earning;
        pay(
            &mut trading.ledger,
            kind,
            [seat.purse, seat.savings],
            earned,
        )?;
        trading.floor.seats[at].traded = 0;
    }
    Ok(())
}

/// Pays from the first account to the second; the other way round below 0.
fn pay(
    ledger: &mut Ledger,
    kind: TransferKind,
    [from, to]: [AccountId; 2],
    amount: i64,
) -> Result<(), BevyError> {
    let (debit, credit) = if amount < 0 { (from, to) } else { (to, from) };
    let (amount, reference) = (amount.abs(), 0);
    if amount > 0 {
        ledger.post(&Transfer {
            kind,
            debit,
            credit,
            amount,
            reference,
        })?;
    }
    Ok(())
}

/// The quotes that stand: at most one a side.
#[derive(Default)]
struct Quotes([Option<(i64, OrderId)>; 2]);

impl Trading<'_> {
    fn seat(&self, at: usize) -> &Seat {
        &self.floor.seats[at]
    }

    /// Money from the experimenter, or back to them.
    fn issue(
        &mut self,
        kind: impl Fn(&Names) -> TransferKind,
        purse: AccountId,
        amount: i64,
    ) -> Result<(), BevyError> {
        let names = self.floor.names;
        let accounts = [names.experimenter, purse];
        pay(&mut self.ledger, kind(&names), accounts, amount)
    }

    fn move_goods(
        &mut self,
        at: usize,
        units: i64,
        operation: impl Fn(&Names, GoodsMove) -> GoodsOperation,
    ) -> Result<(), BevyError> {
        let names = self.floor.names;
        let what = GoodsMove {
            kind: names.make,
            good: self.pit.0.stall.good(),
            owner: self.seat(at).owner,
            quantity: Quantity(units),
            reference: 0,
        };
        if units > 0 {
            self.goods.apply(&operation(&names, what))?;
        }
        Ok(())
    }

    /// A price of which each is as likely.
    fn any_price(
        &self,
        at: usize,
        limit: i64,
        constrained: bool,
        draw: &mut Draw,
    ) -> Result<i64, BevyError> {
        let highest = self.rules.schedule.highest;
        let range = match (constrained, self.seat(at).side) {
            (true, Side::Buy) => 1..=limit,
            (true, Side::Sell) => limit..=highest,
            (false, _) => 1..=highest,
        };
        Ok(draw.range(range)?)
    }

    /// A quote stands if it is better than the one that does on its side; a trade ends all quotes.
    fn quote(
        &mut self,
        turn: u32,
        at: usize,
        price: i64,
        quotes: &mut Quotes,
    ) -> Result<(), BevyError> {
        let side = self.seat(at).side;
        if let Some((standing, order)) = quotes.0[side as usize] {
            let is_better = match side {
                Side::Buy => price > standing,
                Side::Sell => price < standing,
            };
            if !is_better {
                return Ok(());
            }
            self.cancel(order)?;
            quotes.0[side as usize] = None;
        }
        let (order, traded) = self.submit(turn, at, price)?;
        if traded {
            // With the one that it met: no other stands, as its own side's made way.
            quotes.0[side.opposite() as usize] = None;
        } else {
            quotes.0[side as usize] = Some((price, order));
        }
        Ok(())
    }

    /// A price that is called is taken at once by somebody of the other side to whom it is good enough, or is void.
    /// All hear of it, and learn.
    fn shout(
        &mut self,
        turn: u32,
        at: usize,
        limit: i64,
        draw: &mut Draw,
    ) -> Result<(), BevyError> {
        let side = self.seat(at).side;
        let Some(learner) = self.seat(at).learner else {
            return Ok(());
        };
        let called = libm::round(learner.price(limit)) as i64;
        let called = called.clamp(1, self.rules.schedule.highest);
        let takes = |seat: &&(usize, &Seat)| {
            let (_, seat) = seat;
            let own = seat
                .learner
                .zip(seat.next())
                .map(|(learner, limit)| learner.price(limit));
            seat.side != side
                && own.is_some_and(|own| match side {
                    Side::Buy => own <= called as f64,
                    Side::Sell => own >= called as f64,
                })
        };
        let seats: Vec<(usize, &Seat)> = self.floor.seats.iter().enumerate().collect();
        let willing: Vec<usize> = seats.iter().filter(takes).map(|(at, _)| *at).collect();
        let taker = draw.choose(&willing).copied();
        // Who has just traded their last unit has no price any more, and learns as if it were still to trade.
        let limits: Vec<Option<i64>> = self.floor.seats.iter().map(Seat::next).collect();
        if let Some(taker) = taker {
            self.submit(turn, at, called)?;
            self.submit(turn, taker, called)?;
        }
        let shout = Shout {
            side,
            price: called as f64,
            accepted: taker.is_some(),
        };
        for (seat, limit) in self.floor.seats.iter_mut().zip(limits) {
            let is_active = limit.is_some();
            let last = limit.or(seat.limits.last().copied());
            if let Some((learner, limit)) = seat.learner.as_mut().zip(last) {
                learner.hear((seat.side, limit, is_active), shout, draw);
            }
        }
        Ok(())
    }

    /// Gives the market an order for a unit. Says which it is and whether it traded.
    fn submit(&mut self, turn: u32, at: usize, price: i64) -> Result<(OrderId, bool), BevyError> {
        let seat = &self.floor.seats[at];
        let order = Order::new(seat.trader, seat.side, 1, OrderKind::Limit(Price(price)));
        let mut reports = Vec::new();
        let GoodsMarket { venue, stall } = &mut self.pit.0;
        let goods = &mut stall.at(&mut self.goods);
        let ledger = &mut **self.ledger;
        let receipt = venue.submit(&mut Desk { ledger, goods }, order, &mut reports)?;
        for report in &reports {
            let Report::Fill(fill) = report else { continue };
            let mut limits = [0; 2];
            for (limit, trader) in limits.iter_mut().zip([fill.buyer, fill.seller]) {
                let seat = &mut self.floor.seats[trader.get() as usize];
                *limit = seat.next().ok_or("a unit was traded that nobody had")?;
                seat.traded += 1;
            }
            self.told.deals.push(Deal {
                turn,
                buyer: fill.buyer,
                seller: fill.seller,
                price: fill.price.0,
                value: limits[0],
                cost: limits[1],
            });
        }
        Ok((receipt.order, !reports.is_empty()))
    }

    fn cancel(&mut self, order: OrderId) -> Result<(), BevyError> {
        let GoodsMarket { venue, stall } = &mut self.pit.0;
        let goods = &mut stall.at(&mut self.goods);
        let ledger = &mut **self.ledger;
        venue.cancel(&mut Desk { ledger, goods }, order, &mut Vec::new())?;
        Ok(())
    }

    fn cancel_all(&mut self, quotes: &mut Quotes) -> Result<(), BevyError> {
        for quote in &mut quotes.0 {
            if let Some((_, order)) = quote.take() {
                self.cancel(order)?;
            }
        }
        Ok(())
    }
}
