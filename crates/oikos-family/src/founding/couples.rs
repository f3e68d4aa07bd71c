//! The unions of the past, year by year, among lives that are known.

use oikos_core::{Draw, Stream, Tick};

use super::lives::{FIRST_YEAR, Life, NEVER};
use crate::demography::nuptiality::entry::{UNION_AGES, leaving_in};
use crate::error::FamilyError;
use crate::lineage::NOBODY;
use crate::tables::MarriageYear;
use crate::{Cohabitation, DAYS_PER_YEAR, Disruption, End, UNION_AGE_MIN};

/// One union of the past, or one that lasts. Days are days since 1 January 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct PastUnion {
    /// Woman and man.
    pub(super) partners: [u32; 2],
    /// The union before this one, of each.
    pub(super) previous: [u32; 2],
    pub(super) formed: i32,
    /// [`NEVER`] where it never came to a wedding.
    pub(super) wed: i32,
    /// [`NEVER`] while it lasts.
    pub(super) ended: i32,
    pub(super) end: End,
}

impl PastUnion {
    pub(super) const fn on(&self, day: i32) -> bool {
        self.formed <= day && day < self.ended
    }
}

/// Everybody's lives and unions, while the past goes by.
pub(super) struct Past {
    pub(super) lives: Vec<Life>,
    pub(super) unions: Vec<PastUnion>,
    /// Women by day of birth, and these days.
    pub(super) women: Vec<u32>,
    pub(super) women_born: Vec<i32>,
    /// Men in no union, by year of birth.
    pub(super) single_men: Vec<Vec<u32>>,
    /// Men whose unions end in each year.
    released: Vec<Vec<u32>>,
    /// The day on which the past ends.
    pub(super) today: i32,
}

/// The laws of unions in a calendar year.
pub(super) struct Laws {
    pub(super) how: MarriageYear,
    /// At all times, for want of figures.
    pub(super) cohabitation: Cohabitation,
    /// Of the marriages that are made in the year.
    pub(super) disruption: Disruption,
}

impl Laws {
    /// Those of a year. Divorce by duration has the shape of the figures, and the level of the year.
    pub(super) fn of(
        how: MarriageYear,
        cohabitation: Cohabitation,
        figures: &Disruption,
    ) -> Result<Self, FamilyError> {
        let scale = 10.0 / libm::pow(how.divorced_in_10_years, 1.0 / figures.shape());
        Ok(Self {
            how,
            cohabitation,
            disruption: Disruption::new(scale, figures.shape())?,
        })
    }
}

impl Past {
    /// Before anything happened. Lives come by day of birth.
    pub(super) fn new(lives: Vec<Life>, today: i32) -> Self {
        let women: Vec<u32> = (0..lives.len() as u32)
            .filter(|row| lives[*row as usize].female)
            .collect();
        let women_born = women.iter().map(|row| lives[*row as usize].born).collect();
        let years = bucket(today) + 1;
        let mut single_men = vec![Vec::new(); years];
        for (row, life) in (0_u32..).zip(&lives) {
            if !life.female {
                single_men[bucket(life.born).min(years - 1)].push(row);
            }
        }
        Self {
            lives,
            unions: Vec::new(),
            women,
            women_born,
            single_men,
            released: vec![Vec::new(); years],
            today,
        }
    }

    pub(super) fn life(&self, row: u32) -> &Life {
        &self.lives[row as usize]
    }

    /// The union in which somebody was on a day, or that had ended last.
    pub(super) fn union_at(&self, row: u32, day: i32) -> Option<&PastUnion> {
        let mut next = self.life(row).union;
        loop {
            let union = self.unions.get(next as usize)?;
            if union.formed <= day {
                return Some(union);
            }
            next = union.previous[usize::from(union.partners[0] != row)];
        }
    }

