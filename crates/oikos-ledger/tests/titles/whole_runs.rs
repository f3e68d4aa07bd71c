//! Whole random runs: the register and the slow model, every answer, every entry, all that can be seen.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use oikos_core::TypeKey;
use oikos_ledger::{TitleStatus, Titles};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::faults::fixed_scripts;
use crate::invariants::{Watch, watched};
use crate::model::Model;
use crate::register::{Answer, Register, bytes, new_titles};
use crate::script::{self, SEED};

const KEY: TypeKey = TypeKey::new("titles");

#[test]
fn shares_liens_s5_the_register_agrees_with_the_slow_model() {
    let (events, told) = (Cell::new(0_u64), RefCell::new(BTreeSet::new()));
    println!("seed {SEED:#x}");
    let run = TestRunner::new(script::config(400)).run(&script::scripts(300), |script| {
        let (mut titles, mut model) = (new_titles(), Model::new(None));
        let mut watch = Watch::default();
        for raw in script {
            let deed = script::deed(raw, &model.view());
            let (answer, entries, broken) = watched(&mut titles, &mut watch, &deed);
            prop_assert!(broken.is_empty(), "{:?}: {:?}", deed, broken);
            prop_assert_eq!(&answer, &model.act(&deed), "{:?}", deed);
            prop_assert_eq!(entries, model.entries());
            prop_assert_eq!(titles.view(), model.view());
            titles.check().unwrap();
            titles.audit().unwrap();
            if let Answer::Refused(status, _) = answer {
                told.borrow_mut().insert(status);
            }
            events.set(events.get() + 1);
        }
        Ok(())
    });
    run.unwrap();
    assert!(events.get() >= 100_000, "{} events", events.get());
    let told: Vec<TitleStatus> = told.into_inner().into_iter().collect();
    assert_eq!(told, TitleStatus::ALL, "statuses that the scripts reach");
}

#[test]
fn a_register_saved_and_loaded_at_any_time_goes_on_as_if_it_had_not_been() {
    for script in fixed_scripts(4, 250) {
        let (mut titles, mut other) = (new_titles(), new_titles());
        for raw in script {
            let deed = script::deed(raw, &titles.view());
            let _ = other.digest(&KEY);
            assert_eq!(titles.act(&deed), other.act(&deed));
            let saved = bytes(&titles);
            let mut loaded = Titles::load(&saved).unwrap();
            assert_eq!(bytes(&loaded), saved);
            assert_eq!(loaded.view(), titles.view());
            // The digest that is kept up is the one that is made anew.
            assert_eq!(loaded.digest(&KEY), other.digest(&KEY));
            loaded.record(true);
            assert_eq!(titles.entries(), other.entries());
            titles = loaded;
        }
    }
}

#[test]
fn what_differs_has_another_digest_and_what_does_not_has_the_same() {
    for script in fixed_scripts(4, 250) {
        let mut titles = new_titles();
        for raw in script {
            let deed = script::deed(raw, &titles.view());
            let (before, digest) = (bytes(&titles), titles.digest(&KEY));
            titles.act(&deed);
            let same = bytes(&titles) == before;
            assert_eq!(same, titles.digest(&KEY) == digest, "{deed:?}");
        }
    }
}

#[test]
fn bytes_that_are_no_register_are_refused() {
    let mut titles = new_titles();
    for raw in &fixed_scripts(1, 120)[0] {
        let deed = script::deed(*raw, &titles.view());
        titles.act(&deed);
    }
    assert!(titles.iter().any(|(_, title)| !title.liens().is_empty()));
    let (saved, digest) = (bytes(&titles), titles.digest(&KEY));
    for length in 0..saved.len() {
        assert!(Titles::load(&saved[..length]).is_err(), "cut to {length}");
    }
    assert!(Titles::load(&[saved.as_slice(), &[0]].concat()).is_err());
    let mut loaded = 0;
    for at in 0..saved.len() {
        for change in [1, 2, 0x80, 0xff] {
            let mut changed = saved.clone();
            changed[at] ^= change;
            // What can still be read is another state, and is saved as it was read.
            if let Ok(other) = Titles::load(&changed) {
                assert_eq!(bytes(&other), changed, "byte {at}");
                assert_ne!(other.digest(&KEY), digest, "byte {at}");
                loaded += 1;
            }
        }
    }
    assert!(loaded > 0);
}
