//! Hazards: what can happen to members of a kind at a rate that may change any day.
//!
//! An *event* ([`HazardEvent`]) has any number of *hazards* ([`Hazard`]), each with a cause; their forces
//! add up. In the first phase of each tick every living member's forces are looked at, and what happens
//! is drawn; plugins act on it in later phases through [`Occurrences`]. So what a tick changes acts from
//! the next one, in whatever phase it was changed, and no lifetime is ever drawn in advance.
//!
//! There are two ways to look ([`HazardMode`]). Both give the same chances, though not the same draws:
//! - *Daily*: everybody is looked at in each tick. One draw each.
//! - *Thinned*: at the beginning of each calendar month or year, candidates for its ticks are drawn against a
//!   declared upper bound of the force; only they are looked at, on their day, and accepted in proportion
//!   to the force as it then is (Lewis & Shedler 1979, Naval Research Logistics Quarterly 26: 403–413).

mod anew;
mod calendar;
mod candidates;
mod daily;
mod force;
mod lanes;
mod noted;
mod occurrences;
#[cfg(test)]
mod redraw_tests;
mod resolve;
mod scoring;
#[cfg(test)]
mod tests;
mod thinned;

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy_ecs::system::Res;
use oikos_core::{CoreError, Date, Unit};
use oikos_engine::{AppExt, AttributeSet, Clock, DrawStream, Kind, Tick};
use oikos_world::{Ages, Cause, Dawn, PeoplePlugin};
use serde::{Deserialize, Serialize};

pub use force::{Force, TickYears};
pub use noted::HazardChanges;
pub use occurrences::{Occurrence, Occurrences};
pub use scoring::HazardScore;

use calendar::CandidateCalendar;
use candidates::{Candidates, Watched};
use daily::Ceiling;
pub(crate) use occurrences::Causes;
use scoring::Scorable;
pub(crate) use thinned::{month_begins, note_newborns, ticks_of_month};

/// Something that hazards bring about: a death, a delivery, an emigration. Declare one with
/// [`hazard_event!`](crate::hazard_event).
pub trait HazardEvent: Send + Sync + 'static {
    /// To whom it happens.
    type Kind: Kind;
    /// The stream that decides whether it happens, and why.
    const STREAM: &'static str;
    /// The stream that draws candidates when hazards are thinned; also the name under which they are
    /// saved.
    const CANDIDATES: &'static str;
    /// The name under which those without a bound are saved.
    const WATCHED: &'static str;
    /// The name under which those are saved who are to be bounded anew.
    const CHANGES: &'static str;
}

