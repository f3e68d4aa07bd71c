//! Charts that plugins register.

use std::error::Error;

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_engine::AppExt;
use oikos_engine::bevy_app::App;

use super::chart::Chart;
use super::error::ChartError;
use crate::run_info::RunInfo;

/// Makes a chart of a society between two ticks, with tables of this run.
pub type MakeChart = fn(&World, &RunInfo) -> Result<Chart, Box<dyn Error + Send + Sync>>;

/// The charts that plugins registered, in their order. Output, never state.
#[derive(Resource, Default)]
pub(super) struct Charts {
    all: Vec<(&'static str, MakeChart)>,
}

impl Charts {
    /// Makes all of them.
    pub(super) fn make(&self, world: &World, run: &RunInfo) -> Result<Vec<Chart>, ChartError> {
        let make = |(name, make): &(&str, MakeChart)| {
            make(world, run).map_err(|source| ChartError::Failed {
                name: (*name).to_owned(),
                source,
            })
        };
        self.all.iter().map(make).collect()
    }
}

/// Lets plugins register charts, as they register measures.
pub trait ReportExt {
    /// Registers a chart for [`Report::of`](super::Report::of). A second one of the same name is an
    /// error when the society is built.
    fn chart(&mut self, name: &'static str, make: MakeChart) -> &mut Self;
}

impl ReportExt for App {
    fn chart(&mut self, name: &'static str, make: MakeChart) -> &mut Self {
        self.derived::<Charts>(None);
        let mut charts = self.world_mut().resource_mut::<Charts>();
        if charts.all.iter().any(|(taken, _)| *taken == name) {
            let name = name.to_owned();
            return self.problem("chart", ChartError::DuplicateChart { name }.to_string());
        }
        charts.all.push((name, make));
        self
    }
}
