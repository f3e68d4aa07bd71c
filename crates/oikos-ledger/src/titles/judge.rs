//! What an operation on titles comes to, or what is wrong with it: the thing as it will be, and what is told.

use oikos_core::{Currency, Ratio, StableId};

use super::title::{adds_up, common_parts};
use super::{
    Lien, LienId, Tenancy, Title, TitleChange, TitleId, TitleKind, TitleOperation, TitleStatus,
    Titles,
};
use crate::{HoldId, Owner};

/// An operation that may be carried out.
#[derive(Debug)]
pub(super) struct Step {
    /// The thing that changes, a new one if there is none of this id.
    pub(super) id: TitleId,
    /// What it will be.
    pub(super) title: Title,
    pub(super) changes: Vec<TitleChange>,
    /// The lien that is made or released.
    pub(super) lien: Option<LienId>,
    pub(super) makes_lien: bool,
    /// The hold that is made or ends.
    pub(super) hold: Option<HoldId>,
    pub(super) makes_hold: bool,
    pub(super) amount: i64,
}

fn check_shares(shares: &[(Owner, Ratio)]) -> Result<(), TitleStatus> {
    if shares.iter().any(|(_, share)| share.numerator() <= 0) {
        return Err(TitleStatus::ShareNotPositive);
    }
    let mut owners: Vec<Owner> = shares.iter().map(|&(owner, _)| owner).collect();
    owners.sort_unstable();
    if owners.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(TitleStatus::OwnerTwice);
    }
    Ok(())
}

/// Whether an owner still has what is held of his.
pub(super) fn check_held(title: &Title, owner: Owner) -> Result<(), TitleStatus> {
    if title.covers_holds(owner)? {
        Ok(())
    } else {
        Err(TitleStatus::ShareHeld)
    }
}

impl Titles {
    pub(super) fn judge(&self, operation: &TitleOperation) -> Result<Step, TitleStatus> {
        match operation {
            TitleOperation::Register {
                kind,
                currency,
                shares,
            } => self.judge_register(*kind, *currency, shares),
            TitleOperation::Transfer {
                title,
                from,
                to,
                share,
                with_liens,
            } => self.judge_transfer(*title, [*from, *to], *share, *with_liens),
            TitleOperation::Divide {
                title,
                from,
                among,
                with_liens,
            } => self.judge_divide(*title, *from, among, *with_liens),
            TitleOperation::Hold {
                title,
                owner,
                share,
                reference,
                expires,
            } => self.judge_hold(*title, *owner, *share, *reference, *expires),
            TitleOperation::Take {
                hold,
                to,
                with_liens,
            } => self.judge_take(*hold, *to, *with_liens),
            TitleOperation::ReleaseHold { hold } => self.judge_free(*hold),
            TitleOperation::AddLien {
                title,
                kind,
                creditor,
                rank,
                limit,
            } => self.judge_lien(*title, *kind, *creditor, *rank, *limit),
            TitleOperation::Satisfy { title, amount } => self.judge_satisfy(*title, *amount),
            TitleOperation::ReleaseLien { lien } => self.judge_release(*lien),
            TitleOperation::Let {
                title,
                tenant,
                from,
                until,
            } => {
                let tenancy = Tenancy {
                    tenant: *tenant,
                    from: *from,
                    until: *until,
                };
                self.judge_let(*title, tenancy)
            }
            TitleOperation::EndTenancy { title } => {
                let mut step = self.step(*title)?;
                let lasting = step.title.tenancy.take();
                let lasting = lasting.filter(|tenancy| tenancy.lasts_at(self.now));
                let tenant = lasting.ok_or(TitleStatus::NotLet)?.tenant;
                step.changes.push(TitleChange::Vacated { tenant });
                Ok(step)
            }
            TitleOperation::Value { title, amount } => self.judge_value(*title, *amount),
            TitleOperation::Destroy { title } => self.judge_destroy(*title),
        }
    }

    /// A step that leaves a thing as it is.
    pub(super) fn step(&self, id: TitleId) -> Result<Step, TitleStatus> {
        let title = self.titles.get(id.get() as usize);
        let title = title.ok_or(TitleStatus::TitleUnknown)?;
        if title.is_destroyed() {
            return Err(TitleStatus::TitleDestroyed);
        }
        Ok(Step {
            id,
            title: title.clone(),
            changes: Vec::new(),
            lien: None,
            makes_lien: false,
            hold: None,
            makes_hold: false,
            amount: 0,
        })
    }

