//! Open periods that are saved and loaded, and what does not count: when it is followed, in which order rows come, on
//! how many threads.

use oikos_core::TypeKey;
use oikos_ledger::{
    Batch, GoodsPeriod, Inventory, Layout, Ledger, Period, Recording, Titles, TitlesPeriod,
};

use crate::faults::fixed_scripts;
use crate::script::{self, Next};
use crate::world::{Slot, World, kind};

const KEY: TypeKey = TypeKey::new("statements");

fn bytes(save: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    save(&mut bytes);
    bytes
}

fn all_bytes(world: &World) -> [Vec<u8>; 4] {
    [
        bytes(|out| world.period.save(out)),
        bytes(|out| world.goods_period.save(out)),
        bytes(|out| world.titles_period.save(out)),
        bytes(|out| world.layout.save(out)),
    ]
}

fn digests(world: &World) -> [[u32; 4]; 4] {
    [
        world.period.digest(&KEY).0,
        world.goods_period.digest(&KEY).0,
        world.titles_period.digest(&KEY).0,
        world.layout.digest(&KEY).0,
    ]
}

/// Everything saved and loaded, with nothing that is recorded left.
fn reload(world: &mut World) {
    world.follow();
    world.drain();
    let [period, goods, titles, layout] = all_bytes(world);
    world.period = Period::load(&period).unwrap();
    world.goods_period = GoodsPeriod::load(&goods).unwrap();
    world.titles_period = TitlesPeriod::load(&titles).unwrap();
    world.layout = Layout::load(&layout).unwrap();
    assert_eq!(all_bytes(world), [period, goods, titles, layout]);
    world.ledger = Ledger::load(&bytes(|out| world.ledger.save(out))).unwrap();
    world.goods = Inventory::load(&bytes(|out| world.goods.save(out))).unwrap();
    world.titles = Titles::load(&bytes(|out| world.titles.save(out))).unwrap();
    world.ledger.record(Recording::Entries);
    world.goods.record(true);
    world.titles.record(true);
}

#[test]
fn c6_periods_saved_and_loaded_at_any_time_go_on_as_if_they_had_not_been() {
    for script in fixed_scripts(3, 250) {
        let (mut world, mut other) = (World::new(), World::new());
        for raw in script {
            let next = script::next(raw, &world);
            for (world, saved) in [(&mut world, true), (&mut other, false)] {
                match &next {
                    Next::Do(deed) => world.act(deed),
                    // When it is followed does not matter, if it is followed before it is drained.
                    Next::Follow if saved => world.follow(),
                    Next::Drain if saved => reload(world),
                    Next::Follow | Next::Drain | Next::Close(_) => {}
                }
            }
            if let Next::Close(prices) = next {
                assert_eq!(world.close(&prices), other.close(&prices));
            }
        }
        for world in [&mut world, &mut other] {
            world.follow();
        }
        assert_eq!(all_bytes(&world), all_bytes(&other));
        assert_eq!(digests(&world), digests(&other));
    }
}

#[test]
fn what_differs_has_another_digest_and_what_does_not_has_the_same() {
    for script in fixed_scripts(2, 200) {
        let mut world = World::new();
        for raw in script {
            let (saved, digest) = (all_bytes(&world), digests(&world));
            match script::next(raw, &world) {
                Next::Do(deed) => world.act(&deed),
                Next::Follow | Next::Drain => {
                    world.follow();
                    world.drain();
                }
                Next::Close(prices) => drop(world.close(&prices).unwrap()),
            }
            for (place, (now, digest_now)) in
                all_bytes(&world).iter().zip(digests(&world)).enumerate()
            {
                assert_eq!(
                    *now == saved[place],
                    digest_now == digest[place],
                    "book {place}"
                );
            }
        }
    }
}

