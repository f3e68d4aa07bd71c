//! A market that is saved and loaded after every message goes on as one that is not (C6).

use oikos_ledger::{Inventory, Ledger};
use oikos_market::{Bazaar, CallAuction, GoodsMarket, OrderBook, PostedPrice};
use proptest::prelude::*;

use crate::markets::Market;
use crate::own::Halfway;
use crate::random::for_all_scripts;
use crate::world::{World, prices};

fn goes_on_alike<M: Market>() {
    for_all_scripts(30, |variant, fees, script| {
        let make = || World::new(M::variant(prices(), variant), fees);
        let (mut world, mut reborn) = (make(), make());
        for message in script {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            let answer = world.apply(message, &mut ours);
            prop_assert_eq!(answer, reborn.apply(message, &mut theirs));
            prop_assert_eq!(ours, theirs);
            prop_assert_eq!(world.digests(), reborn.digests());
            let (mut money, mut goods) = (Vec::new(), Vec::new());
            reborn.ledger.save(&mut money);
            reborn.inventory.save(&mut goods);
            reborn.ledger = Ledger::load(&money).unwrap();
            reborn.inventory = Inventory::load(&goods).unwrap();
            let binary = bincode::config::standard();
            let bytes = bincode::serde::encode_to_vec(&reborn.market, binary).unwrap();
            let loaded: (GoodsMarket<M>, usize) =
                bincode::serde::decode_from_slice(&bytes, binary).unwrap();
            let text = serde_json::to_string(&reborn.market).unwrap();
            let read: GoodsMarket<M> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
            reborn.market = loaded.0;
            prop_assert_eq!(reborn.check(), Ok(()));
        }
        Ok(())
    });
}

#[test]
fn an_order_book_goes_on() {
    goes_on_alike::<OrderBook>();
}

#[test]
fn a_call_auction_goes_on() {
    goes_on_alike::<CallAuction>();
}

#[test]
fn posted_prices_go_on() {
    goes_on_alike::<PostedPrice>();
}

#[test]
fn a_bazaar_goes_on() {
    goes_on_alike::<Bazaar>();
}

#[test]
fn a_mechanism_of_ones_own_goes_on() {
    goes_on_alike::<Halfway>();
}
