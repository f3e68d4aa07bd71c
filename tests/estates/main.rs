//! What becomes of what the dead leave: the protocol of estates with a stub ledger, over random families.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod stub_ledger;
#[cfg(test)]
mod town;
