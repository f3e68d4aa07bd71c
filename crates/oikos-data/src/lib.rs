//! Collectors, tables and sinks.
