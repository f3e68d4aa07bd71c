//! A thing: its owners with exact shares, its liens in their order, its tenancy and its value.

use oikos_core::{CoreError, Currency, Ratio, Tick, apportion, id_type};
use serde::{Deserialize, Serialize};

use super::TitleStatus;
use crate::transfer::MAX_AMOUNT;
use crate::{HoldId, Owner};

id_type! {
    /// A unique thing, dense from 0 in the order in which things were registered.
    pub struct TitleId: "title";

    /// A lien, dense from 0 in the order in which liens were made.
    pub struct LienId: "lien";
}

/// A kind of thing ("house", "field"): a name that was declared with [`Titles::kind`](crate::Titles::kind).
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TitleKind(pub u16);

/// A kind of lien ("mortgage", "attachment"): a name that was declared with
/// [`Titles::lien_kind`](crate::Titles::lien_kind).
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LienKind(pub u16);

/// A claim that a thing secures. It goes with the thing, whoever owns it.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lien {
    /// Its id.
    pub id: LienId,
    /// What kind.
    pub kind: LienKind,
    /// Who is paid.
    pub creditor: Owner,
    /// Its rank: lower ones are paid first; those of one rank, in the order of their ids.
    pub rank: u32,
    /// Minor units that it still secures, at least 1.
    pub limit: i64,
}

/// Who may use a thing, and when.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tenancy {
    /// Who.
    pub tenant: Owner,
    /// The first tick.
    pub from: Tick,
    /// The tick from which the thing is free again; `None` for a tenancy without end.
    pub until: Option<Tick>,
}

impl Tenancy {
    /// Whether it is not over at a tick.
    pub(super) fn lasts_at(&self, tick: Tick) -> bool {
        self.until.is_none_or(|until| until > tick)
    }
}

/// What a thing was last valued at.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Valuation {
    /// Minor units of the thing's currency, 0 or more.
    pub amount: i64,
    /// When.
    pub date: Tick,
}

/// A share that is set aside for a taker who need not be known yet: a house that is offered for sale.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TitleHold {
    /// Its id.
    pub id: HoldId,
    /// Whose share it is until it is taken.
    pub owner: Owner,
    /// The share of the whole.
    pub share: Ratio,
    /// What the user wants to find again: the number of an order, of a person. 0 where there is nothing.
    pub reference: u64,
    /// The tick from which it can no longer be taken. `None` for a hold without end.
    pub expires: Option<Tick>,
}

/// A unique thing.
///
/// Shares are parts of a whole that is the least common denominator of them all, so that they are exact, add up to
/// one by counting, and look alike however they came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    pub(super) kind: TitleKind,
    pub(super) currency: Currency,
    /// The least common denominator; 0 once the thing is destroyed.
    pub(super) whole: i64,
    /// Owners and their parts of the whole, by owner.
    pub(super) parts: Vec<(Owner, i64)>,
    /// By rank and id.
    pub(super) liens: Vec<Lien>,
    /// By id. An owner has at least the sum of those of his.
    pub(super) holds: Vec<TitleHold>,
    pub(super) tenancy: Option<Tenancy>,
    pub(super) valuation: Option<Valuation>,
}

fn common_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// The parts of a common whole that these shares are, and the whole; their sum need not be the whole.
pub(crate) fn common_parts(
    shares: &[(Owner, Ratio)],
) -> Result<(Vec<(Owner, i64)>, i64), TitleStatus> {
    let mut whole = 1;
    for (_, share) in shares {
        let denominator = i128::from(share.denominator());
        whole = whole / common_divisor(whole, denominator) * denominator;
        if whole > i128::from(MAX_AMOUNT) {
            return Err(TitleStatus::SharesTooFine);
        }
    }
    let whole = whole as i64;
    let part = |&(owner, share): &(Owner, Ratio)| {
        let part = i128::from(share.numerator()) * i128::from(whole / share.denominator());
        // A part above the whole is told by the sum; how far above does not matter.
        (owner, part.min(i128::from(whole) + 1) as i64)
    };
    Ok((shares.iter().map(part).collect(), whole))
}

/// Whether parts add up to their whole.
pub(super) fn adds_up(parts: &[(Owner, i64)], whole: i64) -> bool {
    let sum: i128 = parts.iter().map(|&(_, part)| i128::from(part)).sum();
    sum == i128::from(whole)
}

fn ratio(part: i64, whole: i64) -> Ratio {
    // A part of a whole above 0 is always a ratio.
    Ratio::new(part, whole).unwrap_or(Ratio::ZERO)
}

impl Title {
    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> TitleKind {
        self.kind
    }

    /// The currency of its value and its liens.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether it is no more. Then nobody owns it.
    #[must_use]
    pub const fn is_destroyed(&self) -> bool {
        self.whole == 0
    }

    /// Owners and their shares, by owner. They add up to one.
    pub fn shares(&self) -> impl ExactSizeIterator<Item = (Owner, Ratio)> {
        self.parts
            .iter()
            .map(|&(owner, part)| (owner, ratio(part, self.whole)))
    }

