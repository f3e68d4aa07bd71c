//! The order book against its invariants (M1 to M16), a naive model, planted faults and another engine.

mod checker;
mod faults;
mod input;
mod invariants;
mod naive;
mod oracle;
mod saved;
mod venue;
