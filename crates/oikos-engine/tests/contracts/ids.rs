//! C3: ids are dense, never reused, and allotted by (cause, ordinal) whatever the order of asking.

use bevy_ecs::prelude::*;
use oikos_core::StableId;
use oikos_engine::{
    AppExt, Attribute, Births, Born, Changes, Clock, Deaths, Died, EngineError, LiveStep,
    NewMember, Phase, Slots, Society, SocietyBuilder, Tick, found, found_some, set_each,
};

use super::{grove, small, tree};
use crate::society::{Height, Tree};

#[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
struct Seen {
    born: Vec<(u64, u64, u32)>,
    died: Vec<(u64, u32)>,
}

fn note(changes: Res<Changes<Tree>>, mut seen: ResMut<Seen>) {
    let born = |Born { id, cause, ordinal }: &Born| (*id, *cause, *ordinal);
    seen.born.extend(changes.born.iter().map(born));
    seen.died.extend(
        changes
            .died
            .iter()
            .map(|Died { id, cause, .. }: &Died| (*id, *cause)),
    );
}

fn wood<M>(ask: impl IntoScheduleConfigs<bevy_ecs::system::ScheduleSystem, M>) -> SocietyBuilder {
    small(|app| {
        app.persist::<Seen>("seen", 1);
        app.add_systems(
            Tick,
            (ask.in_set(Phase::Live), note.in_set(LiveStep::React)),
        );
    })
}

fn seen(society: &Society) -> &Seen {
    society.world().resource::<Seen>()
}

