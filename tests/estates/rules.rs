//! Who inherits, in families made by hand: one test for each rule.

use std::error::Error;

use oikos::core::Ratio;
use oikos::family::{
    Deceased, FamilyError, Founder, InheritancePlugin, Intestacy, UnionStatus, Unions, found_kin,
};
use oikos::prelude::*;
use oikos::world::{Estate, EstateReason, Estates, EstatesPlugin, Share};

use super::town::{Order, family, script, step};

const WOMAN: (Sex, Option<u64>, Option<u64>) = (Sex::Female, None, None);
const MAN: (Sex, Option<u64>, Option<u64>) = (Sex::Male, None, None);

fn child(mother: u64, father: u64) -> (Sex, Option<u64>, Option<u64>) {
    (Sex::Female, Some(mother), Some(father))
}

fn id(number: u64) -> PersonId {
    PersonId::new(number).unwrap()
}

/// Answers that were given, in their order: whose estate, and heirs with their parts.
#[derive(Resource, Default)]
struct Answers(Vec<String>);

fn note(estates: Res<Estates>, mut answers: ResMut<Answers>) {
    for (person, estate) in estates.due() {
        let heirs = estate.heirs().unwrap_or_default().iter();
        let told = heirs.map(|share| format!("{}: {}", share.heir.get(), share.part));
        let told: Vec<_> = told.collect();
        answers
            .0
            .push(format!("{} to {}", person.get(), told.join(", ")));
    }
}

/// People of these sexes, mothers and fathers, and couples, who are married or not. Those without parents are born
/// four years after one another, from 1950 on, the others when the younger parent is twenty.
fn hamlet(
    people: &[(Sex, Option<u64>, Option<u64>)],
    couples: &[(u64, u64, bool)],
    inheritance: impl Plugin,
) -> Society {
    let (people, couples) = (people.to_vec(), couples.to_vec());
    let populate = move |world: &mut World| -> Result<(), Box<dyn Error + Send + Sync>> {
        let (mut founders, mut years) = (Vec::new(), Vec::<i32>::new());
        for (place, (sex, mother, father)) in (0..).zip(&people) {
            let parents = [mother, father].map(|parent| parent.map(|row| years[row as usize]));
            let born = parents.iter().flatten().max();
            let born = born.map_or(1950 + 4 * place, |younger| younger + 20);
            years.push(born);
            let mut founder = Founder::new(BirthDate(date(born, 1, 1)?), *sex);
            if let (Some(mother), Some(father)) = (mother, father) {
                founder = founder.mother(id(*mother)).father(id(*father));
            }
            founders.push(founder);
        }
        found_kin(world, &founders)?;
        for (one, other, wed) in &couples {
            let mut unions = world.resource_mut::<Unions>();
            let union = unions.form([id(*one), id(*other)], date(2000, 1, 1)?)?;
            let mut status = UnionStatus::Cohabiting;
            if *wed {
                unions.marry(union, date(2000, 1, 1)?)?;
                status = UnionStatus::Married;
            }
            set_all(world, id(*one), &[status])?;
            set_all(world, id(*other), &[status])?;
        }
        Ok(())
    };
    let (family, unions) = family();
    Society::builder(Seed(1))
        .start(date(2019, 7, 1))
        .threads(1)
        .add_plugins((family, unions, inheritance, script))
        .with(|app| {
            app.derived::<Answers>(None);
            app.add_systems(Tick, note.in_set(Estate::Distribute).in_set(Phase::Settle));
        })
        .populate(populate)
        .build()
        .unwrap()
}

/// Gives the orders, one tick after the other, and tells the answers.
fn answers(hamlet: &mut Society, orders: &[&[Order]]) -> Vec<String> {
    for orders in orders {
        step(hamlet, orders);
    }
    step(hamlet, &[]);
    hamlet.world().resource::<Answers>().0.clone()
}

fn dies(number: u64) -> Order {
    Order::Death(id(number))
}

