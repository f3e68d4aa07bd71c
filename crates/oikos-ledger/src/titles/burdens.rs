//! Operations on what lies on a thing, judged: liens, tenancies, values; and its end.

use oikos_core::{StableId, Tick};

use super::judge::Step;
use super::{
    Lien, LienId, LienKind, Tenancy, TitleChange, TitleId, TitleStatus, Titles, Valuation,
};
use crate::Owner;
use crate::transfer::MAX_AMOUNT;

const fn check_amount(amount: i64) -> Result<(), TitleStatus> {
    match amount {
        0 => Err(TitleStatus::AmountZero),
        ..0 => Err(TitleStatus::AmountNegative),
        1..=MAX_AMOUNT => Ok(()),
        _ => Err(TitleStatus::AmountTooLarge),
    }
}

impl Titles {
    pub(super) fn judge_lien(
        &self,
        title: TitleId,
        kind: LienKind,
        creditor: Owner,
        rank: u32,
        limit: i64,
    ) -> Result<Step, TitleStatus> {
        let known = self.lien_kinds.mark(kind.0);
        known.ok_or(TitleStatus::LienKindUnknown)?;
        let mut step = self.step(title)?;
        check_amount(limit)?;
        let id = LienId::new(self.liens_made).unwrap_or(LienId::LAST);
        let lien = Lien {
            id,
            kind,
            creditor,
            rank,
            limit,
        };
        let liens = &mut step.title.liens;
        let place = liens.partition_point(|other| other.rank <= rank);
        liens.insert(place, lien);
        step.changes.push(TitleChange::LienAdded {
            lien: id,
            creditor,
            limit,
        });
        step.lien = Some(id);
        step.makes_lien = true;
        Ok(step)
    }

    pub(super) fn judge_satisfy(&self, title: TitleId, amount: i64) -> Result<Step, TitleStatus> {
        let mut step = self.step(title)?;
        check_amount(amount)?;
        let secured = step.title.liens.iter().map(|lien| i128::from(lien.limit));
        if secured.sum::<i128>() < i128::from(amount) {
            return Err(TitleStatus::AmountAboveLiens);
        }
        let mut rest = amount;
        for lien in &mut step.title.liens {
            let paid = rest.min(lien.limit);
            if paid == 0 {
                break;
            }
            rest -= paid;
            lien.limit -= paid;
            step.changes.push(TitleChange::LienPaid {
                lien: lien.id,
                creditor: lien.creditor,
                amount: paid,
                left: lien.limit,
            });
        }
        step.title.liens.retain(|lien| lien.limit > 0);
        step.amount = amount;
        Ok(step)
    }

    pub(super) fn judge_release(&self, lien: LienId) -> Result<Step, TitleStatus> {
        if lien.get() >= self.liens_made {
            return Err(TitleStatus::LienUnknown);
        }
        let title = self.open_liens.get(&lien).ok_or(TitleStatus::LienEnded)?;
        let mut step = self.step(*title)?;
        step.title.liens.retain(|other| other.id != lien);
        step.changes.push(TitleChange::LienReleased { lien });
        step.lien = Some(lien);
        Ok(step)
    }

    pub(super) fn judge_let(&self, title: TitleId, tenancy: Tenancy) -> Result<Step, TitleStatus> {
        let mut step = self.step(title)?;
        if tenancy.until.is_some_and(|until| until <= tenancy.from) {
            return Err(TitleStatus::TenancyBackward);
        }
        let lasts = |tenancy: Tenancy| tenancy.lasts_at(self.now);
        if !lasts(tenancy) {
            return Err(TitleStatus::TenancyPast);
        }
        if step.title.tenancy.is_some_and(lasts) {
            return Err(TitleStatus::TenancyRuns);
        }
        step.title.tenancy = Some(tenancy);
        let tenant = tenancy.tenant;
        step.changes.push(TitleChange::Let { tenant });
        Ok(step)
    }

    pub(super) fn judge_value(&self, title: TitleId, amount: i64) -> Result<Step, TitleStatus> {
        let mut step = self.step(title)?;
        if amount != 0 {
            check_amount(amount)?;
        }
        step.revalue(amount, self.now);
        Ok(step)
    }

    pub(super) fn judge_destroy(&self, id: TitleId) -> Result<Step, TitleStatus> {
        let mut step = self.step(id)?;
        if !step.title.liens.is_empty() {
            return Err(TitleStatus::LiensLeft);
        }
        if !step.title.holds.is_empty() {
            return Err(TitleStatus::HoldsLeft);
        }
        if step.title.value() != 0 {
            step.revalue(0, self.now);
        }
        let moved = |(from, share)| TitleChange::Moved {
            from: Some(from),
            to: None,
            share,
        };
        step.changes.extend(step.title.shares().map(moved));
        step.changes.push(TitleChange::Destroyed);
        step.title.parts.clear();
        step.title.whole = 0;
        step.title.tenancy = None;
        step.title.valuation = None;
        Ok(step)
    }
}

impl Step {
    fn revalue(&mut self, amount: i64, date: Tick) {
        let before = self.title.value();
        self.title.valuation = Some(Valuation { amount, date });
        self.changes.push(TitleChange::Revalued {
            before,
            after: amount,
        });
        self.amount = amount - before;
    }
}
