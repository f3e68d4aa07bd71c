//! Women alone, of whom each has her daughters by the rates of a matrix: a tick is a step of the matrix.

use oikos::core::Date;
use oikos::family::{
    FamilyError, FertilityTable, Gompertz, Kin, KinCounts, KinMatrices, Leslie, LifeTable, Line,
    MaternalKin, MultipleBirths, Relations, Series, VitalRates,
};
use oikos::prelude::*;

/// The last age to which anybody lives, completed years.
const LAST_AGE: u32 = 110;
/// The women who are asked about their kin are of these ages.
pub(crate) const AGES: [u32; 4] = [0, 20, 40, 60];

/// Daughters per year and chances to live on for a year, by age.
pub(crate) struct Schedule {
    daughters: Vec<f64>,
    survival: Vec<f64>,
    /// The two as a matrix of years of age.
    pub(crate) matrix: Leslie,
    /// What the matrix says about kin.
    pub(crate) kin: KinMatrices,
}

impl Schedule {
    /// Mortality by Gompertz's law (0.00005 a year at birth, rising by e^0.095 a year of age), and
    /// `gross_reproduction` daughters in a whole life, borne at ages 15 to 50, around 28 with a standard
    /// deviation of 5 years.
    pub(crate) fn new(gross_reproduction: f64) -> Result<Self, FamilyError> {
        Self::at_mortality(5e-5, gross_reproduction)
    }

    /// The same with another mortality at birth, per year.
    pub(crate) fn at_mortality(level: f64, gross_reproduction: f64) -> Result<Self, FamilyError> {
        let law = Gompertz::new(level, 0.095, 0.0)?;
        let alive = |age: u32| law.survival(f64::from(age));
        let weight = |age: u32| {
            let z = (f64::from(age) + 0.5 - 28.0) / 5.0;
            let fertile = (15..=50).contains(&age);
            if fertile {
                libm::exp(-z * z / 2.0)
            } else {
                0.0
            }
        };
        let total: f64 = (0..=LAST_AGE).map(weight).sum();
        let rate = |age| gross_reproduction * weight(age) / total;
        let daughters: Vec<f64> = (0..=LAST_AGE).map(rate).collect();
        let survives = |age| alive(age + 1) / alive(age);
        let survival: Vec<f64> = (0..LAST_AGE).map(survives).collect();
        let matrix = Leslie::new(daughters.clone(), survival.clone())?;
        let kin = KinMatrices::new(&matrix)?;
        Ok(Self {
            daughters,
            survival,
            matrix,
            kin,
        })
    }

    /// The schedule as rates of a society. The tick of a date takes the society there from the year before,
    /// so what a woman does in it goes by the age that she had then, a year less than she has now.
    ///
    /// The matrix lets a woman bear each daughter on her own, the society lets her have one delivery a year:
    /// as many of the newborn are twins as the matrix has sisters born in one year.
    fn rates(&self) -> Result<VitalRates, FamilyError> {
        let twins = MultipleBirths::new(self.kin.born_with(), 0.0)?;
        let per_birth = twins.deliveries_per_birth();
        // A year at the force is to give the chance.
        let force = |daughters: &f64| -libm::log1p(-daughters * per_birth) / per_birth;
        let later = |by_age: Vec<f64>| [vec![0.0], by_age].concat();
        let fertility = later(self.daughters.iter().map(force).collect());
        let dies = self.survival.iter().map(|survives| 1.0 - survives);
        let mortality = later(dies.chain([1.0]).collect());
        let women = LifeTable::new(mortality)?;
        let mut tables = Tables::us()?;
        tables.mortality = Series::Timeless([women.clone(), women]);
        tables.fertility = Series::Timeless(FertilityTable::new(&fertility)?);
        VitalRates::new(&tables, twins, 0.0)
    }

    /// So many women in the stable numbers of the matrix, as they are a year before the society starts.
    fn women(&self, women: u64, start: Date) -> Result<Vec<(BirthDate, Sex)>, oikos::Error> {
        let shares = self.matrix.stable()?.shares;
        let mut founders = Vec::new();
        for (age, share) in (1..).zip(shares) {
            let born = BirthDate(start.years_before(age)?);
            let number = libm::round(share * women as f64) as usize;
            founders.extend(std::iter::repeat_n((born, Sex::Female), number));
        }
        Ok(founders)
    }
}

