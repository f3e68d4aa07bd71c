//! Just enough of Rust's lexical rules to tell code from comments and literals.

/// A Rust file taken apart; both have the lines and columns of the original.
pub(crate) struct Parts {
    /// The code, with blanks for comments and for what stands in literals.
    pub(crate) code: String,
    /// The comments, with blanks for everything else.
    pub(crate) comments: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    Comment,
    Literal,
}

pub(crate) fn take_apart(text: &str) -> Parts {
    let characters: Vec<char> = text.chars().collect();
    let mut parts = Parts {
        code: String::new(),
        comments: String::new(),
    };
    let mut at = 0;
    while at < characters.len() {
        let (length, part) = next(
            &characters[at..],
            at.checked_sub(1).map(|last| characters[last]),
        );
        for character in &characters[at..(at + length).min(characters.len())] {
            let blank = if *character == '\n' { '\n' } else { ' ' };
            parts.code.push(if part == Part::Code {
                *character
            } else {
                blank
            });
            parts.comments.push(if part == Part::Comment {
                *character
            } else {
                blank
            });
        }
        at += length;
    }
    parts
}

/// The length of what begins here, and what it is. `last` is the character before it.
fn next(rest: &[char], last: Option<char>) -> (usize, Part) {
    let in_word = last.is_some_and(|last| last.is_alphanumeric() || last == '_');
    match rest {
        ['/', '/', ..] => (line(rest), Part::Comment),
        ['/', '*', ..] => (block_comment(rest), Part::Comment),
        ['"', ..] => (text_literal(rest), Part::Literal),
        ['r', '"' | '#', ..] if !in_word => raw_literal(rest, 1),
        ['b', 'r', '"' | '#', ..] if !in_word => raw_literal(rest, 2),
        ['\'', '\\', _, tail @ ..] => {
            let quote = tail.iter().position(|character| *character == '\'');
            (quote.map_or(rest.len(), |quote| quote + 4), Part::Literal)
        }
        ['\'', _, '\'', ..] => (3, Part::Literal),
        _ => (1, Part::Code),
    }
}

fn line(rest: &[char]) -> usize {
    rest.iter()
        .position(|character| *character == '\n')
        .unwrap_or(rest.len())
}

/// Block comments nest.
fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn text_literal(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#` and the like, which begin after `prefix` letters; `r#name` is code.
fn raw_literal(rest: &[char], prefix: usize) -> (usize, Part) {
    let hashes = rest[prefix..]
        .iter()
        .take_while(|character| **character == '#')
        .count();
    if rest.get(prefix + hashes) != Some(&'"') {
        return (prefix + hashes, Part::Code);
    }
    let mut end = vec!['"'];
    end.resize(hashes + 1, '#');
    let start = prefix + hashes + 1;
    let close = rest[start..]
        .windows(end.len())
        .position(|window| window == end);
    (
        close.map_or(rest.len(), |close| start + close + end.len()),
        Part::Literal,
    )
}

#[test]
fn comments_and_literals_are_told_from_code() {
    let text = r###"fn a<'a>(x: &'a str) -> char { // one {
    let s = "a \" } // not"; /* two /* nested */ } */
    let r = r#"} " }"#; let b = br"}"; let r#type = '}';
    '\'' }
"###;
    let parts = take_apart(text);
    assert_eq!(parts.code.lines().count(), text.lines().count());
    assert_eq!(parts.code.matches('{').count(), 1);
    assert_eq!(parts.code.matches('}').count(), 1);
    assert!(parts.code.contains("fn a<'a>(x: &'a str) -> char {"));
    assert!(parts.code.contains("let r#type ="));
    assert!(!parts.code.contains("not") && !parts.comments.contains("not"));
    assert!(parts.comments.contains("// one {") && parts.comments.contains("nested */ } */"));
}
