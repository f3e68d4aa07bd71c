//! Which files a sink leaves, and when.

use std::fs;

use oikos_data::{ColumnKind, ColumnSpec, CsvSink, DataError, RunInfo, Schema, Sink, Table, Value};

use crate::samples::{self, Cell, Folder};

fn counts(name: &str, rows: &[i64]) -> Table {
    let column = ColumnSpec::new("persons", ColumnKind::Int, "persons", "Alive.");
    let rows: Vec<_> = rows.iter().map(|row| vec![Cell::Int(*row)]).collect();
    samples::table(name, &[column], &rows)
}

#[test]
fn batches_are_appended_in_order() {
    let folder = Folder::new();
    let mut sink: Box<dyn Sink> = Box::new(CsvSink::create(folder.path("")).unwrap());
    let mut batch = counts("first", &[1, 2]);
    sink.write(&batch).unwrap();
    sink.write(&counts("second", &[9])).unwrap();
    batch.clear();
    sink.write(&batch).unwrap();
    batch.push(&[Value::Int(3)]).unwrap();
    sink.write(&batch).unwrap();
    sink.finish().unwrap();
    assert_eq!(folder.read("first.csv"), "persons\n1\n2\n3\n");
    assert_eq!(folder.read("second.csv"), "persons\n9\n");
    let names = [
        "first.csv",
        "first.schema.csv",
        "run.csv",
        "second.csv",
        "second.schema.csv",
    ];
    assert_eq!(folder.names(), names);
}

#[test]
fn nothing_has_its_name_before_the_end() {
    let folder = Folder::new();
    let mut sink = CsvSink::create(folder.path("")).unwrap();
    assert!(folder.names().is_empty());
    sink.write(&counts("first", &[1])).unwrap();
    assert_eq!(
        folder.names(),
        ["first.csv.partial", "first.schema.csv.partial"]
    );
    drop(sink);
    assert!(folder.names().is_empty());
}

#[test]
fn an_unfinished_run_leaves_the_files_of_the_last_one() {
    let folder = Folder::new();
    samples::write_whole(
        Box::new(CsvSink::create(folder.path("")).unwrap()),
        &counts("a", &[1]),
    );
    let mut sink = CsvSink::create(folder.path("")).unwrap();
    sink.write(&counts("a", &[2])).unwrap();
    drop(sink);
    assert_eq!(folder.read("a.csv"), "persons\n1\n");
    samples::write_whole(
        Box::new(CsvSink::create(folder.path("")).unwrap()),
        &counts("a", &[3]),
    );
    assert_eq!(folder.read("a.csv"), "persons\n3\n");
    assert_eq!(folder.names(), ["a.csv", "a.schema.csv", "run.csv"]);
}

#[test]
fn missing_folders_are_made() {
    let folder = Folder::new();
    samples::write_whole(
        Box::new(CsvSink::create(folder.path("x/y")).unwrap()),
        &counts("a", &[]),
    );
    assert_eq!(folder.read("x/y/a.csv"), "persons\n");
}

#[test]
fn a_run_without_tables_leaves_nothing() {
    let folder = Folder::new();
    Box::new(CsvSink::create(folder.path("")).unwrap())
        .finish()
        .unwrap();
    assert!(folder.names().is_empty());
}

#[test]
fn a_path_that_is_no_folder_is_refused_by_name() {
    let folder = Folder::new();
    fs::write(folder.path("taken"), "").unwrap();
    for path in ["taken", "taken/below"] {
        let error = CsvSink::create(folder.path(path)).err().unwrap();
        assert!(matches!(error, DataError::File { .. }), "{error}");
        assert!(error.to_string().contains("taken"), "{error}");
    }
    assert_eq!(folder.names(), ["taken"]);
}

/// Nobody, not even the superuser, makes files there.
#[cfg(target_os = "linux")]
#[test]
fn an_unwritable_folder_is_refused_before_the_run() {
    let error = CsvSink::create("/proc").err().unwrap();
    assert!(
        matches!(
            &error,
            DataError::File {
                action: "write into",
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().starts_with("cannot write into /proc: "),
        "{error}"
    );
}

#[test]
fn a_folder_in_the_place_of_a_file_is_refused_before_anything_is_written() {
    for taken in ["a.csv", "a.schema.csv"] {
        let folder = Folder::new();
        fs::create_dir(folder.path(taken)).unwrap();
        // A file that a write would have emptied and a drop removed.
        fs::write(folder.path("a.csv.partial"), "older").unwrap();
        let mut sink = CsvSink::create(folder.path("")).unwrap();
        let refused = sink.write(&counts("a", &[1]));
        assert!(
            matches!(refused, Err(DataError::PathIsFolder { path }) if path == folder.path(taken))
        );
        drop(sink);
        assert_eq!(folder.read("a.csv.partial"), "older");
        assert_eq!(folder.names().len(), 2);
    }
    let folder = Folder::new();
    fs::create_dir(folder.path("run.csv")).unwrap();
    let refused = CsvSink::create(folder.path("")).err();
    assert!(matches!(refused, Some(DataError::PathIsFolder { .. })));
    assert_eq!(folder.names(), ["run.csv"]);
}

#[test]
fn a_sink_that_failed_to_write_stays_failed() {
    let folder = Folder::new();
    let mut sink = CsvSink::create(folder.path("")).unwrap();
    sink.write(&counts("a", &[1])).unwrap();
    fs::create_dir(folder.path("b.csv")).unwrap();
    assert!(matches!(
        sink.write(&counts("b", &[1])),
        Err(DataError::PathIsFolder { .. })
    ));
    assert!(matches!(
        sink.write(&counts("a", &[2])),
        Err(DataError::SinkBroken { .. })
    ));
    assert!(matches!(
        Box::new(sink).finish(),
        Err(DataError::SinkBroken { .. })
    ));
    assert_eq!(folder.names(), ["b.csv"]);
}

#[test]
fn a_batch_that_does_not_belong_changes_nothing() {
    let folder = Folder::new();
    let mut sink = CsvSink::create(folder.path("")).unwrap();
    let first = counts("a", &[1]);
    sink.write(&first).unwrap();
    let renamed = ColumnSpec::new("people", ColumnKind::Int, "persons", "Alive.");
    let other_schema = samples::table("a", &[renamed], &[]);
    assert!(matches!(
        sink.write(&other_schema),
        Err(DataError::SchemaChanged { .. })
    ));
    let columns = Schema::new(first.schema().columns().to_vec()).unwrap();
    let other_run = Table::new("a", columns, RunInfo::new(4, 42).unwrap()).unwrap();
    let error = sink.write(&other_run).unwrap_err();
    assert!(matches!(error, DataError::RunMismatch { .. }), "{error}");
    sink.write(&counts("a", &[2])).unwrap();
    Box::new(sink).finish().unwrap();
    assert_eq!(folder.read("a.csv"), "persons\n1\n2\n");
}

/// The device that is always full: a batch larger than the buffer meets the error at once.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_leaves_no_table() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("/dev/full", folder.path("a.csv.partial")).unwrap();
    let mut sink = CsvSink::create(folder.path("")).unwrap();
    let error = sink
        .write(&counts("a", &vec![1_000_000; 20_000]))
        .unwrap_err();
    assert!(
        matches!(
            &error,
            DataError::File {
                action: "write",
                ..
            }
        ),
        "{error}"
    );
    assert!(matches!(
        Box::new(sink).finish(),
        Err(DataError::SinkBroken { .. })
    ));
    assert!(folder.names().is_empty());
}
