//! How partners find each other: every matching keeps the contract and the level of the marriage function, like
//! finds like, kin are out of the question, and one man more touches few.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use oikos::engine::{Slots, set_all};
use oikos::family::{
    AgeGap, FamilyFigures, Founder, MarriageMarket, Matching, MatchingGroup, UnionRefusals,
    UnionStatus, Unions, UnionsPlugin, found_kin,
};
use oikos::prelude::*;
use oikos_testkit::Contract;

/// Fitted once: that takes longer than a small town.
fn unions(matching: Matching, homophily: f64) -> UnionsPlugin {
    static FITTED: OnceLock<UnionsPlugin> = OnceLock::new();
    let fit = || UnionsPlugin::new(&FamilyFigures::us().unwrap(), &Tables::us().unwrap()).unwrap();
    let unions = FITTED.get_or_init(fit).clone();
    unions
        .matching(matching)
        .unwrap()
        .homophily(homophily)
        .unwrap()
}

const ALL: [Matching; 3] = [
    Matching::Search,
    Matching::Stable(AgeGap::ASSUMED),
    Matching::Random { men: 12 },
];

/// Groups of founders by id: 0, 1 and 2 in proportion 2 : 1 : 1.
fn group(id: u64) -> MatchingGroup {
    MatchingGroup([0, 1, 0, 2][(id % 4) as usize])
}

fn town(mode: HazardMode, people: u64, matching: Matching, homophily: f64) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    let groups = |world: &mut World| {
        let founders = world.resource::<Slots<Person>>().next_id();
        let groups: Vec<_> = (0..founders).map(group).collect();
        set_all(world, PersonId::FIRST, &groups)?;
        Ok(())
    };
    Society::builder(Seed(7))
        .start(date(2019, 7, 20))
        .add_plugins((
            FamilyPlugin::new(&tables).unwrap().hazards(mode),
            unions(matching, homophily),
        ))
        .populate(Population::counted(tables, people).unwrap())
        .populate(groups)
}

/// People move to other groups, on any day.
fn school(mut people: Rows<&mut MatchingGroup>, clock: Res<Clock>) {
    let today = u64::from(clock.tick().index());
    people.par_for_each(|who, group| {
        if who.id().get() % 13 == today % 13 {
            group.0 = (group.0 + 1) % 3;
        }
    });
}

#[test]
fn every_matching_keeps_the_contract_in_both_modes() {
    for matching in ALL {
        for mode in [HazardMode::Daily, HazardMode::Thinned] {
            let build = || {
                town(mode, 1_500, matching, 0.6).with(|app| {
                    app.add_systems(Tick, school.in_set(Phase::Act));
                })
            };
            // From 20 July into August: groups and plans are taken up anew.
            let report = Contract::of(build).ticks(18).assert();
            let ours = |name: &&String| {
                name.contains("union") || name.contains("matching") || name.contains("market")
            };
            let untried: Vec<_> = report.untried.iter().filter(ours).collect();
            // A plan may be empty at the end, and so may the refusals.
            assert!(
                untried.iter().all(|name| name.contains("plan")),
                "{untried:?}"
            );
        }
    }
}

/// Unions that the marriage function leads to expect, day by day.
#[derive(Resource, Default)]
struct Expected(f64);

