//! Titles: random scripts of deeds, a checker of shares, liens, holds and values (T1 to T3, S5), and a slow model.
//!
//! ```
//! use oikos_testkit::{Runs, titles};
//!
//! let done = Runs::new(20).check_script(&titles::script(60), |script| {
//!     titles::check(&mut titles::new_titles(), script)
//! })?;
//! assert!(done.events > 100, "{done}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![expect(
    clippy::unwrap_used,
    reason = "ids of scripts are below 2^53, and the model has what it has just found"
)]

mod checker;
mod fault;
mod model;
mod register;
mod script;

pub use self::checker::{Came, Checker};
pub use self::fault::Fault;
pub use self::model::Model;
pub use self::register::{
    Answer, CURRENCIES, Deed, KINDS, LIEN_KINDS, OWNERS, Register, Seen, View, bytes, new_titles,
    owner,
};
pub use self::script::deed;
pub use crate::raw::{Raw, raw, script};

use crate::invariant::Broken;

/// Goes through a script with a register that has nothing in it, and looks at it after each deed. Returns the number of
/// deeds.
///
/// # Errors
/// [`Broken`], with the deed.
pub fn check(book: &mut impl Register, script: &[Raw]) -> Result<u64, Broken> {
    let mut checker = Checker::default();
    for raw in script {
        let deed = deed(*raw, &book.view());
        let came = checker.apply(book, &deed);
        if let Some(broken) = came.broken.into_iter().next() {
            let problem = format!(
                "{} after {deed:?}, answered {:?}",
                broken.problem, came.answer
            );
            return Err(Broken { problem, ..broken });
        }
    }
    Ok(script.len() as u64)
}

/// Whether two answer, tell and look alike after each deed of a script. Use it to hold one against the slow [`Model`].
/// Returns the number of deeds.
///
/// # Errors
/// The first deed that they answer differently, or after which they look different.
pub fn agrees(
    book: &mut impl Register,
    others: &mut impl Register,
    script: &[Raw],
) -> Result<u64, String> {
    for raw in script {
        let deed = deed(*raw, &book.view());
        let (answer, expected) = (book.act(&deed), others.act(&deed));
        if answer != expected {
            return Err(format!(
                "{deed:?} gives {answer:?}, the others give {expected:?}"
            ));
        }
        if book.entries() != others.entries() || book.view() != others.view() {
            return Err(format!(
                "after {deed:?} there is\n{:?}, the others have\n{:?}",
                book.view(),
                others.view()
            ));
        }
    }
    Ok(script.len() as u64)
}
