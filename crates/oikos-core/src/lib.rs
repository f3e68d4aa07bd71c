//! Ids, ticks and calendar, exact numbers, named draws and digests: the deterministic kernel of Oikos.
