//! Unions that a society starts with: those that can be, and those that cannot.

use std::error::Error;
use std::sync::OnceLock;

use bevy_ecs::world::World;
use oikos_core::{Date, Days, Seed, StableId, date};
use oikos_engine::Society;
use oikos_world::{BirthDate, PersonId, Sex};

use super::founding::{FoundUnions, FoundedUnion};
use super::{End, MaritalStatus, UnionStatus, Unions, UnionsPlugin};
use crate::population::found_kin;
use crate::{FamilyFigures, FamilyPlugin, Founder, Tables};

fn id(id: u64) -> PersonId {
    PersonId::new(id).unwrap()
}

fn day(year: i32) -> Date {
    date(year, 3, 1).unwrap()
}

/// A widow and her dead husband (0, 1), their daughter and son (2, 3), an unrelated woman and man (4, 5), a girl (6).
fn people() -> Vec<Founder> {
    let born = |year, sex| Founder::new(BirthDate(day(year)), sex);
    let child = |year, sex| born(year, sex).mother(id(0)).father(id(1));
    vec![
        born(1950, Sex::Female),
        born(1948, Sex::Male).died(day(2015)),
        child(1975, Sex::Female),
        child(1978, Sex::Male),
        born(1980, Sex::Female),
        born(1981, Sex::Male),
        born(2010, Sex::Female),
    ]
}

fn union(partners: [u64; 2], formed: i32) -> FoundedUnion {
    FoundedUnion {
        partners: partners.map(id),
        formed: day(formed),
        married: None,
        ended: None,
    }
}

fn married(partners: [u64; 2], formed: i32, ended: Option<(i32, End)>) -> FoundedUnion {
    FoundedUnion {
        married: Some(day(formed)),
        ended: ended.map(|(year, end)| (day(year), end)),
        ..union(partners, formed)
    }
}

fn town(
    unions: impl Fn(&mut World) -> Result<(), Box<dyn Error + Send + Sync>> + Send + 'static,
) -> Result<Society, oikos_engine::EngineError> {
    static FITTED: OnceLock<UnionsPlugin> = OnceLock::new();
    let tables = Tables::us().unwrap();
    let fit = || UnionsPlugin::new(&FamilyFigures::us().unwrap(), &tables).unwrap();
    let plugin = FITTED.get_or_init(fit).clone();
    Society::builder(Seed(1))
        .start(date(2020, 7, 1))
        .add_plugins((FamilyPlugin::new(&tables).unwrap(), plugin))
        .populate(|world: &mut World| {
            found_kin(world, &people())?;
            Ok(())
        })
        .populate(unions)
        .build()
}

#[test]
fn unions_make_of_the_living_what_they_should() {
    let unions = FoundUnions(vec![
        married([0, 1], 1974, Some((2015, End::Death))),
        married([2, 5], 2000, Some((2010, End::Divorce))),
        union([4, 3], 2005),
        married([2, 5], 2012, None),
    ]);
    let mut town = town(move |world| {
        use oikos_engine::Populate;
        Box::new(unions.clone()).populate(world)
    })
    .unwrap();
    let of = |person: u64| {
        (
            town.get::<UnionStatus>(id(person)).unwrap(),
            town.get::<MaritalStatus>(id(person)).unwrap(),
        )
    };
    assert_eq!(of(0), (UnionStatus::Single, MaritalStatus::Widowed));
    for person in [2, 5] {
        assert_eq!(of(person), (UnionStatus::Married, MaritalStatus::Married));
    }
    for person in [3, 4] {
        let expected = (UnionStatus::Cohabiting, MaritalStatus::NeverMarried);
        assert_eq!(of(person), expected);
    }
    // Past the end of the year, where the invariant looks.
    town.run(Days(200)).unwrap();
}

#[test]
fn unions_that_cannot_be_are_refused_by_name() {
    let cases: [(FoundedUnion, &str); 8] = [
        (union([4, 99], 2010), "99"),
        (union([4, 2], 2010), "person#4 is no woman"),
        (union([5, 4], 2010), "person#5 is no woman"),
        (union([2, 3], 2010), "person#3 is too close kin"),
        (union([6, 5], 2019), "person#6 was too young"),
        (union([4, 1], 2010), "person#1 had died"),
        (
            union([4, 5], 2021),
            "person#4 cannot have a union of a day to come",
        ),
        (
            married([4, 5], 2010, Some((2005, End::Divorce))),
            "has an event after that day",
        ),
    ];
    for (union, says) in cases {
        let refused = town(move |world| {
            let before = world.resource::<Unions>().len();
            let refused = super::founding::found_unions(world, &[union]).unwrap_err();
            assert_eq!(world.resource::<Unions>().len(), before);
            Err(refused.to_string().into())
        });
        let text = format!("{:?}", refused.err().unwrap());
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn unions_in_the_book_alone_are_found_on_the_first_day() {
    let mut town = town(|world| {
        let mut unions = world.resource_mut::<Unions>();
        unions.form([id(4), id(5)], day(2010))?;
        Ok(())
    })
    .unwrap();
    let text = town.step().unwrap_err().to_string();
    assert!(
        text.contains("FoundUnions") && text.contains("person#4"),
        "{text}"
    );
}
