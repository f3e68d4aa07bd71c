//! Rows on their way to a sink: the same as in memory, a batch at a time.

use oikos_core::{Days, Ticks};
use oikos_data::{Collect, Collecting, CsvSink, DataError, Sink, Table};

use crate::samples::Folder;
use crate::village::{self, build, daily};

/// Notes the length of each batch; refuses the one after `most`.
struct Batches {
    lengths: Vec<(String, usize)>,
    most: usize,
}

impl Sink for Batches {
    fn write(&mut self, table: &Table) -> Result<(), DataError> {
        if self.lengths.len() == self.most {
            let folder = "full".into();
            return Err(DataError::SinkBroken { folder });
        }
        self.lengths.push((table.name().to_owned(), table.len()));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), DataError> {
        Ok(())
    }
}

fn csv(folder: &Folder) -> Box<CsvSink> {
    Box::new(CsvSink::create(folder.path("")).unwrap())
}

#[test]
fn streamed_files_equal_those_written_at_the_end() {
    let plan = village::plan().rows(daily(), village::people_called("everybody"));
    let (streamed, kept) = (Folder::new(), Folder::new());
    let mut sink = csv(&streamed);
    let mut society = build(6_000);
    society.collect_into(Days(3), &plan, &mut *sink).unwrap();
    // A second span goes on in the same files.
    society.collect_into(Days(1), &plan, &mut *sink).unwrap();
    sink.finish().unwrap();

    let tables = build(6_000).collect(Days(4), &plan).unwrap();
    let mut sink = csv(&kept);
    tables.write_to(&mut *sink).unwrap();
    sink.finish().unwrap();

    assert!(tables.table("everybody").unwrap().len() > 20_000);
    assert_eq!(streamed.names(), kept.names());
    for name in kept.names() {
        assert!(streamed.read(&name) == kept.read(&name), "{name}");
    }
}

#[test]
fn no_more_than_a_batch_is_held_back() {
    let plan = Collect::new(0)
        .rows(daily(), village::people_called("everybody"))
        .every(daily(), "counts", ["population"]);
    let mut sink = Batches {
        lengths: Vec::new(),
        most: usize::MAX,
    };
    build(20_000)
        .collect_into(Ticks(1), &plan, &mut sink)
        .unwrap();
    let batch = 1 << 14;
    assert_eq!(sink.lengths[0], ("everybody".to_owned(), batch));
    assert_eq!(sink.lengths[1], ("everybody".to_owned(), batch));
    let (name, rest) = &sink.lengths[2];
    // Births and deaths of one day change a few per cent.
    assert!(
        name == "everybody" && (6_000..9_000).contains(rest),
        "{rest}"
    );
    assert_eq!(sink.lengths[3], ("counts".to_owned(), 2));
    assert_eq!(sink.lengths.len(), 4);
}

#[test]
fn a_table_without_rows_is_there_all_the_same() {
    let plan = Collect::new(0).rows(daily(), village::people_called("nobody"));
    let mut sink = Batches {
        lengths: Vec::new(),
        most: usize::MAX,
    };
    build(0).collect_into(Ticks(1), &plan, &mut sink).unwrap();
    assert_eq!(sink.lengths, [("nobody".to_owned(), 0)]);
}

#[test]
fn a_sink_that_refuses_ends_the_run_and_nothing_else() {
    let plan = Collect::new(0).rows(daily(), village::people_called("everybody"));
    let mut sink = Batches {
        lengths: Vec::new(),
        most: 1,
    };
    let mut society = build(10_000);
    let refused = society.collect_into(Ticks(9), &plan, &mut sink);
    assert!(
        matches!(refused, Err(DataError::SinkBroken { .. })),
        "{refused:?}"
    );
    let mut stepped = build(10_000);
    stepped.step_n(society.tick().index()).unwrap();
    assert_eq!(society.digest().unwrap(), stepped.digest().unwrap());
}
