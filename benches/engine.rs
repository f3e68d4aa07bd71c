//! Passes over a million rows, each beside the same work on plain vectors; digest, save and load.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use oikos_benches::{MEMBERS, Pass, REPEATS, random_order, society, wealth};
use oikos_engine::Society;

fn build(pass: Pass) -> Society {
    society(pass, 1).unwrap_or_else(|error| unreachable!("the society of the benchmarks: {error}"))
}

fn step(society: &mut Society) {
    society
        .step()
        .unwrap_or_else(|error| unreachable!("a tick of the benchmarks: {error}"));
}

fn tick(criterion: &mut Criterion) {
    let mut idle = build(Pass::Nothing);
    criterion.bench_function("tick/without a system", |bench| {
        bench.iter(|| step(&mut idle));
    });
}

fn column(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("column pass");
    group.throughput(Throughput::Elements(u64::from(MEMBERS * REPEATS)));
    let mut plain = wealth();
    let income: Vec<u32> = (0..MEMBERS).map(|row| row % 7).collect();
    group.bench_function("plain vectors", |bench| {
        bench.iter(|| {
            for _ in 0..REPEATS {
                for (wealth, income) in black_box(&mut plain).iter_mut().zip(black_box(&income)) {
                    *wealth = wealth.wrapping_add(*income);
                }
            }
        });
    });
    let mut serial = build(Pass::Column);
    group.bench_function("rows", |bench| bench.iter(|| step(&mut serial)));
    let mut in_tasks = build(Pass::ColumnInTasks);
    group.bench_function("rows in tasks, one thread", |bench| {
        bench.iter(|| step(&mut in_tasks));
    });
    group.finish();
}

fn read_by_row(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read by row");
    group.throughput(Throughput::Elements(u64::from(MEMBERS * REPEATS)));
    let (plain, order) = (wealth(), random_order());
    group.bench_function("plain vector", |bench| {
        bench.iter(|| {
            let mut total = 0_u64;
            for _ in 0..REPEATS {
                let plain = black_box(&plain);
                let found = black_box(&order)
                    .iter()
                    .filter_map(|row| plain.get(*row as usize));
                total = total.wrapping_add(found.map(|wealth| u64::from(*wealth)).sum());
            }
            total
        });
    });
    let mut rows = build(Pass::ReadByRow);
    group.bench_function("rows", |bench| bench.iter(|| step(&mut rows)));
    group.finish();
}

fn read_by_id(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read by id");
    group.throughput(Throughput::Elements(u64::from(MEMBERS * REPEATS)));
    let (plain, order) = (wealth(), random_order());
    let ids: Vec<u64> = order.into_iter().map(u64::from).collect();
    let table: Vec<u32> = (0..MEMBERS).collect();
    group.bench_function("index table and plain vector", |bench| {
        bench.iter(|| {
            let mut total = 0_u64;
            for _ in 0..REPEATS {
                let (plain, table) = (black_box(&plain), black_box(&table));
                let rows = black_box(&ids)
                    .iter()
                    .filter_map(|id| table.get(*id as usize));
                let found = rows.filter_map(|row| plain.get(*row as usize));
                total = total.wrapping_add(found.map(|wealth| u64::from(*wealth)).sum());
            }
            total
        });
    });
    let mut rows = build(Pass::ReadById);
    group.bench_function("rows", |bench| bench.iter(|| step(&mut rows)));
    group.finish();
}

/// Two columns and the slots of a million members.
fn state(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("state of two columns and the slots");
    group.throughput(Throughput::Elements(u64::from(MEMBERS)));
    group.sample_size(20);
    let mut society = build(Pass::Nothing);
    group.bench_function("digest", |bench| bench.iter(|| society.digest()));
    group.bench_function("save", |bench| {
        bench.iter_batched(|| (), |()| society.snapshot(), BatchSize::PerIteration);
    });
    if let Ok(saved) = society.snapshot() {
        group.bench_function("load", |bench| bench.iter(|| society.restore(&saved)));
    }
    group.finish();
}

criterion_group!(engine, tick, column, read_by_row, read_by_id, state);
criterion_main!(engine);