type SingleRow = (&'static BirthDate, &'static Sex, &'static UnionStatus);

fn expect(
    mut people: Rows<SingleRow>,
    (ages, market): (Res<Ages>, Res<MarriageMarket>),
    mut expected: ResMut<Expected>,
) {
    people.for_each(|_, (born, sex, status)| {
        if (*sex, *status) == (Sex::Female, UnionStatus::Single) {
            expected.0 += market.force(ages.completed(*born)).to_f64() / 365.2425;
        }
    });
}

/// Women and men in unions, by the columns, and twice the unions that last: a union counts for both.
fn in_unions(town: &Society) -> [usize; 3] {
    let coupled = |sex: Sex| {
        let people = town.slot_order::<Person>();
        let coupled = people.iter().filter(|id| {
            town.get::<Sex>(**id) == Some(sex)
                && town.get::<UnionStatus>(**id) != Some(UnionStatus::Single)
        });
        coupled.count()
    };
    let lasting = town.world().resource::<Unions>().lasting();
    [coupled(Sex::Female), coupled(Sex::Male), lasting]
}

#[test]
fn every_matching_has_the_unions_of_the_marriage_function() {
    for matching in ALL {
        let mut town = town(HazardMode::Thinned, 20_000, matching, 0.0)
            .with(|app| {
                app.derived::<Expected>(None);
                app.add_systems(Tick, expect.in_set(Phase::Perceive));
            })
            .build()
            .unwrap();
        town.run(Years(2)).unwrap();
        let world = town.world();
        let expected = world.resource::<Expected>().0;
        let book = world.resource::<Unions>();
        let (formed, refused) = (
            book.len() as f64,
            world.resource::<UnionRefusals>().0 as f64,
        );
        let lineage = world.resource::<Lineage>();
        let gaps: Vec<f64> = book
            .iter()
            .map(|(_, union)| {
                let [woman, man] = union
                    .partners
                    .map(|id| lineage.get(id).unwrap().born.days());
                f64::from(woman - man) / 365.2425
            })
            .collect();
        let mean = gaps.iter().sum::<f64>() / formed;
        let sd = (gaps
            .iter()
            .map(|gap| (gap - mean) * (gap - mean))
            .sum::<f64>()
            / formed)
            .sqrt();
        let z = (formed - expected) / expected.sqrt();
        println!(
            "{}: {formed} unions, {refused} refused, {expected:.0} expected, z {z:.2}; gap {mean:.2} ± {sd:.2}",
            matching.name()
        );
        assert!(z.abs() < 4.0, "{z}");
        // Of the thirty who enter in a month of so small a town, some find nobody of an age that goes with theirs.
        let refused_max = if matching.name() == "stable" {
            0.08
        } else {
            0.02
        };
        assert!(refused < refused_max * expected, "{refused}");
        assert!(
            (1.0..4.0).contains(&mean) && (2.5..7.0).contains(&sd),
            "{mean} {sd}"
        );
        let [women, men, lasting] = in_unions(&town);
        assert_eq!([women, men], [lasting; 2]);
    }
}

/// Share of unions within a group, with its standard error.
fn within(town: &Society) -> (f64, f64) {
    let book = town.world().resource::<Unions>();
    let same = book.iter().filter(|(_, union)| {
        let [woman, man] = union.partners.map(|id| group(id.get()));
        woman == man
    });
    let share = same.count() as f64 / book.len() as f64;
    (share, (share * (1.0 - share) / book.len() as f64).sqrt())
}

#[test]
fn like_finds_like_as_often_as_it_looks() {
    for matching in ALL {
        let mut found = Vec::new();
        for homophily in [0.0, 0.6, 1.0] {
            let mut town = town(HazardMode::Thinned, 12_000, matching, homophily)
                .build()
                .unwrap();
            town.run(Months(14)).unwrap();
            let (share, error) = within(&town);
            println!("{}, {homophily}: {share:.3} ± {error:.3}", matching.name());
            found.push((share, error));
        }
        // By chance 3 in 8 are of one group, of those who look there first nearly all.
        let [none, some, all] = [found[0], found[1], found[2]];
        let off = |found: (f64, f64), expected: f64| (found.0 - expected).abs() / found.1;
        assert!(off(none, 0.375) < 4.0, "{none:?}");
        if matching.name() == "stable" {
            // Some twenty enter in a month: not everybody finds somebody of their own group and age among them.
            assert!(some.0 > none.0 + 0.12 && all.0 > some.0 + 0.04, "{found:?}");
        } else {
            assert!(off(some, 0.6 + 0.4 * 0.375) < 4.0, "{some:?}");
            // Parents of a child unite with each other, whatever their groups.
            assert!(all.0 > 0.97, "{all:?}");
        }
    }
}

#[test]
fn children_are_in_their_mothers_group() {
    let mut town = town(HazardMode::Thinned, 3_000, Matching::Search, 0.5)
        .build()
        .unwrap();
    town.run(Years(2)).unwrap();
    let lineage = town.world().resource::<Lineage>();
    let mut children = [0; 3];
    for (child, record) in lineage.iter() {
        let living = town.get::<MatchingGroup>(child);
        if let (Some(mother), Some(of_child)) = (record.mother, living) {
            assert_eq!(of_child, group(mother.get()), "{child}");
            children[usize::from(of_child.0)] += 1;
        }
    }
    assert!(
        children.iter().all(|children| *children > 5),
        "{children:?}"
    );
}

fn pairs(town: &Society) -> BTreeSet<(PersonId, PersonId, i32)> {
    let book = town.world().resource::<Unions>().iter();
    let pair = |union: oikos::family::Union| {
        let [woman, man] = union.partners;
        (woman, man, union.formed.days())
    };
    book.map(|(_, union)| pair(union)).collect()
}

/// The pairs of a town to which men of 27 are added: they are the last to come, so that nobody else has another id.
fn pairs_with(more: usize, months: u32, matching: Matching) -> BTreeSet<(PersonId, PersonId, i32)> {
    let men = move |world: &mut World| {
        let born = BirthDate(date(1992, 3, 1)?);
        found_kin(world, &vec![Founder::new(born, Sex::Male); more])?;
        Ok(())
    };
    let builder = town(HazardMode::Thinned, 12_000, matching, 0.5).populate(men);
    let mut town = builder.build().unwrap();
    town.run(Months(months)).unwrap();
    pairs(&town)
}

/// Thirty more men are a quarter of their age: beside what they do to the forces of all, they touch those whom they
/// meet. One more touches hardly anybody.
#[test]
fn some_men_more_change_few_unions() {
    for matching in ALL {
        let without = pairs_with(0, 12, matching);
        for (more, most) in [(1, 0.06), (30, 0.35)] {
            let with = pairs_with(more, 12, matching);
            let changed = without.symmetric_difference(&with).count();
            let share = changed as f64 / (without.len() + with.len()) as f64;
            println!(
                "{}, {more} men more: of {} unions of a year {:.2} % changed",
                matching.name(),
                without.len(),
                100.0 * share
            );
            assert!(share < most, "{share}");
            assert!(more == 1 || share > 0.0, "they touch nobody");
        }
    }
}

fn founders(people: Vec<Founder>, matching: Matching) -> Society {
    let found = move |world: &mut World| {
        found_kin(world, &people)?;
        Ok(())
    };
    let tables = Tables::us().unwrap();
    Society::builder(Seed(1))
        .start(date(2000, 1, 1))
        .add_plugins((FamilyPlugin::new(&tables).unwrap(), unions(matching, 0.0)))
        .populate(found)
        .build()
        .unwrap()
}

/// A woman of 1930 with eighty children by as many men: all half-siblings, and nobody else is single.
#[test]
fn half_siblings_form_no_unions() {
    let id = |id: u64| PersonId::new(id).unwrap();
    let born = |year: i32| BirthDate(date(year, 1, 1).unwrap());
    let died = date(1999, 1, 1).unwrap();
    let mut people = vec![Founder::new(born(1930), Sex::Female).died(died)];
    people.extend((0..80).map(|_| Founder::new(born(1925), Sex::Male).died(died)));
    people.extend((0..80).map(|number| {
        let sex = Sex::ALL[(number % 2) as usize];
        let child = Founder::new(born(1971 + (number % 7) as i32), sex);
        child.mother(id(0)).father(id(1 + number))
    }));
    for matching in ALL {
        let mut town = founders(people.clone(), matching);
        town.run(Years(2)).unwrap();
        let refused = town.world().resource::<UnionRefusals>().0;
        println!("{}: {refused} women refused", matching.name());
        assert!(town.world().resource::<Unions>().is_empty());
        assert!(refused > 2, "{refused}");
    }
}

#[test]
fn where_no_men_are_of_age_there_are_no_unions() {
    let born = |year: i32| BirthDate(date(year, 1, 1).unwrap());
    let mut people: Vec<_> = (0..50)
        .map(|_| Founder::new(born(1975), Sex::Female))
        .collect();
    people.extend((0..50).map(|_| Founder::new(born(1995), Sex::Male)));
    for matching in ALL {
        let mut town = founders(people.clone(), matching);
        town.run(Years(1)).unwrap();
        assert!(town.world().resource::<Unions>().is_empty());
    }
}

#[test]
fn what_no_matching_is_has_an_error_that_says_what_to_do() {
    let plain = || unions(Matching::Search, 0.0);
    for (error, says) in [
        (plain().homophily(1.5).unwrap_err(), "between 0 and 1"),
        (plain().homophily(f64::NAN).unwrap_err(), "between 0 and 1"),
        (
            plain().matching(Matching::Random { men: 0 }).unwrap_err(),
            "between 1 and 64",
        ),
        (
            plain().matching(Matching::Random { men: 65 }).unwrap_err(),
            "between 1 and 64",
        ),
        (
            "marriage".parse::<Matching>().unwrap_err(),
            "`search`, `stable`, `random`",
        ),
    ] {
        assert!(error.to_string().contains(says), "{error}");
    }
    assert_eq!(
        "stable".parse::<Matching>().unwrap(),
        Matching::Stable(AgeGap::ASSUMED)
    );
}
