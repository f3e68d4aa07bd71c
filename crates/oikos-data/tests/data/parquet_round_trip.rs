//! Parquet files, read with the reader of the `parquet` crate.

use std::fs::{self, File};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use oikos_core::Days;
use oikos_data::{
    ColumnKind, ColumnSpec, DataError, LifeCourses, ParquetSink, RunInfo, Sink, Table, Value,
};
use oikos_engine::bevy_app::App;
use oikos_world::LifeCourseExt;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::parquet_to_arrow_schema;
use proptest::prelude::*;

use crate::life_courses::ORIGIN;
use crate::samples::{self, Cell, Folder};
use crate::village;

/// What a file holds: its schema, its metadata and its rows.
struct Read {
    schema: Schema,
    metadata: Vec<(String, Option<String>)>,
    batches: Vec<RecordBatch>,
}

fn read(folder: &Folder, name: &str) -> Read {
    let file = File::open(folder.path(name)).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let file_metadata = builder.metadata().file_metadata();
    let entries = file_metadata.key_value_metadata().unwrap();
    // By default this reader shows the metadata of the file as that of the schema, others do not.
    let arrow_only = entries
        .iter()
        .filter(|entry| entry.key == "ARROW:schema")
        .cloned()
        .collect();
    let schema = parquet_to_arrow_schema(file_metadata.schema_descr(), Some(&arrow_only)).unwrap();
    let metadata = entries
        .iter()
        .map(|entry| (entry.key.clone(), entry.value.clone()))
        .collect();
    let batches = builder.build().unwrap().map(Result::unwrap).collect();
    Read {
        schema,
        metadata,
        batches,
    }
}

fn same(array: &dyn Array, row: usize, value: Value<'_>) -> bool {
    if array.is_null(row) {
        return value == Value::Null;
    }
    match value {
        Value::Null => false,
        Value::Int(value) => array.as_primitive::<Int64Type>().value(row) == value,
        Value::Float(value) => {
            array.as_primitive::<Float64Type>().value(row).to_bits() == value.to_bits()
        }
        Value::Text(value) => array.as_string::<i64>().value(row) == value,
        Value::Date(value) => array.as_primitive::<Date32Type>().value(row) == value,
        Value::Label(value) => {
            let labels = array.as_dictionary::<Int32Type>();
            let key = usize::try_from(labels.keys().value(row)).unwrap();
            labels.values().as_string::<i64>().value(key) == value
        }
        Value::Decimal(value) => {
            array.as_primitive::<Decimal128Type>().value(row) == i128::from(value)
        }
        Value::Bool(value) => array.as_boolean().value(row) == value,
        _ => false,
    }
}

fn check_rows(read: &Read, table: &Table) {
    let rows: usize = read.batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows, table.len());
    let mut expected = table.rows();
    for batch in &read.batches {
        for row in 0..batch.num_rows() {
            for (array, value) in batch.columns().iter().zip(expected.next().unwrap()) {
                assert!(same(array, row, value), "row {row}: {value:?} in {array:?}");
            }
        }
    }
}

fn check_schema(read: &Read, table: &Table) {
    let columns = table.schema().columns();
    assert_eq!(read.schema.fields().len(), columns.len());
    for (field, column) in read.schema.fields().iter().zip(columns) {
        assert_eq!(
            (field.name(), field.is_nullable()),
            (&column.name, column.nullable)
        );
        assert_eq!(field.metadata().get("unit"), Some(&column.unit));
        assert_eq!(
            field.metadata().get("description"),
            Some(&column.description)
        );
        if let ColumnKind::Decimal { scale } = column.kind {
            let scale = i8::try_from(scale).unwrap();
            assert_eq!(field.data_type(), &DataType::Decimal128(19, scale));
        }
    }
    for (key, value) in [
        ("run_id", "3"),
        ("seed", "42"),
        ("version", env!("CARGO_PKG_VERSION")),
    ] {
        let entry = (key.to_owned(), Some(value.to_owned()));
        assert!(read.metadata.contains(&entry), "{key}");
        let in_schema = read.schema.metadata().get(key);
        assert_eq!(in_schema.map(String::as_str), Some(value), "{key}");
    }
}

