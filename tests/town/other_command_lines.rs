//! What the programs `kin`, `lineage` and `epidemic` do with what they are told.

use std::process::{Command, Output};

use super::programs::{Folder, program};

fn run(name: &str, folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(program(name));
    command.current_dir(folder.root()).args(arguments);
    command.output().unwrap()
}

/// The program refuses with exit code 2, says every one of `words`, prints nothing else and writes nothing.
fn refused(name: &str, arguments: &[&str], words: &[&str]) {
    let case = arguments
        .concat()
        .replace(|c: char| !c.is_alphanumeric(), "");
    let folder = Folder::new(&format!("{name}-{case}"));
    let output = run(name, &folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(2),
        "{name} {arguments:?}: {said}"
    );
    for word in words {
        assert!(
            said.contains(word),
            "{name} {arguments:?}: `{word}` is not in: {said}"
        );
    }
    assert!(
        output.stdout.is_empty(),
        "{name} {arguments:?} ran all the same"
    );
    assert_eq!(
        std::fs::read_dir(folder.root()).unwrap().count(),
        0,
        "{name} {arguments:?} wrote something"
    );
}

/// What the program prints, with exit code 0.
fn printed(name: &str, arguments: &[&str]) -> String {
    let folder = Folder::new(&format!("{name}-runs"));
    let output = run(name, &folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{name} {arguments:?}: {said}"
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_no_number_can_be_is_refused_by_all() {
    for name in ["kin", "lineage", "epidemic"] {
        refused(name, &["--seed", "one"], &["one", "--seed"]);
        refused(name, &["--seed", "-1"], &["-1"]);
        refused(
            name,
            &["--seed", "9223372036854775808"],
            &["--seed", "9223372036854775808"],
        );
        refused(name, &["--seed"], &["--seed"]);
        refused(name, &["--unknown"], &["--unknown"]);
        refused(name, &["more"], &["more"]);
    }
}

#[test]
fn kin_is_told_what_it_cannot_count() {
    for daughters in ["0.1", "4.1", "nan", "inf", "-1", "many"] {
        let text = format!("--daughters={daughters}");
        refused("kin", &[&text], &[daughters, "from 0.2 to 4"]);
    }
    refused("kin", &["--women", "999"], &["--women", "1000..=1000000"]);
    refused(
        "kin",
        &["--populations", "1"],
        &["--populations", "2..=1000"],
    );
    refused("kin", &["--years", "0"], &["--years", "1..=1000"]);
    let text = printed(
        "kin",
        &["--women", "1000", "--populations", "2", "--years", "1"],
    );
    assert!(
        text.contains("2 populations of 1000 women, 1 years"),
        "{text}"
    );
    // Nobody's mother is known after a year: no number stands there.
    let mothers = text
        .lines()
        .find(|line| line.starts_with("mother"))
        .unwrap();
    assert!(
        mothers.contains("-  ") && mothers.contains(" 0%"),
        "{mothers}"
    );
}

#[test]
fn lineage_is_told_whose_tree_there_is_not() {
    refused("lineage", &["--people", "49"], &["--people", "50..=100000"]);
    refused("lineage", &["--years", "501"], &["--years", "0..=500"]);
    refused(
        "lineage",
        &["--generations", "0"],
        &["--generations", "1..=10"],
    );
    let nobody = ["--people", "50", "--years", "0", "--person"];
    for person in ["99999999", "18446744073709551615"] {
        let asked = [nobody.as_slice(), &[person]].concat();
        refused("lineage", &asked, &[person, "give a number from 0 to"]);
    }
    let asked = [nobody.as_slice(), &["0"]].concat();
    let text = printed("lineage", &asked);
    assert!(
        text.starts_with("50 people lived in the town on 2019-07-01."),
        "{text}"
    );
}

#[test]
fn epidemic_is_told_what_cannot_spread() {
    refused(
        "epidemic",
        &["--people", "99"],
        &["--people", "100..=2000000"],
    );
    for number in ["-1", "20.1", "nan", "fast"] {
        refused(
            "epidemic",
            &[&format!("--in-town={number}")],
            &[number, "from 0 to 20"],
        );
    }
    for chance in ["-0.1", "1.1", "nan", "often"] {
        refused(
            "epidemic",
            &[&format!("--at-home={chance}")],
            &[chance, "from 0 to 1"],
        );
    }
    refused("epidemic", &["--days", "0"], &["--days", "1..=100"]);
    refused("epidemic", &["--infected", "0"], &["--infected"]);
    let few = ["--people", "100", "--infected"];
    let asked = [few.as_slice(), &["101"]].concat();
    refused(
        "epidemic",
        &asked,
        &["--infected 101", "households", "give at most as many"],
    );
    let text = printed("epidemic", &[few.as_slice(), &["1"]].concat());
    assert!(text.contains("of all people were infected."), "{text}");
}
