//! What happens in a year. Money goes round until nobody has anything left to pay: who is paid pays others, within the
//! year, and what is paid out in the end is what the equations of the models say all at once.

use oikos::bevy::ecs::system::SystemParam;
use oikos::core::{Draw, Ratio, Rounding, apportion};
use oikos::ledger::{AccountId, Ledger, Transfer, TransferKind};
use oikos::prelude::*;

use super::books::Accounts;
use super::{Bills, Doings, Economy, Home, Homes, Shops, TaxBase, rounded_down};

/// What rounding leaves over of taxes, consumption and interest: places in [`Home::rests`].
const TAXES: usize = 0;
const CONSUMPTION: usize = 1;
const INTEREST: usize = 2;

/// All that a year touches.
#[derive(SystemParam)]
pub(super) struct Round<'w> {
    clock: Res<'w, Clock>,
    economy: Res<'w, Economy>,
    accounts: ResMut<'w, Accounts>,
    homes: ResMut<'w, Homes>,
    ledger: ResMut<'w, Book<Ledger>>,
}

/// A year: interest, government spending, consumption and wages in as many rounds as it takes, bills.
pub(super) fn live(draws: Draws<Shops>, mut round: Round) -> Result<(), BevyError> {
    let year = round.clock.tick().index();
    let wealth_share = round.economy.of_wealth;
    for at in 0..round.homes.0.len() {
        let home = &mut round.homes.0[at];
        home.year = Doings::default();
        let wealth = wealth(&round.ledger, home)?;
        plan(home, wealth_share, wealth)?;
    }
    let bills = round.economy.bills;
    if let Some(bills) = bills
        && let Some(last) = year.checked_sub(1)
    {
        round.pay_interest(bills.rate_in(last))?;
    }
    let makers = round.accounts.makers.clone();
    let parts = apportion(round.economy.spending, &vec![1; makers.len()])?;
    let (kind, state) = (round.accounts.kinds.spending, round.accounts.state);
    for (maker, part) in makers.iter().zip(parts) {
        pay(&mut round.ledger, kind, state, *maker, part)?;
    }
    let mut draw = draws.of(());
    loop {
        let spent = round.shop(&mut draw)?;
        let paid = round.pay_wages()?;
        if !spent && !paid {
            break;
        }
    }
    match bills {
        Some(bills) => round.trade_bills(&bills, bills.rate_in(year)),
        None => Ok(()),
    }
}

fn has(ledger: &Ledger, account: AccountId) -> Result<i64, BevyError> {
    Ok(ledger.balance(account)?.net_debit())
}

fn wealth(ledger: &Ledger, home: &Home) -> Result<i64, BevyError> {
    let bills = match home.bills {
        Some(bills) => has(ledger, bills)?,
        None => 0,
    };
    Ok(has(ledger, home.purse)? + bills)
}

/// Pays, unless there is nothing to pay.
fn pay(
    ledger: &mut Ledger,
    kind: TransferKind,
    from: AccountId,
    to: AccountId,
    amount: i64,
) -> Result<(), BevyError> {
    if amount > 0 {
        ledger.post(&Transfer {
            kind,
            debit: to,
            credit: from,
            amount,
            reference: 0,
        })?;
    }
    Ok(())
}

/// A share of an amount in whole minor units, such that all shares ever taken are the exact ones, rounded once.
fn share(home: &mut Home, rest: usize, per_period: Ratio, of: i64) -> Result<i64, BevyError> {
    Ok(rounded_down(per_period).accrue(of, &mut home.rests[rest])?)
}

/// A share of an amount is to be spent this year.
fn plan(home: &mut Home, of: Ratio, amount: i64) -> Result<(), BevyError> {
    home.wish += share(home, CONSUMPTION, of, amount)?;
    Ok(())
}

