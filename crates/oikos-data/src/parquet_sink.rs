//! Parquet files, through Arrow.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int32Array, Int64Array, LargeStringArray, RecordBatch,
};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::column::ColumnView;
use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::schema::{ColumnKind, ColumnSpec};
use crate::sink::{FolderState, Sink};
use crate::staging::{self, StagedFile};
use crate::table::Table;

/// Digits of a decimal: every `i64` of minor units has at most 19.
const PRECISION: u8 = 19;

/// Rows that a file holds back until it writes them as one group, which bounds its memory.
const ROWS_PER_GROUP: usize = 1 << 17;

/// Writes each table to `NAME.parquet` in one folder, compressed with zstd.
///
/// Int is Int64, Float is Float64, Text is LargeUtf8, Date is Date32, Label is a dictionary of
/// LargeUtf8, Decimal is Decimal128 of 19 digits, Bool is Boolean. The metadata of each field holds
/// `unit` and `description`, that of the file and of its Arrow schema `run_id`, `seed` and `version`.
pub struct ParquetSink {
    state: FolderState<ParquetFile>,
}

/// The writer comes before the staged file, so that it is closed when a dropped sink removes it.
struct ParquetFile {
    writer: ArrowWriter<File>,
    schema: SchemaRef,
    staged: StagedFile,
}

impl ParquetSink {
    /// A sink over a folder, which is made if it is missing.
    ///
    /// # Errors
    ///
    /// [`DataError::File`] if the folder cannot be made or written to.
    pub fn create(folder: impl Into<PathBuf>) -> Result<Self, DataError> {
        let folder = folder.into();
        staging::prepare_folder(&folder)?;
        Ok(Self {
            state: FolderState::new(folder),
        })
    }
}

impl Sink for ParquetSink {
    fn write(&mut self, table: &Table) -> Result<(), DataError> {
        self.state
            .write(table, ParquetFile::create, ParquetFile::append)
    }

    fn finish(self: Box<Self>) -> Result<(), DataError> {
        self.state.check_whole()?;
        let mut staged = Vec::new();
        for table in self.state.tables.into_values() {
            staged.push(table.file.close()?);
        }
        staged.into_iter().try_for_each(StagedFile::place)
    }
}

impl ParquetFile {
    fn create(folder: &Path, table: &Table) -> Result<Self, DataError> {
        let (staged, file) = StagedFile::create(folder, &format!("{}.parquet", table.name()))?;
        let fields: Vec<_> = table.schema().columns().iter().map(field).collect();
        // Arrow readers show the metadata of the schema, other readers that of the file.
        let run: BTreeMap<_, _> = table.run().entries().into_iter().collect();
        let schema = ArrowSchema::new(fields).with_metadata(run);
        let schema = Arc::new(schema);
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties(table.run())))
            .map_err(refused(&staged))?;
        Ok(Self {
            writer,
            schema,
            staged,
        })
    }

    fn append(&mut self, table: &Table) -> Result<(), DataError> {
        let path = self.staged.target();
        let arrays: Result<Vec<_>, _> = table.columns().map(|column| array(column, path)).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays?).map_err(misfit(path))?;
        self.writer.write(&batch).map_err(refused(&self.staged))
    }

    /// Writes the footer and closes the file; it still has its temporary name.
    fn close(self) -> Result<StagedFile, DataError> {
        let file = self.writer.into_inner().map_err(refused(&self.staged))?;
        self.staged.sync(&file)?;
        Ok(self.staged)
    }
}

fn refused(staged: &StagedFile) -> impl FnOnce(parquet::errors::ParquetError) -> DataError {
    let path = staged.target().to_owned();
    move |source| DataError::Parquet { path, source }
}

fn misfit(path: &Path) -> impl FnOnce(arrow_schema::ArrowError) -> DataError {
    let path = path.to_owned();
    move |source| DataError::Arrow { path, source }
}

fn properties(run: &RunInfo) -> WriterProperties {
    let entries = run.entries().into_iter();
    let entries = entries.map(|(key, value)| KeyValue::new(key, value));
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_key_value_metadata(Some(entries.collect()))
        .build()
}

fn field(column: &ColumnSpec) -> Field {
    let data_type = match column.kind {
        ColumnKind::Int => DataType::Int64,
        ColumnKind::Float => DataType::Float64,
        ColumnKind::Text => DataType::LargeUtf8,
        ColumnKind::Date => DataType::Date32,
        ColumnKind::Label => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::LargeUtf8))
        }
        // A scale is at most 18, so the cast is exact.
        ColumnKind::Decimal { scale } => DataType::Decimal128(PRECISION, scale as i8),
        ColumnKind::Bool => DataType::Boolean,
    };
    Field::new(&column.name, data_type, column.nullable)
        .with_metadata([("unit", &column.unit), ("description", &column.description)])
}

fn array(column: ColumnView<'_>, path: &Path) -> Result<ArrayRef, DataError> {
    let present = column.present();
    Ok(match column.spec().kind {
        ColumnKind::Int => Arc::new(Int64Array::from_iter(cells(
            column.ints()?,
            present,
            |number| *number,
        ))),
        ColumnKind::Float => Arc::new(Float64Array::from_iter(cells(
            column.floats()?,
            present,
            |number| *number,
        ))),
        ColumnKind::Text => Arc::new(LargeStringArray::from_iter(cells(
            column.texts()?,
            present,
            String::as_str,
        ))),
        ColumnKind::Date => Arc::new(Date32Array::from_iter(cells(
            column.days()?,
            present,
            |day| *day,
        ))),
        ColumnKind::Label => {
            let (codes, names) = column.labels()?;
            let keys = Int32Array::from_iter(cells(codes, present, |code| i32::from(*code)));
            let names = Arc::new(LargeStringArray::from_iter_values(names));
            Arc::new(DictionaryArray::<Int32Type>::try_new(keys, names).map_err(misfit(path))?)
        }
        ColumnKind::Decimal { scale } => {
            let wide = cells(column.minor_units()?, present, |minor| i128::from(*minor));
            let array = Decimal128Array::from_iter(wide);
            let scale = scale as i8;
            Arc::new(
                array
                    .with_precision_and_scale(PRECISION, scale)
                    .map_err(misfit(path))?,
            )
        }
        ColumnKind::Bool => Arc::new(BooleanArray::from_iter(cells(
            column.bools()?,
            present,
            |flag| *flag,
        ))),
    })
}

/// The cells as Arrow takes them, the missing ones as `None`.
fn cells<'a, T, U>(
    cells: &'a [T],
    present: Option<&'a [bool]>,
    convert: impl Fn(&'a T) -> U,
) -> impl Iterator<Item = Option<U>> {
    cells.iter().enumerate().map(move |(row, cell)| {
        let there = present.is_none_or(|present| present.get(row) == Some(&true));
        there.then(|| convert(cell))
    })
}
