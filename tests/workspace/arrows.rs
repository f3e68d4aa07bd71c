//! Which crate may depend on which: the arrows of `docs/architecture.md`, held against `cargo metadata`.
//!
//! Only direct dependencies are looked at. What a crate of another project pulls in is not.

use std::process::Command;

use serde_json::Value;

/// What a crate may depend on among ours.
enum Allowed {
    /// These crates only.
    These(&'static [&'static str]),
    /// All of them.
    Any,
}

use Allowed::{Any, These};

/// Every crate of the design, also those to come, without the prefix `oikos-`; the facade is `oikos`.
const ARROWS: &[(&str, Allowed)] = &[
    ("core", These(&[])),
    ("derive", These(&[])),
    ("shaders", These(&[])),
    ("engine", These(&["core", "derive"])),
    ("ledger", These(&["core"])),
    ("world", These(&["core", "engine", "ledger"])),
    ("compute", These(&["core", "shaders", "engine"])),
    ("space", These(&["core", "engine", "world", "compute"])),
    ("market", These(&["core", "engine", "ledger", "world"])),
    ("firm", These(&["core", "engine", "ledger", "world"])),
    ("bank", These(&["core", "engine", "ledger", "world"])),
    ("family", These(&["core", "engine", "ledger", "world"])),
    ("mind", These(&["core", "engine", "world"])),
    ("llm", These(&["core", "engine", "world", "mind"])),
    ("data", These(&["core", "engine", "world"])),
    ("store", These(&["core", "engine"])),
    ("ensemble", These(&["core", "engine", "data", "store"])),
    ("town", These(BELOW_TOWN)),
    ("testkit", Any),
    ("benches", Any),
    ("oikos", Any),
];

/// Everything but `llm`, `ensemble` and what stands above the town.
const BELOW_TOWN: &[&str] = &[
    "core", "derive", "shaders", "engine", "ledger", "world", "compute", "space", "market", "firm",
    "bank", "family", "mind", "data", "store",
];

/// Crates that stay free of anything heavy, so that a model which needs nothing of it pays nothing.
const LIGHT: &[&str] = &[
    "core", "engine", "ledger", "world", "market", "firm", "bank", "family",
];

/// What is heavy. A name that ends in `*` stands for all that begin so.
const HEAVY: &[&str] = &["tokio", "wgpu", "arrow*", "parquet", "reqwest"];

/// One dependency as cargo tells it.
struct Dependency {
    package: String,
    name: String,
    requirement: String,
    is_development: bool,
    is_optional: bool,
}

/// The name in the table: without the prefix, and as it is for the facade and for everybody else's.
fn short(name: &str) -> &str {
    name.strip_prefix("oikos-").unwrap_or(name)
}

fn is_ours(name: &str) -> bool {
    name == "oikos" || name.starts_with("oikos-")
}

fn is_heavy(name: &str) -> bool {
    HEAVY.iter().any(|heavy| match heavy.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *heavy,
    })
}

/// Packages of the workspace and their dependencies.
fn read(metadata: &Value) -> (Vec<String>, Vec<Dependency>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut packages = Vec::new();
    let mut dependencies = Vec::new();
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        dependencies.extend(
            list(&package["dependencies"])
                .iter()
                .map(|dependency| Dependency {
                    package: name.clone(),
                    name: text(&dependency["name"]),
                    requirement: text(&dependency["req"]),
                    is_development: dependency["kind"] == "dev",
                    is_optional: dependency["optional"] == true,
                }),
        );
        packages.push(name);
    }
    (packages, dependencies)
}

