//! The programs, at small sizes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// An example, built in the profile of this test: it lies beside the folder of the test's own binary.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    build.args(["build", "--quiet", "--example", name]);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    assert!(
        build.status().unwrap().success(),
        "the example {name} does not build"
    );
    folder.join("examples").join(name)
}

fn run(name: &str, args: &[&str]) -> Output {
    Command::new(program(name)).args(args).output().unwrap()
}

/// What a program printed that came to a good end.
fn printed(name: &str, args: &[&str]) -> String {
    let output = run(name, args);
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{name} {args:?}: {problem}");
    String::from_utf8(output.stdout).unwrap()
}

/// Tables of a program, each with what its header has to begin with.
fn leaves(name: &str, args: &[&str], tables: &[&str]) {
    let folder = std::env::temp_dir().join(format!("oikos-models-{}-{name}", std::process::id()));
    let folder = folder.display().to_string();
    printed(name, &[args, &["--out", &folder]].concat());
    for table in tables {
        let text = std::fs::read_to_string(format!("{folder}/{table}.csv")).unwrap();
        assert!(
            text.starts_with("run_id,seed,tick,date,"),
            "{name}: {table}"
        );
        assert!(text.lines().count() > 1, "{name}: {table} is empty");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn money_exchange_prints_how_unequal_all_become() {
    let text = printed(
        "money_exchange",
        &["--agents", "50", "--sweeps", "20", "--rule", "coin"],
    );
    assert!(text.contains("Gini") && text.contains("99 have"), "{text}");
    leaves(
        "money_exchange",
        &["--agents", "10", "--sweeps", "2"],
        &["wealth"],
    );
    assert_eq!(
        run("money_exchange", &["--agents", "1"]).status.code(),
        Some(2)
    );
}

#[test]
fn double_auction_prints_days() {
    let text = printed("double_auction", &["--days", "2", "--turns", "600"]);
    assert!(
        text.starts_with("in theory 12 units trade at 97 to 103"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 4, "{text}");
    let args = [
        "--traders",
        "learning",
        "--market",
        "smith",
        "--days",
        "2",
        "--turns",
        "300",
    ];
    leaves("double_auction", &args, &["trades"]);
}

#[test]
fn call_auction_gains_all() {
    let text = printed("call_auction", &["--days", "2", "--market", "flat_supply"]);
    assert_eq!(text.matches("1.0000").count(), 2, "{text}");
    let text = printed("call_auction", &["--days", "2", "--buyers-margin", "50"]);
    assert_eq!(text.matches("1.0000").count(), 0, "{text}");
    leaves("call_auction", &["--days", "2"], &["trades"]);
}

#[test]
fn sfc_prints_years_and_a_matrix_that_is_closed() {
    let text = printed("sfc", &["--consumers", "20", "--years", "3"]);
    assert!(text.contains("     38.462"), "{text}");
    assert!(
        text.contains("sum                    0.000000    0.000000    0.000000  0.000000"),
        "{text}"
    );
    let args = [
        "--model",
        "pc",
        "--consumers",
        "9",
        "--makers",
        "2",
        "--spread",
        "100",
        "--years",
        "4",
        "--rise",
        "2",
    ];
    leaves("sfc", &args, &["consumers", "flows"]);
}

/// The frame of the table, on the model that is done first: all rows pass, and none does with a broken rule.
#[test]
fn validate_passes_and_notices_what_is_broken() {
    let rows = |text: &str, verdict: &str| {
        text.lines()
            .filter(|line| line.starts_with('V') && line.ends_with(verdict))
            .count()
    };
    let text = printed("validate", &["--only", "call_auction"]);
    assert_eq!((rows(&text, "pass"), rows(&text, "FAIL")), (9, 0), "{text}");
    let text = printed("validate", &["--only", "call_auction", "--perturb"]);
    assert_eq!((rows(&text, "pass"), rows(&text, "FAIL")), (0, 9), "{text}");
    assert_eq!(
        run("validate", &["--only", "nothing"]).status.code(),
        Some(2)
    );
}
