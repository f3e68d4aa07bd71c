//! Draws and digests, per call and in batches.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use oikos_core::{Digest, TypeKey, philox_batch, philox4x32_10};

const KEY: [u32; 2] = [0x5947_ed03, 0xcb35_d7ea];
const LANES: usize = 16;
const ROWS: u32 = 65_536;

fn philox(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("philox4x32-10");
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    group.bench_function("one call a block", |bench| {
        bench.iter(|| {
            let block = |subject| philox4x32_10([subject, 0, 7, 0], black_box(KEY));
            (0..ROWS)
                .map(|subject| block(subject)[0])
                .fold(0, u32::wrapping_add)
        });
    });
    group.bench_function("16 blocks a call", |bench| {
        let high = [0; LANES];
        bench.iter(|| {
            (0..ROWS).step_by(LANES).fold(0, |sum: u32, first| {
                let low: [u32; LANES] = std::array::from_fn(|lane| first + lane as u32);
                let words = philox_batch(black_box(KEY), &low, &high, 7, 0);
                words[0]
                    .iter()
                    .fold(sum, |sum, word| sum.wrapping_add(*word))
            })
        });
    });
    group.finish();
}

fn digest(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("digest");
    group.throughput(Throughput::Elements(u64::from(ROWS)));
    let key = TypeKey::new("benches.wealth");
    let ids: Vec<u64> = (0..u64::from(ROWS)).collect();
    let words: Vec<u32> = (0..ROWS).collect();
    group.bench_function("a column at once", |bench| {
        bench.iter(|| key.column(0, black_box(&ids), black_box(&words)));
    });
    group.bench_function("row by row", |bench| {
        bench.iter(|| {
            let mut digest = Digest::default();
            for (id, word) in black_box(&ids).iter().zip(black_box(&words)) {
                key.row(*id).add(&mut digest, 0, *word);
            }
            digest
        });
    });
    group.bench_function("a field more of a known row", |bench| {
        let row = key.row(7);
        bench.iter(|| {
            let mut digest = Digest::default();
            for (field, word) in (0..).zip(black_box(&words)) {
                row.add(&mut digest, field, *word);
            }
            digest
        });
    });
    group.finish();
}

criterion_group!(core, philox, digest);
criterion_main!(core);