/// What is wrong with one dependency, if anything is.
fn wrong(dependency: &Dependency) -> Option<String> {
    let Dependency {
        package,
        name,
        requirement,
        is_development,
        is_optional,
    } = dependency;
    // The facade offers it behind a feature, for the tests of others.
    if name == "oikos-testkit" && !(package == "oikos" && *is_optional) {
        if !is_development {
            return Some(format!(
                "{package} depends on {name}; allowed only under [dev-dependencies]"
            ));
        }
        let versioned = requirement != "*";
        return versioned.then(|| {
            format!(
                "{package} asks for {name} {requirement}; give a path alone, or packaging breaks"
            )
        });
    }
    if *is_development {
        return None;
    }
    if LIGHT.contains(&short(package)) && is_heavy(name) {
        return Some(format!(
            "{package} depends on {name}; it stays free of {}; put it behind a feature of a crate above",
            HEAVY.join(", ")
        ));
    }
    if !is_ours(name) {
        return None;
    }
    if name == "oikos-benches" {
        return Some(format!(
            "{package} depends on {name}, which measures and offers nothing"
        ));
    }
    match ARROWS
        .iter()
        .find(|(crate_name, _)| *crate_name == short(package))
    {
        None => Some(format!(
            "{package} is not in the table of arrows; add it there and to the docs"
        )),
        Some((_, Any)) => None,
        Some((_, These(allowed))) if allowed.contains(&short(name)) => None,
        Some((_, These(allowed))) => {
            let allowed = if allowed.is_empty() {
                "none of ours".to_owned()
            } else {
                allowed.join(", ")
            };
            Some(format!(
                "{package} depends on {name}; allowed are: {allowed}"
            ))
        }
    }
}

fn violations(metadata: &Value) -> Vec<String> {
    let (packages, dependencies) = read(metadata);
    let known = |name: &String| {
        ARROWS
            .iter()
            .any(|(crate_name, _)| *crate_name == short(name))
    };
    let strangers = packages.iter().filter(|name| !known(name));
    let strangers = strangers.map(|name| format!("{name} is not in the table of arrows"));
    strangers
        .chain(dependencies.iter().filter_map(wrong))
        .collect()
}

#[test]
fn no_crate_knows_one_that_it_must_not_know() {
    let cargo = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        cargo.status.success(),
        "{}",
        String::from_utf8_lossy(&cargo.stderr)
    );
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let (packages, _) = read(&metadata);
    assert!(
        packages.iter().any(|name| name == "oikos-engine"),
        "{packages:?}"
    );
    crate::assert_none(&violations(&metadata));
}

/// The violations of a workspace whose crate `package` has one dependency.
fn with_dependency(package: &str, name: &str, kind: Value, requirement: &str) -> Vec<String> {
    with_optional(package, name, kind, requirement, false)
}

fn with_optional(
    package: &str,
    name: &str,
    kind: Value,
    requirement: &str,
    is_optional: bool,
) -> Vec<String> {
    let dependency = serde_json::json!({
        "name": name, "kind": kind, "req": requirement, "optional": is_optional
    });
    violations(&serde_json::json!({
        "packages": [{ "name": package, "dependencies": [dependency] }]
    }))
}

#[test]
fn arrows_against_the_table_are_found() {
    let normal = |package, name| with_dependency(package, name, Value::Null, "^0.1.0");
    let development = || Value::from("dev");
    assert!(normal("oikos-engine", "oikos-core").is_empty());
    assert!(normal("oikos-town", "oikos-bank").is_empty());
    assert!(normal("oikos", "oikos-llm").is_empty());
    assert!(normal("oikos-llm", "tokio").is_empty());

    let two_domains = normal("oikos-market", "oikos-bank");
    assert_eq!(
        two_domains,
        ["oikos-market depends on oikos-bank; allowed are: core, engine, ledger, world"]
    );
    assert_eq!(normal("oikos-core", "oikos-engine").len(), 1);
    assert_eq!(
        with_dependency("oikos-core", "oikos-engine", Value::from("build"), "*").len(),
        1
    );
    assert_eq!(normal("oikos-engine", "arrow-array").len(), 1);
    assert_eq!(normal("oikos-family", "parquet").len(), 1);
    assert_eq!(normal("oikos", "oikos-testkit").len(), 1);
    let optional = |package| with_optional(package, "oikos-testkit", Value::Null, "^0.1", true);
    assert!(optional("oikos").is_empty());
    assert_eq!(optional("oikos-town").len(), 1);
    assert_eq!(normal("oikos-town", "oikos-llm").len(), 1);
    assert!(!normal("oikos-stranger", "serde").is_empty());
    assert!(with_dependency("oikos-core", "oikos-testkit", development(), "*").is_empty());
    assert_eq!(
        with_dependency("oikos-core", "oikos-testkit", development(), "^0.1").len(),
        1
    );
    assert!(with_dependency("oikos-core", "oikos-engine", development(), "*").is_empty());
}
