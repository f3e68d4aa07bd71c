//! The plugin that makes people be born and die.

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::IntoScheduleConfigs;
use oikos_engine::{AppExt, LiveStep, Phase, Tick};
use oikos_world::{Dawn, Measure, MeasureExt, MeasureKind, PeoplePlugin, Person};

use super::births::{ChildrenBorn, deliver, die};
use super::rates::{Fertility, ForcesNow, Mortality, VitalRates, begin_year};
use crate::demography::fertility::{MALE_SHARE_AT_BIRTH, MultipleBirths};
use crate::error::FamilyError;
use crate::hazard_event;
use crate::hazards::{HazardExt, HazardMode};
use crate::lineage::{Fathers, Lineage, check_lineage, record_lineage};
use crate::tables::Tables;

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
}

impl FamilyPlugin {
    /// With these tables, children per delivery as in the United States in 2020 and 105 boys per 100 girls.
    ///
    /// # Errors
    /// As [`VitalRates::new`].
    pub fn new(tables: &Tables) -> Result<Self, FamilyError> {
        let rates = VitalRates::new(tables, MultipleBirths::US_2020, MALE_SHARE_AT_BIRTH)?;
        Ok(Self {
            rates,
            mode: HazardMode::default(),
        })
    }

    /// With rates made by hand.
    #[must_use]
    pub fn with_rates(rates: VitalRates) -> Self {
        Self {
            rates,
            mode: HazardMode::default(),
        }
    }

    /// How hazards are looked at.
    #[must_use]
    pub fn hazards(mut self, mode: HazardMode) -> Self {
        self.mode = mode;
        self
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
            .attribute::<ChildrenBorn>()
            .state::<Lineage>(Lineage::NAME, 2)
            .transient::<Fathers>()
            .hazard::<Mortality>()
            .hazard::<Fertility>();
        app.add_systems(Tick, (check_lineage, begin_year).in_set(Dawn));
        app.add_systems(Tick, (deliver, die).chain().in_set(Phase::Live));
        app.add_systems(
            Tick,
            record_lineage.in_set(LiveStep::React).in_set(Phase::Live),
        );
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