    /// The share of an owner, 0 for one who has none.
    #[must_use]
    pub fn share(&self, owner: Owner) -> Ratio {
        ratio(self.part(owner), self.whole.max(1))
    }

    /// Liens in the order in which they are paid.
    #[must_use]
    pub fn liens(&self) -> &[Lien] {
        &self.liens
    }

    /// Open holds in the order of their ids.
    #[must_use]
    pub fn holds(&self) -> &[TitleHold] {
        &self.holds
    }

    /// Its last tenancy, which may be over or to come.
    #[must_use]
    pub const fn tenancy(&self) -> Option<Tenancy> {
        self.tenancy
    }

    /// Who may use it at a tick under its last tenancy.
    #[must_use]
    pub fn tenant_at(&self, tick: Tick) -> Option<Owner> {
        let tenancy = self.tenancy.filter(|tenancy| tenancy.from <= tick);
        tenancy
            .filter(|tenancy| tenancy.lasts_at(tick))
            .map(|tenancy| tenancy.tenant)
    }

    /// What it was last valued at.
    #[must_use]
    pub const fn valuation(&self) -> Option<Valuation> {
        self.valuation
    }

    /// Minor units that it is valued at, 0 if it never was.
    #[must_use]
    pub fn value(&self) -> i64 {
        self.valuation.map_or(0, |valuation| valuation.amount)
    }

    /// An amount (a rent, a price) shared out to the owners by their shares, exactly: by largest remainder.
    ///
    /// # Errors
    ///
    /// [`CoreError`] for a thing that is destroyed.
    pub fn split(&self, amount: i64) -> Result<Vec<(Owner, i64)>, CoreError> {
        let weights: Vec<u64> = self.parts.iter().map(|&(_, part)| part as u64).collect();
        let amounts = apportion(amount, &weights)?;
        let owners = self.parts.iter().map(|&(owner, _)| owner);
        Ok(owners.zip(amounts).collect())
    }

    /// Whether an owner has at least what is held of his.
    ///
    /// # Errors
    ///
    /// [`TitleStatus::SharesTooFine`] if the common denominator of what is held is too large.
    pub(super) fn covers_holds(&self, owner: Owner) -> Result<bool, TitleStatus> {
        let of = self.holds.iter().filter(|hold| hold.owner == owner);
        let shares: Vec<_> = of.map(|hold| (owner, hold.share)).collect();
        let (held, of) = common_parts(&shares)?;
        let held: i128 = held.iter().map(|&(_, part)| i128::from(part)).sum();
        let (part, whole) = (i128::from(self.part(owner)), i128::from(self.whole));
        // Parts and wholes are below 2^61. A sum that is above its whole is not covered, however large it is.
        Ok(held <= i128::from(of) && held * whole <= part * i128::from(of))
    }

    pub(super) fn part(&self, owner: Owner) -> i64 {
        let found = self.parts.binary_search_by_key(&owner, |&(owner, _)| owner);
        found.map_or(0, |place| self.parts[place].1)
    }

    /// Whether its whole is the least that its parts allow.
    pub(super) fn is_reduced(&self) -> bool {
        let parts = self.parts.iter().map(|&(_, part)| i128::from(part));
        let common = parts.fold(i128::from(self.whole), common_divisor);
        self.whole <= MAX_AMOUNT && (self.is_destroyed() || common == 1)
    }

    /// Moves a fraction of the whole, above 0 and at most what the giver has; the fraction in lowest terms.
    pub(super) fn move_share(
        &mut self,
        from: Owner,
        to: Owner,
        (numerator, denominator): (i128, i128),
    ) -> Result<Ratio, TitleStatus> {
        if from == to {
            return Ok(Ratio::ZERO);
        }
        let old = i128::from(self.whole);
        let (above, below) = {
            let common = common_divisor(numerator, denominator);
            (numerator / common, denominator / common)
        };
        let too_fine = TitleStatus::SharesTooFine;
        let below_narrow = i64::try_from(below).map_err(|_| too_fine)?;
        // At most the whole, so it is no larger.
        let share = ratio(above as i64, below_narrow);
        let scale = below / common_divisor(old, below);
        // Below 2^61 times 2^63.
        let whole = old * scale;
        let moved = whole / below * above;
        let mut parts: Vec<(Owner, i128)> = self
            .parts
            .iter()
            .map(|&(owner, part)| (owner, i128::from(part) * scale))
            .collect();
        if let Err(place) = parts.binary_search_by_key(&to, |&(owner, _)| owner) {
            parts.insert(place, (to, 0));
        }
        for (owner, part) in &mut parts {
            *part += moved * (i128::from(*owner == to) - i128::from(*owner == from));
        }
        parts.retain(|&(_, part)| part != 0);
        let common = parts
            .iter()
            .fold(whole, |common, &(_, part)| common_divisor(common, part));
        let whole = whole / common;
        if whole > i128::from(MAX_AMOUNT) {
            return Err(too_fine);
        }
        self.whole = whole as i64;
        let small = parts
            .iter()
            .map(|&(owner, part)| (owner, (part / common) as i64));
        self.parts = small.collect();
        Ok(share)
    }
}
