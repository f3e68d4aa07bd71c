//! The gate: F1 to F14 over random scripts, each rare thing in at least one case of a hundred.

use std::cell::RefCell;

use oikos::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::audit::{Audit, Rare, Register};
use super::script::{Script, script};
use super::town::{Order, step};
use super::view::{Census, Day};

const CASES: u32 = 120;

/// Days from one census to the next.
const CENSUS_DAYS: u16 = 30;

/// A town at its end, and the orders that it was given, day by day.
pub(super) struct Told {
    pub(super) town: Society,
    pub(super) orders: Vec<Vec<Order>>,
    pub(super) rare: Rare,
}

/// What is done to what an observer sees, before the audit looks at it.
pub(super) trait Observer {
    fn day(&mut self, _day: &mut Day, _audit: &Audit) {}
    fn census(&mut self, _census: &mut Census, _audit: &Audit) {}
    fn coefficient(&mut self, _one: PersonId, _other: PersonId, phi: f64) -> f64 {
        phi
    }
    fn score(&mut self, _score: &mut Score, _register: &Register) {}
}

/// Sees what there is.
pub(super) struct Honest;

impl Observer for Honest {}

/// Runs a script and looks at each day, at everybody once a month, and at the end.
pub(super) fn run(
    script: &Script,
    builder: SocietyBuilder,
    observer: &mut dyn Observer,
) -> Result<Told, String> {
    let mut town = builder.build().map_err(|error| error.to_string())?;
    let mut audit = Audit::of(&town);
    let mut given = Vec::new();
    for day in 0..script.days() {
        let orders = script.orders(&town, day);
        step(&mut town, &orders)?;
        given.push(orders);
        let mut seen = Day::of(&town);
        observer.day(&mut seen, &audit);
        audit.day(&seen)?;
        if day % CENSUS_DAYS == 0 || day + 1 == script.days() {
            let mut census = Census::of(&town);
            observer.census(&mut census, &audit);
            audit.census(&census)?;
        }
    }
    audit.end(&town, observer)?;
    Ok(Told {
        town,
        orders: given,
        rare: audit.rare,
    })
}

/// F14: the same orders to a town whose rows are shuffled each day come to the same digest.
pub(super) fn f14_order_of_rows(builder: SocietyBuilder, told: &Told) -> Result<(), String> {
    let mut town = builder
        .scramble(77)
        .build()
        .map_err(|error| error.to_string())?;
    for orders in &told.orders {
        step(&mut town, orders)?;
    }
    let digests = [&told.town, &town].map(|town| town.digest().unwrap());
    if digests[0] == digests[1] {
        return Ok(());
    }
    Err(format!(
        "F14 shuffled rows come to another history: {digests:?}"
    ))
}

/// In how many cases something happened.
#[derive(Default, Debug)]
struct Coverage {
    cases: u32,
    twins: u32,
    remarriages: u32,
    orphans: u32,
    half_siblings: u32,
    posthumous: u32,
    refused: u32,
    refused_by_kind: [u32; 7],
    rounds: u32,
    estates: u32,
    arrivals: u32,
    departures: u32,
    by_matching: [u32; 3],
    daily: u32,
}

impl Coverage {
    fn add(&mut self, script: &Script, rare: &Rare) {
        let add = |to: &mut u32, count: u32| *to += u32::from(count > 0);
        self.cases += 1;
        add(&mut self.twins, rare.twins);
        add(&mut self.remarriages, rare.remarriages);
        add(&mut self.orphans, rare.orphans);
        add(&mut self.half_siblings, rare.half_siblings);
        add(&mut self.posthumous, rare.posthumous);
        add(&mut self.refused, rare.refused);
        for (to, count) in self.refused_by_kind.iter_mut().zip(rare.refused_by_kind) {
            add(to, count);
        }
        add(&mut self.rounds, rare.rounds);
        add(&mut self.estates, rare.estates);
        add(&mut self.arrivals, rare.arrivals);
        add(&mut self.departures, rare.departures);
        self.by_matching[usize::from(script.setting.matching)] += 1;
        self.daily += u32::from(!script.setting.thinned);
    }

    fn least(&self) -> u32 {
        let all = [
            self.twins,
            self.remarriages,
            self.orphans,
            self.half_siblings,
            self.posthumous,
            self.refused,
            self.rounds,
            self.estates,
            self.arrivals,
            self.departures,
            self.daily,
            self.cases - self.daily,
        ];
        let all = all
            .into_iter()
            .chain(self.refused_by_kind)
            .chain(self.by_matching);
        all.min().unwrap_or_default()
    }
}

#[test]
fn f01_to_f14_hold_and_what_is_rare_happens() {
    let coverage = RefCell::new(Coverage::default());
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        // A case takes a fifth of a second, and its setting and wishes are printed whole.
        max_shrink_iters: 0,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(&script(), |script| {
        let told = run(&script, script.setting.builder(), &mut Honest);
        let told = told.map_err(TestCaseError::fail)?;
        let mut coverage = coverage.borrow_mut();
        if coverage.cases % 5 == 0 {
            f14_order_of_rows(script.setting.builder(), &told).map_err(TestCaseError::fail)?;
        }
        coverage.add(&script, &told.rare);
        Ok(())
    });
    let coverage = coverage.into_inner();
    println!("{coverage:#?}");
    if let Err(error) = result {
        let error = error.to_string();
        panic!("{}", error.replace("\n", " "));
    }
    // One case of a hundred has each.
    assert!(coverage.least() * 100 >= CASES, "{coverage:?}");
}