    fn judge_register(
        &self,
        kind: TitleKind,
        currency: Currency,
        shares: &[(Owner, Ratio)],
    ) -> Result<Step, TitleStatus> {
        self.kinds.mark(kind.0).ok_or(TitleStatus::KindUnknown)?;
        check_shares(shares)?;
        let (mut parts, whole) = common_parts(shares)?;
        if !adds_up(&parts, whole) {
            return Err(TitleStatus::SharesNotOne);
        }
        parts.sort_unstable();
        let title = Title {
            kind,
            currency,
            whole,
            parts,
            liens: Vec::new(),
            holds: Vec::new(),
            tenancy: None,
            valuation: None,
        };
        let moved = |(to, share)| TitleChange::Moved {
            from: None,
            to: Some(to),
            share,
        };
        let mut changes = vec![TitleChange::Registered];
        changes.extend(title.shares().map(moved));
        Ok(Step {
            // Things take far more room than there are ids.
            id: TitleId::new(self.titles.len() as u64).unwrap_or(TitleId::LAST),
            title,
            changes,
            lien: None,
            makes_lien: false,
            hold: None,
            makes_hold: false,
            amount: 0,
        })
    }

    /// Whether a thing may move, with its liens or without.
    pub(super) fn check_moves(&self, title: &Title, with_liens: bool) -> Result<(), TitleStatus> {
        if !title.liens.is_empty() && !with_liens {
            return Err(TitleStatus::Encumbered);
        }
        let bars = |lien: &Lien| self.lien_kinds.mark(lien.kind.0) == Some(1);
        if title.liens.iter().any(bars) {
            Err(TitleStatus::Barred)
        } else {
            Ok(())
        }
    }

    fn judge_transfer(
        &self,
        id: TitleId,
        [from, to]: [Owner; 2],
        share: Option<Ratio>,
        with_liens: bool,
    ) -> Result<Step, TitleStatus> {
        let mut step = self.step(id)?;
        if share.is_some_and(|share| share.numerator() <= 0) {
            return Err(TitleStatus::ShareNotPositive);
        }
        if from == to {
            return Err(TitleStatus::SameOwner);
        }
        let (part, whole) = (
            i128::from(step.title.part(from)),
            i128::from(step.title.whole),
        );
        if part == 0 {
            return Err(TitleStatus::NotOwner);
        }
        let (numerator, denominator) = share.map_or((part, whole), |share| {
            (
                i128::from(share.numerator()),
                i128::from(share.denominator()),
            )
        });
        if numerator * whole > part * denominator {
            return Err(TitleStatus::ShareTooLarge);
        }
        self.check_moves(&step.title, with_liens)?;
        let share = step.title.move_share(from, to, (numerator, denominator))?;
        check_held(&step.title, from)?;
        step.changes.push(TitleChange::Moved {
            from: Some(from),
            to: Some(to),
            share,
        });
        Ok(step)
    }

    fn judge_divide(
        &self,
        id: TitleId,
        from: Owner,
        among: &[(Owner, Ratio)],
        with_liens: bool,
    ) -> Result<Step, TitleStatus> {
        let mut step = self.step(id)?;
        check_shares(among)?;
        let (part, whole) = (
            i128::from(step.title.part(from)),
            i128::from(step.title.whole),
        );
        if part == 0 {
            return Err(TitleStatus::NotOwner);
        }
        self.check_moves(&step.title, with_liens)?;
        let (fractions, of) = common_parts(among)?;
        if !adds_up(&fractions, of) {
            return Err(TitleStatus::SharesNotOne);
        }
        for (to, fraction) in fractions {
            // Each factor is below 2^61.
            let share = (i128::from(fraction) * part, i128::from(of) * whole);
            let share = step.title.move_share(from, to, share)?;
            if to != from {
                step.changes.push(TitleChange::Moved {
                    from: Some(from),
                    to: Some(to),
                    share,
                });
            }
        }
        check_held(&step.title, from)?;
        Ok(step)
    }
}
