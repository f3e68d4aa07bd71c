//! Who trades at a venue, with which purse, and what is paid: what all venues have in common.

use std::collections::BTreeSet;

use oikos_core::IdMap;
use oikos_ledger::{AccountId, AccountKind, Ledger, Limit, Operation, Transfer, TransferKind};
use serde::{Deserialize, Serialize};

use super::{EscrowError, Fees, Payment};
use crate::{Price, Side, TraderId};

/// What a venue is told once about money.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VenueRules {
    /// What it charges.
    pub fees: Fees,
    /// The asset account that gets the fees, and in whose currency all is paid.
    pub account: AccountId,
    /// The kind of transfer by which sellers are paid. It must not be one that issues.
    pub trade: TransferKind,
    /// The kind of transfer by which fees are paid. It must not be one that issues.
    pub fee: TransferKind,
}

/// Who trades at a venue.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Member {
    purse: AccountId,
    is_gone: bool,
}

/// The rules of a venue, and its traders with their purses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub(super) struct Till {
    rules: VenueRules,
    members: IdMap<TraderId, Member>,
}

/// A till as it is stored, before it is checked.
#[derive(Deserialize)]
struct Saved {
    rules: VenueRules,
    members: IdMap<TraderId, Member>,
}

impl TryFrom<Saved> for Till {
    type Error = EscrowError;

    fn try_from(saved: Saved) -> Result<Self, EscrowError> {
        saved.rules.fees.check()?;
        Ok(Self {
            rules: saved.rules,
            members: saved.members,
        })
    }
}

/// Refuses accounts that can be neither a purse nor a venue's.
fn check_account(ledger: &Ledger, account: AccountId) -> Result<(), EscrowError> {
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

impl Till {
    /// A till for rules that a venue may have.
    pub(super) fn new(rules: VenueRules, ledger: &Ledger) -> Result<Self, EscrowError> {
        check_account(ledger, rules.account)?;
        for kind in [rules.trade, rules.fee] {
            if ledger.kind_name(kind).is_none() {
                return Err(EscrowError::UnknownKind { number: kind.0 });
            }
        }
        rules.fees.check()?;
        Ok(Self {
            rules,
            members: IdMap::new(),
        })
    }

    pub(super) const fn rules(&self) -> &VenueRules {
        &self.rules
    }

    /// Lets a trader trade with a purse.
    pub(super) fn admit(
        &mut self,
        trader: TraderId,
        purse: AccountId,
        ledger: &Ledger,
    ) -> Result<(), EscrowError> {
        match self.members.get(trader) {
            Some(member) if member.is_gone => return Err(EscrowError::TraderGone { trader }),
            Some(&Member { purse: account, .. }) if account != purse => {
                return Err(EscrowError::AdmittedAlready { trader, account });
            }
            Some(_) => return Ok(()),
            None => {}
        }
        check_account(ledger, purse)?;
        let account = purse;
        let of_venue = ledger.spec(self.rules.account)?;
        if ledger.spec(purse)?.currency != of_venue.currency {
            let problem = "it has another currency: open one in the venue's";
            return Err(EscrowError::Account { account, problem });
        }
        if purse == self.rules.account {
            let problem = "it is the venue's own: fees go there";
            return Err(EscrowError::Account { account, problem });
        }
        let is_gone = false;
        self.members.insert(trader, Member { purse, is_gone });
        Ok(())
    }

    /// The purse of a trader who may trade.
    pub(super) fn purse(&self, trader: TraderId) -> Result<AccountId, EscrowError> {
        match self.members.get(trader) {
            Some(member) if !member.is_gone => Ok(member.purse),
            Some(_) => Err(EscrowError::TraderGone { trader }),
            None => Err(EscrowError::UnknownTrader { trader }),
        }
    }

    /// Who of those still here is gone. Each is asked about once.
    pub(super) fn gone(&self, is_gone: &mut dyn FnMut(TraderId) -> bool) -> BTreeSet<TraderId> {
        let still_here = self.members.iter().filter(|(_, member)| !member.is_gone);
        still_here
            .map(|(trader, _)| trader)
            .filter(|&trader| is_gone(trader))
            .collect()
    }

    /// Takes nothing from them any more.
    pub(super) fn dismiss(&mut self, gone: &BTreeSet<TraderId>) {
        for &trader in gone {
            if let Some(member) = self.members.get_mut(trader) {
                member.is_gone = true;
            }
        }
    }

    /// Refuses a buyer whose purse, with what is `freed` in it by the same message, does not have what is needed.
    /// A purse without a limit has whatever is needed.
    pub(super) fn check_cover(
        ledger: &Ledger,
        (trader, purse): (TraderId, AccountId),
        needed: i64,
        freed: i64,
    ) -> Result<(), EscrowError> {
        let Limit::Credits(allowance) = ledger.spec(purse)?.limit else {
            return Ok(());
        };
        let balance = ledger.balance(purse)?;
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

    /// The most that what is left of an order may cost; nothing for one to sell.
    pub(super) fn cost(&self, side: Side, limit: Price, quantity: i64) -> Result<i64, EscrowError> {
        match side {
            Side::Buy => self.rules.fees.cost(limit, quantity),
            Side::Sell => Ok(0),
        }
    }

    /// Plans to hold an amount above 0 for an order or a bid.
    pub(super) const fn hold(&self, purse: AccountId, amount: i64, reference: u64) -> Operation {
        Operation::Hold {
            transfer: Transfer {
                kind: self.rules.trade,
                debit: self.rules.account,
                credit: purse,
                amount,
                reference,
            },
            expires: None,
        }
    }

    /// Plans that a buyer pays a seller and both their fees. Within one purse money need not move.
    pub(super) fn pay(
        &self,
        operations: &mut Vec<Operation>,
        (buyer, seller): (AccountId, AccountId),
        payment: Payment,
        reference: u64,
    ) {
        let parts = [
            (self.rules.trade, seller, payment.net),
            (self.rules.fee, self.rules.account, payment.fee),
        ];
        for (kind, debit, amount) in parts {
            if amount > 0 && debit != buyer {
                operations.push(Operation::Post(Transfer {
                    kind,
                    debit,
                    credit: buyer,
                    amount,
                    reference,
                }));
            }
        }
    }
}
