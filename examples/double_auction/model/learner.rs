//! Traders who learn what margin to ask for: "zero intelligence plus" (Cliff and Bruten 1997, Minimal-intelligence
//! agents for bargaining behaviours in market-based environments, HP Laboratories HPL-97-91).

use oikos::core::Draw;
use oikos::market::Side;
use oikos::serde::{Deserialize, Serialize};

/// What a trader has heard: somebody called a price, and somebody took it or nobody did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shout {
    /// The side of who called.
    pub(crate) side: Side,
    /// The price.
    pub(crate) price: f64,
    /// Whether somebody took it.
    pub(crate) accepted: bool,
}

/// What a trader knows.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Learner {
    /// What is asked for above the cost, or bid below the value, as a share of it: sellers' are 0 and above, buyers'
    /// from -1 to 0.
    margin: f64,
    /// How far it goes to what it aims at: the rate of Widrow and Hoff.
    rate: f64,
    /// How much of the last change is in the next: momentum.
    momentum: f64,
    /// The last change of the price, in minor units.
    change: f64,
}

/// Bounds of uniform draws: the first margin (without its sign), the rate, the momentum.
const MARGIN: [f64; 2] = [0.05, 0.35];
const RATE: [f64; 2] = [0.1, 0.5];
const MOMENTUM: [f64; 2] = [0.0, 0.1];
/// By how much a trader aims beyond what was heard: as a share of the price, and in money (0.05 of the currency of
/// the paper, whose minor unit is a cent here).
const BEYOND_SHARE: f64 = 0.05;
const BEYOND_MONEY: f64 = 5.0;

fn between([low, high]: [f64; 2], draw: &mut Draw) -> f64 {
    low + (high - low) * draw.unit()
}

impl Learner {
    /// A trader at the first bell; `rate` in the place of a drawn one where it is given.
    pub(crate) fn new(side: Side, rate: Option<f64>, draw: &mut Draw) -> Self {
        let margin = between(MARGIN, draw);
        let drawn = between(RATE, draw);
        Self {
            margin: if side == Side::Buy { -margin } else { margin },
            rate: rate.unwrap_or(drawn),
            momentum: between(MOMENTUM, draw),
            change: 0.0,
        }
    }

    /// The price that the trader would call for a unit with this limit.
    pub(crate) fn price(&self, limit: i64) -> f64 {
        limit as f64 * (1.0 + self.margin)
    }

    /// Hears of a price. Whoever could have had a better margin raises it; who is still to trade, and is passed over
    /// or outbid at this price, lowers it.
    pub(crate) fn hear(
        &mut self,
        (side, limit, is_active): (Side, i64, bool),
        shout: Shout,
        draw: &mut Draw,
    ) {
        let own = self.price(limit);
        let (is_within, is_beyond) = match side {
            Side::Sell => (own <= shout.price, own >= shout.price),
            Side::Buy => (own >= shout.price, own <= shout.price),
        };
        let raises = shout.accepted && is_within;
        // A price that was taken shows what the side that took it gave; one that was not is beaten by one's own side.
        let of_interest = if shout.accepted {
            shout.side != side
        } else {
            shout.side == side
        };
        let lowers = is_active && is_beyond && of_interest;
        let upward = match (raises, lowers) {
            (true, _) => side == Side::Sell,
            (false, true) => side == Side::Buy,
            (false, false) => return,
        };
        let sign = if upward { 1.0 } else { -1.0 };
        let share = 1.0 + sign * BEYOND_SHARE * draw.unit();
        let target = share * shout.price + sign * BEYOND_MONEY * draw.unit();
        let step = self.rate * (target - own);
        self.change = self.momentum * self.change + (1.0 - self.momentum) * step;
        let margin = (own + self.change) / limit as f64 - 1.0;
        self.margin = match side {
            Side::Sell => margin.max(0.0),
            Side::Buy => margin.clamp(-1.0, 0.0),
        };
    }
}
