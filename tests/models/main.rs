//! The models that are examples: their rules one by one, and the programs themselves at small sizes.

#![expect(clippy::unwrap_used, reason = "a test")]

#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../../examples/call_auction/model/mod.rs"]
mod call_auction;
#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../../examples/double_auction/model/mod.rs"]
mod double_auction;
#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../../examples/money_exchange/model.rs"]
mod money_exchange;
#[allow(dead_code, reason = "`validate` uses all of it")]
#[path = "../../examples/validate/row.rs"]
mod row;
#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../../examples/sfc/model/mod.rs"]
mod sfc;
#[allow(dead_code, reason = "`validate` uses all of it")]
#[path = "../../examples/validate/statistics.rs"]
mod statistics;

mod auctions;
mod flows;
mod histories;
mod money;
mod programs;
mod table;

use double_auction::schedule;
