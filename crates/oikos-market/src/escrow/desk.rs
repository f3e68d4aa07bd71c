//! Where a venue's money and goods are: what is covered, and how a plan is carried out.

use oikos_ledger::{AccountId, AccountKind, Ledger, Limit};

use super::plan::Plan;
use super::{EscrowError, GoodsBook};
use crate::TraderId;

/// The books in which a venue settles.
#[derive(Debug)]
pub struct Desk<'a, G> {
    /// Where money moves.
    pub ledger: &'a mut Ledger,
    /// Where goods move.
    pub goods: &'a mut G,
}

/// Refuses accounts that can be neither a purse nor a venue's.
pub(super) fn check_account(ledger: &Ledger, account: AccountId) -> Result<(), EscrowError> {
    let spec = ledger.spec(account)?;
    let problem = if spec.kind != AccountKind::Asset {
        "it is no asset: use a purse"
    } else if spec.is_issuer {
        "it issues money: use a purse"
    } else if ledger.is_closed(account)? {
        "it is closed: open another"
    } else {
        return Ok(());
    };
    Err(EscrowError::Account { account, problem })
}

impl<G: GoodsBook> Desk<'_, G> {
    /// Refuses a buyer whose purse, with what is `freed` in it by the same message, does not have what is needed.
    /// A purse without a limit has whatever is needed.
    pub(super) fn check_cover(
        &self,
        trader: TraderId,
        purse: AccountId,
        needed: i64,
        freed: i64,
    ) -> Result<(), EscrowError> {
        let Limit::Credits(allowance) = self.ledger.spec(purse)?.limit else {
            return Ok(());
        };
        let balance = self.ledger.balance(purse)?;
        // Below 2^62, 2^61 and 2^61; what is freed was pending.
        let available = balance.net_debit() - balance.credits_pending + freed + allowance;
        if needed <= available {
            return Ok(());
        }
        Err(EscrowError::NotCovered {
            trader,
            needed,
            available,
        })
    }

    /// Moves goods and money as planned, all or nothing. The holds that the plan makes are put where the plan says
    /// which orders they are for.
    pub(super) fn settle(&mut self, plan: &mut Plan) -> Result<(), EscrowError> {
        let Plan {
            operations,
            steps,
            holds,
            ..
        } = plan;
        let ledger = &mut *self.ledger;
        let mut pay = || -> Result<(), EscrowError> {
            match operations[..] {
                [] => {}
                [operation] => {
                    let applied = ledger.apply(&operation)?;
                    holds.iter_mut().for_each(|change| change.found(&[applied]));
                }
                _ => {
                    let applied = ledger.chain(operations)?;
                    holds.iter_mut().for_each(|change| change.found(&applied));
                }
            }
            Ok(())
        };
        if steps.is_empty() {
            return pay();
        }
        self.goods.settle(steps, &mut pay)
    }
}
