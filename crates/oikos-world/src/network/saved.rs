//! How a network is saved: its rows, each tie once.
//!
//! The number of rows, which is one more than the highest number that is tied; the ties that each row keeps;
//! where they lead; their values. Integers of four bytes, little endian. An undirected tie is kept by its
//! lower end.

use oikos_core::{Digest, TypeKey};
use oikos_engine::{Field, State};

use super::{Network, Tie};

const WORD: usize = 4;

impl<N: Tie> State for Network<N> {
    fn save(&self, out: &mut Vec<u8>) {
        let rows = self.ties().map(|(from, to, _)| from.max(to) + 1).max();
        let rows = rows.unwrap_or(0);
        let mut lengths = vec![0_u32; rows as usize];
        for (from, ..) in self.ties() {
            lengths[from as usize] += 1;
        }
        out.reserve_exact(WORD * (1 + lengths.len()) + (WORD + N::Value::BYTES) * self.len());
        out.extend(rows.to_le_bytes());
        out.extend(lengths.iter().flat_map(|length| length.to_le_bytes()));
        out.extend(self.ties().flat_map(|(_, to, _)| to.to_le_bytes()));
        for (.., value) in self.ties() {
            let start = out.len();
            out.resize(start + N::Value::BYTES, 0);
            value.put(&mut out[start..]);
        }
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let (rows, rest) = bytes.split_first_chunk().ok_or("the head is cut off")?;
        let rows = u32::from_le_bytes(*rows);
        let lengths = (rows as usize).checked_mul(WORD);
        let split = lengths.and_then(|lengths| rest.split_at_checked(lengths));
        let (lengths, rest) = split.ok_or("the lengths of the rows are cut off")?;
        if rest.len() % (WORD + N::Value::BYTES) != 0 {
            return Err("a tie is cut off".to_owned());
        }
        let count = rest.len() / (WORD + N::Value::BYTES);
        let (targets, values) = rest.split_at(WORD * count);
        let targets = words(targets);
        let mut ties = Vec::with_capacity(count);
        for (from, length) in (0..rows).zip(words(lengths)) {
            for _ in 0..length {
                let at = ties.len();
                let to = *targets.get(at).ok_or("a row goes on behind the last tie")?;
                let value = &values[at * N::Value::BYTES..(at + 1) * N::Value::BYTES];
                let value = N::Value::take(value);
                let value =
                    value.ok_or_else(|| format!("the tie of {from} and {to} has no value"))?;
                ties.push((from, to, value));
            }
        }
        if ties.len() != count {
            return Err("there are ties behind the last row".to_owned());
        }
        check::<N>(rows, &ties)?;
        Ok(Self::of_sorted(ties))
    }

    fn digest(&self, _key: &TypeKey) -> Digest {
        self.digest
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let words = bytes.as_chunks().0.iter();
    words.map(|word| u32::from_le_bytes(*word)).collect()
}

/// Whether ties are as they are saved: each once, in order, and no row too many.
fn check<N: Tie>(rows: u32, ties: &[(u32, u32, N::Value)]) -> Result<(), String> {
    for (from, to, _) in ties {
        if from == to || (!N::DIRECTED && from > to) {
            return Err(format!("a tie leads from {from} to {to}"));
        }
    }
    let pairs = ties.windows(2);
    for pair in pairs {
        let ((from, to, _), (next_from, next_to, _)) = (pair[0], pair[1]);
        if (next_from, next_to) <= (from, to) {
            return Err(format!("the ties of {from} are not in order"));
        }
    }
    let highest = ties.iter().map(|(from, to, _)| *from.max(to)).max();
    if highest.map_or(0, |highest| u64::from(highest) + 1) != u64::from(rows) {
        return Err("the number of rows is not that of who is tied".to_owned());
    }
    Ok(())
}