#[test]
fn whoever_was_married_until_the_death_inherits() {
    let people = [WOMAN, MAN, child(0, 1)];
    let mut wed = hamlet(&people, &[(0, 1, true)], InheritancePlugin::new());
    assert_eq!(answers(&mut wed, &[&[dies(1)]]), ["1 to 0: 1/2, 2: 1/2"]);
    let mut unwed = hamlet(&people, &[(0, 1, false)], InheritancePlugin::new());
    assert_eq!(answers(&mut unwed, &[&[dies(1)]]), ["1 to 2: 1/1"]);
    // The widow of one and not of the other.
    let mut widow = hamlet(
        &[WOMAN, MAN, MAN],
        &[(0, 1, true)],
        InheritancePlugin::new(),
    );
    let answers = answers(&mut widow, &[&[dies(1)], &[dies(2)], &[dies(0)]]);
    assert_eq!(answers, ["1 to 0: 1/1", "2 to ", "0 to "]);
}

#[test]
fn whoever_was_divorced_before_the_death_does_not_inherit() {
    fn divorce(clock: Res<Clock>, mut unions: ResMut<Unions>) -> Result<(), BevyError> {
        if let (0, Some((union, _))) = (clock.tick().index(), unions.current(id(0))) {
            unions.end(union, clock.today(), oikos::family::End::Divorce)?;
        }
        Ok(())
    }
    let plugin = |app: &mut App| {
        app.add_plugins(InheritancePlugin::new());
        app.add_systems(Tick, divorce.in_set(Phase::Act));
    };
    let mut hamlet = hamlet(&[WOMAN, MAN], &[(0, 1, true)], plugin);
    assert_eq!(answers(&mut hamlet, &[&[], &[dies(1)]]), ["1 to "]);
}

/// 0 and 1 are married. 3 is hers and that of 2, 4 is theirs; 6 is the child of 4 and 5.
#[test]
fn of_those_who_die_together_nobody_inherits_from_the_others() {
    let people = [WOMAN, MAN, MAN, child(0, 2), child(0, 1), MAN, child(4, 5)];
    let mut hamlet = hamlet(&people, &[(0, 1, true)], InheritancePlugin::new());
    let together = [dies(0), dies(1), dies(4)];
    // Each passes as if its owner had outlived the others; 6 stands in the place of 4.
    let expected = ["0 to 3: 1/2, 6: 1/2", "1 to 6: 1/1", "4 to 6: 1/1"];
    assert_eq!(answers(&mut hamlet, &[&together]), expected);
}

#[test]
fn a_day_later_the_spouse_has_inherited() {
    let people = [WOMAN, MAN, child(0, 1)];
    let mut hamlet = hamlet(&people, &[(0, 1, true)], InheritancePlugin::new());
    let answers = answers(&mut hamlet, &[&[dies(1)], &[dies(0)]]);
    assert_eq!(answers, ["1 to 0: 1/2, 2: 1/2", "0 to 2: 1/1"]);
}

#[test]
fn a_child_born_on_the_day_of_the_death_inherits() {
    let people = [WOMAN, MAN, MAN, MAN, MAN, MAN, MAN, MAN, WOMAN];
    for dead in [0, 8] {
        let mut hamlet = hamlet(&people, &[(8, 0, true)], InheritancePlugin::new());
        let today = [Order::Birth(id(8), Some(id(1))), dies(dead)];
        let answers = answers(&mut hamlet, &[&today]);
        let expected = if dead == 8 {
            "8 to 0: 1/2, 9: 1/2"
        } else {
            "0 to 8: 1/1"
        };
        assert_eq!(answers, [expected]);
    }
}

/// The man 2, a son of 0 and 1, dies before his child is born, and then his father does.
#[test]
fn a_posthumous_child_comes_too_late_for_its_father_and_not_for_later_deaths() {
    let son = (Sex::Male, Some(0), Some(1));
    let people = [WOMAN, MAN, son, WOMAN, WOMAN, WOMAN, WOMAN, WOMAN, WOMAN];
    let mut hamlet = hamlet(&people, &[], InheritancePlugin::new());
    let birth = [Order::Birth(id(8), Some(id(2)))];
    let answers = answers(&mut hamlet, &[&[dies(2)], &birth, &[dies(1)]]);
    assert_eq!(answers, ["2 to 0: 1/2, 1: 1/2", "1 to 9: 1/1"]);
}

