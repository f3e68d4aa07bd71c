//! Rows: what a system sees, whatever the filter, the storage and the threads; and columns of every field.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy_ecs::prelude::*;
use oikos_core::StableId;
use oikos_engine::{
    AppExt, Attribute, Deaths, EngineError, Field, Not, Phase, RowFilter, Rows, Society, Tick,
    found, set_all,
};
use oikos_testkit::Contract;

use super::{grove, small, tree};
use crate::society::{Height, Tree};

/// Trees whose height is even.
struct Even;

impl RowFilter<Tree> for Even {
    type Reads = Height;
    fn keep(height: Height) -> bool {
        height.0.is_multiple_of(2)
    }
}

/// Trees below 5,000.
struct Low;

impl RowFilter<Tree> for Low {
    type Reads = Height;
    fn keep(height: Height) -> bool {
        height.0 < 5_000
    }
}

/// What the passes over all rows, over filtered rows and by id came to.
#[derive(Resource, Default, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Seen {
    all: Vec<(u64, u32)>,
    collected: Vec<(u64, u32)>,
    visited: u64,
    sum: u64,
    even_and_low: Vec<u64>,
    odd: u64,
    by_id: Vec<Option<u32>>,
    even_by_id: Vec<bool>,
}

fn look(
    mut trees: Rows<&Height>,
    mut filtered: Rows<&Height, (Even, Low)>,
    mut odd: Rows<&Height, Not<Even>>,
    mut seen: ResMut<Seen>,
) {
    seen.all = trees
        .iter()
        .map(|(who, height)| (who.id().get(), height.0))
        .collect();
    seen.collected = trees.par_collect(|who, height, out| out.push((who.id().get(), height.0)));
    seen.visited = 0;
    trees.for_each(|_, _| seen.visited += 1);
    let add = |sum: &mut u64, _, height: &Height| *sum += u64::from(height.0);
    seen.sum = trees.par_fold(|| 0, add, |left, right| left + right);
    seen.even_and_low = filtered.iter().map(|(who, _)| who.id().get()).collect();
    seen.odd = odd.par_fold(|| 0, |count, _, _| *count += 1, |left, right| left + right);
    let ids = [0, 1, 2, 3, 8_999, 9_000];
    seen.by_id = ids
        .map(|id| trees.get(tree(id)).map(|height| height.0))
        .to_vec();
    seen.even_by_id = ids.map(|id| filtered.get(tree(id)).is_some()).to_vec();
    assert_eq!(filtered.len(), trees.len());
    seen.all.sort_unstable();
    seen.collected.sort_unstable();
    seen.even_and_low.sort_unstable();
}

/// Every seventh tree dies at once, so that whole words and holes are met.
fn fell(mut trees: Rows<&Height>, mut deaths: ResMut<Deaths<Tree>>) {
    trees.for_each(|who, _| {
        if who.id().get() % 7 == 2 && who.id().get() < 4_000 {
            deaths.request(who.id(), 0);
        }
    });
}

fn wood(threads: usize, salt: Option<u64>) -> Seen {
    let mut builder = grove(9_000, |app| {
        app.persist::<Seen>("seen", 1);
        app.add_systems(Tick, (look.in_set(Phase::Act), fell.in_set(Phase::Live)));
    })
    .threads(threads)
    .populate(|world: &mut World| {
        let heights: Vec<Height> = (0..9_000).map(Height).collect();
        set_all::<Height>(world, tree(0), &heights)?;
        Ok(())
    });
    if let Some(salt) = salt {
        builder = builder.scramble(salt);
    }
    let mut society = builder.build().unwrap();
    society.step_n(2).unwrap();
    society.world().resource::<Seen>().clone()
}

#[test]
fn every_way_of_visiting_rows_sees_the_living_and_no_one_else() {
    let living: BTreeMap<u64, u32> = (0..9_000)
        .filter(|id| id % 7 != 2 || *id >= 4_000)
        .map(|id| (id, id as u32))
        .collect();
    let all: Vec<(u64, u32)> = living.iter().map(|(id, height)| (*id, *height)).collect();
    let seen = wood(1, None);
    assert_eq!(seen.all, all);
    assert_eq!(seen.collected, all);
    assert_eq!(seen.visited, all.len() as u64);
    assert_eq!(
        seen.sum,
        living
            .values()
            .map(|height| u64::from(*height))
            .sum::<u64>()
    );
    let even_and_low: Vec<u64> = living
        .keys()
        .copied()
        .filter(|id| id % 2 == 0 && *id < 5_000)
        .collect();
    assert_eq!(seen.even_and_low, even_and_low);
    assert_eq!(
        seen.odd,
        living.keys().filter(|id| *id % 2 == 1).count() as u64
    );
    assert_eq!(
        seen.by_id,
        [Some(0), Some(1), None, Some(3), Some(8_999), None]
    );
    assert_eq!(seen.even_by_id, [true, false, false, false, false, false]);
    for (threads, salt) in [(4, None), (1, Some(3)), (2, Some(9))] {
        assert!(
            wood(threads, salt) == seen,
            "{threads} threads, salt {salt:?}"
        );
    }
}

