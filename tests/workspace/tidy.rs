//! How files look: sizes, headers, and what must not be left lying about.
//!
//! Functions are measured by matching braces after comments and literals have been blanked out; a macro
//! that unbalances braces would be measured wrongly.

use crate::files::{self, TextFile};
use crate::lexer::take_apart;

const LINES_PER_FILE_MAX: usize = 800;
const LINES_PER_FUNCTION_MAX: usize = 100;
const COLUMNS_MAX: usize = 120;

/// Code that says it is not finished, or looks at itself.
const UNFINISHED_CODE: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore"];

/// What a library has no business doing (engine's own rule: it never prints).
const PRINTING: &[&str] = &["println!", "eprintln!", "print!(", "eprint!("];

/// Words by which comments say that something is left to do. Written apart, so that this file has none.
const UNFINISHED_WORDS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("HA", "CK"),
];

/// Where somebody's own files lie, as in [`UNFINISHED_WORDS`] written apart.
const SOMEBODYS_FOLDERS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
];

fn size(file: &TextFile) -> Vec<String> {
    let lines = file.text.lines().count();
    if !file.is_rust() || lines <= LINES_PER_FILE_MAX {
        return Vec::new();
    }
    vec![format!(
        "{}: {lines} lines; split it, {LINES_PER_FILE_MAX} is the limit",
        file.path
    )]
}

fn lines(file: &TextFile) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        if line != line.trim_end() {
            found.push(format!(
                "{}:{number}: white space at the end of the line",
                file.path
            ));
        }
        let columns = line.chars().count();
        // A row of a table cannot be broken.
        let is_row = file.is_markdown() && line.starts_with('|');
        if columns > COLUMNS_MAX && !is_row && !file.is_data() {
            found.push(format!(
                "{}:{number}: {columns} columns, over {COLUMNS_MAX}",
                file.path
            ));
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        found.push(format!("{}: the last line has no end", file.path));
    }
    found
}

fn unfinished(file: &TextFile) -> Vec<String> {
    if file.path.ends_with(".csv") || file.path.ends_with(".lock") {
        return Vec::new();
    }
    let (code, comments) = if file.is_rust() {
        let parts = take_apart(&file.text);
        (parts.code, parts.comments)
    } else {
        (String::new(), file.text.clone())
    };
    let in_code = numbered(&code, |line| {
        UNFINISHED_CODE.iter().find(|code| line.contains(**code))
    });
    let in_comments = numbered(&comments, |line| {
        let mut words = line.split(|character: char| !character.is_alphanumeric());
        words.find_map(|word| {
            UNFINISHED_WORDS
                .iter()
                .find(|unfinished| **unfinished == word)
        })
    });
    let all = in_code.into_iter().chain(in_comments);
    all.map(|(number, what)| {
        format!(
            "{}:{number}: `{what}`; finish it or leave it out",
            file.path
        )
    })
    .collect()
}

fn printing(file: &TextFile) -> Vec<String> {
    let is_library = file.path.starts_with("crates/") && file.path.contains("/src/");
    if !is_library || !file.is_rust() {
        return Vec::new();
    }
    let code = take_apart(&file.text).code;
    let found = numbered(&code, |line| {
        PRINTING.iter().find(|print| line.contains(**print))
    });
    found
        .into_iter()
        .map(|(number, what)| format!("{}:{number}: `{what}` in a library", file.path))
        .collect()
}

fn somebodys_paths(file: &TextFile) -> Vec<String> {
    let find = |line: &str| {
        SOMEBODYS_FOLDERS
            .iter()
            .find(|folder| line.contains(**folder))
            .copied()
    };
    let found = numbered(&file.text, find).into_iter();
    found
        .map(|(number, folder)| {
            format!("{}:{number}: `{folder}` is on one machine only", file.path)
        })
        .collect()
}

/// The lines in which something is found, counted from 1.
fn numbered<T>(text: &str, find: impl Fn(&str) -> Option<T>) -> Vec<(usize, T)> {
    let lines = (1..).zip(text.lines());
    lines
        .filter_map(|(number, line)| Some((number, find(line)?)))
        .collect()
}

fn headers(file: &TextFile) -> Vec<String> {
    let is_library =
        file.path.starts_with("crates/") && file.path.contains("/src/") && file.is_rust();
    if !is_library {
        return Vec::new();
    }
    let mut found = Vec::new();
    if !file.text.starts_with("//!") {
        found.push(format!(
            "{}: open it with `//!` and what it is for",
            file.path
        ));
    }
    let is_root = file.path.ends_with("/src/lib.rs");
    if is_root && !file.text.lines().any(|line| line == "//! # Invariants") {
        let missing =
            "the crate's docs need a section `# Invariants`: what it deliberately does not do";
        found.push(format!("{}: {missing}", file.path));
    }
    found
}