impl Round<'_> {
    /// Somebody has been paid: taxes are due, and part of the rest is to be spent.
    fn earn(&mut self, at: usize, amount: i64) -> Result<(), BevyError> {
        let home = &mut self.homes.0[at];
        plan(home, home.of_income, amount)?;
        if self.economy.base == TaxBase::Income {
            self.tax(at, amount)?;
        }
        Ok(())
    }

    /// Takes the tax on an amount. It is no disposable income.
    fn tax(&mut self, at: usize, amount: i64) -> Result<(), BevyError> {
        let home = &mut self.homes.0[at];
        let due = share(home, TAXES, self.economy.tax, amount)?;
        plan(home, home.of_income, -due)?;
        home.year.taxes += due;
        let (kind, state) = (self.accounts.kinds.taxes, self.accounts.state);
        pay(&mut self.ledger, kind, home.purse, state, due)
    }

    /// The government pays interest on the bills of last year; the central bank gives back what it gets.
    fn pay_interest(&mut self, rate: Ratio) -> Result<(), BevyError> {
        let (kinds, state) = (self.accounts.kinds, self.accounts.state);
        for at in 0..self.homes.0.len() {
            let home = &mut self.homes.0[at];
            let Some(bills) = home.bills else { continue };
            let due = share(home, INTEREST, rate, has(&self.ledger, bills)?)?;
            home.year.interest += due;
            pay(&mut self.ledger, kinds.interest, state, home.purse, due)?;
            self.earn(at, due)?;
        }
        let Some([_, banks]) = self.accounts.bills else {
            return Ok(());
        };
        let due = rounded_down(rate).accrue(has(&self.ledger, banks)?, &mut self.accounts.rest)?;
        let issuer = self.accounts.issuer;
        pay(&mut self.ledger, kinds.to_bank, state, issuer, due)?;
        pay(&mut self.ledger, kinds.profits, issuer, state, due)
    }

    /// Everybody spends what they would like to, as far as they have it. Says whether anybody did.
    fn shop(&mut self, draw: &mut Draw) -> Result<bool, BevyError> {
        let mut any = false;
        let makers = self.accounts.makers.len() as u64;
        for at in 0..self.homes.0.len() {
            let maker = self.accounts.makers[draw.below(makers)? as usize];
            let home = &mut self.homes.0[at];
            let mut most = has(&self.ledger, home.purse)?;
            if self.economy.base == TaxBase::Spending {
                // What is left pays the tax.
                most -= self.economy.tax.apply(most, Rounding::Ceiling)?;
            }
            let amount = home.wish.clamp(0, most.max(0));
            if amount == 0 {
                continue;
            }
            home.wish -= amount;
            home.year.consumption += amount;
            let kind = self.accounts.kinds.consumption;
            pay(&mut self.ledger, kind, home.purse, maker, amount)?;
            if self.economy.base == TaxBase::Spending {
                self.tax(at, amount)?;
            }
            any = true;
        }
        Ok(any)
    }

    /// Firms pay out all that they have, to each of those who work for them alike. Says whether anybody was paid.
    fn pay_wages(&mut self) -> Result<bool, BevyError> {
        let (mut any, makers) = (false, self.accounts.makers.clone());
        let kind = self.accounts.kinds.wages;
        for (first, maker) in makers.iter().enumerate() {
            let staff: Vec<usize> = (first..self.homes.0.len()).step_by(makers.len()).collect();
            let takings = has(&self.ledger, *maker)?;
            if takings == 0 || staff.is_empty() {
                continue;
            }
            let wages = apportion(takings, &vec![1; staff.len()])?;
            for (at, wage) in staff.into_iter().zip(wages) {
                let home = &mut self.homes.0[at];
                home.year.wages += wage;
                pay(&mut self.ledger, kind, *maker, home.purse, wage)?;
                self.earn(at, wage)?;
            }
            any = true;
        }
        Ok(any)
    }

    /// The central bank takes the bills that the government has to sell, or gives back those that it can redeem, and
    /// people hold as many as they want at this rate; the rest stays with the central bank.
    fn trade_bills(&mut self, bills: &Bills, rate: Ratio) -> Result<(), BevyError> {
        let Some([owed, banks]) = self.accounts.bills else {
            return Ok(());
        };
        let short = -has(&self.ledger, self.accounts.state)?;
        self.buy(
            [banks, owed],
            [self.accounts.issuer, self.accounts.state],
            short,
        )?;
        let [constant, of_rate, of_income] = bills.shares;
        let of_wealth = (constant + (of_rate * rate)?)?;
        for at in 0..self.homes.0.len() {
            let home = self.homes.0[at];
            let Some(own) = home.bills else { continue };
            let wealth = wealth(&self.ledger, &home)?;
            let Doings {
                wages,
                interest,
                taxes,
                ..
            } = home.year;
            let disposable = Ratio::new(wages + interest - taxes, 1)?;
            let of_wealth = (of_wealth * Ratio::new(wealth, 1)?)?;
            let wanted = ((of_wealth - (of_income * disposable)?)? + home.part)?;
            let wanted = wanted.apply(1, Rounding::Floor)?;
            let more = wanted.clamp(0, wealth.max(0)) - has(&self.ledger, own)?;
            self.buy([own, banks], [home.purse, self.accounts.issuer], more)?;
        }
        Ok(())
    }

    /// Bills for money: accounts of bills and of money of the buyer and the seller. Below 0 they are sold back.
    fn buy(
        &mut self,
        [bought, sold]: [AccountId; 2],
        [buyer, seller]: [AccountId; 2],
        amount: i64,
    ) -> Result<(), BevyError> {
        let (paper, price) = (self.accounts.kinds.paper, self.accounts.kinds.price);
        let ledger = &mut self.ledger;
        if amount < 0 {
            pay(ledger, paper, bought, sold, -amount)?;
            return pay(ledger, price, seller, buyer, -amount);
        }
        pay(ledger, paper, sold, bought, amount)?;
        pay(ledger, price, buyer, seller, amount)
    }
}