/// One of three.
#[derive(Attribute, Clone, Copy, Default, Debug, PartialEq, Eq)]
#[attribute(kind = Tree)]
enum Bark {
    #[default]
    Smooth,
    Rough,
    Peeling,
}

/// Fields of every shape.
#[derive(Attribute, Clone, Copy, Debug, PartialEq)]
#[attribute(kind = Tree, name = "test.mixed", newborn = Mixed::NEW)]
struct Mixed {
    maybe: Option<u32>,
    rings: [i16; 3],
    bark: Bark,
    girth: f64,
    burnt: bool,
}

impl Mixed {
    const NEW: Self = Self {
        maybe: None,
        rings: [1, -2, 3],
        bark: Bark::Rough,
        girth: 0.5,
        burnt: false,
    };
}

fn weather(mut trees: Rows<(&mut Mixed, &mut Bark)>) {
    trees.par_for_each(|who, (mixed, bark)| {
        let subject = who.subject() as u32;
        mixed.maybe = mixed
            .maybe
            .map_or(Some(subject), |count| (count < 40).then_some(count + 9));
        mixed.rings[(subject % 3) as usize] += 1;
        mixed.girth *= 1.25;
        mixed.burnt = !mixed.burnt;
        mixed.bark = *bark;
        *bark = if mixed.burnt {
            Bark::Peeling
        } else {
            Bark::Smooth
        };
    });
}

fn mixed() -> oikos_engine::SocietyBuilder {
    small(|app| {
        app.attribute::<Mixed>().attribute::<Bark>();
        app.add_systems(Tick, weather.in_set(Phase::Act));
    })
}

#[test]
fn fields_of_every_shape_keep_the_contract() {
    let report = Contract::of(mixed).ticks(9).assert();
    // All five fields of the mixed one, beside the bark and the height.
    assert!(report.flipped >= 7, "{report:?}");
    assert!(
        report
            .untried
            .iter()
            .all(|name| name == "oikos.disabled-systems"),
        "{report:?}"
    );
}

#[test]
fn newborns_have_the_value_that_the_attribute_names() {
    let society = mixed().build().unwrap();
    assert_eq!(society.get::<Mixed>(tree(3)), Some(Mixed::NEW));
    assert_eq!(society.get::<Bark>(tree(3)), Some(Bark::Smooth));
}

/// The saved bytes of the mixed column with tree 0's changed.
fn tampered(society: &mut Society, change: impl FnOnce(&mut [u8])) -> EngineError {
    let saved = society.snapshot().unwrap();
    let section = saved
        .sections()
        .iter()
        .find(|section| section.name == "test.mixed")
        .unwrap();
    let mut bytes = section.bytes.clone();
    change(&mut bytes[..Mixed::BYTES]);
    let changed = saved.with_section("test.mixed", bytes).unwrap();
    society.restore(&Arc::new(changed)).unwrap_err()
}

#[test]
fn bytes_that_are_no_value_of_a_field_are_refused() {
    let mut society = mixed().build().unwrap();
    let digest = society.digest().unwrap();
    // The option takes 5 bytes, the rings 6, the bark 1, the girth 8, the flag 1.
    type Change = (&'static str, fn(&mut [u8]));
    let changes: [Change; 5] = [
        ("an option that is neither", |row| row[0] = 2),
        ("nothing with something in it", |row| row[3] = 1),
        ("an unknown variant", |row| row[11] = 3),
        ("no number", |row| f64::NAN.put(&mut row[12..20])),
        ("neither true nor false", |row| row[20] = 2),
    ];
    for (what, change) in changes {
        let error = tampered(&mut society, change);
        let named = matches!(&error, EngineError::Decode { name, .. } if name == "test.mixed");
        assert!(named, "{what}: {error}");
        assert_eq!(society.digest().unwrap(), digest);
    }
}

#[test]
fn a_float_that_is_no_number_is_refused_when_it_is_saved() {
    fn spoil(mut trees: Rows<&mut Mixed>) {
        if let Some(mixed) = trees.get(tree(2)) {
            mixed.girth = f64::NAN;
        }
    }
    let mut society = mixed().with(|app| {
        app.add_systems(Tick, spoil.in_set(Phase::Settle));
    });
    society = society.threads(1);
    let mut society = society.build().unwrap();
    society.step().unwrap();
    let text = society.snapshot().unwrap_err().to_string();
    assert!(
        text.contains("test.mixed") && text.contains("tree#2"),
        "{text}"
    );
}

#[test]
fn founders_take_only_values_for_those_who_live() {
    let builder = small(|_| {}).populate(|world: &mut World| {
        let more = found::<Tree>(world, [70, 71])?;
        assert_eq!(
            more.iter().map(|who| who.id().get()).collect::<Vec<_>>(),
            [5, 6]
        );
        set_all::<Height>(world, more[0].id(), &[Height(1), Height(2)])?;
        assert!(set_all::<Height>(world, more[1].id(), &[Height(3), Height(4)]).is_err());
        assert!(set_all::<Bark>(world, more[1].id(), &[Bark::Rough]).is_err());
        Ok(())
    });
    let society = builder.build().unwrap();
    let heights = [4, 5, 6].map(|id| society.get::<Height>(tree(id)).unwrap().0);
    assert_eq!(heights, [0, 1, 2]);
}
