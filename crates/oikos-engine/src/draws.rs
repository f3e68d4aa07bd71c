//! Named draws for systems (C1).

#![expect(
    clippy::disallowed_types,
    reason = "a `Local` that holds nothing: a hook at initialisation"
)]

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Local, Res, SystemParam};
use bevy_ecs::world::{FromWorld, World};
use oikos_core::{Draw, Prob, Stream, Tick};

use crate::clock::Clock;
use crate::error::EngineError;
use crate::kind::Subject;

/// The name of a stream of draws, as a type. Declare one with [`draw_stream!`](crate::draw_stream).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no stream of draws",
    note = "declare it with `draw_stream!`: that gives it a name of its own"
)]
pub trait DrawStream: Send + Sync + 'static {
    /// The name: unique within a society, part of every draw's key.
    const NAME: &'static str;
}

/// Declares a stream of draws: `draw_stream!(pub Audit = "tax.audit");`.
#[macro_export]
macro_rules! draw_stream {
    ($(#[$attr:meta])* $vis:vis $stream:ident = $name:literal) => {
        #[doc = concat!("Draws of the stream `", $name, "`.")]
        $(#[$attr])*
        $vis struct $stream;

        impl $crate::DrawStream for $stream {
            const NAME: &'static str = $name;
        }
    };
}

/// Draws of one stream, as a system parameter.
///
/// A draw depends on the seed, the stream's name, the subject and the tick, and on nothing else. To use
/// a stream registers it; two types with one name are an error when the society is built.
///
/// ```
/// # use oikos_engine::{Draws, draw_stream};
/// # use oikos_core::Prob;
/// draw_stream!(Lottery = "lottery");
/// fn draw(draws: Draws<Lottery>, odds: bevy_ecs::system::Res<Odds>) {
///     if draws.chance((), odds.0) { /* the whole society won */ }
/// }
/// # #[derive(bevy_ecs::resource::Resource)] struct Odds(Prob);
/// ```
#[derive(SystemParam)]
pub struct Draws<'w, 's, S: DrawStream> {
    clock: Res<'w, Clock>,
    // Holds nothing: it is there because a `Local` is made when the system is initialised.
    _registration: Local<'s, Registration<S>>,
}

impl<S: DrawStream> Draws<'_, '_, S> {
    /// The draws of a subject in this tick, from the first one on.
    #[must_use]
    pub fn of(&self, subject: impl Subject) -> Draw {
        self.stream().at(subject.subject(), self.clock.tick())
    }

    /// Whether an event of this probability happens: the subject's first draw in this tick.
    #[must_use]
    pub fn chance(&self, subject: impl Subject, probability: Prob) -> bool {
        self.of(subject).chance(probability)
    }

    /// The stream itself, for kernels.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::new(self.clock.seed(), S::NAME)
    }

    /// The tick of the draws.
    #[must_use]
    pub fn tick(&self) -> Tick {
        self.clock.tick()
    }
}

/// Enters a stream in the list when a system that uses it is initialised.
struct Registration<S>(std::marker::PhantomData<S>);

impl<S: DrawStream> FromWorld for Registration<S> {
    fn from_world(world: &mut World) -> Self {
        world.get_resource_or_init::<Streams>().register::<S>();
        Self(std::marker::PhantomData)
    }
}

/// The streams that are in use, with the type that declared each.
#[derive(Resource, Default)]
pub(crate) struct Streams {
    names: Vec<(&'static str, &'static str)>,
}

impl Streams {
    pub(crate) fn register<S: DrawStream>(&mut self) {
        let entry = (S::NAME, std::any::type_name::<S>());
        if !self.names.contains(&entry) {
            self.names.push(entry);
        }
    }

    /// Every stream once, in the order of their names.
    pub(crate) fn sorted(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.names.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    }

    pub(crate) fn duplicates(&self) -> Vec<EngineError> {
        let mut sorted = self.names.clone();
        sorted.sort_unstable();
        let same = sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        same.map(|pair| EngineError::DuplicateStream {
            name: pair[0].0.to_owned(),
            first: pair[0].1.to_owned(),
            second: pair[1].1.to_owned(),
        })
        .collect()
    }
}
