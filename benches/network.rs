//! A million people with twenty friends each: what it takes to draw, to build, to read and to edit who is tied
//! to whom, to digest, save and load it.
//!
//! `cargo bench -p oikos-benches --bench network`. Each figure is the best of a few runs of up to seconds each,
//! so this is a program of its own and no criterion group.

#![expect(clippy::disallowed_types, reason = "a stopwatch")]
#![expect(clippy::unwrap_used, reason = "a benchmark may stop")]

use std::time::Instant;

use bevy_app::App;
use bevy_ecs::error::BevyError;
use bevy_ecs::prelude::*;
use oikos_benches::measure::best;
use oikos_core::{Seed, StableId, Stream, Tick as TickNumber};
use oikos_engine::{AppExt, Draws, Due, Phase, Society, Tick, draw_stream, found};
use oikos_world::{
    EdgeList, Edges, Edits, Graph, Homophily, Network, NetworkExt, PeoplePlugin, Person, PersonId,
    Tie, barabasi_albert, configuration_model, erdos_renyi, found_ties, homophilous,
    watts_strogatz,
};

const PEOPLE: u32 = 1_000_000;
const TIES: u32 = 10_000_000;
const EDITS: u32 = 100_000;

struct Friendship;

impl Tie for Friendship {
    const NAME: &'static str = "benches.friendship";
    type Of = Person;
    type Value = ();
    const DIRECTED: bool = false;
}

draw_stream!(Meeting = "benches.meeting");

/// Ties half as many pairs as there are edits, and unties as many others.
fn meet(
    ordered: Res<Due<u32>>,
    draws: Draws<Meeting>,
    mut edits: ResMut<Edits<Friendship>>,
) -> Result<(), BevyError> {
    let mut draw = draws.of(());
    for _ in 0..ordered.iter().sum() {
        let mut somebody = || PersonId::new(draw.below(u64::from(PEOPLE)).unwrap_or(0));
        let (one, other) = (somebody()?, somebody()?);
        if one < other {
            edits.connect(one, other, ())?;
        } else {
            edits.disconnect(one, other);
        }
    }
    Ok(())
}

fn friends(app: &mut App) {
    app.add_plugins(PeoplePlugin)
        .network::<Friendship>()
        .input::<u32>("benches.meet", 1)
        .add_systems(Tick, meet.in_set(Phase::Act));
}

fn main() {
    let edges = generators();
    let mut town = build(&edges);
    reading(&town, &edges);
    editing(&mut town);
    state(&mut town);
}

/// Each makes about as many ties; the edges of the first are returned.
fn generators() -> Edges {
    let draw = || Stream::new(Seed(1), "benches").at(0, TickNumber::ZERO);
    let mean = 2 * TIES / PEOPLE;
    let p = f64::from(mean) / f64::from(PEOPLE - 1);
    let random = erdos_renyi(PEOPLE, p, &mut draw()).unwrap();
    let degrees: Vec<u32> = Graph::new(PEOPLE as usize, &random)
        .unwrap()
        .degrees()
        .map(|degree| degree as u32)
        .collect();
    let groups: Vec<u32> = (0..PEOPLE).map(|node| node % 5).collect();
    let ages: Vec<u32> = (0..PEOPLE).map(|node| node / 7 % 90).collect();
    let alike = Homophily {
        mean_degree: f64::from(mean),
        within: 0.8,
        age_scale: 8.0,
    };
    type Generator<'a> = Box<dyn Fn() -> Edges + 'a>;
    let all: [(&str, Generator<'_>); 5] = [
        (
            "Erdős–Rényi",
            Box::new(|| erdos_renyi(PEOPLE, p, &mut draw()).unwrap()),
        ),
        (
            "Watts–Strogatz",
            Box::new(|| watts_strogatz(PEOPLE, mean, 0.1, &mut draw()).unwrap()),
        ),
        (
            "Barabási–Albert",
            Box::new(|| barabasi_albert(PEOPLE, mean / 2, &mut draw()).unwrap()),
        ),
        (
            "configuration",
            Box::new(|| configuration_model(&degrees, &mut draw()).unwrap()),
        ),
        (
            "homophilous",
            Box::new(|| homophilous(&groups, &ages, &alike, &mut draw()).unwrap()),
        ),
    ];
    for (name, generate) in all {
        let start = Instant::now();
        let ties = generate().len();
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{name}: {:.0} ns a tie for {ties} ties",
            seconds * 1e9 / ties as f64
        );
    }
    random
}

