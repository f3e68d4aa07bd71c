//! The book of open estates.

use std::collections::{BTreeMap, BTreeSet};

use bevy_ecs::resource::Resource;
use oikos_core::{Date, Ratio, apportion_parts};
use oikos_engine::{Slots, Word};
use serde::{Deserialize, Serialize};

use super::EstateReason;
use crate::error::WorldError;
use crate::person::{Person, PersonId};

/// A part of an estate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Who gets it.
    pub heir: PersonId,
    /// Which part of the whole estate: above 0.
    pub part: Ratio,
}

/// How an amount is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// What each heir gets, in the order of their ids.
    pub heirs: Vec<(PersonId, i64)>,
    /// What nobody inherits.
    pub escheat: i64,
}

/// The estate of somebody who died.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenEstate {
    died: Date,
    heirs: Option<Vec<Share>>,
    escheat: Ratio,
    waits: bool,
    reasons: BTreeSet<Word<EstateReason>>,
}

impl OpenEstate {
    /// On which day they died.
    #[must_use]
    pub const fn died(&self) -> Date {
        self.died
    }

    /// Who inherits, in the order of their ids; nobody where all of it escheats. `None` until somebody says.
    ///
    /// They lived when that was said. Whoever of them dies before the estate is closed inherits all the same:
    /// their own estate is not due until then. And so does whoever leaves for good before that.
    #[must_use]
    pub fn heirs(&self) -> Option<&[Share]> {
        self.heirs.as_deref()
    }

    /// Which part nobody inherits: the treasury's. `None` until somebody says who inherits.
    #[must_use]
    pub fn escheat(&self) -> Option<Ratio> {
        self.heirs.as_ref().map(|_| self.escheat)
    }

    /// Why it stays open beyond this tick. Complete after the last step, and until the next tick begins.
    pub fn reasons(&self) -> impl Iterator<Item = Word<EstateReason>> + '_ {
        self.reasons.iter().copied()
    }

    /// Divides an amount, in its least units, by the parts: each gets their exact part rounded down or up, and
    /// all of it is divided. Units that are left over go to the largest remainders. `None` until somebody says
    /// who inherits.
    #[must_use]
    pub fn split(&self, amount: i64) -> Option<Split> {
        let heirs = self.heirs.as_ref()?;
        let mut parts: Vec<Ratio> = heirs.iter().map(|share| share.part).collect();
        parts.push(self.escheat);
        // They sum to one: that was checked when they were said.
        let mut amounts = apportion_parts(amount, &parts).ok()?;
        let escheat = amounts.pop()?;
        let heirs = heirs.iter().map(|share| share.heir).zip(amounts);
        Some(Split {
            heirs: heirs.collect(),
            escheat,
        })
    }
}

/// The open estates, by who died. Persisted.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
pub struct Estates {
    open: BTreeMap<PersonId, OpenEstate>,
}

impl Estates {
    /// All open estates, in the order of the ids of the dead.
    pub fn iter(&self) -> impl Iterator<Item = (PersonId, &OpenEstate)> {
        self.open
            .iter()
            .map(|(deceased, estate)| (*deceased, estate))
    }

    /// Those that can be settled now: somebody has said who inherits, and the deceased awaits no inheritance.
    pub fn due(&self) -> impl Iterator<Item = (PersonId, &OpenEstate)> {
        self.iter()
            .filter(|(_, estate)| estate.heirs.is_some() && !estate.waits)
    }

    /// Whose heirs nobody has said yet.
    pub fn unanswered(&self) -> impl Iterator<Item = (PersonId, &OpenEstate)> {
        self.iter().filter(|(_, estate)| estate.heirs.is_none())
    }

    /// The estate of somebody; `None` for the living, and for those whose estate is closed.
    #[must_use]
    pub fn get(&self, deceased: PersonId) -> Option<&OpenEstate> {
        self.open.get(&deceased)
    }

