//! A market of one's own, in which the best two trade halfway, held to the promises of markets; and a careless one.

use oikos::market::{MarketError, Mechanism, Price, PriceRange, Report, Round, Waiting, gathers};
use oikos::testkit::{Runs, market};

/// What waits, and whether limits are looked at before two trade.
struct Halfway(Waiting, bool);

impl Mechanism for Halfway {
    gathers!(0); // prices, submit, cancel, ...

    fn clear(&mut self, round: Round, out: &mut Vec<Report>) -> Result<(), MarketError> {
        self.0.advance(round.tick, out)?;
        while let Some((buy, sell)) = self.0.best() {
            let [bid, ask] = [buy, sell].map(|place| self.0.orders()[place]);
            let [high, low] = [bid, ask].map(|order| order.limit.unwrap_or_default().0);
            if self.1 && high < low {
                break;
            }
            let (price, quantity) = (low + (high - low) / 2, bid.quantity.min(ask.quantity));
            self.0.trade((buy, sell), Price(price), quantity, out)?;
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (prices, style) = (PriceRange::new(1, 100)?, market::Style::Any);
    let runs = |careful| {
        Runs::new(1_000).check_script(&market::script(prices, 80), |script| {
            market::check(&mut Halfway(Waiting::new(prices), careful), style, script)
        })
    };
    println!("with care: nothing is broken in {}", runs(true)?);
    println!("without: {}", runs(false).err().ok_or("not caught")?);
    Ok(())
}
