//! One history: any threads, any order of rows, saved and loaded at every tick.

use oikos::core::Ratio;
use oikos::prelude::*;
use oikos_testkit::Contract;

use crate::call_auction;
use crate::double_auction::{self, Strategy};
use crate::money_exchange::{self, Exchange};
use crate::schedule::Schedule;
use crate::sfc::{self, Economy};

#[test]
fn money_changes_hands_in_one_history() {
    let exchange = Exchange {
        agents: 20,
        ..Exchange::default()
    };
    Contract::of(move || money_exchange::society(Seed(3), exchange))
        .ticks(5)
        .assert();
}

#[test]
fn prices_are_called_in_one_history() {
    for strategy in [
        Strategy::Random { constrained: true },
        Strategy::Learning { rate: None },
    ] {
        let build = move || {
            let rules = double_auction::Rules {
                strategy,
                turns: 60,
                schedule: Schedule::smith(),
            };
            double_auction::society(Seed(3), rules)
        };
        Contract::of(build).ticks(4).assert();
    }
}

#[test]
fn the_auctioneer_calls_in_one_history() {
    let build = || {
        let rules = call_auction::Rules {
            schedule: Schedule::linear(),
            margins: [Ratio::percent(10); 2],
        };
        call_auction::society(Seed(3), rules)
    };
    Contract::of(build).ticks(4).assert();
}

#[test]
fn economies_have_one_history() {
    for bills in [false, true] {
        let build = move || {
            let mut economy = if bills {
                Economy::pc(12).unwrap()
            } else {
                Economy::sim(12)
            };
            (economy.makers, economy.spread) = (3, 200);
            sfc::society(Seed(3), economy)
        };
        Contract::of(build).ticks(5).assert();
    }
}
