//! The town as its users meet it: the contract of one history over all of its state, and the program
//! `examples/town` at its command line.

mod command_line;
mod one_history;
