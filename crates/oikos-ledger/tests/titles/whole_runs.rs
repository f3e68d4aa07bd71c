//! Whole random runs: the register and the slow model, every answer, every entry, all that can be seen.

use std::cell::RefCell;
use std::collections::BTreeSet;

use oikos_core::TypeKey;
use oikos_ledger::{TitleStatus, Titles};
use oikos_testkit::titles::{Answer, Checker, Model, Register, bytes, deed, new_titles, script};
use oikos_testkit::{Invariant, Runs};

use crate::faults::fixed_scripts;

const KEY: TypeKey = TypeKey::new("titles");

/// Scripts of up to 300 deeds; 800 of them have more than 10⁵.
const CASES: u32 = 800;
const DEEDS: usize = 300;

#[test]
fn shares_liens_s5_the_register_agrees_with_the_slow_model() {
    let told = RefCell::new(BTreeSet::new());
    let done = Runs::new(CASES).check_script(&script(DEEDS), |script| {
        let (mut titles, mut model) = (new_titles(), Model::new(None));
        let mut checker = Checker::default();
        for raw in script {
            let deed = deed(*raw, &model.view());
            let came = checker.apply(&mut titles, &deed);
            if let Some(broken) = came.broken.first() {
                return Err(format!("{broken} after {deed:?}"));
            }
            let same = came.answer == model.act(&deed)
                && came.entries == model.entries()
                && titles.view() == model.view();
            if !same {
                return Err(format!("{deed:?} gives {:?}", came.answer));
            }
            titles.check().unwrap();
            titles.audit().unwrap();
            if let Answer::Refused(status, _) = came.answer {
                told.borrow_mut().insert(status);
            }
        }
        Ok(script.len() as u64)
    });
    let done = done.unwrap();
    println!("{done}");
    assert!(done.events >= 100_000, "{done}");
    let told: Vec<TitleStatus> = told.into_inner().into_iter().collect();
    assert_eq!(told, TitleStatus::ALL, "statuses that the scripts reach");
}

/// One that was only looked at now and then is no other one.
#[test]
fn whoever_follows_finds_nothing_wrong() {
    let done = Runs::new(CASES).check_script(&script(DEEDS), |script| {
        let (mut titles, mut checker) = (new_titles(), Checker::default());
        for (number, raw) in script.iter().enumerate() {
            let deed = deed(*raw, &titles.view());
            titles.act(&deed);
            if number % 5 == 0 {
                checker.follow(&titles)?;
                titles.drain().for_each(drop);
            }
        }
        Ok::<_, oikos_testkit::Broken>(script.len() as u64)
    });
    println!("{}", done.unwrap());
}

#[test]
fn a_register_saved_and_loaded_at_any_time_goes_on_as_if_it_had_not_been() {
    for script in fixed_scripts(4, 250) {
        let (mut titles, mut other) = (new_titles(), new_titles());
        for raw in script {
            let deed = deed(raw, &titles.view());
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
            let deed = deed(raw, &titles.view());
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
        let deed = deed(*raw, &titles.view());
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

/// What is found by a lien, a hold or an owner is what the title itself says.
#[test]
fn all_ways_lead_to_the_same_title() {
    let done = Runs::new(60).check_script(&script(DEEDS), |script| {
        let mut titles = new_titles();
        for raw in script {
            let deed = deed(*raw, &titles.view());
            titles.act(&deed);
            for (id, title) in titles.iter() {
                for lien in title.liens() {
                    assert_eq!(titles.title_of(lien.id), Some(id));
                }
                for hold in title.holds() {
                    assert_eq!(titles.hold(hold.id), Some((id, hold)));
                }
                for (owner, share) in title.shares() {
                    assert_eq!(title.share(owner), share);
                }
            }
            let there = titles.iter().filter(|(_, title)| !title.is_destroyed());
            assert_eq!(titles.there(), there.count() as u64);
            assert_eq!(titles.len(), titles.iter().count() as u64);
        }
        Ok::<_, String>(script.len() as u64)
    });
    println!("{}", done.unwrap());
}

#[test]
fn what_changes_untold_is_found_by_whoever_follows() {
    let (mut titles, mut checker) = (new_titles(), Checker::default());
    checker.follow(&titles).unwrap();
    titles.record(false);
    for raw in &fixed_scripts(1, 60)[0] {
        let deed = deed(*raw, &titles.view());
        titles.act(&deed);
    }
    let broken = checker.follow(&titles).unwrap_err();
    assert!(
        matches!(broken.invariant, Invariant::S(5) | Invariant::T(_)),
        "{broken}"
    );
}
