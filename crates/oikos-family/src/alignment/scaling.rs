//! How an aligned hazard is scaled this year.

use std::marker::PhantomData;

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_engine::{AttributeSet, Clock, Rows};
use oikos_world::Ages;

use super::factors::{AlignedYear, AlignmentFactors};
use super::{AlignTo, Alignments};
use crate::LogitFactor;
use crate::error::FamilyError;
use crate::hazards::{Causes, Force, Hazard, Today, force_of};

/// The factor of the present year. Derived from [`AlignmentFactors`]; its name belongs to the build.
#[derive(Resource)]
pub(crate) struct Scaling<H> {
    name: &'static str,
    factor: Option<LogitFactor>,
    /// A multiple that no force is scaled beyond, in thousandths; `None` if it is too large for a number.
    at_most: Option<u32>,
    hazard: PhantomData<fn() -> H>,
}

impl<H> Default for Scaling<H> {
    fn default() -> Self {
        Self::new("")
    }
}

impl<H> Scaling<H> {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            factor: None,
            at_most: None,
            hazard: PhantomData,
        }
    }

    pub(super) fn set(&mut self, factor: Option<LogitFactor>) {
        self.factor = factor;
        self.at_most = factor.and_then(|factor| {
            let thousandths = libm::ceil(libm::exp(factor.get()).max(1.0) * 1_000.0);
            (thousandths <= f64::from(u32::MAX)).then_some(thousandths as u32)
        });
    }

    /// Whether this year is aligned.
    pub(crate) const fn is_on(&self) -> bool {
        self.factor.is_some()
    }

    /// The force that is scaled; what never happens and what always does stay so.
    pub(crate) fn apply(&self, force: Force) -> Force {
        let Some(factor) = self.factor else {
            return force;
        };
        if force == Force::ZERO || force == Force::MAX {
            return force;
        }
        // A force beyond what a number of its kind can say is as good as certain.
        Force::per_year(factor.apply_to_force(force.to_f64())).unwrap_or(Force::MAX)
    }

    /// Something not below [`Scaling::apply`] that takes no exponential: where odds rise by a factor, forces
    /// rise by no more, and where they fall, forces fall.
    pub(crate) fn above(&self, force: Force) -> Force {
        match self.at_most {
            Some(thousandths) => force.times_thousandths(thousandths),
            None => self.apply(force),
        }
    }
}

impl<H: Hazard> Scaling<H> {
    /// Takes the factor of the present year up again.
    pub(super) fn rebuild(world: &mut World) {
        let year = world
            .get_resource::<Clock>()
            .map(|clock| clock.today().year());
        let name = world
            .get_resource::<Self>()
            .map_or("", |scaling| scaling.name);
        let found = world.get_resource::<AlignmentFactors>();
        let found = year.and_then(|year| found?.of_year(name, year));
        let mut scaling = Self::new(name);
        scaling.set(found.map(|aligned| aligned.factor));
        world.insert_resource(scaling);
    }
}

/// Finds the factor of the year that begins.
pub(super) fn align_year<H: Hazard>(
    rows: Rows<'_, '_, <H::Reads as AttributeSet>::Rows>,
    (ages, clock): (Res<Ages>, Res<Clock>),
    param: Option<Res<H::Param>>,
    causes: Res<Causes<H::Event>>,
    alignments: Res<Alignments>,
    mut factors: ResMut<AlignmentFactors>,
    mut scaling: ResMut<Scaling<H>>,
) -> Result<(), BevyError> {
    let year = clock.today().year();
    let name = scaling.name;
    let aligning = |problem: FamilyError| FamilyError::Aligning {
        name: name.to_owned(),
        year,
        problem: Box::new(problem),
    };
    let param = param.filter(|_| causes.has::<H>());
    let param = param.ok_or_else(|| aligning(FamilyError::NoHazard { cause: H::CAUSE }))?;
    let to = alignments.0.get(name);
    let aims = match to {
        Some(AlignTo::Targets(targets)) => targets.of(year).is_some(),
        Some(AlignTo::Factors(years)) => years.contains_key(&year),
        None => false,
    };
    let (Some(to), true) = (to, aims) else {
        scaling.set(None);
        return Ok(());
    };
    let today = Today {
        ages: &ages,
        clock: &clock,
        param: &*param,
    };
    let aligned = align(&chances::<H>(rows, &today), to, year).map_err(aligning)?;
    factors.enter(name, year, aligned);
    scaling.set(Some(aligned.factor));
    Ok(())
}

fn align(chances: &[(f64, u64)], to: &AlignTo, year: i32) -> Result<AlignedYear, FamilyError> {
    let at_risk = chances.iter().map(|(_, people)| people).sum();
    let factor = match to {
        AlignTo::Targets(targets) => {
            let target = targets.of(year).ok_or(FamilyError::NoTargets)?;
            LogitFactor::find_counted(chances, target.sum(at_risk))?
        }
        AlignTo::Factors(years) => years.get(&year).copied().unwrap_or_default(),
    };
    Ok(AlignedYear {
        factor,
        distortion: factor.distortion_counted(chances)?,
    })
}

/// The chances of the year that people at risk have, each with how many have it: there are far fewer of them
/// than people, since forces mostly go by age.
fn chances<H: Hazard>(
    mut rows: Rows<'_, '_, <H::Reads as AttributeSet>::Rows>,
    today: &Today<'_, H::Param>,
) -> Vec<(f64, u64)> {
    let mut forces = rows.par_collect(|_, row, found: &mut Vec<Force>| {
        let force = force_of::<H>(H::Reads::read(row), today);
        if force != Force::ZERO {
            found.push(force);
        }
    });
    forces.sort_unstable();
    let equal = forces.chunk_by(|one, other| one == other);
    let chance = |force: Force| match force {
        Force::MAX => 1.0,
        force => -libm::expm1(-force.to_f64()),
    };
    equal
        .filter_map(|some| Some((chance(*some.first()?), some.len() as u64)))
        .collect()
}
