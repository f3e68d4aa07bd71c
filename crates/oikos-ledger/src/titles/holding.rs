//! Shares that are set aside: judged, and ended when their tick has come.

use oikos_core::{Ratio, StableId, Tick};

use super::judge::{Step, check_held};
use super::{TitleChange, TitleHold, TitleId, TitleStatus, Titles};
use crate::{HoldId, Owner};

impl Titles {
    pub(super) fn judge_hold(
        &self,
        title: TitleId,
        owner: Owner,
        share: Option<Ratio>,
        reference: u64,
        expires: Option<Tick>,
    ) -> Result<Step, TitleStatus> {
        let mut step = self.step(title)?;
        if share.is_some_and(|share| share.numerator() <= 0) {
            return Err(TitleStatus::ShareNotPositive);
        }
        let has = step.title.share(owner);
        let share = share.unwrap_or(has);
        if has == Ratio::ZERO {
            return Err(TitleStatus::NotOwner);
        }
        if share > has {
            return Err(TitleStatus::ShareTooLarge);
        }
        let id = HoldId::new(self.holds_made).unwrap_or(HoldId::LAST);
        step.title.holds.push(TitleHold {
            id,
            owner,
            share,
            reference,
            expires,
        });
        check_held(&step.title, owner)?;
        if expires.is_some_and(|tick| tick <= self.now) {
            return Err(TitleStatus::ExpiryPast);
        }
        step.changes.push(TitleChange::Held {
            hold: id,
            owner,
            share,
        });
        step.hold = Some(id);
        step.makes_hold = true;
        Ok(step)
    }

    pub(super) fn judge_take(
        &self,
        id: HoldId,
        to: Owner,
        with_liens: bool,
    ) -> Result<Step, TitleStatus> {
        let (mut step, hold) = self.end_hold(id)?;
        if hold.owner == to {
            return Err(TitleStatus::SameOwner);
        }
        self.check_moves(&step.title, with_liens)?;
        let share = hold.share;
        let fraction = (
            i128::from(share.numerator()),
            i128::from(share.denominator()),
        );
        let share = step.title.move_share(hold.owner, to, fraction)?;
        step.changes.push(TitleChange::Moved {
            from: Some(hold.owner),
            to: Some(to),
            share,
        });
        Ok(step)
    }

    pub(super) fn judge_free(&self, id: HoldId) -> Result<Step, TitleStatus> {
        Ok(self.end_hold(id)?.0)
    }

    /// A step that ends a hold, and the hold.
    fn end_hold(&self, id: HoldId) -> Result<(Step, TitleHold), TitleStatus> {
        if id.get() >= self.holds_made {
            return Err(TitleStatus::HoldUnknown);
        }
        let title = self.open_holds.get(&id).ok_or(TitleStatus::HoldEnded)?;
        let mut step = self.step(*title)?;
        let holds = &mut step.title.holds;
        let place = holds.iter().position(|hold| hold.id == id);
        let hold = holds.remove(place.ok_or(TitleStatus::HoldEnded)?);
        step.changes.push(TitleChange::Freed { hold: id });
        step.hold = Some(id);
        Ok((step, hold))
    }

    /// Ends the holds whose tick has come, in the order of tick and id.
    pub(super) fn expire_holds(&mut self) {
        while let Some(&(tick, id)) = self.expiring.first() {
            let due = (tick <= self.now).then(|| self.end_hold(id));
            let Some(Ok((step, _))) = due else { return };
            self.carry_out(step);
        }
    }
}
