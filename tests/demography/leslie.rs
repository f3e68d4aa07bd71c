//! A population that lives by a Leslie matrix, one by one: a small plugin in which a tick is a step.

use oikos::core::child_subject;
use oikos::family::Leslie;
use oikos::prelude::*;

use crate::growth::mean_and_error;

kind! {
    /// An animal of a textbook.
    pub(crate) Animal, AnimalId = "animal";
}

draw_stream!(pub(crate) Survival = "leslie.survival");

/// Its class: how many steps it has lived.
#[derive(Attribute, Clone, Copy, Default)]
#[attribute(kind = Animal)]
struct Class(u8);

/// Newborn that each animal of a class leaves in a step.
const FERTILITY: [u32; 3] = [0, 4, 3];
/// The chance of each class to live on into the next.
const SURVIVAL: [f64; 3] = [0.5, 0.25, 0.0];
/// Founders by class: in the shares of the stable population, .72, .24 and .04.
const FOUNDERS: [usize; 3] = [1_440, 480, 80];
const STEPS: u32 = 8;
const REPLICATES: u64 = 20;

fn step(
    mut animals: Rows<&mut Class>,
    draws: Draws<Survival>,
    mut births: ResMut<Births<Animal>>,
    mut deaths: ResMut<Deaths<Animal>>,
) {
    let odds = SURVIVAL.map(|chance| Prob::from_f64(chance).unwrap());
    animals.for_each(|who, class| {
        let at = usize::from(class.0);
        for number in 0..FERTILITY[at] {
            let subject = child_subject(who.subject(), number);
            births.request(who.id().get(), number, subject);
        }
        if draws.chance(who, odds[at]) {
            class.0 += 1;
        } else {
            deaths.request(who.id(), 0);
        }
    });
}

fn herd(seed: u64) -> Society {
    let founders = |world: &mut World| {
        let classes: Vec<Class> = FOUNDERS
            .into_iter()
            .zip(0..)
            .flat_map(|(number, class)| vec![Class(class); number])
            .collect();
        let animals = found::<Animal>(world, 0..classes.len() as u64)?;
        set_all(world, animals[0].id(), &classes)?;
        Ok(())
    };
    let plugin = |app: &mut App| {
        app.kind::<Animal>().attribute::<Class>();
        app.add_systems(Tick, step.in_set(Phase::Live));
    };
    Society::builder(Seed(seed))
        .start(date(2000, 1, 1))
        .tick(Days(1))
        .threads(1)
        .add_plugins(plugin)
        .populate(founders)
        .build()
        .unwrap()
}

/// Animals by class.
fn numbers(herd: &Society) -> [f64; 3] {
    let mut numbers = [0.0; 3];
    for id in herd.slot_order::<Animal>() {
        let class = herd.get::<Class>(id).unwrap();
        numbers[usize::from(class.0)] += 1.0;
    }
    numbers
}

/// The slope of the least squares line through values at 0, 1, 2, ...
fn slope(values: &[f64]) -> f64 {
    let middle = (values.len() as f64 - 1.0) / 2.0;
    let offsets = || (0..values.len()).map(|at| at as f64 - middle);
    let squares: f64 = offsets().map(|offset| offset * offset).sum();
    let products = offsets().zip(values).map(|(offset, value)| offset * value);
    products.sum::<f64>() / squares
}

#[test]
fn simulated_numbers_grow_as_the_matrix_says() {
    let matrix = Leslie::new(FERTILITY.map(f64::from).to_vec(), SURVIVAL[..2].to_vec()).unwrap();
    let stable = matrix.stable().unwrap();
    let (mut slopes, mut shares) = (Vec::new(), [const { Vec::new() }; 3]);
    for seed in 1..=REPLICATES {
        let mut herd = herd(seed);
        let mut logs = vec![libm::log(numbers(&herd).iter().sum())];
        for _ in 0..STEPS {
            herd.step().unwrap();
            logs.push(libm::log(numbers(&herd).iter().sum()));
        }
        slopes.push(slope(&logs));
        let last = numbers(&herd);
        let total: f64 = last.iter().sum();
        for (share, number) in shares.iter_mut().zip(last) {
            share.push(number / total);
        }
    }
    let (mean, error) = mean_and_error(&slopes);
    let expected = libm::log(1.5);
    println!("log-slope {mean:.5} a step, s.e. {error:.5}, matrix {expected:.5}");
    assert!((stable.rate() - expected).abs() < 1e-12);
    assert!((mean - expected).abs() < 3.0 * error);
    for (class, expected) in [0.72, 0.24, 0.04].into_iter().enumerate() {
        let (mean, error) = mean_and_error(&shares[class]);
        println!("class {class}: {mean:.5}, s.e. {error:.5}, matrix {expected}");
        assert!((mean - expected).abs() < 3.0 * error, "class {class}");
    }
}
