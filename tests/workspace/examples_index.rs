//! `examples/README.md` lists exactly the examples there are, and no document names another.

use std::collections::BTreeSet;

use crate::files::{self, TextFile};

/// `examples/NAME.rs` and `examples/NAME/main.rs`, as cargo finds them.
fn examples(files: &[TextFile]) -> BTreeSet<String> {
    let inside = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("examples/"));
    let names = inside.filter_map(|path| {
        let name = path
            .strip_suffix("/main.rs")
            .or_else(|| path.strip_suffix(".rs"))?;
        (!name.contains('/')).then(|| name.to_owned())
    });
    names.collect()
}

/// The names in an index, and what is wrong with its lines. An entry is an item of a list or a row of a
/// table that begins with the name in backticks and goes on with a sentence.
fn entries(index: &str) -> (BTreeSet<String>, Vec<String>) {
    let (mut names, mut wrong) = (BTreeSet::new(), Vec::new());
    for line in index.lines() {
        let starts = ["- `", "* `", "| `", "|`", "- [`", "| [`"];
        let Some(rest) = starts.iter().find_map(|start| line.strip_prefix(start)) else {
            continue;
        };
        let Some((name, sentence)) = rest.split_once('`') else {
            continue;
        };
        let name = name.trim_end_matches(".rs").to_owned();
        if sentence
            .split_whitespace()
            .filter(|word| word.len() > 1)
            .count()
            < 3
        {
            wrong.push(format!(
                "examples/README.md: say in a sentence what `{name}` shows"
            ));
        }
        if !names.insert(name.clone()) {
            wrong.push(format!("examples/README.md: `{name}` is listed twice"));
        }
    }
    (names, wrong)
}

/// The examples that a document names: after `--example`, or as `examples/NAME`.
fn named(document: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for mark in ["--example ", "examples/"] {
        for (at, _) in document.match_indices(mark) {
            let rest = &document[at + mark.len()..];
            let is_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let name: String = rest.chars().take_while(is_name).collect();
            // `examples/README.md` is the index itself, and "examples/." ends a sentence.
            if !name.is_empty() && name != "README" {
                names.insert(name);
            }
        }
    }
    names
}

fn violations(files: &[TextFile]) -> Vec<String> {
    let examples = examples(files);
    let index = files.iter().find(|file| file.path == "examples/README.md");
    let (listed, mut wrong) = entries(index.map_or("", |file| &file.text));
    let missing = examples.difference(&listed);
    wrong.extend(missing.map(|name| format!("examples/README.md: `{name}` is not listed")));
    let gone = listed.difference(&examples);
    wrong.extend(gone.map(|name| format!("examples/README.md: there is no example `{name}`")));
    let documents = files.iter().filter(|file| {
        file.path == "README.md" || (file.path.starts_with("docs/") && file.is_markdown())
    });
    for document in documents {
        for name in named(&document.text).difference(&examples) {
            wrong.push(format!("{}: there is no example `{name}`", document.path));
        }
    }
    wrong
}

#[test]
fn the_index_lists_the_examples() {
    crate::assert_none(&violations(&files::all().unwrap()));
}

#[test]
fn missing_and_invented_examples_are_found() {
    let found = |index: &str, readme: &str| {
        let file = |path: &str, text: &str| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        violations(&[
            file("examples/town.rs", ""),
            file("examples/embed/main.rs", ""),
            file("examples/embed/model.rs", ""),
            file("examples/README.md", index),
            file("README.md", readme),
        ])
    };
    let whole = "- `town`: a town for ten years.\n| `embed` | A society in a program of yours. |\n";
    assert!(
        found(
            whole,
            "cargo run --example town -- 5 and examples/embed/main.rs"
        )
        .is_empty()
    );
    assert_eq!(found(whole, "cargo run --example city").len(), 1);
    assert_eq!(found(whole, "see examples/city.rs").len(), 1);
    assert_eq!(found("- `town`: a town for ten years.\n", "").len(), 1);
    assert_eq!(
        found(&format!("{whole}- `city`: a city for ten years.\n"), "").len(),
        1
    );
    assert_eq!(
        found(&whole.replace("a town for ten years.", ""), "").len(),
        1
    );
}
