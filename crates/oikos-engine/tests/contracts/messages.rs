//! C2: messages arrive in the order (receiver, sender, ordinal), whatever the storage and the threads.

use bevy_ecs::prelude::*;
use oikos_core::StableId;
use oikos_engine::{Addressed, AppExt, Mail, Message, Phase, Rows, SocietyBuilder, Tick};
use oikos_testkit::Contract;

use super::{grove, tree};
use crate::society::{Height, Tree};

/// A number on its way.
#[derive(Clone, Copy)]
struct Letter(u32);

impl Message for Letter {
    type From = Tree;
    type To = Tree;
}

/// Every letter as it was read, and how many there were at the beginning of a tick.
#[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
struct Log(Vec<(u64, u64, u32)>);

/// Each tree writes twice to the two trees after its own, in a parallel pass.
fn write(mut trees: Rows<&Height>, mut mail: ResMut<Mail<Letter>>) {
    assert!(mail.is_empty(), "letters outlived their tick");
    let count = trees.len() as u64;
    let letters = trees.par_collect(|who, _, letters| {
        for (step, number) in [(2, 0), (1, 1), (2, 2), (1, 3)] {
            let receiver = tree((who.id().get() + step) % count);
            letters.push(Addressed {
                sender: who.id(),
                receiver,
                message: Letter(number),
            });
        }
    });
    mail.extend(letters);
}

fn read(mut mail: ResMut<Mail<Letter>>, mut log: ResMut<Log>) {
    let count = mail.len();
    log.0 = mail
        .read()
        .map(|(to, from, letter)| (to.get(), from.get(), letter.0))
        .collect();
    assert_eq!(count, log.0.len());
}

fn post(trees: u32) -> SocietyBuilder {
    grove(trees, |app| {
        app.mail::<Letter>().persist::<Log>("log", 1);
        app.add_systems(Tick, (write.in_set(Phase::Decide), read.in_set(Phase::Act)));
    })
}

#[test]
fn letters_arrive_by_receiver_then_sender_then_in_the_order_of_sending() {
    let mut society = post(7).scramble(3).build().unwrap();
    society.step_n(2).unwrap();
    let mut expected = Vec::new();
    for receiver in 0..7_u64 {
        let mut senders = [(receiver + 6) % 7, (receiver + 5) % 7];
        let near = senders[0];
        senders.sort_unstable();
        for sender in senders {
            let numbers = if sender == near { [1, 3] } else { [0, 2] };
            expected.extend(numbers.map(|number| (receiver, sender, number)));
        }
    }
    assert_eq!(society.world().resource::<Log>().0, expected);
}

#[test]
fn the_order_of_letters_ignores_threads_and_storage() {
    Contract::of(|| post(30)).ticks(6).assert();
    let logs = [1, 2, 4].map(|threads| {
        let mut society = post(9_000).threads(threads).scramble(1).build().unwrap();
        society.step_n(2).unwrap();
        society.world().resource::<Log>().0.clone()
    });
    assert!(logs[0] == logs[1] && logs[1] == logs[2]);
}

#[test]
fn letters_of_one_tick_are_gone_in_the_next() {
    let mut society = post(4).build().unwrap();
    society.step_n(3).unwrap();
    assert!(society.world().resource::<Mail<Letter>>().is_empty());
}