/// A society of women who live by a schedule, after so many years.
pub(crate) fn society(
    seed: Seed,
    schedule: &Schedule,
    women: u64,
    years: u32,
) -> Result<Society, oikos::Error> {
    let start = date(2000, 1, 1)?;
    let founders = schedule.women(women, start)?;
    let mut society = Society::builder(seed)
        .start(start)
        .tick(Years(1))
        .add_plugins(FamilyPlugin::with_rates(schedule.rates()?))
        .populate(move |world: &mut World| {
            found_people(world, &founders)?;
            Ok(())
        })
        .build()?;
    society.run(Years(years))?;
    Ok(society)
}

/// What was found about kin of one kind.
#[derive(Clone, Copy, Default)]
pub(crate) struct Found {
    /// Women asked.
    pub(crate) women: u32,
    /// Those of them of whom the lineage knows all that the count needs.
    pub(crate) complete: u32,
    /// The living kin of these.
    pub(crate) kin: u32,
}

/// What was found, by kind of kin and age of the women.
pub(crate) type Table = [[Found; AGES.len()]; MaternalKin::ALL.len()];

/// Asks the women of [`AGES`] about their kin.
pub(crate) fn ask(society: &Society) -> Result<Table, oikos::Error> {
    let lineage = society.world().resource::<Lineage>();
    let relations = Relations::new(lineage);
    // The clock shows the tick that runs next.
    let today = society.today().years_before(1)?;
    let mut table = Table::default();
    for woman in society.slot_order::<Person>() {
        let born = society.get::<BirthDate>(woman).map(|born| born.0);
        let is_of = |age: &u32| today.years_before(*age).ok() == born;
        let Some(at) = AGES.iter().position(is_of) else {
            continue;
        };
        for mothers_up in 0..=2 {
            // Each mother on the way is a year ahead in the matrices: see `KinMatrices`.
            let counts = relations.living_kin_on(woman, today.years_before(mothers_up)?);
            // Of a founder it is not known who her sisters are: the last mother must have one herself.
            let complete = relations.complete(woman, mothers_up + 1, Line::Maternal);
            for kin in MaternalKin::ALL
                .into_iter()
                .filter(|kin| kin.mothers_up() == mothers_up)
            {
                let found = &mut table[kin as usize][at];
                found.women += 1;
                found.complete += u32::from(complete);
                found.kin += counts
                    .filter(|_| complete)
                    .map_or(0, |counts| number(kin, &counts));
            }
        }
    }
    Ok(table)
}

/// The number of these kin among those of both sexes and lines: without men there are no others. Sisters are
/// half-sisters, as nobody knows a father.
fn number(kin: MaternalKin, counts: &KinCounts) -> u32 {
    counts.get(match kin {
        MaternalKin::Mother => Kin::Mother,
        MaternalKin::Grandmother => Kin::Grandparents,
        MaternalKin::Daughters => Kin::Children,
        MaternalKin::Granddaughters => Kin::Grandchildren,
        MaternalKin::Sisters => Kin::HalfSiblings,
        MaternalKin::Nieces => Kin::NiecesAndNephews,
        MaternalKin::Aunts => Kin::AuntsAndUncles,
        MaternalKin::Cousins => Kin::Cousins,
    })
}

/// Living kin per woman over independent populations, beside what the matrices say.
#[derive(Clone, Copy)]
pub(crate) struct Comparison {
    /// Found, per woman.
    pub(crate) mean: f64,
    /// The standard error of that, from the spread over the populations.
    pub(crate) error: f64,
    /// Share of the women of whom the lineage knows all that the count needs.
    pub(crate) coverage: f64,
}

/// The mean over all populations together, and its standard error as that of a ratio of two sums (Cochran
/// 1977, Sampling Techniques, 3rd ed., section 2.11).
pub(crate) fn compare(tables: &[Table], kin: MaternalKin, at: usize) -> Comparison {
    let cells: Vec<Found> = tables.iter().map(|table| table[kin as usize][at]).collect();
    let sum = |of: fn(&Found) -> u32| -> f64 { cells.iter().map(|cell| f64::from(of(cell))).sum() };
    let (women, complete) = (sum(|cell| cell.women), sum(|cell| cell.complete));
    let mean = sum(|cell| cell.kin) / complete;
    let residual = |cell: &Found| f64::from(cell.kin) - mean * f64::from(cell.complete);
    let squares: f64 = cells
        .iter()
        .map(|cell| residual(cell) * residual(cell))
        .sum();
    let populations = tables.len() as f64;
    Comparison {
        mean,
        error: libm::sqrt(squares * populations / (populations - 1.0)) / complete,
        coverage: complete / women,
    }
}
