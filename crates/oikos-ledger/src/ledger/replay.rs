//! A ledger made again from its events.

use super::{Batch, Ledger};
use crate::{Event, LedgerError};

impl Ledger {
    /// Does again what an event tells of. From the ledger that the log began with, all events in their order
    /// give the ledger that they came from, byte for byte.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Replay`] if the event has another outcome than when it was logged; any other error if what
    /// it asks for is refused.
    pub fn replay(&mut self, event: &Event) -> Result<(), LedgerError> {
        let number = self.next;
        let strange = Err(LedgerError::Replay { number });
        match event {
            Event::Currency(info) => self.currency(info.clone()).map(|_| ())?,
            Event::Sector(name) => self.sector(name).map(|_| ())?,
            Event::OwnerKind(name) => self.owner_kind(name).map(|_| ())?,
            Event::Kind(name, rule) => self.declare_kind(name, *rule).map(|_| ())?,
            Event::Instrument(name, real) => self.declare_instrument(name, *real).map(|_| ())?,
            Event::Opened(spec, instrument) => self.open_as(spec, *instrument).map(|_| ())?,
            Event::Done(operations) => self.chain(operations).map(|_| ())?,
            Event::Submitted(id, operations) => {
                let known = self.ids.next_record();
                // Refused or not: what is logged is that the id is remembered.
                let _ = self.submit_chain(*id, operations);
                if self.ids.next_record() == known {
                    return strange;
                }
            }
            Event::Batch {
                kind,
                debit,
                credit,
                amount,
            } => {
                let batch = Batch {
                    kind: *kind,
                    debit,
                    credit,
                    amount,
                };
                if self.post_batch(&batch, 1)?.applied == 0 {
                    return strange;
                }
            }
            Event::Advanced(tick) => self.advance(*tick)?,
        }
        Ok(())
    }
}
