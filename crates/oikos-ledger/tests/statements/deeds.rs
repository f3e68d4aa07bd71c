//! What happens in the small economy. Whatever is refused by a book changes nothing and is left at that.

use oikos_core::{Currency, Quantity, Ratio};
use oikos_ledger::{
    AccountId, Batch, GoodsFlow, GoodsHold, GoodsMove, GoodsOperation, LedgerError, Operation,
    Owner, TitleId, TitleKind, TitleOperation, Transfer, TransferKind,
};

use crate::world::{CURRENCIES, GOODS, SLOTS, Slot, World, goods_kind, kind, sector_of};

#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// One pays another for something, in cash or by a deposit.
    Pay(&'static str, Slot, [Owner; 2], i64),
    /// The payer books an expense and the payee an income, each in own books.
    PayBooked([Owner; 2], i64),
    /// Rows of one kind, by deposits.
    Batch(&'static str, Vec<([Owner; 2], i64)>),
    /// The first gets money for a claim that the second gets.
    Lend(&'static str, Slot, [Owner; 2], i64),
    /// Part of what is held is posted.
    HoldAndPost([Owner; 2], i64),
    /// Of a debt of the second to the first, so much is no more.
    WriteOff([Owner; 2], i64),
    /// Bonds that the first has and the second owes are worth more or less.
    Reprice([Owner; 2], i64),
    /// A machine comes into being, is bought by the first from the second, is worth more or less.
    Build(Owner, i64),
    Invest([Owner; 2], i64),
    RepriceMachine(Owner, i64),
    Produce(Owner, usize, i64),
    /// The first sells to the second, for deposits.
    Sell([Owner; 2], usize, i64, i64),
    /// Goods are held and taken.
    HoldAndTake([Owner; 2], usize, i64),
    Consume(Owner, usize, i64),
    Spoil(Owner, usize, i64),
    Register(Vec<Owner>),
    Value(TitleId, i64),
    /// A share of a thing goes from the first to the second.
    Give(TitleId, [Owner; 2], Option<Ratio>),
    Destroy(TitleId),
    /// Somebody dies or closes down; the other, of the same sector, gets all, and a third comes new.
    Exit([Owner; 2], Owner),
    Advance,
}

fn post(kind: TransferKind, [credit, debit]: [AccountId; 2], amount: i64) -> Operation {
    Operation::Post(Transfer {
        kind,
        debit,
        credit,
        amount,
        reference: 0,
    })
}

impl World {
    /// The kind of a payment, which issues where the government's cash is touched.
    fn kind_of(&self, name: &str, slot: Slot, [from, to]: [Owner; 2]) -> TransferKind {
        match slot {
            Slot::Cash if from.kind.0 == 3 => kind("spending"),
            Slot::Cash if to.kind.0 == 3 => kind("tax"),
            _ => kind(name),
        }
    }

    /// A transfer that is one owner's loss and another's gain, in one instrument.
    fn passes(
        &self,
        name: &str,
        currency: u16,
        slot: Slot,
        both: [Owner; 2],
        amount: i64,
    ) -> Operation {
        let kind = self.kind_of(name, slot, both);
        post(
            kind,
            both.map(|owner| self.account(owner, currency, slot)),
            amount,
        )
    }

    /// A transfer within the books of one owner: what grows is debited.
    fn within(&self, name: &str, of: Owner, [from, to]: [Slot; 2], amount: i64) -> Operation {
        let currency = (amount % i64::from(CURRENCIES)) as u16;
        post(
            kind(name),
            [from, to].map(|slot| self.account(of, currency, slot)),
            amount,
        )
    }

    fn chain(&mut self, operations: &[Operation]) {
        let _ = self.ledger.chain(operations);
    }

    /// Amounts that are odd are of the second currency.
    pub(crate) fn act(&mut self, deed: &Deed) {
        let in_currency = |amount: i64| (amount % i64::from(CURRENCIES)) as u16;
        match *deed {
            Deed::Pay(name, slot, both, amount) => {
                let operation = self.passes(name, in_currency(amount), slot, both, amount);
                let _ = self.ledger.apply(&operation);
            }
            Deed::PayBooked([from, to], amount) => {
                let pays = self.within("wage", from, [Slot::Deposit, Slot::Worth], amount);
                let gets = self.within("wage", to, [Slot::Worth, Slot::Deposit], amount);
                self.chain(&[pays, gets]);
            }
            Deed::Batch(name, ref rows) => self.batch(name, rows),
            Deed::Lend(name, slot, both, amount) => {
                let (currency, [debtor, creditor]) = (in_currency(amount), both);
                let claim = self.passes(name, currency, slot, both, amount);
                let money = [creditor, debtor];
                let money = self.passes(name, currency, Slot::Deposit, money, amount);
                self.chain(&[claim, money]);
            }
            Deed::HoldAndPost(both, amount) => self.hold_and_post(both, amount),
            Deed::WriteOff([creditor, debtor], amount) => {
                let (currency, both) = (in_currency(amount), [creditor, debtor]);
                let operation = self.passes("write-off", currency, Slot::Loan, both, amount);
                let _ = self.ledger.apply(&operation);
            }
            Deed::Reprice(both, amount) => {
                let [holder, issuer] = both;
                let gain = [Slot::Worth, Slot::Bond];
                let loss = [Slot::Bond, Slot::Worth];
                let (first, second) = if amount > 0 {
                    (gain, loss)
                } else {
                    (loss, gain)
                };
                let size = amount.abs();
                let gains = self.within("bond price", holder, first, size);
                let loses = self.within("bond price", issuer, second, size);
                self.chain(&[gains, loses]);
            }
            Deed::Build(who, amount) => {
                let operation = self.within("building", who, [Slot::Worth, Slot::Machine], amount);
                let _ = self.ledger.apply(&operation);
            }
            Deed::Invest([buyer, seller], amount) => {
                let buys = self.within("investment", buyer, [Slot::Deposit, Slot::Machine], amount);
                let sells =
                    self.within("investment", seller, [Slot::Machine, Slot::Deposit], amount);
                self.chain(&[buys, sells]);
            }
            Deed::RepriceMachine(who, amount) => {
                let slots = [Slot::Worth, Slot::Machine];
                let slots = if amount > 0 {
                    slots
                } else {
                    [slots[1], slots[0]]
                };
                let operation = self.within("machine price", who, slots, amount.abs());
                let _ = self.ledger.apply(&operation);
            }
            Deed::Exit([who, heir], new) => self.exit(who, heir, new),
            Deed::Advance => self.advance(),
            _ => self.act_on_real(deed),
        }
    }

    fn batch(&mut self, name: &str, rows: &[([Owner; 2], i64)]) {
        let account = |owner| self.account(owner, 0, Slot::Deposit);
        let debit: Vec<AccountId> = rows.iter().map(|&([_, to], _)| account(to)).collect();
        let credit: Vec<AccountId> = rows.iter().map(|&([from, _], _)| account(from)).collect();
        let amount: Vec<i64> = rows.iter().map(|&(_, amount)| amount).collect();
        let batch = Batch {
            kind: kind(name),
            debit: &debit,
            credit: &credit,
            amount: &amount,
        };
        self.ledger.post_batch(&batch, 2).unwrap();
    }

    fn hold_and_post(&mut self, [from, to]: [Owner; 2], amount: i64) {
        let accounts = [from, to].map(|owner| self.account(owner, 0, Slot::Deposit));
        let Operation::Post(transfer) = post(kind("purchase"), accounts, amount) else {
            return;
        };
        let made = self.ledger.apply(&Operation::Hold {
            transfer,
            expires: None,
        });
        if let Some(hold) = made.ok().and_then(|made| made.hold) {
            let part = Operation::PostHold {
                hold,
                amount: Some((amount / 2).max(1)),
            };
            self.ledger.apply(&part).unwrap();
        }
    }

    fn moved(&self, of: Owner, good: usize, quantity: i64, flow: GoodsFlow) -> GoodsMove {
        GoodsMove {
            kind: goods_kind(flow),
            good: Self::good(good),
            owner: of,
            quantity: Quantity(quantity),
            reference: 0,
        }
    }

    fn act_on_real(&mut self, deed: &Deed) {
        let goods = match *deed {
            Deed::Produce(of, good, quantity) => {
                GoodsOperation::Produce(self.moved(of, good, quantity, GoodsFlow::Produce))
            }
            Deed::Consume(of, good, quantity) => {
                GoodsOperation::Consume(self.moved(of, good, quantity, GoodsFlow::Consume))
            }
            Deed::Spoil(of, good, quantity) => {
                GoodsOperation::Spoil(self.moved(of, good, quantity, GoodsFlow::Spoil))
            }
            Deed::Sell([from, to], good, quantity, price) => {
                return self.sell([from, to], good, quantity, price);
            }
            Deed::HoldAndTake([from, to], good, quantity) => {
                return self.hold_and_take([from, to], good, quantity);
            }
            _ => return self.act_on_titles(deed),
        };
        let _ = self.goods.apply(&goods);
    }

    fn sell(&mut self, [from, to]: [Owner; 2], good: usize, quantity: i64, price: i64) {
        let what = self.moved(from, good, quantity, GoodsFlow::Transfer);
        let pay = self.passes("purchase", 0, Slot::Deposit, [to, from], price);
        let (goods, ledger) = (&mut self.goods, &mut self.ledger);
        let sale = GoodsOperation::Transfer { what, to };
        let paid: Result<_, LedgerError> = goods.chain_then(&[sale], |_| Ok(ledger.chain(&[pay])?));
        drop(paid);
    }

    fn hold_and_take(&mut self, [from, to]: [Owner; 2], good: usize, quantity: i64) {
        let hold = self.goods.next_hold().unwrap();
        let kind = goods_kind(GoodsFlow::Transfer);
        let steps = [
            GoodsOperation::Hold(GoodsHold {
                good: Self::good(good),
                owner: from,
                quantity: Quantity(quantity),
                reference: 0,
                expires: None,
            }),
            GoodsOperation::Take {
                hold,
                kind,
                to,
                quantity: None,
            },
        ];
        let _ = self.goods.chain(&steps);
    }

    fn act_on_titles(&mut self, deed: &Deed) {
        let operation = match deed {
            Deed::Register(owners) => {
                let share = Ratio::new(1, owners.len() as i64).unwrap();
                TitleOperation::Register {
                    kind: TitleKind(owners.len() as u16 % 2),
                    currency: Currency(owners.iter().min().unwrap().kind.0 % 2),
                    shares: owners.iter().map(|&owner| (owner, share)).collect(),
                }
            }
            Deed::Value(title, amount) => TitleOperation::Value {
                title: *title,
                amount: *amount,
            },
            Deed::Give(title, [from, to], share) => TitleOperation::Transfer {
                title: *title,
                from: *from,
                to: *to,
                share: *share,
                with_liens: true,
            },
            Deed::Destroy(title) => TitleOperation::Destroy { title: *title },
            other => unreachable!("{other:?} is not about a title"),
        };
        let _ = self.titles.apply(&operation);
    }

    /// All goes to the heir in one sweep, and the accounts are closed.
    fn exit(&mut self, who: Owner, heir: Owner, new: Owner) {
        assert_eq!(sector_of(who), sector_of(heir));
        for currency in 0..CURRENCIES {
            for slot in SLOTS {
                let close = Operation::Close {
                    account: self.account(who, currency, slot),
                    into: self.account(heir, currency, slot),
                    kind: kind("bequest"),
                    reference: who.id,
                };
                self.ledger.apply(&close).unwrap();
            }
        }
        for good in 0..GOODS {
            let quantity = self.goods.stock(who, Self::good(good)).on_hand.0;
            let what = self.moved(who, good, quantity, GoodsFlow::Transfer);
            if quantity > 0 {
                let gift = GoodsOperation::Transfer { what, to: heir };
                self.goods.apply(&gift).unwrap();
            }
        }
        let titles: Vec<TitleId> = self.titles.titles_of(who).collect();
        for title in titles {
            let gift = Deed::Give(title, [who, heir], None);
            self.act_on_titles(&gift);
        }
        let there = &mut self.there[usize::from(who.kind.0)];
        there.retain(|owner| *owner != who);
        self.dead.push(who);
        self.enter(new);
    }
}
