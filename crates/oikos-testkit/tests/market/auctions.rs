//! Mistakes of call auctions, and of what takes several runs to see: mechanisms that spoil what right ones report.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use oikos_market::{
    AuctionRules, Bazaar, BazaarRules, CallAuction, MarketError, Mechanism, Order, OrderId,
    PostedPrice, PriceRange, Rationing, Receipt, Released, Report, Round, Search, TraderId,
};
use oikos_testkit::market::{
    Message, Style, check, foresees, ignores_arrival, mirrors, repeats, script, stands_alone,
};
use oikos_testkit::{Broken, Failure, Invariant, Runs};

/// An auction whose reports are changed.
#[derive(Clone)]
struct Spoiled<F>(CallAuction, F);

fn prices() -> PriceRange {
    PriceRange::new(-1_000, 1_000).unwrap()
}

fn auction(rationing: Rationing) -> CallAuction {
    CallAuction::new(AuctionRules {
        prices: prices(),
        rationing,
        reference: None,
    })
    .unwrap()
}

impl<F: FnMut(usize, &mut Report)> Mechanism for Spoiled<F> {
    fn prices(&self) -> PriceRange {
        self.0.prices()
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        self.0.outstanding()
    }

    fn submit(&mut self, order: Order, _: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        self.0.submit(order)
    }

    fn cancel(&mut self, id: OrderId, out: &mut Vec<Report>) -> Result<Released, MarketError> {
        self.0.cancel(id, out)
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, out: &mut Vec<Report>) {
        self.0.withdraw(is_gone, out);
    }

    fn clear(&mut self, round: Round, out: &mut Vec<Report>) -> Result<(), MarketError> {
        self.0.clear(round.tick, out)?;
        for (number, report) in out.iter_mut().enumerate() {
            (self.1)(number, report);
        }
        Ok(())
    }
}

/// What the smallest script breaks.
fn broken_by(test: impl Fn(&[Message]) -> Result<u64, Broken>) -> Invariant {
    match Runs::new(600).check_script(&script(prices(), 80), test) {
        Err(Failure::Found { broken, script, .. }) => {
            println!("{broken}: {script:?}");
            assert!(script.len() <= 6, "{script:#?}");
            broken.invariant
        }
        other => panic!("nothing was caught: {other:?}"),
    }
}

fn spoiled_by(spoil: impl Fn(usize, &mut Report) + Copy) -> Invariant {
    let (style, rationing) = (Style::Call(Rationing::Time), Rationing::Time);
    broken_by(|script| check(&mut Spoiled(auction(rationing), spoil), style, script))
}

#[test]
fn a_price_outside_limits_is_caught() {
    let outside = |_: usize, report: &mut Report| {
        if let Report::Fill(fill) = report {
            fill.price.0 += 900;
        }
    };
    assert_eq!(spoiled_by(outside), Invariant::M(2));
}

#[test]
fn a_second_price_is_caught() {
    let second = |number: usize, report: &mut Report| {
        if let Report::Fill(fill) = report {
            fill.price.0 += i64::from(number % 2 == 1);
        }
    };
    let found = spoiled_by(second);
    assert!(
        [Invariant::M(2), Invariant::A(1)].contains(&found),
        "{found}"
    );
}

#[test]
fn trades_that_are_missing_are_caught() {
    let bazaar = || {
        Bazaar::new(BazaarRules {
            prices: prices(),
            seller_share: oikos_core::Ratio::percent(50),
            meetings: 1,
        })
        .unwrap()
    };
    let style = Style::Call(Rationing::Time);
    let found = broken_by(|script| check(&mut bazaar(), style, script));
    assert_eq!(found, Invariant::A(1));
}

/// Shops let buyers go who found nothing.
#[test]
fn an_auction_that_touches_what_could_not_trade_is_caught() {
    let style = Style::Call(Rationing::Time);
    let shops = || PostedPrice::new(prices(), Search::All);
    let found = broken_by(|script| check(&mut shops(), style, script));
    assert_eq!(found, Invariant::A(8));
}

/// Shows the last order that was cancelled as if it waited.
#[derive(Clone)]
struct Ghost(CallAuction, Option<(OrderId, Order)>);

impl Mechanism for Ghost {
    fn prices(&self) -> PriceRange {
        self.0.prices()
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        let mut all = self.0.outstanding();
        all.extend(self.1);
        all
    }

    fn submit(&mut self, order: Order, _: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        self.0.submit(order)
    }

    fn cancel(&mut self, id: OrderId, out: &mut Vec<Report>) -> Result<Released, MarketError> {
        self.0.cancel(id, out)
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, out: &mut Vec<Report>) {
        self.0.withdraw(is_gone, out);
    }

    fn clear(&mut self, round: Round, out: &mut Vec<Report>) -> Result<(), MarketError> {
        let before = self.0.outstanding();
        self.0.clear(round.tick, out)?;
        let after = self.0.outstanding();
        let filled = before
            .into_iter()
            .find(|(id, _)| !after.iter().any(|(other, _)| other == id));
        self.1 = filled;
        Ok(())
    }
}

#[test]
fn an_order_that_is_shown_after_it_was_filled_is_caught() {
    let ghost = || Ghost(auction(Rationing::Time), None);
    let found = broken_by(|script| check(&mut ghost(), Style::Any, script));
    // One that expired is looked at first for that.
    assert!(
        [Invariant::M(7), Invariant::M(9), Invariant::M(11)].contains(&found),
        "{found}"
    );
}

#[test]
fn rationing_that_is_not_exact_is_caught() {
    let style = Style::Call(Rationing::ProRata);
    let found = broken_by(|script| check(&mut auction(Rationing::Time), style, script));
    assert_eq!(found, Invariant::A(2));
}

#[test]
fn an_auction_that_minds_who_came_first_is_caught() {
    let found = broken_by(|script| {
        let submitted = script.iter().filter_map(|message| match message {
            Message::Submit(order) => Some(*order),
            _ => None,
        });
        ignores_arrival(|| auction(Rationing::Time), &submitted.collect::<Vec<_>>())
    });
    assert_eq!(found, Invariant::A(5));
}

/// Sees how often it was asked before, by whomever: what no mechanism may.
fn counting(counter: &Arc<AtomicI64>) -> Spoiled<impl FnMut(usize, &mut Report) + Clone> {
    let counter = Arc::clone(counter);
    Spoiled(auction(Rationing::Time), move |_, report: &mut Report| {
        if let Report::Fill(fill) = report {
            fill.price.0 += counter.fetch_add(1, Ordering::Relaxed);
        }
    })
}

#[test]
fn what_is_shared_is_caught() {
    let counter = Arc::new(AtomicI64::new(0));
    let found = broken_by(|script| repeats(|| counting(&counter), script));
    assert_eq!(found, Invariant::M(16));
    let found = broken_by(|script| stands_alone(|| counting(&counter), script));
    assert_eq!(found, Invariant::M(15));
    let found = broken_by(|script| foresees(counting(&counter), script));
    assert_eq!(found, Invariant::A(7));
}

#[test]
fn a_side_that_is_favoured_is_caught() {
    let shops = |prices| PostedPrice::new(prices, Search::All);
    let found = broken_by(|script| mirrors(shops, prices(), script));
    assert_eq!(found, Invariant::M(14));
}