fn drop(_: NewMember<'_, Tree>) {}

#[test]
fn ids_follow_cause_and_ordinal_not_the_order_of_asking() {
    fn ask(mut births: ResMut<Births<Tree>>, clock: Res<Clock>) {
        if clock.tick().index() == 0 {
            for (cause, ordinal) in [(9, 0), (2, 1), (2, 0), (4, 7)] {
                drop(
                    births
                        .request(cause, ordinal, 100 + cause)
                        .with(Height(cause as u32)),
                );
            }
            assert_eq!(births.len(), 4);
        }
    }
    let mut society = wood(ask).build().unwrap();
    society.step_n(2).unwrap();
    assert_eq!(
        seen(&society).born,
        [(5, 2, 0), (6, 2, 1), (7, 4, 7), (8, 9, 0)]
    );
    let heights = [5, 6, 7, 8].map(|id| society.get::<Height>(tree(id)).unwrap().0);
    assert_eq!(heights, [2, 2, 4, 9]);
    let slots = society.world().resource::<Slots<Tree>>();
    assert_eq!(slots.find(tree(8)).unwrap().subject(), 109);
}

#[test]
fn the_dead_leave_their_slots_lowest_first_and_their_ids_for_ever() {
    fn ask(mut births: ResMut<Births<Tree>>, mut deaths: ResMut<Deaths<Tree>>, clock: Res<Clock>) {
        match clock.tick().index() {
            0 => [3, 1]
                .into_iter()
                .for_each(|id| deaths.request(tree(id), 0)),
            1 => (0..3).for_each(|ordinal| drop(births.request(0, ordinal, 50))),
            _ => {}
        }
    }
    let mut society = wood(ask).build().unwrap();
    society.step_n(2).unwrap();
    let order: Vec<u64> = society
        .slot_order::<Tree>()
        .into_iter()
        .map(StableId::get)
        .collect();
    assert_eq!(order, [0, 5, 2, 6, 4, 7]);
    for dead in [1, 3] {
        assert_eq!(society.get::<Height>(tree(dead)), None);
    }
    // The slots held what the dead left; newborns have newborn values.
    assert_eq!(society.get::<Height>(tree(5)), Some(Height(0)));
}

#[test]
fn a_slot_freed_far_below_the_others_is_filled_first() {
    fn ask(mut births: ResMut<Births<Tree>>, mut deaths: ResMut<Deaths<Tree>>, clock: Res<Clock>) {
        match clock.tick().index() {
            0 => [150, 70, 10]
                .into_iter()
                .for_each(|id| deaths.request(tree(id), 0)),
            1 => (0..4).for_each(|ordinal| drop(births.request(0, ordinal, 50))),
            _ => {}
        }
    }
    let builder = grove(200, |app| {
        app.add_systems(Tick, ask.in_set(Phase::Live));
    });
    let mut society = builder.build().unwrap();
    society.step_n(2).unwrap();
    let slots = society.world().resource::<Slots<Tree>>();
    let found = [200, 201, 202, 203].map(|id| slots.slot(tree(id)).unwrap().index());
    assert_eq!(found, [10, 70, 150, 200]);
}

#[test]
fn the_lowest_cause_of_a_double_death_is_recorded_once() {
    fn ask(mut deaths: ResMut<Deaths<Tree>>, clock: Res<Clock>) {
        if clock.tick().index() == 0 {
            for (id, cause) in [(4, 9), (2, 5), (4, 3)] {
                deaths.request(tree(id), cause);
            }
            assert_eq!(deaths.len(), 3);
        }
    }
    let mut society = wood(ask).build().unwrap();
    society.step().unwrap();
    assert_eq!(seen(&society).died, [(2, 5), (4, 3)]);
    assert_eq!(society.world().resource::<Slots<Tree>>().len(), 3);
}

#[test]
fn two_births_of_one_cause_and_ordinal_are_refused() {
    fn ask(mut births: ResMut<Births<Tree>>) {
        drop(births.request(6, 2, 0));
        drop(births.request(6, 2, 1));
    }
    let mut society = wood(ask).build().unwrap();
    let before = society.digest().unwrap();
    match society.step() {
        Err(EngineError::SystemFailed {
            system,
            phase,
            reason,
            ..
        }) => {
            assert!(system.contains("ask"), "{system}");
            assert_eq!(phase, "Apply");
            assert!(
                reason.contains("cause 6") && reason.contains("ordinal 2"),
                "{reason}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(society.digest().unwrap(), before);
}

#[test]
fn an_attribute_of_a_newborn_that_nobody_registered_is_refused() {
    use crate::society::Seeds;
    fn ask(mut births: ResMut<Births<Tree>>) {
        drop(births.request(0, 0, 0).with(Seeds(3)));
    }
    let text = wood(ask).build().unwrap().step().unwrap_err().to_string();
    assert!(
        text.contains("not registered") && text.contains("::ask"),
        "{text}"
    );
}

#[test]
fn births_and_deaths_that_would_be_lost_are_refused() {
    fn ask(mut births: ResMut<Births<Tree>>, mut deaths: ResMut<Deaths<Tree>>) {
        drop(births.request(0, 0, 0));
        deaths.request(tree(1), 0);
    }
    let late = |app: &mut bevy_app::App| {
        app.add_systems(Tick, ask.in_set(Phase::Observe));
    };
    let mut society = small(late).build().unwrap();
    let before = society.digest().unwrap();
    let text = society.step().unwrap_err().to_string();
    assert!(
        text.contains("1 births and 1 deaths of kind `tree`"),
        "{text}"
    );
    assert_eq!(society.digest().unwrap(), before);
}

#[test]
fn founders_who_do_not_live_have_ids_and_no_slots() {
    let builder = grove(1, |_| {}).populate(|world: &mut World| {
        let some = found_some::<Tree>(world, [None, Some(51), None, Some(53)])?;
        let ids: Vec<_> = some.iter().map(|who| who.map(|who| who.id())).collect();
        assert_eq!(ids, [None, Some(tree(2)), None, Some(tree(4))]);
        let (height, gone) = (Height(7), Height(9));
        let refused = set_each(world, [(tree(2), gone), (tree(3), gone)]).unwrap_err();
        assert!(matches!(refused, EngineError::NotAlive { .. }), "{refused}");
        set_each(world, [(tree(4), height)])?;
        let later = found::<Tree>(world, [50])?;
        assert_eq!(later[0].id(), tree(5));
        Ok(())
    });
    let mut society = builder.build().unwrap();
    assert_eq!(society.get::<Height>(tree(4)), Some(Height(7)));
    assert_eq!(society.get::<Height>(tree(2)), Some(Height::newborn()));
    society.step().unwrap();
    assert_eq!(
        society.slot_order::<Tree>(),
        [tree(0), tree(2), tree(4), tree(5)]
    );
    let saved = society.snapshot().unwrap();
    let digest = society.digest().unwrap();
    society.restore(&saved).unwrap();
    assert_eq!(society.digest().unwrap(), digest);
}

#[test]
fn a_birth_that_a_rule_refuses_is_the_fault_of_who_asked() {
    use oikos_engine::BirthRequest;
    fn tall(_: &World, birth: &BirthRequest<'_>) -> Result<(), String> {
        match birth.get::<Height>() {
            Some(Height(2..)) => Ok(()),
            other => Err(format!(
                "{other:?} is no height for number {} of {}",
                birth.ordinal, birth.cause
            )),
        }
    }
    fn ask(mut births: ResMut<Births<Tree>>, clock: Res<Clock>) {
        let height = Height(4 - clock.tick().index());
        drop(births.request(6, 2, 0).with(height));
    }
    let builder = wood(ask).with(|app| {
        app.birth_rule::<Tree>(tall);
    });
    let mut society = builder.build().unwrap();
    society.step_n(3).unwrap();
    let text = society.step().unwrap_err().to_string();
    assert!(
        text.contains("::ask") && text.contains("Some(Height(1)) is no height for number 2 of 6"),
        "{text}"
    );
}