/// A world in the middle of a period, with something in each of its books.
fn busy() -> World {
    let mut world = World::new();
    for raw in fixed_scripts(1, 150).remove(0) {
        match script::next(raw, &world) {
            Next::Do(deed) => world.act(&deed),
            Next::Close(prices) => drop(world.close(&prices).unwrap()),
            Next::Follow | Next::Drain => {}
        }
    }
    world.follow();
    world
}

/// What can still be read of changed bytes is another state, is saved as it was read, and closes or is refused.
fn corrupt<P>(
    saved: &[u8],
    load: impl Fn(&[u8]) -> Option<P>,
    save: impl Fn(&P, &mut Vec<u8>),
    mut close: impl FnMut(P),
) {
    for length in 0..saved.len() {
        assert!(load(&saved[..length]).is_none(), "cut to {length}");
    }
    assert!(load(&[saved, &[0]].concat()).is_none());
    let mut loaded = 0;
    for at in 0..saved.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = saved.to_vec();
            changed[at] ^= change;
            if let Some(other) = load(&changed) {
                assert_eq!(bytes(|out| save(&other, out)), changed, "byte {at}");
                close(other);
                loaded += 1;
            }
        }
    }
    assert!(loaded > 0);
}

#[test]
fn bytes_that_are_no_period_are_refused() {
    let mut world = busy();
    let [period, goods, titles, layout] = all_bytes(&world);
    let mut closed = 0;
    corrupt(
        &period,
        |bytes| Period::load(bytes).ok(),
        Period::save,
        |mut period| {
            // What is not counted any more is the number of the next entry, or when it began.
            closed += usize::from(period.close(&world.ledger).is_ok());
        },
    );
    assert!(closed < period.len(), "{closed}");
    let sector_of = crate::world::sector_of;
    corrupt(
        &goods,
        |bytes| GoodsPeriod::load(bytes).ok(),
        GoodsPeriod::save,
        |mut period| drop(period.close(&world.goods, sector_of, &world.prices)),
    );
    corrupt(
        &titles,
        |bytes| TitlesPeriod::load(bytes).ok(),
        TitlesPeriod::save,
        |mut period| drop(period.close(&world.titles, sector_of)),
    );
    let statement = world.period.close(&world.ledger).unwrap();
    corrupt(
        &layout,
        |bytes| Layout::load(bytes).ok(),
        Layout::save,
        |layout| drop(statement.transactions(&layout, oikos_core::Currency(0))),
    );
}

/// Rows in another order, in several batches, on several threads: the same period.
#[test]
fn c2_order_and_threads_change_nothing() {
    let rows: Vec<([u64; 2], i64)> = (0..40_000_u64)
        .map(|row| ([row % 5, (row * 7 + 1) % 5], 1 + (row % 97) as i64))
        .filter(|([from, to], _)| from != to)
        .collect();
    let run = |rows: &[([u64; 2], i64)], size: usize, threads: usize| {
        let mut world = World::new();
        let account =
            |world: &World, id| world.account(crate::world::owner(0, id), 0, Slot::Deposit);
        for part in rows.chunks(size) {
            let side = |which: usize| -> Vec<_> {
                let of = part.iter();
                of.map(|(both, _)| account(&world, both[which])).collect()
            };
            let [credit, debit] = [0, 1].map(side);
            let amount: Vec<i64> = part.iter().map(|&(_, amount)| amount).collect();
            let batch = Batch {
                kind: kind("wage"),
                debit: &debit,
                credit: &credit,
                amount: &amount,
            };
            assert!(
                world
                    .ledger
                    .post_batch(&batch, threads)
                    .unwrap()
                    .refused
                    .is_empty()
            );
            world.follow();
        }
        (
            all_bytes(&world),
            digests(&world),
            world.close(&[1; 3]).unwrap(),
        )
    };
    let mut back = rows.clone();
    back.reverse();
    let first = run(&rows, rows.len(), 1);
    assert!(first == run(&rows, rows.len(), 4));
    assert!(first == run(&back, 999, 2));
}