fn build(edges: &Edges) -> Society {
    let members: Vec<PersonId> = (0..u64::from(PEOPLE))
        .map(|id| PersonId::new(id).unwrap())
        .collect();
    let list = EdgeList::<Friendship>::generated("benches", &members, edges, ()).unwrap();
    let populate = move |world: &mut World| {
        found::<Person>(world, 0..u64::from(PEOPLE))?;
        let start = Instant::now();
        found_ties(world, &list)?;
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "building: {seconds:.2} s for {} ties",
            world.resource::<Network<Friendship>>().len()
        );
        Ok(())
    };
    let builder = Society::builder(Seed(1)).threads(1).add_plugins(friends);
    builder.populate(populate).build().unwrap()
}

/// Everybody's neighbours one after the other, beside those of a graph that cannot be edited.
fn reading(town: &Society, edges: &Edges) {
    let network = town.world().resource::<Network<Friendship>>();
    let ends = 2.0 * network.len() as f64;
    let ids = || (0..u64::from(PEOPLE)).filter_map(|id| PersonId::new(id).ok());
    let sum = |id| {
        network
            .neighbours(id)
            .map(|(other, ())| other.get())
            .sum::<u64>()
    };
    let seconds = best(|| ids().map(sum).fold(0, u64::wrapping_add));
    println!(
        "reading in order: {:.2} ns a neighbour",
        seconds * 1e9 / ends
    );
    let graph = Graph::new(PEOPLE as usize, edges).unwrap();
    let sum = |node| {
        graph
            .neighbours(node)
            .iter()
            .map(|other| u64::from(*other))
            .sum::<u64>()
    };
    let seconds = best(|| (0..PEOPLE).map(sum).fold(0, u64::wrapping_add));
    println!(
        "reading in order, plain: {:.2} ns a neighbour",
        seconds * 1e9 / ends
    );
    // 7919 is prime to the number of people: everybody comes up once.
    let jump = |id: u64| PersonId::new(id * 7_919 % u64::from(PEOPLE)).ok();
    let sum = |id| {
        network
            .neighbours(id)
            .map(|(other, ())| other.get())
            .sum::<u64>()
    };
    let jumped = || (0..u64::from(PEOPLE)).filter_map(jump);
    let seconds = best(|| jumped().map(sum).fold(0, u64::wrapping_add));
    println!(
        "reading at random: {:.0} ns a person",
        seconds * 1e9 / f64::from(PEOPLE)
    );
}

fn editing(town: &mut Society) {
    let mut shortest = f64::INFINITY;
    let mut longest = 0.0_f64;
    for _ in 0..30 {
        town.submit("benches.meet", town.tick(), &EDITS).unwrap();
        let start = Instant::now();
        town.step().unwrap();
        let seconds = start.elapsed().as_secs_f64();
        shortest = shortest.min(seconds);
        longest = longest.max(seconds);
    }
    println!(
        "a tick with {EDITS} edits: {:.0} to {:.0} ms",
        shortest * 1e3,
        longest * 1e3
    );
    let seconds = best(|| town.step().unwrap());
    println!("a tick without edits: {:.3} ms", seconds * 1e3);
}

fn state(town: &mut Society) {
    let digest = |town: &Society| {
        let all = town.digest_by_type().unwrap();
        all.into_iter().find(|(name, _)| name == Friendship::NAME)
    };
    let before = digest(town);
    let seconds = best(|| town.snapshot().unwrap());
    let snapshot = town.snapshot().unwrap();
    let bytes = snapshot.len_bytes() as f64 / 1e6;
    println!(
        "save: {:.0} ms for {bytes:.1} MB, people included",
        seconds * 1e3
    );
    let seconds = best(|| town.restore(&snapshot).unwrap());
    println!("load: {:.0} ms", seconds * 1e3);
    assert_eq!(digest(town), before);
}