fn long_functions(file: &TextFile) -> Vec<String> {
    if !file.is_rust() {
        return Vec::new();
    }
    let too_long = functions(&take_apart(&file.text).code).into_iter();
    let too_long = too_long.filter(|function| function.lines > LINES_PER_FUNCTION_MAX);
    too_long
        .map(|Function { name, line, lines }| {
            format!(
                "{}:{line}: `{name}` has {lines} lines, over {LINES_PER_FUNCTION_MAX}",
                file.path
            )
        })
        .collect()
}

#[derive(Debug, PartialEq)]
struct Function {
    name: String,
    /// Where it begins, counted from 1.
    line: usize,
    lines: usize,
}

/// The functions with a body in code whose comments and literals are blank.
fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back();
        let name: String = code[at + 3..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if name.is_empty() || before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        if let Some(end) = body_end(&code[at..]) {
            let line = code[..at].matches('\n').count() + 1;
            let lines = code[at..at + end].matches('\n').count() + 1;
            found.push(Function { name, line, lines });
        }
    }
    found
}

/// Where the body of the function that begins here ends; `None` for a declaration without one.
fn body_end(code: &str) -> Option<usize> {
    let (mut round, mut curly) = (0, 0);
    for (at, character) in code.char_indices() {
        match character {
            '(' | '[' => round += 1,
            ')' | ']' => round -= 1,
            '{' => curly += 1,
            '}' => curly -= 1,
            ';' if round == 0 && curly == 0 => return None,
            _ => {}
        }
        if character == '}' && round == 0 && curly == 0 {
            return Some(at);
        }
    }
    None
}

fn violations(file: &TextFile) -> Vec<String> {
    let checks = [
        size,
        lines,
        unfinished,
        printing,
        somebodys_paths,
        headers,
        long_functions,
    ];
    checks.iter().flat_map(|check| check(file)).collect()
}

#[test]
fn files_are_tidy() {
    let all = files::all().unwrap();
    let roots = all
        .iter()
        .filter(|file| file.path.ends_with("/src/lib.rs"))
        .count();
    assert!(
        roots >= 6,
        "only {roots} crates found; is this the root of the workspace?"
    );
    crate::assert_none(&all.iter().flat_map(violations).collect::<Vec<_>>());
}

#[test]
fn each_rule_finds_what_breaks_it() {
    let found = |path: &str, text: String| {
        violations(&TextFile {
            path: path.to_owned(),
            text,
        })
    };
    let library = |body: &str| found("crates/oikos-core/src/a.rs", format!("//! A.\n{body}\n"));
    assert!(
        library("fn a() {}\nconst B: &str = \"dbg!\"; // a todo! and the word TODOS").is_empty()
    );
    assert_eq!(library("fn a() { dbg!(1); }").len(), 1);
    assert_eq!(library("fn a() { todo!() }").len(), 1);
    assert_eq!(library("#[ignore]\nfn a() {}").len(), 1);
    assert_eq!(
        library(&format!("// {}: later", UNFINISHED_WORDS[0])).len(),
        1
    );
    assert_eq!(library("fn a() {} ").len(), 1);
    assert_eq!(library(&"x".repeat(121)).len(), 1);
    assert_eq!(
        library(&format!("const A: &str = \"{}b\";", SOMEBODYS_FOLDERS[0])).len(),
        1
    );
    assert_eq!(library(&"\n".repeat(800)).len(), 1);
    assert_eq!(
        library(&format!("fn a() {{{}}}", "\n".repeat(100))).len(),
        1
    );
    assert!(library(&format!("fn a() {{{}}}", "\n".repeat(99))).is_empty());
    assert_eq!(
        found("crates/oikos-core/src/a.rs", "fn a() {}\n".to_owned()).len(),
        1
    );
    assert_eq!(
        found("crates/oikos-core/src/lib.rs", "//! A.\n".to_owned()).len(),
        1
    );
    assert!(
        found(
            "crates/oikos-core/src/lib.rs",
            "//! A.\n//! # Invariants\n".to_owned()
        )
        .is_empty()
    );
    assert!(found("README.md", format!("|{}|\n", " ".repeat(200))).is_empty());
    assert_eq!(found("README.md", "word ".repeat(30) + "x\n").len(), 1);
    assert_eq!(found("README.md", "no end".to_owned()).len(), 1);
}

#[test]
fn functions_are_measured_from_their_name_to_their_last_brace() {
    let code = "fn a(x: [u8; 2]) -> u8 {\n  {\n  }\n}\ntrait T { fn b(self);\n fn c() where T: F<fn (u8)> {\n} }\n";
    let function = |name: &str, line, lines| Function {
        name: name.to_owned(),
        line,
        lines,
    };
    assert_eq!(functions(code), [function("a", 1, 4), function("c", 6, 2)]);
}