fn write(table: &Table) -> Folder {
    let folder = Folder::new();
    samples::write_whole(
        Box::new(ParquetSink::create(folder.path("")).unwrap()),
        table,
    );
    folder
}

fn check(table: &Table) {
    let read = read(&write(table), &format!("{}.parquet", table.name()));
    check_rows(&read, table);
    check_schema(&read, table);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn any_table_reads_back_equal((columns, rows) in samples::any_table()) {
        check(&samples::table("anything", &columns, &rows));
    }
}

#[test]
fn every_kind_reads_back_equal() {
    let every_kind = samples::every_kind();
    check(&every_kind);
    check(&samples::table(
        "nothing",
        every_kind.schema().columns(),
        &[],
    ));
}

/// Labels met in a later batch, and more rows than one row group holds.
#[test]
fn batches_are_appended_in_order() {
    let columns = [
        ColumnSpec::new("person", ColumnKind::Int, "1", "Id."),
        ColumnSpec::new("state", ColumnKind::Label, "1", "Marital state."),
    ];
    let row = |id: i64| vec![Cell::Int(id), Cell::Label(format!("state {}", id / 40_000))];
    let rows: Vec<_> = (0..150_000).map(row).collect();
    let folder = Folder::new();
    let mut sink: Box<dyn Sink> = Box::new(ParquetSink::create(folder.path("")).unwrap());
    for batch in rows.chunks(7_001) {
        sink.write(&samples::table("people", &columns, batch))
            .unwrap();
    }
    assert_eq!(folder.names(), ["people.parquet.partial"]);
    sink.finish().unwrap();
    assert_eq!(folder.names(), ["people.parquet"]);
    check_rows(
        &read(&folder, "people.parquet"),
        &samples::table("people", &columns, &rows),
    );
}

#[test]
fn equal_tables_give_equal_bytes() {
    let bytes = || fs::read(write(&samples::every_kind()).path("every_kind.parquet")).unwrap();
    let first = bytes();
    assert!((0..8).all(|_| bytes() == first));
}

#[test]
fn a_dropped_or_refused_sink_leaves_nothing() {
    let folder = Folder::new();
    let mut sink = ParquetSink::create(folder.path("")).unwrap();
    sink.write(&samples::every_kind()).unwrap();
    drop(sink);
    assert!(folder.names().is_empty());
    fs::create_dir(folder.path("every_kind.parquet")).unwrap();
    let mut sink = ParquetSink::create(folder.path("")).unwrap();
    let refused = sink.write(&samples::every_kind());
    assert!(matches!(refused, Err(DataError::PathIsFolder { .. })));
    assert!(matches!(
        Box::new(sink).finish(),
        Err(DataError::SinkBroken { .. })
    ));
    assert_eq!(folder.names(), ["every_kind.parquet"]);
}

/// The same village told twice: into memory, and into files.
#[test]
fn life_courses_read_back_equal() {
    let told = |sink: Option<&mut dyn Sink>| {
        let origin = |app: &mut App| {
            app.life_domain(ORIGIN);
        };
        let mut society = village::builder(200).with(origin).build().unwrap();
        let run = RunInfo::new(3, 42).unwrap();
        let mut lives = match sink {
            Some(sink) => LifeCourses::into_sink(&society, &run, sink).unwrap(),
            None => LifeCourses::of(&society, &run).unwrap(),
        };
        society.run_with(Days(60), &mut [&mut lives]).unwrap();
        lives.finish().unwrap()
    };
    let folder = Folder::new();
    let mut sink = Box::new(ParquetSink::create(folder.path("")).unwrap());
    told(Some(&mut *sink));
    sink.finish().unwrap();
    let collected = told(None);
    let tables: Vec<_> = collected.iter().collect();
    assert_eq!(tables.len(), 3);
    for table in tables {
        let read = read(&folder, &format!("{}.parquet", table.name()));
        assert!(!table.is_empty(), "{}", table.name());
        check_rows(&read, table);
        check_schema(&read, table);
    }
}