    /// Forms the unions of a calendar year, whose first day and whose length are given.
    pub(super) fn marry(
        &mut self,
        year: i32,
        [first, next]: [i32; 2],
        laws: &Laws,
        stream: &Stream,
    ) -> Result<(), FamilyError> {
        let released = std::mem::take(&mut self.released[bucket(first)]);
        for man in released {
            let year = bucket(self.life(man).born);
            self.single_men[year].push(man);
        }
        let how = &laws.how;
        let chances: Vec<f64> = how
            .entry
            .iter()
            .map(|force| leaving_in(*force, 1.0))
            .collect();
        let age_at = |born: i32, day: i32| f64::from(day - born) / DAYS_PER_YEAR;
        let years = DAYS_PER_YEAR * (f64::from(UNION_AGE_MIN) + UNION_AGES as f64);
        let oldest = self
            .women_born
            .partition_point(|born| *born < first - years as i32);
        let youngest = (f64::from(UNION_AGE_MIN) * DAYS_PER_YEAR) as i32;
        let end = self
            .women_born
            .partition_point(|born| *born <= next - youngest);
        let tick = Tick::new((year - FIRST_YEAR) as u32);
        for place in oldest..end {
            let woman = self.women[place];
            let life = *self.life(woman);
            let age = age_at(life.born, first).max(f64::from(UNION_AGE_MIN));
            let chance = chances.get(age as usize - UNION_AGE_MIN as usize);
            let mut draw = stream.at(u64::from(woman), tick);
            if draw.unit() >= chance.copied().unwrap_or(0.0) {
                continue;
            }
            let day = draw.range(i64::from(first)..=i64::from(next) - 1)? as i32;
            let free = self
                .union_at(woman, NEVER - 1)
                .is_none_or(|union| union.ended <= day);
            let grown = day - life.born >= youngest;
            if !free || !grown || day >= life.died.min(self.today) {
                continue;
            }
            let partner = match self.parent_of_her_child(woman, day) {
                Some(man) => Some(man),
                None => self.find_man(woman, day, how.gap, &mut draw),
            };
            if let Some(man) = partner {
                self.single_men[man.year].swap_remove(man.place);
                self.unite(woman, man.row, day, laws, &mut draw);
            }
        }
        Ok(())
    }

    /// Enters a union as the last one of both partners.
    pub(super) fn enter(&mut self, mut union: PastUnion) {
        let id = self.unions.len() as u32;
        for (partner, previous) in union.partners.iter().zip(&mut union.previous) {
            let latest = &mut self.lives[*partner as usize].union;
            *previous = std::mem::replace(latest, id);
        }
        self.unions.push(union);
    }

    /// Enters a union with all that becomes of it: a wedding, and an end by the laws or by a death.
    fn unite(&mut self, woman: u32, man: u32, day: i32, laws: &Laws, draw: &mut Draw) {
        let (wed, parted) = outcome(day, laws, draw);
        let death = self.life(woman).died.min(self.life(man).died);
        let ended = parted.min(death);
        let wed = if wed < ended.min(self.today) {
            wed
        } else {
            NEVER
        };
        let end = match (ended == death, wed == NEVER) {
            (true, _) => End::Death,
            (false, true) => End::Separation,
            (false, false) => End::Divorce,
        };
        let ended = if ended < self.today { ended } else { NEVER };
        self.enter(PastUnion {
            partners: [woman, man],
            previous: [NOBODY; 2],
            formed: day,
            wed,
            ended,
            end,
        });
        if ended != NEVER && self.lives[man as usize].died > ended {
            // Free again from the year after: the year of the end has gone by in part.
            let year = bucket(ended) + 1;
            if let Some(released) = self.released.get_mut(year) {
                released.push(man);
            }
        }
    }
}

/// Years of birth as places in lists; years before the first are taken for it.
pub(super) fn bucket(day: i32) -> usize {
    let year = oikos_core::Date::from_days(day).map_or(FIRST_YEAR, |date| date.year());
    (year - FIRST_YEAR).max(0) as usize
}

/// When a union comes to a wedding and when it ends while both live, if ever.
fn outcome(day: i32, laws: &Laws, draw: &mut Draw) -> (i32, i32) {
    let after = |day: i32, years: f64| {
        let days = f64::from(day) + years * DAYS_PER_YEAR;
        // A cast that would not fit gives the last day there is, which is never.
        days as i32
    };
    let mut wed = day;
    if draw.unit() < laws.how.unwed {
        let (weds, parts) = (laws.cohabitation.wedding(), laws.cohabitation.separation());
        let until = after(day, draw.exponential() / (weds + parts).max(1e-9));
        if draw.unit() * (weds + parts) >= weds {
            return (NEVER, until);
        }
        wed = until;
    }
    let share = draw.unit();
    let odds = share / (1.0 - share);
    let years = laws.disruption.scale() * libm::pow(odds, 1.0 / laws.disruption.shape());
    (wed, after(wed, years).max(wed.saturating_add(1)))
}
