//! The shared vocabulary of Oikos: people, organisations, life events.
