//! Lives, births, kin and ties of people: V14, V20, V22 to V24, V26 to V30, V33, and an epidemic among them.

mod growth;
mod kin;
mod lines;
mod lives;
mod networks;
mod pedigree;
mod spread;
mod surnames;
mod unions;

use crate::row::Row;

/// The rows; with `perturb` each simulation has one rule wrong.
pub(crate) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let mut rows = unions::matchings(perturb)?;
    rows.extend(lives::rows(perturb)?);
    rows.extend(growth::rows(perturb)?);
    rows.extend(kin::rows(perturb)?);
    rows.extend(unions::first_marriages(perturb)?);
    rows.extend(lines::rows(perturb)?);
    rows.extend(lives::births(perturb)?);
    rows.extend(networks::rows(perturb)?);
    rows.extend(pedigree::rows(perturb)?);
    rows.extend(spread::rows(perturb)?);
    Ok(rows)
}
