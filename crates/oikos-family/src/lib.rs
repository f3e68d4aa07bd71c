//! Hazards, life tables, fertility and lineage.
