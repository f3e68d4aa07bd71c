//! What scripts do in a small economy.

use proptest::prelude::*;

/// People, who are the first holders of purses.
pub const PEOPLE: usize = 4;
/// Firms, who come after them.
pub const FIRMS: usize = 3;

/// Something that is done, if whoever pays has the money and whoever gives has the good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A firm offers bread at the market.
    Offer {
        /// The firm.
        firm: usize,
        /// Its price.
        price: i64,
        /// How much.
        quantity: i64,
    },
    /// Somebody bids for bread at the market.
    Bid {
        /// Who.
        person: usize,
        /// The limit.
        price: i64,
        /// How much.
        quantity: i64,
    },
    /// The order after which so many others were given is cancelled.
    Cancel(usize),
    /// The next tick comes, and the market clears.
    Clear,
    /// A firm bakes.
    Bake {
        /// The firm.
        firm: usize,
        /// How much.
        quantity: i64,
    },
    /// Somebody eats.
    Eat {
        /// Who.
        person: usize,
        /// How much.
        quantity: i64,
    },
    /// Bread of a firm spoils.
    Spoil {
        /// The firm.
        firm: usize,
        /// How much.
        quantity: i64,
    },
    /// Money goes from one holder to another.
    Pay {
        /// What for.
        what: Payment,
        /// Among those who pay for that.
        from: usize,
        /// Among those who are paid for that.
        to: usize,
        /// Minor units.
        amount: i64,
    },
    /// Somebody is gone, and another person gets what there is.
    Leave {
        /// Who.
        person: usize,
        /// Who inherits.
        heir: usize,
    },
    /// The period ends, and the next begins with bread at another price.
    Close {
        /// The price at which bread is valued from now on.
        price: i64,
    },
}

/// What money is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payment {
    /// A firm pays a person for work.
    Wage,
    /// A firm pays a person a share in its gains.
    Dividend,
    /// A firm pays the state.
    CompanyTax,
    /// The state pays a firm.
    Subsidy,
    /// A firm buys from a firm what it uses up.
    Materials,
    /// A firm buys from a firm what lasts.
    Machine,
    /// The state buys from a firm.
    Purchase,
    /// A person pays the state.
    IncomeTax,
    /// The state pays a person.
    Pension,
    /// A person gives to a person.
    Gift,
}

impl Payment {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Wage,
        Self::Dividend,
        Self::CompanyTax,
        Self::Subsidy,
        Self::Materials,
        Self::Machine,
        Self::Purchase,
        Self::IncomeTax,
        Self::Pension,
        Self::Gift,
    ];
}

/// Random scripts of at most so many deeds.
pub fn script(most: usize) -> impl Strategy<Value = Vec<Deed>> {
    proptest::collection::vec(deed(), 0..=most)
}

fn deed() -> impl Strategy<Value = Deed> {
    let (person, firm, quantity) = (0..PEOPLE, 0..FIRMS, 1..12_i64);
    let price = || prop_oneof![20 => 8..14_i64, 3 => 1..40_i64];
    let pay = (0..Payment::ALL.len(), 0..PEOPLE, 0..PEOPLE, 1..60_i64);
    prop_oneof![
        12 => (firm.clone(), price(), quantity.clone())
            .prop_map(|(firm, price, quantity)| Deed::Offer { firm, price, quantity }),
        12 => (person.clone(), price(), quantity.clone())
            .prop_map(|(person, price, quantity)| Deed::Bid { person, price, quantity }),
        3 => (0..4_usize).prop_map(Deed::Cancel),
        6 => Just(Deed::Clear),
        6 => (firm.clone(), quantity.clone())
            .prop_map(|(firm, quantity)| Deed::Bake { firm, quantity }),
        4 => (person.clone(), quantity.clone())
            .prop_map(|(person, quantity)| Deed::Eat { person, quantity }),
        1 => (firm, quantity).prop_map(|(firm, quantity)| Deed::Spoil { firm, quantity }),
        14 => pay.prop_map(|(what, from, to, amount)| {
            let what = Payment::ALL[what];
            Deed::Pay { what, from, to, amount }
        }),
        1 => (person.clone(), person).prop_map(|(person, heir)| Deed::Leave { person, heir }),
        3 => (1..30_i64).prop_map(|price| Deed::Close { price }),
    ]
}
