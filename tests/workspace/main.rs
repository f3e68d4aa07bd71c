//! What the workspace promises about itself: which crate may know which, how files look, and that the
//! examples are listed. `cargo test --test workspace` runs all of it.

mod arrows;
mod examples_index;
mod files;
mod lexer;
mod tidy;

/// Fails with every violation, one a line.
fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
