//! Ten million people over 300 years: what their lineage takes, and how long it takes to tell how two of them
//! are related and what genes they share. Beside it a village of ten thousand, in which everybody is kin.
//!
//! `cargo bench -p oikos-benches --bench kin`. Each question is timed by itself, so this is a program of its
//! own and no criterion group.

#![expect(clippy::disallowed_types, reason = "a stopwatch")]
#![expect(
    clippy::unwrap_used,
    reason = "the pedigrees are made here, and a benchmark may stop"
)]

use std::time::Instant;

use oikos_benches::measure::{Counting, allocated, best};
use oikos_core::{Date, Draw, Seed, StableId, Stream, Tick, TypeKey, date};
use oikos_engine::State;
use oikos_family::{Founder, Kinship, Lineage, Relations};
use oikos_world::{BirthDate, PersonId, Sex};

#[global_allocator]
static COUNTING: Counting = Counting;

const PEOPLE: usize = 10_000_000;
const VILLAGERS: usize = 10_000;
const YEARS: usize = 300;
/// No husband yet.
const NONE: usize = u32::MAX as usize;

fn end() -> Date {
    date(2019, 7, 1).unwrap()
}

fn main() {
    let everybody = pedigree(PEOPLE);
    let before = allocated();
    let start = Instant::now();
    let lineage = Lineage::of_founders(end(), &everybody).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let bytes = allocated() - before;
    drop(everybody);
    println!("{PEOPLE} people recorded in {seconds:.2} s");
    println!("bytes a person: {:.2}", bytes as f64 / PEOPLE as f64);
    saved(&lineage);
    digested(&lineage);
    records(&lineage);
    depth(&lineage);
    questions(&lineage, "everybody", 0..PEOPLE);
    questions(&lineage, "the last tenth", PEOPLE / 10 * 9..PEOPLE);

    let village = Lineage::of_founders(end(), &pedigree(VILLAGERS)).unwrap();
    println!("a village of {VILLAGERS}:");
    depth(&village);
    questions(&village, "everybody", 0..VILLAGERS);
    all_inbreeding(&village);
}

/// People evenly over the years, most of them children of couples of a plausible age; everybody lives for 56
/// to 95 years.
fn pedigree(people: usize) -> Vec<Founder> {
    let mut draw = Stream::new(Seed(1), "benches.pedigree").at(0, Tick::ZERO);
    let days = YEARS * 365;
    let born = |row: usize| {
        end()
            .plus_days((row * days / people) as i32 - days as i32)
            .unwrap()
    };
    let women: Vec<bool> = (0..people).map(|_| draw.below(2).unwrap() == 1).collect();
    let mut husbands = vec![NONE as u32; people];
    let a_year = people / YEARS;
    (0..people)
        .map(|row| {
            let sex = if women[row] { Sex::Female } else { Sex::Male };
            let mut founder = Founder::new(BirthDate(born(row)), sex);
            // The first generation has unknown parents.
            if row > 60 * a_year {
                let mother = pick(&mut draw, row, (18, 42), a_year, |row| women[row]);
                let husband = husbands[mother] as usize;
                // A widow, or one in ten who remarries.
                let is_old = husband != NONE && row - husband > 55 * a_year;
                if husband == NONE || is_old || draw.below(10).unwrap() == 0 {
                    let father = pick(&mut draw, row, (20, 52), a_year, |row| !women[row]);
                    husbands[mother] = father as u32;
                }
                founder = founder
                    .mother(id(mother))
                    .father(id(husbands[mother] as usize));
            }
            let age = 56 * 365 + draw.below(40 * 365).unwrap() as i32;
            match born(row).plus_days(age) {
                Ok(died) if died < end() => founder.died(died),
                _ => founder,
            }
        })
        .collect()
}

/// Somebody of so many years more than the row.
fn pick(
    draw: &mut Draw,
    row: usize,
    (youngest, oldest): (usize, usize),
    a_year: usize,
    counts: impl Fn(usize) -> bool,
) -> usize {
    loop {
        let ago =
            youngest * a_year + draw.below(((oldest - youngest) * a_year) as u64).unwrap() as usize;
        if counts(row - ago) {
            return row - ago;
        }
    }
}

fn id(row: usize) -> PersonId {
    PersonId::new(row as u64).unwrap()
}

fn saved(lineage: &Lineage) {
    let mut bytes = Vec::new();
    let start = Instant::now();
    lineage.save(&mut bytes);
    let save = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let loaded = Lineage::load(&bytes).unwrap();
    let load = start.elapsed().as_secs_f64();
    let megabytes = bytes.len() as f64 / 1e6;
    println!(
        "save {save:.2} s, {megabytes:.0} MB; load {load:.2} s, {} people",
        loaded.len()
    );
}

