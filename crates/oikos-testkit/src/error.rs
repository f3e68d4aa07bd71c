//! How a society can break its promises.

use oikos_core::{Digest, Tick};
use oikos_engine::EngineError;

/// A broken promise. Its text names the culprit and says where to look.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// The society could not be built, stepped, saved or loaded at all.
    #[error("{check}: {source}")]
    Engine {
        /// The check that was going on.
        check: &'static str,
        /// What the engine said.
        #[source]
        source: EngineError,
    },
    /// Two runs that should be the same are not.
    #[error(
        "{check}: two runs part in {tick}, after system `{system}` of phase {phase}; what differs: {}; {}",
        .types.join(", "), hint(.check)
    )]
    Diverged {
        /// The check.
        check: &'static str,
        /// The tick in which they part.
        tick: Tick,
        /// The first system after which their states differ.
        system: String,
        /// Its phase.
        phase: String,
        /// The persisted types that differ, by their registered names.
        types: Vec<String>,
    },
    /// Two fresh builds do not start from the same state.
    #[error("{check}: two builds differ before their first tick: {}; {}", .types.join(", "), hint(.check))]
    GenesisDiffers {
        /// The check.
        check: &'static str,
        /// The persisted types that differ.
        types: Vec<String>,
    },
    /// Two runs differed once, and did not when they were repeated system by system.
    #[error(
        "{check}: two runs differ after {tick} in {}, but not when they are repeated to find the system; {}",
        .types.join(", "), hint(.check)
    )]
    Unrepeatable {
        /// The check.
        check: &'static str,
        /// The tick in which they parted.
        tick: Tick,
        /// The persisted types that differed.
        types: Vec<String>,
    },
    /// No kind had rows enough, or ticks enough, for their order to change.
    #[error(
        "scramble: the order of rows never changed (at most {most_rows} rows of one kind lived, in {ticks} \
         ticks), so nothing was shown; give the society at least two members of a kind and more ticks"
    )]
    NotScrambled {
        /// The most rows of one kind that lived after a tick.
        most_rows: usize,
        /// The ticks that were run.
        ticks: u32,
    },
    /// A state and what was loaded from its snapshot differ.
    #[error(
        "save and load: what was loaded at {tick} is not what was saved: {}; \
         look at how these types are written and read",
        .types.join(", ")
    )]
    LoadDiffers {
        /// The tick that would have run next.
        tick: Tick,
        /// The types that differ.
        types: Vec<String>,
    },
    /// A snapshot and the snapshot of what was loaded from it differ in their bytes.
    #[error(
        "save and load: saved again after loading at {tick}, the bytes differ: {}; \
         what these types write must depend on their value alone",
        .types.join(", ")
    )]
    BytesDiffer {
        /// The tick that would have run next.
        tick: Tick,
        /// The types that differ.
        types: Vec<String>,
    },
    /// A value was changed in a snapshot, loaded, and left the digest as it was.
    #[error("flip: `{name}` was changed at byte {byte} ({field}), and the digest did not see it")]
    Unseen {
        /// The registered name of the type.
        name: String,
        /// The field of the row, or "the whole value".
        field: &'static str,
        /// The byte of its section.
        byte: usize,
    },
    /// No changed bit of a type that holds something was ever accepted, so nothing was shown about its digest.
    #[error("flip: no changed byte of `{name}` could be loaded, so its digest could not be tried")]
    NothingDecodes {
        /// The registered name of the type.
        name: String,
    },
    /// Loading a changed snapshot panicked instead of returning an error.
    #[error(
        "flip: loading `{name}` changed at byte {byte} ({field}) panicked; return an error instead"
    )]
    LoadPanicked {
        /// The registered name of the type.
        name: String,
        /// The field of the row, or "the whole value".
        field: &'static str,
        /// The byte of its section.
        byte: usize,
    },
    /// A history is not the one that was written down.
    #[error(
        "golden: the digest at {tick} is {found}, the test expects {expected:?}; if the history was meant to \
         change, put the new digest there and add a note to the changelog that says which histories change \
         and why; if not, something else changed it"
    )]
    Golden {
        /// The tick that would run next.
        tick: Tick,
        /// What the test says.
        expected: String,
        /// What the society has.
        found: Digest,
    },
    /// The society and its slow twin differ.
    #[error(
        "script: at {tick} the society's {quantity} of {kind}#{id} is {found:?}, that of its slow twin \
         {expected:?}"
    )]
    TwinDiffers {
        /// The tick that would run next.
        tick: Tick,
        /// What was compared.
        quantity: &'static str,
        /// The kind.
        kind: &'static str,
        /// The member, or 0 where all are meant.
        id: u64,
        /// What the society has; `None` where it has nothing.
        found: Option<u64>,
        /// What the twin has.
        expected: Option<u64>,
    },
}

/// The usual cause of a divergence, by check.
fn hint(check: &str) -> &'static str {
    match check {
        "scramble" => {
            "a result depends on the order of rows: sort by id, send messages, or sum in integers"
        }
        "threads" => {
            "a result depends on how rows are split: merge only what gives the same in any order"
        }
        "save and load" => {
            "state outside the registry (a captured variable, a static, a `Local`) is the usual cause"
        }
        _ => "something outside the history was read: a static, a clock, randomness of the system",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_divergence_names_the_system_the_phase_and_the_types() {
        let violation = Violation::Diverged {
            check: "scramble",
            tick: Tick::new(3),
            system: "pay".to_owned(),
            phase: "Settle".to_owned(),
            types: vec!["purse".to_owned(), "debt".to_owned()],
        };
        let text = violation.to_string();
        for part in [
            "scramble",
            "tick 3",
            "`pay`",
            "Settle",
            "purse, debt",
            "order of rows",
        ] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
    }
}
