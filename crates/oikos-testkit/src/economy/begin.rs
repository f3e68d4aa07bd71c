//! What an economy begins with.

use oikos_core::Quantity;
use oikos_ledger::{
    GoodsFlow, GoodsKind, GoodsMove, GoodsOperation, Inventory, Sector, TransferKind, Use, Uses,
};

use super::deed::{PEOPLE, Payment};
use super::world::{BEGIN, BREAD, STATE, owner};

/// What each payment counts as in the product of a period.
pub(super) fn uses(sale: TransferKind, payments: TransferKind) -> Uses {
    let of = |what: Payment| TransferKind(payments.0 + what as u16);
    let uses = Uses::new().producer(Sector(1)).count(sale, Use::Final);
    let finals = [Payment::Machine, Payment::Purchase];
    let incomes = [Payment::Wage, Payment::Dividend, Payment::CompanyTax];
    let uses = uses.count(of(Payment::Materials), Use::Intermediate);
    let uses = uses.count(of(Payment::Subsidy), Use::Subsidy);
    let uses = finals
        .into_iter()
        .fold(uses, |uses, what| uses.count(of(what), Use::Final));
    incomes
        .into_iter()
        .fold(uses, |uses, what| uses.count(of(what), Use::Income))
}

/// An inventory of bread, of which every firm has some, and the kind of sales.
pub(super) fn bakery() -> (Inventory, GoodsKind) {
    let mut inventory = Inventory::new();
    inventory.good("bread").unwrap();
    for flow in GoodsFlow::ALL {
        inventory.kind(&format!("{flow:?}"), flow).unwrap();
    }
    for holder in PEOPLE..STATE {
        let what = GoodsMove {
            kind: GoodsKind(GoodsFlow::Produce as u16),
            good: BREAD,
            owner: owner(holder),
            quantity: Quantity(BEGIN / 10),
            reference: 0,
        };
        inventory.apply(&GoodsOperation::Produce(what)).unwrap();
    }
    (inventory, GoodsKind(GoodsFlow::Transfer as u16))
}
