//! What happens in a day.

use oikos::bevy::ecs::system::SystemParam;
use oikos::core::{Quantity, Rounding, Stream};
use oikos::ledger::{GoodsKind, GoodsMove, GoodsOperation, Inventory, Ledger, Transfer};
use oikos::market::{Desk, GoodsMarket, Order, OrderId, OrderKind, Price, Report, Round, Side};
use oikos::prelude::*;

use super::{Arrival, Guest, Guests, Hall, Rules, Told};

/// All that a day touches.
#[derive(SystemParam)]
pub(super) struct Trading<'w> {
    clock: Res<'w, Clock>,
    rules: Res<'w, Rules>,
    guests: Res<'w, Guests>,
    ledger: ResMut<'w, Book<Ledger>>,
    goods: ResMut<'w, Book<Inventory>>,
    hall: ResMut<'w, Hall>,
    told: ResMut<'w, Told>,
}

impl Trading<'_> {
    fn goods(&mut self, guest: &Guest, kind: GoodsKind, units: i64) -> Result<(), BevyError> {
        let what = GoodsMove {
            kind,
            good: self.hall.0.stall.good(),
            owner: guest.owner,
            quantity: Quantity(units),
            reference: 0,
        };
        let operation = if kind == self.guests.make {
            GoodsOperation::Produce(what)
        } else {
            GoodsOperation::Consume(what)
        };
        if units > 0 {
            self.goods.apply(&operation)?;
        }
        Ok(())
    }
}

/// All come in a drawn order, and each gives an order a unit.
pub(super) fn gather(draws: Draws<Arrival>, mut trading: Trading) -> Result<(), BevyError> {
    *trading.told = Told::default();
    let mut guests = trading.guests.all.clone();
    draws.of(()).shuffle(&mut guests);
    let (highest, [below, above]) = (trading.rules.schedule.highest, trading.rules.margins);
    let make = trading.guests.make;
    for guest in guests {
        if guest.side == Side::Sell {
            trading.goods(&guest, make, guest.limits.len() as i64)?;
        }
        for limit in guest.limits {
            let asked = match guest.side {
                Side::Buy => limit - below.apply(limit, Rounding::Floor)?,
                Side::Sell => limit + above.apply(highest - limit, Rounding::Floor)?,
            };
            let kind = OrderKind::Limit(Price(asked));
            let order = Order::new(guest.trader, guest.side, 1, kind);
            let GoodsMarket { venue, stall } = &mut trading.hall.0;
            let goods = &mut stall.at(&mut trading.goods);
            let ledger = &mut **trading.ledger;
            let desk = &mut Desk { ledger, goods };
            let receipt = venue.submit(desk, order, &mut Vec::new())?;
            trading.told.limits.push((receipt.order, limit));
        }
    }
    Ok(())
}

/// The auction: all trades are at one price, and settled.
pub(super) fn call(mut trading: Trading) -> Result<(), BevyError> {
    let mut reports = Vec::new();
    let round = Round {
        tick: trading.clock.tick(),
        draws: Stream::new(trading.clock.seed(), "call-auction.market"),
    };
    let GoodsMarket { venue, stall } = &mut trading.hall.0;
    let goods = &mut stall.at(&mut trading.goods);
    let ledger = &mut **trading.ledger;
    venue.clear(&mut Desk { ledger, goods }, round, &mut reports)?;
    let fills = reports.into_iter().filter_map(|report| match report {
        Report::Fill(fill) => Some(fill),
        _ => None,
    });
    trading.told.fills = fills.collect();
    Ok(())
}

/// What was bought is redeemed, what was sold has cost what it does, and nothing is left for tomorrow.
pub(super) fn redeem(mut trading: Trading) -> Result<(), BevyError> {
    let guests = trading.guests.clone();
    for fill in trading.told.fills.clone() {
        let limits = trading.told.limits_of(&fill);
        let [value, cost] = limits.ok_or("an order was filled that nobody gave")?;
        let [buyer, seller] = [fill.buyer, fill.seller].map(|who| &guests.all[who.get() as usize]);
        let reference = 0;
        trading.ledger.post(&Transfer {
            kind: guests.redemption,
            debit: buyer.purse,
            credit: guests.experimenter,
            amount: value,
            reference,
        })?;
        trading.ledger.post(&Transfer {
            kind: guests.cost,
            debit: guests.experimenter,
            credit: seller.purse,
            amount: cost,
            reference,
        })?;
    }
    // Orders are for the day alone.
    let GoodsMarket { venue, stall } = &mut trading.hall.0;
    let goods = &mut stall.at(&mut trading.goods);
    let ledger = &mut **trading.ledger;
    let desk = &mut Desk { ledger, goods };
    let waiting: Vec<OrderId> = venue.orders().map(|order| order.order).collect();
    for order in waiting {
        venue.cancel(desk, order, &mut Vec::new())?;
    }
    let good = trading.hall.0.stall.good();
    for guest in &guests.all {
        let left = trading.goods.stock(guest.owner, good).on_hand.0;
        trading.goods(guest, guests.use_up, left)?;
    }
    Ok(())
}