    /// How many are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether none is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Says who inherits: once for each estate, in [`Estate::Freeze`](super::Estate) or before. Heirs live, each is
    /// named once, and their parts are above 0 and together at most the whole; what is left escheats, all of
    /// it if `shares` is empty.
    ///
    /// # Errors
    /// [`WorldError::Estate`] if there is no open estate or its heirs are known; [`WorldError::Heir`];
    /// [`WorldError::FineShares`]. Nothing has then changed.
    pub fn answer(
        &mut self,
        living: &Slots<Person>,
        deceased: PersonId,
        mut shares: Vec<Share>,
    ) -> Result<(), WorldError> {
        let estate = self.open_estate(deceased)?;
        if estate.heirs.is_some() {
            let problem = "has heirs already: one plugin says who they are";
            return Err(refused(deceased, problem));
        }
        shares.sort_unstable_by_key(|share| share.heir);
        let escheat = check(living, deceased, &shares)?;
        (estate.heirs, estate.escheat) = (Some(shares), escheat);
        Ok(())
    }

    /// Keeps an estate open beyond this tick, for a reason: a house that is not sold yet. Said anew in each tick,
    /// in [`Estate::Close`](super::Estate) or before.
    ///
    /// # Errors
    /// [`WorldError::Estate`] if there is no open estate.
    pub fn keep_open(
        &mut self,
        deceased: PersonId,
        reason: Word<EstateReason>,
    ) -> Result<(), WorldError> {
        self.open_estate(deceased)?.reasons.insert(reason);
        Ok(())
    }

    fn open_estate(&mut self, deceased: PersonId) -> Result<&mut OpenEstate, WorldError> {
        let open = self.open.get_mut(&deceased);
        open.ok_or_else(|| refused(deceased, "has no open estate"))
    }

    pub(super) fn open(&mut self, deceased: PersonId, died: Date) {
        let estate = OpenEstate {
            died,
            heirs: None,
            escheat: Ratio::ZERO,
            waits: false,
            reasons: BTreeSet::new(),
        };
        self.open.insert(deceased, estate);
    }

    /// Forgets the reasons of the tick before, and finds out who awaits an inheritance.
    pub(super) fn begin_tick(&mut self) {
        let heirs = self.open.values().filter_map(OpenEstate::heirs).flatten();
        let heirs: BTreeSet<PersonId> = heirs.map(|share| share.heir).collect();
        for (deceased, estate) in &mut self.open {
            estate.waits = heirs.contains(deceased);
            estate.reasons.clear();
        }
    }

    /// Closes the estates that nothing keeps open.
    pub(super) fn close(&mut self, heirs_unknown: Word<EstateReason>, awaited: Word<EstateReason>) {
        self.open.retain(|_, estate| {
            if estate.heirs.is_none() {
                estate.reasons.insert(heirs_unknown);
            }
            if estate.waits {
                estate.reasons.insert(awaited);
            }
            !estate.reasons.is_empty()
        });
    }
}

/// Whether these can be the heirs of somebody; the part that escheats.
fn check(
    living: &Slots<Person>,
    deceased: PersonId,
    sorted: &[Share],
) -> Result<Ratio, WorldError> {
    let wrong = |share: &Share, problem| WorldError::Heir {
        heir: share.heir.to_string(),
        deceased: deceased.to_string(),
        problem,
    };
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0].heir == pair[1].heir) {
        return Err(wrong(&pair[0], "is named twice: add the parts up"));
    }
    let too_fine = |_| WorldError::FineShares {
        deceased: deceased.to_string(),
    };
    let mut rest = Ratio::ONE;
    for share in sorted {
        if !living.contains(share.heir) {
            return Err(wrong(share, "does not live: name who inherits instead"));
        }
        if share.part <= Ratio::ZERO {
            return Err(wrong(share, "has no part above 0: leave them out"));
        }
        rest = (rest - share.part).map_err(too_fine)?;
        if rest < Ratio::ZERO {
            return Err(wrong(share, "would have more than is left of the whole"));
        }
    }
    // What divides an amount adds the parts up in this order.
    let mut sum = Ratio::ZERO;
    for share in sorted {
        sum = (sum + share.part).map_err(too_fine)?;
    }
    Ok(rest)
}

fn refused(deceased: PersonId, problem: &'static str) -> WorldError {
    WorldError::Estate {
        deceased: deceased.to_string(),
        problem,
    }
}
