//! What the program does with what it is told.

use std::path::Path;
use std::process::{Command, Output};

use super::programs::{Folder, program};

fn town(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(program("town"));
    command.args(["--out", &folder.path("out")]).args(arguments);
    command.output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The program refuses with exit code 2, says every one of `words`, and writes nothing.
fn refused(arguments: &[&str], words: &[&str]) {
    let folder = Folder::new(
        &arguments
            .concat()
            .replace(|c: char| !c.is_alphanumeric(), ""),
    );
    let output = town(&folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    for word in words {
        assert!(
            said.contains(word),
            "{arguments:?}: `{word}` is not in: {said}"
        );
    }
    assert!(
        !Path::new(&folder.path("out")).exists(),
        "{arguments:?} wrote something"
    );
}

fn digest(text: &str) -> &str {
    let last = text.lines().last().unwrap();
    let digest = last.strip_prefix("digest ").unwrap();
    assert!(
        digest.len() == 32 && digest.chars().all(|c| c.is_ascii_hexdigit()),
        "{last}"
    );
    digest
}

/// How many people of how many stand in storage before somebody of a lower id.
fn order_of_rows(text: &str) -> (u32, u32) {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("order of rows: "));
    let words: Vec<&str> = line.unwrap().split(' ').collect();
    let [before, "of", people, ..] = words[..] else {
        panic!("{words:?}")
    };
    (before.parse().unwrap(), people.parse().unwrap())
}

#[test]
fn one_digest_whatever_the_threads_and_the_order_of_rows() {
    let folder = Folder::new("digest");
    let small = ["--people", "1500", "--years", "2"];
    let run = |more: &[&str]| {
        let text = printed(&town(&folder, &[&small[..], more].concat()));
        let (before, people) = order_of_rows(&text);
        assert!(people > 1_400, "{people}");
        // Newborns take the rows of the dead, some tens in two years; a shuffle turns every other pair.
        if more == ["--scramble"] {
            assert!(before > people * 2 / 5, "{before} of {people}");
        } else {
            assert!(before < people / 20, "{before} of {people}");
        }
        digest(&text).to_owned()
    };
    let expected = run(&["--threads", "1"]);
    for more in [
        &["--threads", "2"][..],
        &["--threads", "4"],
        &["--scramble"],
        &[],
    ] {
        assert_eq!(run(more), expected, "{more:?}");
    }
    assert_ne!(run(&["--seed", "2"]), expected);
}

#[test]
fn it_prints_what_it_found_and_writes_tables() {
    let folder = Folder::new("tables");
    let text = printed(&town(
        &folder,
        &["--people", "2000", "--years", "4", "--digest-every", "2"],
    ));
    for word in [
        "A/E",
        "e0 male",
        "e0 female",
        "TFR",
        "events/s",
        "person-ticks/s",
        "digest 2021 ",
    ] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    let written = |name| std::fs::read_to_string(folder.path(name)).unwrap();
    let run = written("out/run.csv");
    for line in [
        "seed,1",
        "people,2000",
        "years,4",
        "families,on",
        "init,us",
        "hazards,daily",
        "tables,bundled",
    ] {
        assert!(
            run.lines().any(|found| found == line),
            "`{line}` is not in:\n{run}"
        );
    }
    assert!(
        run.contains("\nbuild,") && run.contains("\ndigest_of_start,"),
        "{run}"
    );
    // Those of 2021 and 2023, and that of the end.
    let digests = written("out/digests.csv");
    assert_eq!(digests.lines().count(), 1 + 3, "{digests}");
    assert!(digests.contains(digest(&text)), "{digests}");
    for table in ["population", "deaths", "births"] {
        assert!(
            Path::new(&folder.path(&format!("out/{table}.csv"))).exists(),
            "{table}"
        );
    }
    let page = written("out/report.html");
    // The pyramid, homes, first marriages, kin, parity; births and deaths, and two against the tables.
    assert_eq!(page.matches("class=\"chart\"").count(), 8, "{page}");
    assert!(page.contains("<td>people</td><td>2000</td>"), "{page}");
}

/// Every hazard against its force, and everybody's life, where they are asked for; and the other starts.
#[test]
fn what_else_it_can_be_told() {
    let folder = Folder::new("told");
    let asked = ["--people", "600", "--years", "2", "--hazards", "thinned"];
    let all = ["--score-hazards", "--life-courses", "--init", "burn-in"];
    let text = printed(&town(&folder, &[asked.as_slice(), &all].concat()));
    for word in [
        "leaving-home: independence",
        "input never married at 40",
        "mothers at the start",
    ] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    for table in ["persons", "events", "states"] {
        let path = folder.path(&format!("out/{table}.csv"));
        assert!(
            std::fs::read_to_string(path).unwrap().lines().count() > 100,
            "{table}"
        );
    }
    let plain = printed(&town(
        &folder,
        &[asked.as_slice(), &["--families", "off"]].concat(),
    ));
    assert!(!plain.contains("never married"), "{plain}");
}

#[test]
fn no_years_print_the_genesis() {
    let folder = Folder::new("genesis");
    let text = printed(&town(&folder, &["--people", "700", "--years", "0"]));
    assert!(
        text.contains("2019-07-01") && text.contains("700"),
        "{text}"
    );
    digest(&text);
}

#[test]
fn a_town_too_small_to_be_compared_is_said_to_be() {
    let folder = Folder::new("one");
    let text = printed(&town(&folder, &["--people", "1", "--years", "1"]));
    assert!(
        text.contains("too little happened to be compared"),
        "{text}"
    );
    for word in ["agrees", "AGREE", "sum of z squared"] {
        assert!(!text.contains(word), "`{word}` is in:\n{text}");
    }
}

#[test]
fn the_stable_population_and_the_thinned_mode_run() {
    let folder = Folder::new("stable");
    let stable = ["--people", "900", "--years", "2", "--init", "stable"];
    digest(&printed(&town(&folder, &stable)));
    digest(&printed(&town(
        &folder,
        &[&stable[..], &["--hazards", "thinned"]].concat(),
    )));
}

#[test]
fn unusable_arguments_are_refused() {
    refused(&["--people", "0"], &["--people", "0"]);
    refused(&["--people", "5000000000"], &["--people", "5000000000"]);
    refused(&["--people", "many"], &["many"]);
    refused(&["--years", "-3"], &["-3"]);
    refused(&["--threads", "0"], &["--threads"]);
    refused(&["--unknown"], &["--unknown"]);
    refused(&["--tables", "no/such/folder"], &["no/such/folder"]);
    refused(&["--figures", "no/such/figures"], &["no/such/figures"]);
    refused(
        &["--marriages", "no/such/marriages"],
        &["no/such/marriages"],
    );
}

#[test]
fn a_folder_that_cannot_be_written_to_is_refused_before_the_run() {
    let folder = Folder::new("unwritable");
    let file = folder.path("file");
    std::fs::write(&file, "not a folder").unwrap();
    let inside = format!("{file}/out");
    let output = Command::new(program("town"))
        .args(["--years", "1", "--out", &inside])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(&file), "{said}");
    assert!(output.stdout.is_empty(), "it ran all the same");
}

