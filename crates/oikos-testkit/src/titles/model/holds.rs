//! What is set aside in the slow model: who gives or holds a share still has the sum of all that is held of his.

use oikos_core::{StableId, Tick};
use oikos_ledger::{HoldId, Owner, TitleChange, TitleHold, TitleId, TitleOperation, TitleStatus};

use super::fractions::{denominator, fraction, ratio};
use super::rules::first;
use super::{Done, Model, Thing};
use crate::titles::Fault;
use crate::titles::register::title_id;

impl Model {
    /// Whether somebody would have less than is held of his.
    pub(crate) fn wrong_holds(&mut self, id: TitleId, owner: Owner) -> Result<(), TitleStatus> {
        let sold = self.is(Fault::HeldSold);
        let thing = self.thing(id)?;
        let held = thing.holds.iter().filter(|hold| hold.owner == owner);
        let held: Vec<_> = held.map(|hold| fraction(hold.share)).collect();
        let common = denominator(held.iter().copied()).ok_or(TitleStatus::SharesTooFine)?;
        let held: i128 = held
            .iter()
            .map(|(above, below)| above * (common / below))
            .sum();
        let has = thing.shares.get(&owner).copied().unwrap_or((0, 1));
        // A share is at most the whole, so that no product leaves 128 bits.
        let above = held > 0 && (held > common || held * has.1 > has.0 * common);
        first(&[(above && !sold, TitleStatus::ShareHeld)])
    }

    /// Ends a hold; where it was, and what it was.
    fn end_hold(&mut self, hold: HoldId) -> Result<(TitleId, TitleHold), TitleStatus> {
        first(&[(hold.get() >= self.holds_made, TitleStatus::HoldUnknown)])?;
        let at = |thing: &Thing| thing.holds.iter().position(|other| other.id == hold);
        let mut places = (0..).zip(&self.things);
        let found = places.find_map(|(title, thing)| Some((title, at(thing)?)));
        let (title, place) = found.ok_or(TitleStatus::HoldEnded)?;
        let held = self.things[title].holds.remove(place);
        let id = title_id(title as u64);
        self.tell(id, TitleChange::Freed { hold });
        Ok((id, held))
    }

    fn take(&mut self, hold: HoldId, to: Owner, with_liens: bool) -> Result<TitleId, TitleStatus> {
        let (id, held) = self.end_hold(hold)?;
        first(&[(held.owner == to, TitleStatus::SameOwner)])?;
        let thing = self.thing(id)?.clone();
        self.wrong_move(&thing, with_liens)?;
        self.give(id, held.owner, to, fraction(held.share))?;
        Ok(id)
    }

    fn hold(&mut self, title: TitleId, held: TitleHold, all: bool) -> Result<(), TitleStatus> {
        let now = self.now;
        let thing = self.thing(title)?;
        let has = thing.shares.get(&held.owner).copied();
        let share = if all {
            has.unwrap_or((1, 1))
        } else {
            fraction(held.share)
        };
        let (above, below) = has.unwrap_or((0, 1));
        first(&[
            (share.0 <= 0, TitleStatus::ShareNotPositive),
            (has.is_none(), TitleStatus::NotOwner),
            (
                share.0 * below > above * share.1,
                TitleStatus::ShareTooLarge,
            ),
        ])?;
        let share = ratio(share).unwrap();
        thing.holds.push(TitleHold { share, ..held });
        self.wrong_holds(title, held.owner)?;
        let late = held.expires.is_some_and(|tick| tick.index() <= now);
        first(&[(late, TitleStatus::ExpiryPast)])?;
        self.holds_made += 1;
        let (hold, owner) = (held.id, held.owner);
        self.tell(title, TitleChange::Held { hold, owner, share });
        Ok(())
    }

    pub(crate) fn act_on_hold(&mut self, operation: &TitleOperation) -> Result<Done, TitleStatus> {
        Ok(match operation {
            TitleOperation::Hold {
                title,
                owner,
                share,
                reference,
                expires,
            } => {
                let id = HoldId::new(self.holds_made).unwrap();
                let held = TitleHold {
                    id,
                    owner: *owner,
                    share: share.unwrap_or(oikos_core::Ratio::ZERO),
                    reference: *reference,
                    expires: *expires,
                };
                self.hold(*title, held, share.is_none())?;
                (*title, None, Some(id), 0)
            }
            TitleOperation::Take {
                hold,
                to,
                with_liens,
            } => (self.take(*hold, *to, *with_liens)?, None, Some(*hold), 0),
            TitleOperation::ReleaseHold { hold } => (self.end_hold(*hold)?.0, None, Some(*hold), 0),
            _ => unreachable!("{operation} is not about a hold"),
        })
    }

    /// Ends what has expired, by tick and then by id.
    pub(crate) fn expire(&mut self) {
        let slow = u32::from(self.is(Fault::HoldAfterExpiry));
        let holds = self.things.iter().flat_map(|thing| &thing.holds);
        let due = |hold: &TitleHold| Some((hold.expires?, hold.id));
        let mut due: Vec<(Tick, HoldId)> = holds.filter_map(due).collect();
        due.retain(|(tick, _)| tick.index() + slow <= self.now);
        due.sort_unstable();
        for (_, hold) in due {
            self.end_hold(hold).unwrap();
        }
    }
}
