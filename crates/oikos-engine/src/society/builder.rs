//! From plugins and settings to a society.

use std::num::NonZeroUsize;
use std::sync::Arc;

use bevy_app::{App, Plugins};
use bevy_ecs::schedule::{Schedule, ScheduleLabel, Schedules};
use bevy_ecs::world::World;
use oikos_core::{Cadence, Calendar, CoreError, Date, Seed, Span, TypeKey, digest_of};

use super::snapshot::{self, Build, Snapshot};
use super::{FaultPolicy, Settings, Society};
use crate::app::AppExt;
use crate::clock::Clock;
use crate::draws::Streams;
use crate::error::EngineError;
use crate::input::{Journal, PendingInputs};
use crate::population::Blamed;
use crate::registry::{Baseline, Registered, Registry};
use crate::schedule::{Phases, Plan, Tick, catch};
use crate::society::fault::{DisableSystem, DisabledSystems};

/// Makes a starting population, after all plugins are in.
///
/// Any `FnOnce(&mut World) -> Result<(), Box<dyn Error + Send + Sync>>` is one.
pub trait Populate: 'static {
    /// Fills the world.
    ///
    /// # Errors
    /// Whatever keeps the population from being made; the society is then not built.
    fn populate(
        self: Box<Self>,
        world: &mut World,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

impl<F> Populate for F
where
    F: FnOnce(&mut World) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    fn populate(
        self: Box<Self>,
        world: &mut World,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self(world)
    }
}

/// A date, or the error of making one: `start(date(2019, 7, 1))` needs no `?`.
pub trait IntoDate {
    /// The date.
    ///
    /// # Errors
    /// That of making it.
    fn into_date(self) -> Result<Date, CoreError>;
}

impl IntoDate for Date {
    fn into_date(self) -> Result<Date, CoreError> {
        Ok(self)
    }
}

impl IntoDate for Result<Date, CoreError> {
    fn into_date(self) -> Result<Date, CoreError> {
        self
    }
}

/// Gathers what a society is made of; [`SocietyBuilder::build`] checks it all and reports every problem.
pub struct SocietyBuilder {
    app: App,
    seed: Seed,
    start: Result<Date, CoreError>,
    length: Span,
    threads: Option<usize>,
    settings: Settings,
    populations: Vec<Box<dyn Populate>>,
    problems: Vec<EngineError>,
}

