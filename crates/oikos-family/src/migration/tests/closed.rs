//! Tables of migration under which nobody comes and nobody leaves change nothing.

use std::sync::OnceLock;

use bevy_app::App;
use oikos_core::{Seed, StableId, date};
use oikos_engine::{Clock, Topic, Vocabulary, Word};
use oikos_world::{Cause, LifeEventKind, LifeEvents};

use super::*;
use crate::migration::tables::Parts;
use crate::{Families, HomesPlugin, MarriageHistory, Population};

/// The example families, none of whom come, and rates of zero.
fn nobody() -> MigrationTables {
    let Parts {
        mut emigration,
        families,
        ..
    } = example().into();
    for group in &mut emigration {
        group.rates = [0.0; 2];
    }
    MigrationTables::new(emigration, [(2019, 0.0)].into(), families).unwrap()
}

fn families() -> Families {
    static FITTED: OnceLock<Families> = OnceLock::new();
    let fit = || {
        let (figures, history) = (FamilyFigures::us().unwrap(), MarriageHistory::us().unwrap());
        let people = Population::us_2019(300).unwrap();
        people.with_families(&figures, &history).unwrap()
    };
    FITTED.get_or_init(fit).clone()
}

fn town(mode: HazardMode, open: bool) -> Society {
    let plugins = move |app: &mut App| {
        let family = FamilyPlugin::new(&Tables::us().unwrap()).unwrap();
        app.add_plugins(family.hazards(mode));
        // Before the others: whatever it declares and asks for comes first.
        if open {
            app.add_plugins(MigrationPlugin::new(nobody()));
        }
        let homes = HomesPlugin::new(&FamilyFigures::us().unwrap()).unwrap();
        app.add_plugins((unions(), homes));
    };
    let builder = Society::builder(Seed(5)).start(date(2019, 7, 1)).threads(1);
    builder.with(plugins).populate(families()).build().unwrap()
}

/// What happened on a day, in words: their numbers are those of a build.
fn log(town: &Society) -> Vec<String> {
    let world = town.world();
    fn name<T: Topic>(town: &Society, word: Word<T>) -> String {
        let words = town.world().resource::<Vocabulary<T>>();
        words.name(word).unwrap_or("unknown").to_owned()
    }
    let tick = world.resource::<Clock>().tick().index();
    let events = world.resource::<LifeEvents>().events().iter();
    let told = events.map(|event| {
        let what = name::<LifeEventKind>(town, event.kind);
        let why = event.cause.map(|cause| name::<Cause>(town, cause));
        let other = event.other.map(StableId::get);
        format!(
            "{tick}: {what} of {} with {other:?} by {why:?}",
            event.person.get()
        )
    });
    told.collect()
}

#[test]
fn a_society_that_is_open_to_nobody_lives_as_a_closed_one() {
    for mode in MODES {
        let [mut closed, mut open] = [false, true].map(|open| town(mode, open));
        let mut kinds = std::collections::BTreeSet::new();
        for _ in 0..500 {
            closed.step().unwrap();
            open.step().unwrap();
            let events = log(&closed);
            assert_eq!(log(&open), events, "{mode:?}");
            let kind = |event: &String| event.split(' ').nth(1).map(str::to_owned);
            kinds.extend(events.iter().filter_map(kind));
        }
        // Enough happened that something could have differed.
        let must = ["birth", "death", "move", "union", "marriage", "separation"];
        let missing: Vec<_> = must.iter().filter(|kind| !kinds.contains(**kind)).collect();
        assert!(missing.is_empty(), "{missing:?} of {kinds:?}");
        // And what is kept is the same, but for the words that migration adds to those of plugins.
        let digests = [&closed, &open].map(|town| town.digest_by_type().unwrap());
        let [closed, open] = digests.map(|all| {
            all.into_iter()
                .collect::<std::collections::BTreeMap<_, _>>()
        });
        let differ: Vec<_> = closed
            .iter()
            .filter(|(name, digest)| open.get(*name) != Some(digest))
            .collect();
        let names: Vec<_> = differ.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["world.causes", "world.life-event-kinds"],
            "{mode:?}"
        );
    }
}
