//! The plugin that makes people be born and die.

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::world::World;
use oikos_core::StableId;
use oikos_engine::{AppExt, BirthRequest, Clock, LiveStep, Phase, Tick};
use oikos_world::{
    Arrival, BirthDate, Dawn, DistributionExt, LifeCourseExt, Measure, MeasureExt, MeasureKind,
    PeoplePlugin, Person, PersonId, Sex,
};

use super::births::{ChildrenBorn, deliver, die};
use super::by_status::{
    FertilityByStatus, FertilityGroupNow, FertilityNow, FertilityRisks, LastDelivery, begin_month,
    note_deliveries, welcome,
};
use super::parity::COMPLETED_PARITY;
use super::rates::{Fertility, ForcesNow, Mortality, VitalRates, begin_year};
use crate::demography::fertility::{MALE_SHARE_AT_BIRTH, MultipleBirths};
use crate::demography::parity::RelativeRisks;
use crate::error::FamilyError;
use crate::hazard_event;
use crate::hazards::{HazardExt, HazardMode, month_begins};
use crate::kinship::LIVING_KIN_BY_AGE;
use crate::lineage::{Fathers, Lineage, check_lineage, record_lineage};
use crate::migration::Arrivals;
use crate::tables::Tables;
use crate::unions::{UnionStatus, enter_couples};

hazard_event!(
    /// Somebody dies.
    pub Death of Person = "death"
);
hazard_event!(
    /// A woman gives birth to one child or several.
    pub Delivery of Person = "delivery"
);

/// Births and deaths by tables, and the lineage of everybody who ever lived.
///
/// Children are born to individual women at the rate of their age: there is no quota and no picking of
/// mothers. A child's father is whom a plugin names in [`Fathers`]; else he is unknown.
#[derive(Clone, Debug)]
pub struct FamilyPlugin {
    rates: VitalRates,
    mode: HazardMode,
    risks: Option<RelativeRisks>,
}

impl FamilyPlugin {
    /// With these tables, children per delivery as in the United States in 2020 and 105 boys per 100 girls.
    ///
    /// # Errors
    /// As [`VitalRates::new`].
    pub fn new(tables: &Tables) -> Result<Self, FamilyError> {
        let rates = VitalRates::new(tables, MultipleBirths::US_2020, MALE_SHARE_AT_BIRTH)?;
        Ok(Self::with_rates(rates))
    }

    /// With rates made by hand.
    #[must_use]
    pub fn with_rates(rates: VitalRates) -> Self {
        Self {
            rates,
            mode: HazardMode::default(),
            risks: None,
        }
    }

    /// Fertility by union and parity beside age, with the least interval between births: at the beginning of each
    /// calendar month the risks are scaled so that the women of each age bear what the table says. Without
    /// it only age matters, as in a projection, and deliveries of a woman may follow one another at any
    /// interval.
    #[must_use]
    pub fn relative_risks(mut self, risks: RelativeRisks) -> Self {
        self.risks = Some(risks);
        self
    }

    /// How hazards are looked at.
    #[must_use]
    pub fn hazards(mut self, mode: HazardMode) -> Self {
        self.mode = mode;
        self
    }
}

/// The lineage takes the cause of a birth for the mother, and everybody to have lived here from birth on but
/// those whom [`Arrivals`] has.
fn born_today_to_a_woman(world: &World, birth: &BirthRequest<'_>) -> Result<(), String> {
    if birth.cause == Arrival::CAUSE {
        let arrivals = world.get_resource::<Arrivals>();
        return match arrivals.is_some_and(|arrivals| arrivals.knows(birth)) {
            true => Ok(()),
            false => Err("it is to come from elsewhere: use `Arrivals::admit`".to_owned()),
        };
    }
    let today = world.resource::<Clock>().today();
    if birth.get::<BirthDate>() != Some(BirthDate(today)) {
        return Err(format!(
            "the family's newborns are born today, {today}; people of other ages come with the starting \
             population, or by `Arrivals::admit`"
        ));
    }
    let mother = PersonId::new(birth.cause).ok();
    let record = mother.and_then(|mother| world.resource::<Lineage>().get(mother));
    match (mother, record.map(|record| record.sex)) {
        (None, _) | (_, Some(Sex::Female)) => Ok(()),
        (Some(mother), None) => Err(format!(
            "its cause is to be the mother, and {mother} was never born; `u64::MAX` says that she is unknown"
        )),
        (Some(mother), Some(Sex::Male)) => Err(format!(
            "its cause is to be the mother, and {mother} is a man"
        )),
    }
}

