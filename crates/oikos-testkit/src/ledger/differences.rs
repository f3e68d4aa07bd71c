//! In what two lists of operations differ first: field by field, each with the status that names it.

use oikos_core::StableId;
use oikos_ledger::{Operation, Status};

/// What an operation says, in the order of the statuses. Same sort, same fields.
fn fields(operation: &Operation) -> (u8, Vec<(Status, i128)>) {
    let of_transfer = |transfer: &oikos_ledger::Transfer| {
        vec![
            (Status::IdOtherKind, i128::from(transfer.kind.0)),
            (Status::IdOtherDebit, i128::from(transfer.debit.get())),
            (Status::IdOtherCredit, i128::from(transfer.credit.get())),
            (Status::IdOtherAmount, i128::from(transfer.amount)),
            (Status::IdOtherReference, i128::from(transfer.reference)),
        ]
    };
    match operation {
        Operation::Post(transfer) => (0, of_transfer(transfer)),
        Operation::Balance { transfer, side } => (1 + *side as u8, of_transfer(transfer)),
        Operation::Hold { transfer, expires } => {
            let mut all = of_transfer(transfer);
            let expires = expires.map_or(-1, |tick| i128::from(tick.index()));
            all.push((Status::IdOtherExpiry, expires));
            (3, all)
        }
        Operation::PostHold { hold, amount } => {
            let amount = amount.map_or(i128::MAX, i128::from);
            let hold = i128::from(hold.get());
            (
                4,
                vec![(Status::IdOtherAmount, amount), (Status::IdOtherHold, hold)],
            )
        }
        Operation::VoidHold { hold } => (5, vec![(Status::IdOtherHold, i128::from(hold.get()))]),
        Operation::Close {
            account,
            into,
            kind,
            reference,
        } => (
            6,
            vec![
                (Status::IdOtherKind, i128::from(kind.0)),
                (Status::IdOtherDebit, i128::from(account.get())),
                (Status::IdOtherCredit, i128::from(into.get())),
                (Status::IdOtherReference, i128::from(*reference)),
            ],
        ),
    }
}

/// The step and name of the first difference.
pub(crate) fn first(known: &[Operation], given: &[Operation]) -> Option<(Status, u32)> {
    if known.len() != given.len() {
        return Some((Status::IdOtherOperation, 0));
    }
    for (step, (known, given)) in (0..).zip(known.iter().zip(given)) {
        let ((sort, known), (other_sort, given)) = (fields(known), fields(given));
        if sort != other_sort {
            return Some((Status::IdOtherOperation, step));
        }
        let different = known
            .iter()
            .zip(&given)
            .find(|(known, given)| known != given);
        if let Some(((status, _), _)) = different {
            return Some((*status, step));
        }
    }
    None
}
