//! Posted prices: what buyers see, what they pay, and who is served.

use oikos_core::{Quantity, Seed, StableId, Stream, Tick};
use oikos_market::{
    Fill, MarketError, Mechanism, Order, OrderKind, PostedPrice, Reason, Report, Round, Search,
    Side,
};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::common::{fills, limit, prices, round, trader};

fn market(search: Search, orders: &[Order]) -> PostedPrice {
    let mut market = PostedPrice::new(prices(), search);
    for order in orders {
        market.submit(*order, &mut Vec::new()).unwrap();
    }
    market
}

fn cleared(search: Search, orders: &[Order], round: Round) -> Vec<Report> {
    let mut reports = Vec::new();
    market(search, orders).clear(round, &mut reports).unwrap();
    reports
}

/// Who bought from whom, at what price and how much, in a fixed order.
fn trades(reports: &[Report]) -> Vec<(u64, u64, i64, i64)> {
    let trade = |fill: &Fill| {
        (
            fill.buyer.get(),
            fill.seller.get(),
            fill.price.0,
            fill.quantity.0,
        )
    };
    let mut trades: Vec<_> = fills(reports).iter().map(trade).collect();
    trades.sort_unstable();
    trades
}

#[test]
fn a_buyer_goes_to_the_cheapest_shops_first() {
    let orders = [
        limit(1, Side::Sell, 9, 5),
        limit(2, Side::Sell, 4, 2),
        limit(3, Side::Sell, 6, 3),
        limit(4, Side::Buy, 8, 10),
    ];
    let mut market = market(Search::All, &orders);
    let mut reports = Vec::new();
    market.clear(round(1), &mut reports).unwrap();
    assert_eq!(trades(&reports), [(4, 2, 4, 2), (4, 3, 6, 3)]);
    assert!(
        fills(&reports)
            .iter()
            .all(|fill| fill.taker == Some(Side::Buy))
    );
    let Some(Report::Released(released)) = reports.last() else {
        panic!()
    };
    assert_eq!(
        (released.trader, released.quantity),
        (trader(4), Quantity(5))
    );
    assert_eq!(released.reason, Reason::Unfilled);
    // What was not sold stays on the shelf.
    assert_eq!(
        (market.quantity(Side::Sell), market.quantity(Side::Buy)),
        (Quantity(5), Quantity(0))
    );
}

#[test]
fn nobody_buys_from_themselves_and_a_market_order_pays_any_price() {
    let own = [
        limit(1, Side::Sell, 4, 2),
        limit(1, Side::Buy, 8, 1),
        limit(2, Side::Sell, 7, 1),
    ];
    assert_eq!(
        trades(&cleared(Search::All, &own, round(1))),
        [(1, 2, 7, 1)]
    );
    let any = [
        limit(1, Side::Sell, 1_000, 2),
        Order::new(trader(2), Side::Buy, 3, OrderKind::Market),
    ];
    assert_eq!(
        trades(&cleared(Search::All, &any, round(1))),
        [(2, 1, 1_000, 2)]
    );
    let refused = market(Search::All, &[]).submit(
        Order::new(trader(2), Side::Sell, 3, OrderKind::Market),
        &mut Vec::new(),
    );
    assert!(matches!(refused, Err(MarketError::Unsupported { .. })));
}

