//! The example that tests a market of one's own.

use std::process::Command;

/// It prints what it went through, and for the careless market the smallest script: a bid below an ask, and a clearing.
#[test]
fn a_careless_market_is_caught_with_a_minimal_script() {
    let mut run = Command::new(env!("CARGO"));
    run.current_dir(env!("CARGO_MANIFEST_DIR"));
    run.args(["run", "--quiet", "--example", "property_test"]);
    let output = run.args(["--features", "testkit"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.contains("nothing is broken in"), "{text}");
    let (_, caught) = text.split_once("without: M2: ").unwrap();
    let script = caught
        .split_once("[\n")
        .unwrap()
        .1
        .split_once("\n]")
        .unwrap();
    assert!(script.0.lines().count() == 3, "{caught}");
    assert!(script.0.ends_with("the market clears,"), "{caught}");
    assert!(caught.contains("OIKOS_SEED="), "{caught}");
}

/// A researcher's test of a mechanism fits a screen.
#[test]
fn the_example_has_less_than_forty_lines() {
    let text = include_str!("../../examples/property_test.rs");
    assert!(text.lines().count() < 40);
}