/// Declares an event that hazards bring about: `hazard_event!(pub Emigration of Person = "emigration");`.
#[macro_export]
macro_rules! hazard_event {
    ($(#[$attr:meta])* $vis:vis $event:ident of $kind:ty = $name:literal) => {
        $(#[$attr])*
        #[doc = concat!("The event `", $name, "`, brought about by hazards.")]
        $vis struct $event;

        impl $crate::HazardEvent for $event {
            type Kind = $kind;
            const STREAM: &'static str = concat!("hazard.", $name);
            const CANDIDATES: &'static str = concat!("hazard.", $name, ".candidates");
            const WATCHED: &'static str = concat!("hazard.", $name, ".watched");
            const CHANGES: &'static str = concat!("hazard.", $name, ".changes");
        }
    };
}

/// A rate at which an event happens to a member, for one cause.
///
/// ```
/// use oikos_engine::Attribute;
/// use oikos_family::{Death, Force, Hazard, NoParam, Today};
///
/// #[derive(Attribute, Clone, Copy, Default)]
/// struct Miner(bool);
///
/// struct Dust;
/// impl Hazard for Dust {
///     type Event = Death;
///     type Reads = Miner;
///     type Param = NoParam;
///     const CAUSE: &'static str = "dust";
///     fn force(miner: Miner, _today: &Today<'_, NoParam>) -> Force {
///         if miner.0 { Force::per_million_years(2_000) } else { Force::ZERO }
///     }
/// }
/// ```
pub trait Hazard: Send + Sync + 'static {
    /// What it brings about.
    type Event: HazardEvent;
    /// The attributes it looks at.
    type Reads: AttributeSet<Kind = <Self::Event as HazardEvent>::Kind>;
    /// The resource that holds its parameters; [`NoParam`] where there are none.
    type Param: Resource;
    /// The cause: a word of [`oikos_world::Cause`].
    const CAUSE: &'static str;
    /// Until when [`Hazard::bound`] holds. The hazards of an event are bounded together, as often as the first of
    /// them needs.
    const HORIZON: Horizon = Horizon::Month;

    /// Whether this member is exposed at all: the force of all others is zero, and they are passed over when everybody
    /// is looked at. To be told from few and small attributes, at little cost.
    ///
    /// When hazards are thinned it holds as long as a bound does, whether there is a [`Hazard::bound`] or not: until
    /// the [`Hazard::HORIZON`], or until the member is noted in [`HazardChanges`]. Whoever comes to be exposed in
    /// between and is not noted goes unseen until the horizon; [`HazardExt::score_hazards`] shows it. Who is no longer
    /// exposed need not be noted.
    ///
    /// Where it is not declared everybody is exposed.
    #[inline]
    fn exposes(member: Self::Reads) -> bool {
        let _ = member;
        true
    }

    /// The force today for a member who is exposed, per year of exposure.
    fn force(member: Self::Reads, today: &Today<'_, Self::Param>) -> Force;

    /// An upper bound of [`Hazard::force`] for this member, who is exposed, from today until the [`Hazard::HORIZON`],
    /// or until the member is noted in [`HazardChanges`], whatever else may change until then. Used when hazards are
    /// thinned: the closer it is, the fewer candidates. A force found above its bound fails the tick; but it is found
    /// for candidates alone, and whoever has a bound of zero is none: an attribute that changes unforeseen and
    /// unnoted goes unseen until the horizon. [`HazardExt::score_hazards`] shows it.
    ///
    /// Where it is not declared everybody who is exposed is looked at in each tick, as in the daily mode.
    fn bound(member: Self::Reads, today: &Today<'_, Self::Param>) -> Force {
        let _ = (member, today);
        Force::MAX
    }
}

/// The force for a member, exposed or not.
#[inline]
pub(crate) fn force_of<H: Hazard>(member: H::Reads, today: &Today<'_, H::Param>) -> Force {
    if H::exposes(member) {
        H::force(member, today)
    } else {
        Force::ZERO
    }
}

/// Until when bounds of forces hold, and candidates are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Horizon {
    /// Until the next calendar month begins.
    Month,
    /// Until the next calendar year begins.
    Year,
}

impl Horizon {
    const fn unit(self) -> Unit {
        match self {
            Self::Month => Unit::Month,
            Self::Year => Unit::Year,
        }
    }

    /// The first day after it.
    fn next(self, today: Date) -> Result<Date, CoreError> {
        let (year, month, _) = today.ymd();
        match self {
            Self::Month => Date::new(year, month, 1)?.plus_months(1),
            Self::Year => Date::new(year, 1, 1)?.plus_months(12),
        }
    }
}

/// What a hazard may look at beside the member's attributes.
pub struct Today<'a, P> {
    /// Ages in completed years.
    pub ages: &'a Ages,
    /// The time.
    pub clock: &'a Clock,
    /// The hazard's parameters.
    pub param: &'a P,
}

/// The parameters of a hazard that has none.
#[derive(Resource, Default)]
pub struct NoParam;

/// How hazards are looked at. A parameter of the model: it decides which draws are made.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HazardMode {
    /// Everybody in each tick.
    #[default]
    Daily,
    /// Candidates, drawn once a month or a year.
    Thinned,
}

/// The steps in which hazards are looked at, at the end of [`Dawn`].
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HazardStep {
    /// Where a year begins, aligned hazards find the factor that they are scaled by.
    Align,
    /// Each hazard adds its force, or its bound, for everybody.
    Bound,
    /// Candidates are drawn against the sum.
    Draw,
    /// Each hazard says its force for each candidate.
    Force,
    /// Candidates are accepted, and a cause is drawn.
    Resolve,
}

/// The stream of an event, as a type.
pub(crate) struct EventStream<E>(std::marker::PhantomData<E>);

impl<E: HazardEvent> DrawStream for EventStream<E> {
    const NAME: &'static str = E::STREAM;
}

/// The stream of an event's candidates, as a type.
pub(crate) struct CandidateStream<E>(std::marker::PhantomData<E>);

impl<E: HazardEvent> DrawStream for CandidateStream<E> {
    const NAME: &'static str = E::CANDIDATES;
}