/// The obvious way: buyers by their first draw; each shuffles a list of all shops by hand, looks at the first few,
/// and always takes the cheapest of them that is left.
fn by_hand(search: Search, orders: &[Order], round: Round) -> Vec<(u64, u64, i64, i64)> {
    let numbered = |side: Side| {
        let mut of_side: Vec<(u64, u64, usize)> = Vec::new();
        for (place, order) in orders
            .iter()
            .enumerate()
            .filter(|(_, order)| order.side == side)
        {
            let who = order.trader.get();
            let before = of_side.iter().filter(|(other, ..)| *other == who).count();
            of_side.push((who, before as u64, place));
        }
        of_side.sort_unstable();
        of_side
    };
    let mut left: Vec<i64> = orders.iter().map(|order| order.quantity.0).collect();
    let shops: Vec<usize> = numbered(Side::Sell)
        .into_iter()
        .map(|(.., place)| place)
        .collect();
    let mut buyers: Vec<_> = numbered(Side::Buy)
        .into_iter()
        .map(|(who, before, place)| {
            let mut draw = round.draws.at(oikos_core::pair(who, before), round.tick);
            (draw.next_u64(), place, draw)
        })
        .collect();
    buyers.sort_by_key(|(rank, ..)| *rank);
    let mut trades = Vec::new();
    for (_, buyer, mut draw) in buyers {
        let mut unseen = shops.clone();
        let mut seen = Vec::new();
        let count = match search {
            Search::All => shops.len(),
            Search::Sample(count) => shops.len().min(count as usize),
        };
        for index in 0..count {
            let other = draw.below((unseen.len() - index) as u64).unwrap() as usize + index;
            unseen.swap(index, other);
            seen.push(unseen[index]);
        }
        while !seen.is_empty() && left[buyer] > 0 {
            let price = |place: usize| orders[place].kind.limit().unwrap();
            let cheapest = (0..seen.len())
                .min_by_key(|&index| price(seen[index]))
                .unwrap();
            let shop = seen.remove(cheapest);
            let is_dear = orders[buyer]
                .kind
                .limit()
                .is_some_and(|limit| limit < price(shop));
            if is_dear || orders[shop].trader == orders[buyer].trader {
                continue;
            }
            let quantity = left[shop].min(left[buyer]);
            if quantity > 0 {
                left[shop] -= quantity;
                left[buyer] -= quantity;
                let (who, whom) = (orders[buyer].trader.get(), orders[shop].trader.get());
                trades.push((who, whom, price(shop).0, quantity));
            }
        }
    }
    trades.sort_unstable();
    trades
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let order = (0..15_u64, any::<bool>(), 1..9_i64, 1..9_i64).prop_map(
        |(who, is_buy, price, quantity)| {
            limit(
                who,
                if is_buy { Side::Buy } else { Side::Sell },
                price,
                quantity,
            )
        },
    );
    proptest::collection::vec(order, 0..60)
}

fn searches() -> impl Strategy<Value = Search> {
    prop_oneof![Just(Search::All), (0..6_u32).prop_map(Search::Sample)]
}

proptest! {
    #![proptest_config(Runs::new(2_000).config())]
    #[test]
    fn equals_the_obvious_way(orders in orders(), search in searches(), tick in 1..1_000_u32) {
        let trades = trades(&cleared(search, &orders, round(tick)));
        prop_assert_eq!(trades, by_hand(search, &orders, round(tick)));
    }

    /// Traders with one order each come in any order.
    #[test]
    fn who_came_first_does_not_matter(mut orders in orders(), search in searches()) {
        let mut seen = Vec::new();
        orders.retain(|order| {
            let is_new = !seen.contains(&order.trader);
            seen.push(order.trader);
            is_new
        });
        let first = trades(&cleared(search, &orders, round(3)));
        orders.reverse();
        prop_assert_eq!(first, trades(&cleared(search, &orders, round(3))));
    }
}

/// One loaf, two buyers: over 4,000 days each gets it half the time (4 standard errors: 126), and sees each of two
/// equally cheap shops half the time.
#[test]
fn chance_rations_evenly() {
    let scarce = [
        limit(1, Side::Sell, 5, 1),
        limit(2, Side::Buy, 5, 1),
        limit(3, Side::Buy, 5, 1),
    ];
    let twins = [
        limit(1, Side::Sell, 5, 1),
        limit(2, Side::Sell, 5, 1),
        limit(3, Side::Buy, 5, 1),
    ];
    let (mut got, mut went) = (0, 0);
    for tick in 1..=4_000 {
        let bought = trades(&cleared(Search::Sample(1), &scarce, round(tick)));
        got += u32::from(bought[0].0 == 2);
        let visited = trades(&cleared(Search::All, &twins, round(tick)));
        went += u32::from(visited[0].1 == 1);
    }
    assert!(
        got.abs_diff(2_000) < 126 && went.abs_diff(2_000) < 126,
        "{got} {went}"
    );
}

/// One more buyer, who takes nothing, changes nobody's luck.
#[test]
fn another_buyer_changes_nobodys_search() {
    let mut orders: Vec<Order> = (0..20)
        .map(|who| limit(who, Side::Sell, 1 + who as i64 % 4, 1_000))
        .collect();
    orders.extend((30..60).map(|who| limit(who, Side::Buy, 9, 2)));
    let before = trades(&cleared(Search::Sample(2), &orders, round(7)));
    orders.insert(0, limit(99, Side::Buy, 0, 1));
    assert_eq!(
        before,
        trades(&cleared(Search::Sample(2), &orders, round(7)))
    );
    let other = Round {
        tick: Tick::new(7),
        draws: Stream::new(Seed(6), "market.test"),
    };
    assert_ne!(before, trades(&cleared(Search::Sample(2), &orders, other)));
}
