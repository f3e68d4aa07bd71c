//! Organisations and who belongs to them.

use oikos_core::{Date, Seed, StableId};
use oikos_engine::{Society, Vocabulary, bevy_ecs::prelude::*, found};
use oikos_world::{
    Founding, Membership, Memberships, OrganisationId, OrganisationsPlugin, Person, Role,
    WorldError,
};

use super::person;

fn society(founding: Founding) -> Result<Society, oikos_engine::EngineError> {
    let people = |world: &mut World| {
        found::<Person>(world, 0..5)?;
        Ok(())
    };
    Society::builder(Seed(1))
        .add_plugins(OrganisationsPlugin)
        .populate(people)
        .populate(founding)
        .build()
}

fn club(id: u64) -> OrganisationId {
    OrganisationId::new(id).unwrap()
}

#[test]
fn a_club_knows_its_members_and_they_know_it() {
    let founding = Founding::of("club").with("member", [person(3), person(1)]);
    let society = society(founding.with("treasurer", [person(0)])).unwrap();
    let memberships = society.world().resource::<Memberships>();
    let members: Vec<_> = memberships
        .members(club(0))
        .map(|(id, _)| id.get())
        .collect();
    assert_eq!(members, [0, 1, 3]);
    let roles = society.world().resource::<Vocabulary<Role>>();
    let (of, membership) = memberships.of(person(0)).next().unwrap();
    assert_eq!(
        (of, membership.role),
        (club(0), roles.find("treasurer").unwrap())
    );
    assert_eq!(memberships.of(person(4)).count(), 0);
}

#[test]
fn nobody_joins_twice_or_leaves_what_they_are_not_in() {
    let society = society(Founding::of("club").with("member", [person(1)])).unwrap();
    let mut memberships = society.world().resource::<Memberships>().clone();
    let role = society
        .world()
        .resource::<Vocabulary<Role>>()
        .find("member")
        .unwrap();
    let since = Date::EPOCH;
    let again = memberships.join(club(0), person(1), Membership { role, since });
    assert!(
        matches!(&again, Err(WorldError::AlreadyMember { person, .. }) if person == "person#1")
    );
    let left = memberships.leave(club(0), person(2)).unwrap_err();
    assert!(
        left.to_string()
            .contains("person#2 is no member of organisation#0"),
        "{left}"
    );
    memberships.leave(club(0), person(1)).unwrap();
    assert_eq!(memberships.members(club(0)).count(), 0);
}

#[test]
fn founders_who_do_not_live_are_refused_by_name() {
    let text = society(Founding::of("club").with("member", [person(9)]))
        .err()
        .unwrap();
    assert!(text.to_string().contains("person#9"), "{text}");
}

#[test]
fn the_dead_drop_out() {
    use oikos_engine::{Deaths, Phase, Tick};
    fn die(mut deaths: ResMut<Deaths<Person>>) {
        deaths.request(person(1), 0);
    }
    let people = |world: &mut World| {
        found::<Person>(world, 0..5)?;
        Ok(())
    };
    let members = Founding::of("club").with("member", [person(1), person(2)]);
    let mut society = Society::builder(Seed(1))
        .add_plugins(OrganisationsPlugin)
        .with(|app| {
            app.add_systems(Tick, die.in_set(Phase::Act));
        })
        .populate(people)
        .populate(members)
        .build()
        .unwrap();
    society.step().unwrap();
    let memberships = society.world().resource::<Memberships>();
    let members: Vec<_> = memberships
        .members(club(0))
        .map(|(id, _)| id.get())
        .collect();
    assert_eq!(members, [2]);
    assert_eq!(memberships.of(person(1)).count(), 0);
}