/// Lets plugins add hazards.
pub trait HazardExt {
    /// An event that hazards may bring about; [`HazardExt::hazard`] declares it too.
    fn hazard_event<E: HazardEvent>(&mut self) -> &mut Self;
    /// A hazard. To add one twice is fine.
    fn hazard<H: Hazard>(&mut self) -> &mut Self;
    /// Holds what every hazard brings about against its forces, whichever plugin adds it: see
    /// [`HazardScore`]. It changes no draw and nothing that happens.
    fn score_hazards(&mut self) -> &mut Self;
}

impl HazardExt for App {
    fn hazard_event<E: HazardEvent>(&mut self) -> &mut Self {
        if self.world().contains_resource::<Causes<E>>() {
            return self;
        }
        declare_steps(self);
        self.param::<HazardMode>("family.hazard-mode")
            .derived::<NoParam>(None)
            .derived::<Scorable>(None)
            .derived::<Causes<E>>(None)
            .derived_attribute::<Ceiling<E>>()
            .transient::<Candidates<E>>()
            .transient::<Occurrences<E>>()
            .state::<CandidateCalendar<E>>(E::CANDIDATES, 2)
            .state::<Watched<E>>(E::WATCHED, 1)
            .state::<HazardChanges<E>>(E::CHANGES, 1);
        let mut scorable = self.world_mut().resource_mut::<Scorable>();
        scorable.add_event::<E>();
        self.add_systems(
            Tick,
            (
                daily::draw::<E>.run_if(daily),
                thinned::draw_ahead::<E>
                    .run_if(thinned)
                    .run_if(thinned::horizon_begins::<E>),
                thinned::draw_anew::<E>
                    .run_if(thinned)
                    .run_if(thinned::bounds_changed::<E>),
                calendar::take_day::<E>.run_if(thinned),
            )
                .chain()
                .in_set(HazardStep::Draw)
                .in_set(Dawn),
        );
        self.add_systems(
            Tick,
            resolve::resolve::<E>
                .in_set(HazardStep::Resolve)
                .in_set(Dawn),
        );
        self.add_systems(
            Tick,
            thinned::note_newborns::<E>
                .run_if(thinned)
                .in_set(oikos_engine::LiveStep::React)
                .in_set(oikos_engine::Phase::Live),
        );
        self
    }

    fn hazard<H: Hazard>(&mut self) -> &mut Self {
        self.hazard_event::<H::Event>();
        let cause = self.word::<Cause>(H::CAUSE);
        let mut causes = self.world_mut().resource_mut::<Causes<H::Event>>();
        if causes.has::<H>() {
            return self;
        }
        causes.add::<H>(cause);
        let mut scorable = self.world_mut().resource_mut::<Scorable>();
        scorable.add_hazard::<H>(cause);
        self.add_systems(
            Tick,
            (
                daily::add_force::<H>
                    .run_if(daily)
                    .in_set(HazardStep::Bound),
                thinned::add_bound::<H>
                    .run_if(thinned)
                    .run_if(thinned::horizon_begins::<H::Event>)
                    .in_set(HazardStep::Bound),
                thinned::add_bound_anew::<H>
                    .run_if(thinned)
                    .run_if(thinned::bounds_changed::<H::Event>)
                    .in_set(HazardStep::Bound),
                candidates::force_of_each::<H>.in_set(HazardStep::Force),
            )
                .in_set(Dawn),
        );
        self
    }

    fn score_hazards(&mut self) -> &mut Self {
        scoring::install(self);
        self
    }
}

/// Declares the steps of hazards, once.
fn declare_steps(app: &mut App) {
    if !app.is_plugin_added::<PeoplePlugin>() {
        app.add_plugins(PeoplePlugin);
    }
    app.phases(|phases| {
        if !phases.contains(HazardStep::Bound) {
            for step in [
                HazardStep::Align,
                HazardStep::Bound,
                HazardStep::Draw,
                HazardStep::Force,
                HazardStep::Resolve,
            ] {
                phases.add_step(Dawn, step, 1)?;
            }
        }
        Ok(())
    });
}

fn daily(mode: Res<HazardMode>) -> bool {
    *mode == HazardMode::Daily
}

fn thinned(mode: Res<HazardMode>) -> bool {
    *mode == HazardMode::Thinned
}