#[test]
fn what_a_will_says_in_the_phase_itself_comes_first() {
    fn will(living: Res<Slots<Person>>, mut estates: ResMut<Estates>) -> Result<(), BevyError> {
        let heir = Share {
            heir: id(2),
            part: Ratio::percent(75),
        };
        if estates.unanswered().any(|(person, _)| person == id(1)) {
            estates.answer(&living, id(1), vec![heir])?;
        }
        Ok(())
    }
    let plugin = |app: &mut App| {
        app.add_plugins(InheritancePlugin::new());
        app.add_systems(Tick, will.in_set(Phase::Settle));
    };
    let mut hamlet = hamlet(&[WOMAN, MAN, WOMAN], &[(0, 1, true)], plugin);
    let answers = answers(&mut hamlet, &[&[dies(1), dies(0)]]);
    assert_eq!(answers, ["0 to ", "1 to 2: 3/4"]);
}

/// Two parts whose sum no fraction of 64 bits holds.
#[derive(Clone, Debug)]
struct Fine;

impl Intestacy for Fine {
    fn heirs(&self, _: &Deceased<'_>) -> Result<Vec<Share>, FamilyError> {
        let share = |(heir, below)| {
            let part = Ratio::new(1, below)?;
            Ok(Share { heir, part })
        };
        [(id(0), i64::MAX), (id(2), i64::MAX - 1)]
            .map(share)
            .into_iter()
            .collect()
    }
}

#[test]
fn shares_that_cannot_be_written_down_keep_the_estate_open() {
    let mut hamlet = hamlet(&[WOMAN, MAN, WOMAN], &[], InheritancePlugin::by(Fine));
    assert!(answers(&mut hamlet, &[&[dies(1)]]).is_empty());
    let words = hamlet.world().resource::<Vocabulary<EstateReason>>();
    let estate = hamlet.world().resource::<Estates>().get(id(1)).unwrap();
    let reasons: Vec<_> = estate
        .reasons()
        .map(|why| words.name(why).unwrap())
        .collect();
    assert_eq!(
        reasons,
        [EstateReason::HEIRS, InheritancePlugin::FINE_SHARES]
    );
}

#[test]
fn the_rule_is_in_the_fingerprint_and_a_society_without_lineage_is_told() {
    let built = |plugin: InheritancePlugin<Fine>| {
        let society = Society::builder(Seed(1)).add_plugins((plugin, PeopleOnly));
        society.build().unwrap()
    };
    let mut society = built(InheritancePlugin::by(Fine));
    let error = society.step_n(3).unwrap_err().to_string();
    assert!(error.contains("FamilyPlugin"), "{error}");
    let other = Society::builder(Seed(1)).add_plugins((InheritancePlugin::new(), PeopleOnly));
    let refused = other.build().unwrap().restore(&society.snapshot().unwrap());
    assert!(refused.unwrap_err().to_string().contains("intestacy"));
}

/// Somebody lives and dies, of whom no lineage knows.
struct PeopleOnly;

impl Plugin for PeopleOnly {
    fn build(&self, app: &mut App) {
        fn live(
            clock: Res<Clock>,
            mut births: ResMut<Births<Person>>,
            mut deaths: ResMut<Deaths<Person>>,
        ) {
            match clock.tick().index() {
                0 => {
                    let birth = births.request(u64::MAX, 0, 0).with(Sex::Male);
                    let _ = birth.with(BirthDate(clock.today()));
                }
                1 => deaths.request(id(0), 0),
                _ => {}
            }
        }
        if !app.is_plugin_added::<EstatesPlugin>() {
            app.add_plugins(EstatesPlugin);
        }
        app.add_systems(Tick, live.in_set(Phase::Act));
    }
}