const POPULATION: &str = "age_from,age_to,male,female\n0,49,500,500\n50,119,300,300\n";
const FERTILITY: &str = "age_from,age_to,births_per_1000_women\n15,29,80\n30,44,60\n";

fn mortality() -> String {
    let rows = (0..=119).map(|age| format!("{age},0.0{:02},0.0{:02}\n", age / 2, age / 3));
    format!("age,qx_male,qx_female\n{}", rows.collect::<String>())
}

/// Writes three sound tables, one of them replaced, and runs a town with them.
fn with_tables(name: &str, file: &str, text: &[u8]) -> (Folder, Output) {
    let folder = Folder::new(name);
    let tables = folder.path("tables");
    std::fs::create_dir_all(&tables).unwrap();
    for (sound, text) in [
        ("population.csv", POPULATION.to_owned()),
        ("fertility.csv", FERTILITY.to_owned()),
        ("mortality.csv", mortality()),
    ] {
        std::fs::write(format!("{tables}/{sound}"), text).unwrap();
    }
    std::fs::write(format!("{tables}/{file}"), text).unwrap();
    let arguments = ["--tables", &tables, "--people", "1000", "--years", "1"];
    let output = town(&folder, &arguments);
    (folder, output)
}

#[test]
fn sound_tables_of_ones_own_are_used() {
    let (_folder, output) = with_tables("sound", "population.csv", POPULATION.as_bytes());
    digest(&printed(&output));
}

#[test]
fn wrong_tables_are_refused_with_file_line_and_column() {
    let without_seven = mortality().replace("7,0.003,0.002\n", "");
    let line_of = |row: &str| mortality().replace("20,0.010,0.006\n", row);
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        (
            "mortality.csv",
            without_seven.into_bytes(),
            &["mortality.csv", "7"],
        ),
        (
            "mortality.csv",
            line_of("20,1.5,0.006\n").into_bytes(),
            &["line 22", "qx_male", "1.5"],
        ),
        (
            "mortality.csv",
            line_of("20,NaN,0.006\n").into_bytes(),
            &["line 22", "qx_male", "NaN"],
        ),
        (
            "mortality.csv",
            line_of("20,few,0.006\n").into_bytes(),
            &["line 22", "qx_male", "few"],
        ),
        (
            "mortality.csv",
            line_of("20,0.01,0.006\n20,0.01,0.006\n").into_bytes(),
            &["line 23", "age"],
        ),
        (
            "mortality.csv",
            b"age,qx_male,qx_female\n0,0.01\xff,0.01\n".to_vec(),
            &["line 2", "UTF-8"],
        ),
        ("mortality.csv", Vec::new(), &["mortality.csv", "empty"]),
        (
            "fertility.csv",
            b"age_from,age_to,births_per_1000_women\n".to_vec(),
            &["fertility.csv"],
        ),
        (
            "fertility.csv",
            FERTILITY.replace("80", "0").replace("60", "0").into_bytes(),
            &["fertility.csv"],
        ),
        (
            "population.csv",
            POPULATION.replace("500,500", "500,-5").into_bytes(),
            &["line 2", "female", "-5"],
        ),
    ];
    for (number, (file, text, words)) in cases.iter().enumerate() {
        let (folder, output) = with_tables(&format!("wrong-{number}"), file, text);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "case {number}: {said}");
        // The whole path: a folder of the same tables may lie beside it.
        assert!(
            said.contains(&folder.path(&format!("tables/{file}"))),
            "case {number}: {said}"
        );
        for word in *words {
            assert!(
                said.contains(word),
                "case {number}: `{word}` is not in: {said}"
            );
        }
        assert!(
            !Path::new(&folder.path("out")).exists(),
            "case {number} wrote something"
        );
    }
}