/// What a digest of the lineage takes: a tick whose digest is taken pays it.
fn digested(lineage: &Lineage) {
    let key = TypeKey::new("family.lineage");
    let alive = lineage.iter().filter(|(_, record)| record.died.is_none());
    let alive = alive.count();
    let seconds = best(|| lineage.digest(&key));
    println!("digest {:.1} ms, {alive} alive", seconds * 1e3);
}

/// Random records, one after the other: each is asked for when the one before is there.
fn records(lineage: &Lineage) {
    const LOOKS: usize = 4_000_000;
    let mut row = 1;
    let seconds = best(|| {
        let mut sum = 0;
        for _ in 0..LOOKS {
            let born = lineage.get(id(row)).map_or(0, |record| record.born.days());
            sum += born;
            // Weyl's sequence, and the last answer so that no look is begun before it.
            row = (row + 6_180_339 + (born & 1) as usize) % PEOPLE;
        }
        sum
    });
    let nanoseconds = seconds * 1e9 / LOOKS as f64;
    println!("a record: {nanoseconds:.1} ns");
}

/// How many ancestors those born last have, and how far up.
fn depth(lineage: &Lineage) {
    let relations = Relations::new(lineage);
    let (mut ancestors, mut deepest) = (0, 0);
    let last = lineage.len() - 100..lineage.len();
    for row in last {
        for (_, generation) in relations.ancestors(id(row), u32::MAX) {
            ancestors += 1;
            deepest = deepest.max(generation);
        }
    }
    println!(
        "ancestors of those born last: {} on average, up to {deepest} generations",
        ancestors / 100
    );
}

fn questions(lineage: &Lineage, name: &str, who: std::ops::Range<usize>) {
    let mut draw = Stream::new(Seed(2), "benches.pairs").at(0, Tick::ZERO);
    let mut pair =
        move || [(); 2].map(|()| id(who.start + draw.below(who.len() as u64).unwrap() as usize));
    let relations = Relations::new(lineage);
    let mut related = 0;
    let times = time(1_000_000, &mut pair, |[a, b]| {
        related += u32::from(relations.relation(a, b, 4).is_some());
    });
    println!("relation, {name}: {times}, {related} related");
    let mut kinship = Kinship::new(lineage);
    for round in ["first", "next"] {
        let mut sum = 0.0;
        let times = time(10_000, &mut pair, |[a, b]| {
            sum += kinship.kinship(a, b).unwrap();
        });
        println!(
            "kinship, {name}, {round} pairs: {times}, mean {:.3e}",
            sum / 1e4
        );
    }
    // The slowest of all when nothing is known yet; the best of three, as others use the machine too.
    let slowest = (0..10_000).map(|_| {
        let [a, b] = pair();
        let once = || {
            let mut kinship = Kinship::new(lineage);
            let start = Instant::now();
            std::hint::black_box(kinship.kinship(a, b));
            start.elapsed().as_nanos()
        };
        once().min(once()).min(once())
    });
    let slowest = slowest.max().unwrap_or_default() as f64 / 1e3;
    println!("kinship, {name}, each pair anew: max {slowest:.1} us");
}

/// Everybody's inbreeding, as sgkit's `pedigree_inbreeding` works it out for a pedigree of this size.
fn all_inbreeding(lineage: &Lineage) {
    let mut kinship = Kinship::new(lineage);
    let start = Instant::now();
    let sum: f64 = (0..lineage.len())
        .map(|row| kinship.inbreeding(id(row)).unwrap())
        .sum();
    let seconds = start.elapsed().as_secs_f64();
    let mean = sum / lineage.len() as f64;
    println!("inbreeding of all: {:.0} ms, mean {mean:.4}", seconds * 1e3);
}

/// Asks about so many pairs, each timed, and tells the percentiles.
fn time(
    pairs: usize,
    mut pair: impl FnMut() -> [PersonId; 2],
    mut ask: impl FnMut([PersonId; 2]),
) -> String {
    let mut nanoseconds: Vec<u64> = (0..pairs)
        .map(|_| {
            let pair = pair();
            let start = Instant::now();
            ask(pair);
            start.elapsed().as_nanos() as u64
        })
        .collect();
    nanoseconds.sort_unstable();
    let at = |share: f64| nanoseconds[((pairs - 1) as f64 * share) as usize] as f64 / 1e3;
    format!(
        "p50 {:.2} us, p99 {:.2} us, max {:.1} us",
        at(0.5),
        at(0.99),
        at(1.0)
    )
}
