//! What a town with families says of itself: kin, parity and first marriages, by definition.

use std::collections::BTreeMap;

use oikos::family::{ChildrenBorn, Unions};
use oikos::prelude::*;
use oikos::world::{DistributionRow, Distributions};

fn read(town: &Society, name: &str) -> Vec<DistributionRow> {
    let all = town.world().resource::<Distributions>();
    (all.find(name).unwrap().read)(town.world())
}

fn count(reading: Reading) -> i64 {
    match reading {
        Reading::Int(count) => count,
        other => panic!("{other:?} is no count"),
    }
}

fn mean(reading: Reading) -> f64 {
    match reading {
        Reading::Float(mean) => mean,
        other => panic!("{other:?} is no mean"),
    }
}

#[test]
fn a_town_with_families_tells_kin_parity_and_first_marriages() {
    let mut town = crate::families::town(HazardMode::Thinned, 6_000, 5)
        .threads(1)
        .build()
        .unwrap();
    town.run(Years(3)).unwrap();
    first_marriages(&town);
    let women = completed_parity(&town);
    println!("{women} women of 45 to 49");
    let kin = read(&town, "living_kin_by_age");
    for row in &kin {
        println!("{} {:?} {:?}", row.from, row.below, row.values);
    }
    // Nearly all small children have a mother, and all of them are known.
    assert!(mean(kin[0].values[0]) > 0.97);
    assert!(mean(kin[0].values[6]) > 0.97);
    let people: i64 = kin.iter().map(|row| count(row.values[11])).sum();
    assert_eq!(people, town.slot_order::<Person>().len() as i64);
}

fn first_marriages(town: &Society) {
    let lineage = town.world().resource::<Lineage>();
    let mut first = BTreeMap::new();
    for (_, union) in town.world().resource::<Unions>().iter() {
        for (person, wedding) in union.partners.into_iter().zip([union.married; 2]) {
            if let Some(wedding) = wedding {
                let known = first.entry(person).or_insert(wedding);
                *known = wedding.min(*known);
            }
        }
    }
    let rows = read(town, "age_at_first_marriage");
    let mut slow = BTreeMap::new();
    for (person, wedding) in &first {
        let record = lineage.get(*person).unwrap();
        let age = wedding.completed_years_since(record.born) as u32;
        let last = rows.last().unwrap().from;
        *slow.entry((age.min(last), record.sex.index())).or_insert(0) += 1;
    }
    for row in &rows {
        for (sex, reading) in row.values.iter().enumerate() {
            let expected = slow.remove(&(row.from, sex)).unwrap_or(0);
            assert_eq!(*reading, Reading::Int(expected), "{} {sex}", row.from);
        }
    }
    assert!(slow.is_empty() && first.len() > 1_000, "{slow:?}");
}

fn completed_parity(town: &Society) -> i64 {
    let ages = Ages::on(town.today());
    let mut slow = [0; 6];
    for id in town.slot_order::<Person>() {
        let age = ages.completed(town.get::<BirthDate>(id).unwrap());
        if town.get::<Sex>(id) == Some(Sex::Female) && (45..50).contains(&age) {
            slow[usize::from(town.get::<ChildrenBorn>(id).unwrap().0).min(5)] += 1;
        }
    }
    let rows = read(town, "completed_parity");
    assert!(mean(rows[0].values[1]) >= 0.95);
    let counts: Vec<i64> = rows.iter().map(|row| count(row.values[0])).collect();
    assert_eq!(counts, slow);
    counts.iter().sum()
}
