//! A million people: what it takes to make them, to keep them, to run them for a year of days in both modes
//! of hazards, to digest, save and load them.
//!
//! `cargo bench -p oikos-benches --bench town`. Each figure is the best of a few runs of seconds each, so
//! this is a program of its own and no criterion group.

#![expect(
    clippy::unwrap_used,
    reason = "the bundled tables are sound, and a benchmark may stop"
)]

use oikos_benches::measure::{Counting, allocated, best};
use oikos_core::{Months, Seed, Years, date};
use oikos_engine::Society;
use oikos_family::{FamilyPlugin, HazardMode, Lineage, Population, Tables};

#[global_allocator]
static COUNTING: Counting = Counting;

const PEOPLE: u64 = 1_000_000;

fn town(mode: HazardMode, threads: usize) -> Society {
    let tables = Tables::us().unwrap();
    let family = FamilyPlugin::new(&tables).unwrap().hazards(mode);
    let population = Population::counted(tables, PEOPLE).unwrap();
    let builder = Society::builder(Seed(1))
        .start(date(2019, 7, 1))
        .threads(threads);
    builder
        .add_plugins(family)
        .populate(population)
        .build()
        .unwrap()
}

fn living(town: &Society) -> f64 {
    town.slot_order::<oikos_world::Person>().len() as f64
}

fn main() {
    println!(
        "building a million: {:.2} s",
        best(|| town(HazardMode::Daily, 2))
    );
    memory();
    for threads in [1, 2] {
        daily(threads);
    }
    for threads in [1, 2] {
        thinned(threads);
    }
    state();
}

/// Bytes per living person: as built, with the genesis that a failure falls back to, and after a year.
fn memory() {
    let before = allocated();
    let mut town = town(HazardMode::Daily, 2);
    let per_person = |town: &Society| (allocated() - before) as f64 / living(town);
    println!("bytes a person, as built: {:.1}", per_person(&town));
    town.run(Years(1)).unwrap();
    println!("bytes a person, after a year: {:.1}", per_person(&town));
}

fn daily(threads: usize) {
    let mut town = town(HazardMode::Daily, threads);
    town.run(Months(1)).unwrap();
    let mut person_ticks = 0.0;
    let mut events = 0;
    let seconds = best(|| {
        let (start, records) = (town.tick().index(), events_so_far(&town));
        let people = living(&town);
        town.run(Years(1)).unwrap();
        person_ticks = f64::from(town.tick().index() - start) * (people + living(&town)) / 2.0;
        events = events_so_far(&town) - records;
    });
    println!(
        "daily, {threads} threads: {:.1} M person-ticks/s, {:.0} events/s",
        person_ticks / seconds / 1e6,
        f64::from(events) / seconds
    );
}

fn thinned(threads: usize) {
    let mut town = town(HazardMode::Thinned, threads);
    town.run(Months(1)).unwrap();
    let years = 5;
    let mut person_years = 0.0;
    let seconds = best(|| {
        let people = living(&town);
        town.run(Years(years)).unwrap();
        person_years = f64::from(years) * (people + living(&town)) / 2.0;
    });
    let rate = person_years / seconds / 1e6;
    println!("thinned, {threads} threads: {rate:.2} M person-years/s at daily resolution");
}

/// Births and deaths.
fn events_so_far(town: &Society) -> u32 {
    let lineage = town.world().resource::<Lineage>();
    let ever = lineage.len() as u32;
    2 * ever - living(town) as u32
}

fn state() {
    let mut town = town(HazardMode::Daily, 2);
    let seconds = best(|| town.digest().unwrap());
    println!(
        "digest: {:.1} ms, {:.1} ns a person",
        seconds * 1e3,
        seconds * 1e9 / PEOPLE as f64
    );
    let seconds = best(|| town.snapshot().unwrap());
    let snapshot = town.snapshot().unwrap();
    println!(
        "save: {:.1} ms for {:.1} MB",
        seconds * 1e3,
        snapshot.len_bytes() as f64 / 1e6
    );
    let seconds = best(|| town.restore(&snapshot).unwrap());
    println!("load: {:.1} ms", seconds * 1e3);
}