impl Plugin for FamilyPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<PeoplePlugin>() {
            app.add_plugins(PeoplePlugin);
        }
        app.plugin_version(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .insert_resource(self.mode)
            .persist_value("family.rates", 1, self.rates.clone())
            .derived::<ForcesNow>(Some(ForcesNow::rebuild))
            .birth_rule::<Person>(born_today_to_a_woman)
            .attribute::<ChildrenBorn>()
            .state::<Lineage>(Lineage::NAME, 3)
            .transient::<Fathers>()
            .hazard::<Mortality>();
        match self.risks {
            None => app.hazard::<Fertility>(),
            Some(risks) => app
                .persist_value("family.fertility-risks", 1, FertilityRisks(risks))
                .persist::<FertilityNow>("family.fertility-now", 1)
                .attribute::<UnionStatus>()
                .attribute::<LastDelivery>()
                .attribute::<FertilityGroupNow>()
                .hazard::<FertilityByStatus>(),
        };
        app.add_systems(Tick, (check_lineage, begin_year).in_set(Dawn));
        if self.risks.is_some() {
            let begin_month = begin_month.after(begin_year).run_if(month_begins);
            app.add_systems(Tick, begin_month.in_set(Dawn));
            app.add_systems(Tick, note_deliveries.in_set(Phase::Live));
            let welcome = welcome.after(record_lineage).after(enter_couples);
            app.add_systems(Tick, welcome.in_set(LiveStep::React).in_set(Phase::Live));
        }
        app.add_systems(Tick, (deliver, die).chain().in_set(Phase::Live));
        app.add_systems(
            Tick,
            record_lineage.in_set(LiveStep::React).in_set(Phase::Live),
        );
        app.distribution(LIVING_KIN_BY_AGE)
            .distribution(COMPLETED_PARITY);
        app.parentage(|world, person| {
            let record = world.resource::<Lineage>().get(person);
            record.map_or([None; 2], |record| [record.mother, record.father])
        });
        app.measure(Measure {
            name: "ever_born",
            kind: MeasureKind::Int,
            unit: "persons",
            description: "Everybody who ever lived in the society, founders included.",
            read: |world| {
                let ever = world.resource::<Lineage>().ever_lived();
                oikos_world::Reading::Int(i64::try_from(ever).unwrap_or(i64::MAX))
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use bevy_ecs::system::{Res, ResMut};
    use oikos_core::{Date, Seed, date};
    use oikos_engine::{Births, Society};

    use super::*;
    use crate::Population;

    /// What a user's system asks for on the third day.
    #[derive(Clone, Copy, bevy_ecs::resource::Resource)]
    struct Wish {
        mother: u64,
        born: Option<Date>,
    }

    fn wish(wish: Res<Wish>, clock: Res<Clock>, mut births: ResMut<Births<Person>>) {
        if clock.tick().index() == 2 {
            let birth = births.request(wish.mother, 0, 1);
            let birth = birth.with(Sex::Male);
            if let Some(born) = wish.born {
                let _ = birth.with(BirthDate(born));
            }
        }
    }

    fn town(wished: Wish) -> Society {
        let family = FamilyPlugin::new(&Tables::us().unwrap()).unwrap();
        let builder = Society::builder(Seed(1))
            .start(date(2019, 7, 1))
            .add_plugins(family)
            .with(move |app| {
                app.add_systems(Tick, wish.in_set(Phase::Act));
                app.insert_resource(wished);
                app.derived::<Wish>(None);
            });
        builder
            .populate(Population::us_2019(50).unwrap())
            .build()
            .unwrap()
    }

    impl Default for Wish {
        fn default() -> Self {
            Self {
                mother: u64::MAX,
                born: None,
            }
        }
    }

    #[test]
    fn a_birth_that_the_lineage_cannot_hold_is_the_fault_of_who_asked() {
        let third = date(2019, 7, 3).unwrap();
        let lineage = town(Wish::default());
        let lineage = lineage.world().resource::<Lineage>();
        let of = |sex| {
            lineage
                .iter()
                .find(|(_, record)| record.sex == sex)
                .unwrap()
                .0
                .get()
        };
        for (mother, born, says) in [
            (1_000_000, Some(third), "person#1000000 was never born"),
            (of(Sex::Male), Some(third), "is a man"),
            (of(Sex::Female), None, "give it a birth date"),
            (
                of(Sex::Female),
                Some(date(1990, 1, 1).unwrap()),
                "come with the starting population",
            ),
        ] {
            let text = town(Wish { mother, born })
                .step_n(5)
                .unwrap_err()
                .to_string();
            assert!(text.contains("wish") && text.contains(says), "{text}");
        }
    }

    #[test]
    fn a_child_of_an_unknown_mother_can_be_saved_and_loaded() {
        let third = date(2019, 7, 3).ok();
        let mut town = town(Wish {
            mother: u64::MAX,
            born: third,
        });
        town.step_n(5).unwrap();
        let saved = town.snapshot().unwrap();
        town.restore(&saved).unwrap();
        assert_eq!(town.slot_order::<Person>().len(), 51);
    }
}