impl SocietyBuilder {
    pub(super) fn new(seed: Seed) -> Self {
        let mut app = App::empty();
        app.add_schedule(Schedule::new(Tick));
        app.insert_resource(Phases::default());
        app.insert_resource(Registry::default());
        let baseline = Baseline::of(app.world_mut());
        app.world_mut().resource_mut::<Registry>().baseline = baseline;
        app.derived::<Streams>(None).transient::<Blamed>();
        app.persist::<PendingInputs>("oikos.inputs", 1);
        app.persist::<DisabledSystems>("oikos.disabled-systems", 1);
        app.input::<DisableSystem>(DisableSystem::NAME, 1);
        Self {
            app,
            seed,
            start: Date::new(2000, 1, 1),
            length: Span::Days(1),
            threads: None,
            settings: Settings::default(),
            populations: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The date on which tick 0 begins; 1 January 2000 where it is not said.
    #[must_use]
    pub fn start(mut self, date: impl IntoDate) -> Self {
        self.start = date.into_date();
        self
    }

    /// The length of a tick; a day where it is not said.
    #[must_use]
    pub fn tick(mut self, length: Span) -> Self {
        self.length = length;
        self
    }

    /// Adds plugins: a [`bevy_app::Plugin`], a function `fn(&mut App)`, or a tuple of them.
    #[must_use]
    pub fn add_plugins<M>(mut self, plugins: impl Plugins<M>) -> Self {
        let name = std::any::type_name_of_val(&plugins);
        self.guarded(name, |app| {
            app.add_plugins(plugins);
        });
        self
    }

    /// Says something to the app itself: what a plugin would, without being one.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut App)) -> Self {
        let name = std::any::type_name_of_val(&change);
        self.guarded(name, change);
        self
    }

    /// Adds a starting population; several are made in the order in which they were added.
    #[must_use]
    pub fn populate(mut self, population: impl Populate) -> Self {
        self.populations.push(Box::new(population));
        self
    }

    /// Threads that share the work inside a system; as many as the machine has where it is not said. No
    /// result depends on it.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// What happens when a system fails: [`FaultPolicy::Stop`] where it is not said.
    #[must_use]
    pub fn on_fault(mut self, policy: FaultPolicy) -> Self {
        self.settings.on_fault = policy;
        self
    }

    /// How often the state to which a failure falls back is renewed. Where it is not said, that is the
    /// genesis or what [`Society::snapshot`] last saved.
    #[must_use]
    pub fn checkpoint(mut self, cadence: Cadence) -> Self {
        self.settings.checkpoint = Some(cadence);
        self
    }

    /// How often rows are moved together and into the order of their ids; each year where it is not said.
    #[must_use]
    pub fn compact(mut self, cadence: Cadence) -> Self {
        self.settings.compact = cadence;
        self
    }

    /// How often [`Society::digests`] gets an entry; never where it is not said.
    #[must_use]
    pub fn digest(mut self, cadence: Cadence) -> Self {
        self.settings.digest = Some(cadence);
        self
    }

    /// Shuffles all rows before every tick, to show that no result depends on their order. `salt` is the
    /// shuffle's own seed.
    #[must_use]
    pub fn scramble(mut self, salt: u64) -> Self {
        self.settings.scramble = Some(salt);
        self
    }

    fn guarded(&mut self, plugin: &str, change: impl FnOnce(&mut App)) {
        if let Err(reason) = catch(|| change(&mut self.app)) {
            self.problems.push(EngineError::Plugin {
                plugin: plugin.to_owned(),
                reason,
            });
        }
    }

    /// Checks everything and makes the society at its genesis.
    ///
    /// # Errors
    /// [`EngineError::Build`] with every problem found.
    pub fn build(mut self) -> Result<Society, EngineError> {
        self.guarded("finishing the plugins", |app| {
            app.finish();
            app.cleanup();
        });
        let clock = self
            .start
            .and_then(|start| Calendar::new(start, self.length));
        let clock = clock.and_then(|calendar| Clock::new(self.seed, calendar));
        match clock {
            Ok(clock) => {
                self.app.insert_resource(clock);
                crate::app::register_present::<Clock>(&mut self.app, "oikos.clock", 1);
            }
            Err(error) => self.problems.push(error.into()),
        }
        let mut world = std::mem::take(self.app.world_mut());
        self.problems.extend(stray_schedules(&world));
        let planned = catch(|| take_plan(&mut world)).unwrap_or_else(|reason| {
            // A system that asks for one column twice, say: bevy can only panic.
            let plugin = "a system's parameters".to_owned();
            Err(vec![EngineError::Plugin { plugin, reason }])
        });
        let plan = match planned {
            Ok(plan) => Some(plan),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        };
        self.problems
            .extend(world.resource::<Streams>().duplicates());
        let mut registry = world.remove_resource::<Registry>().unwrap_or_default();
        self.problems.append(&mut registry.problems);
        let pool = match thread_pool(self.threads) {
            Ok(pool) => Some(pool),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        };
        let (Some(plan), Some(pool), true) = (plan, pool, self.problems.is_empty()) else {
            return Err(EngineError::Build(self.problems));
        };
        finish(world, plan, registry, pool, self.settings, self.populations)
    }
}

fn finish(
    mut world: World,
    plan: Plan,
    registry: Registry,
    pool: rayon::ThreadPool,
    settings: Settings,
    populations: Vec<Box<dyn Populate>>,
) -> Result<Society, EngineError> {
    let registry = Arc::new(registry);
    world.insert_resource(Registered(registry.clone()));
    for population in populations {
        catch(|| population.populate(&mut world))
            .unwrap_or_else(|panic| Err(panic.into()))
            .map_err(EngineError::Populate)?;
    }
    registry.rebuild_derived(&mut world)?;
    let unsaved = registry.unsaved(&world);
    if !unsaved.is_empty() {
        return Err(EngineError::Build(unsaved));
    }
    let build = Arc::new(build_of(&registry, &plan, &world)?);
    let sections = pool.install(|| snapshot::save(&registry, &world))?;
    let tick = world.resource::<Clock>().tick();
    let genesis = Arc::new(Snapshot {
        tick,
        build: build.clone(),
        sections,
    });
    world.clear_trackers();
    Ok(Society {
        world,
        plan,
        registry,
        pool: Arc::new(pool),
        build,
        settings,
        journal: Journal::default(),
        checkpoint: genesis,
        digests: Vec::new(),
    })
}

fn take_plan(world: &mut World) -> Result<Plan, Vec<EngineError>> {
    let phases = world.remove_resource::<Phases>().unwrap_or_default();
    let schedule = world.resource_mut::<Schedules>().remove(Tick);
    Plan::new(
        schedule.unwrap_or_else(|| Schedule::new(Tick)),
        &phases,
        world,
    )
}

/// Systems in schedules that never run.
fn stray_schedules(world: &World) -> Vec<EngineError> {
    let tick = Tick.intern();
    let baseline = &world.resource::<Registry>().baseline;
    let schedules = world.resource::<Schedules>();
    let stray = schedules.iter().filter(|(_, schedule)| {
        let label = schedule.label();
        label != tick && baseline.has_more_systems(schedule)
    });
    stray
        .map(|(_, schedule)| EngineError::Setting {
            setting: "add_systems",
            problem: format!(
                "schedule {:?} never runs; add the systems to `Tick`",
                schedule.label()
            ),
        })
        .collect()
}

/// More threads than any machine has cores, and few enough to be started at once.
const THREADS_MAX: usize = 1024;

fn thread_pool(threads: Option<usize>) -> Result<rayon::ThreadPool, EngineError> {
    let threads = match threads {
        Some(0) => {
            let problem = "0 threads can do nothing; give 1 or more".to_owned();
            return Err(EngineError::Setting {
                setting: "threads",
                problem,
            });
        }
        Some(threads) if threads > THREADS_MAX => {
            let problem = format!("{threads} threads are too many; give at most {THREADS_MAX}");
            return Err(EngineError::Setting {
                setting: "threads",
                problem,
            });
        }
        Some(threads) => threads,
        None => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
    };
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    builder
        .thread_name(|number| format!("oikos-{number}"))
        .build()
        .map_err(EngineError::Threads)
}

fn build_of(registry: &Registry, plan: &Plan, world: &World) -> Result<Build, EngineError> {
    let mut lines = vec![format!("engine {}", env!("CARGO_PKG_VERSION"))];
    lines.extend(
        registry
            .plugins
            .iter()
            .map(|(name, version)| format!("plugin {name} {version}")),
    );
    for info in registry.infos() {
        let class = if info.persisted {
            "persisted"
        } else {
            "derived"
        };
        lines.push(format!(
            "{class} {} {} as {}",
            info.name, info.version, info.rust_type
        ));
    }
    let inputs = registry.inputs.iter();
    lines.extend(inputs.map(|(name, entry)| format!("input {name} {}", entry.version)));
    let streams = world.resource::<Streams>().sorted();
    lines.extend(streams.into_iter().map(|stream| format!("stream {stream}")));
    let phases = plan.rounds().into_iter();
    lines.extend(phases.map(|(phase, rounds)| format!("phase {phase} {rounds}")));
    let systems = plan.systems().into_iter();
    lines.extend(systems.map(|(phase, system)| format!("system {phase} {}", system.name)));
    let fingerprint = digest_of(&TypeKey::new("oikos.build"), 0, &lines)?;
    Ok(Build { lines, fingerprint })
}
