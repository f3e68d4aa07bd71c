//! CSV files, read with the `csv` crate and with a slow parser of RFC 4180 that keeps the quotes.

use oikos_data::{ColumnKind, CsvSink, Table, Value};
use proptest::prelude::*;

use crate::samples::{self, Cell, Folder};

/// One field, and whether it stood in quotes.
type Field = (String, bool);

/// RFC 4180, section 2, a character at a time. A record ends at a line feed.
fn parse_slowly(content: &str) -> Vec<Vec<Field>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut inside) = (false, false);
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if inside && characters.peek() == Some(&'"') => field.extend(characters.next()),
            '"' => (inside, quoted) = (!inside, true),
            ',' | '\n' if !inside => {
                record.push((std::mem::take(&mut field), quoted));
                quoted = false;
                if character == '\n' {
                    records.push(std::mem::take(&mut record));
                }
            }
            _ => field.push(character),
        }
    }
    assert!(
        !inside && record.is_empty() && field.is_empty(),
        "the last record is not complete"
    );
    records
}

fn parse_with_crate(content: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(content.as_bytes());
    let fields = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| fields(record.unwrap()))
        .collect()
}

/// A decimal as minor units, by moving the point in the text.
fn minor_units(text: &str, scale: u8) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert_eq!(fraction.len(), usize::from(scale), "{text}");
    format!("{whole}{fraction}").parse().unwrap()
}

/// A date as days since 1970-01-01, by counting the days of the years and months before it.
fn days(text: &str) -> i32 {
    let parts: Vec<i64> = text.split('-').map(|part| part.parse().unwrap()).collect();
    let [year, month, day] = parts[..] else {
        panic!("{text} is no date")
    };
    assert_eq!(text.len(), 10, "{text}");
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let leap_days = |year: i64| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let lengths = [
        31,
        28 + i64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let before: i64 = lengths[..usize::try_from(month - 1).unwrap()].iter().sum();
    let since_year_one = (year - 1) * 365 + leap_days(year) + before + day - 1;
    i32::try_from(since_year_one - 719_162).unwrap()
}

fn same(field: &str, value: Value<'_>, kind: ColumnKind) -> bool {
    match (value, kind) {
        (Value::Null, _) => field.is_empty(),
        (Value::Int(value), _) => field.parse() == Ok(value),
        (Value::Float(value), _) => field
            .parse::<f64>()
            .is_ok_and(|read| read.to_bits() == value.to_bits()),
        (Value::Text(value) | Value::Label(value), _) => field == value,
        (Value::Date(value), _) => days(field) == value,
        (Value::Decimal(value), ColumnKind::Decimal { scale }) => {
            minor_units(field, scale) == value
        }
        (Value::Bool(value), _) => field.parse() == Ok(value),
        _ => false,
    }
}

/// Reads the file back twice and compares every cell with the table.
fn check_rows(content: &str, table: &Table) {
    let slow = parse_slowly(content);
    let plain: Vec<Vec<String>> = slow
        .iter()
        .map(|record| record.iter().map(|(text, _)| text.clone()).collect())
        .collect();
    assert_eq!(
        parse_with_crate(content),
        plain,
        "the two readers disagree on {content:?}"
    );
    let columns = table.schema().columns();
    let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
    assert_eq!(plain[0], names);
    assert_eq!(slow.len(), table.len() + 1, "{content:?}");
    for (record, row) in slow[1..].iter().zip(table.rows()) {
        assert_eq!(record.len(), columns.len());
        for (((field, quoted), value), column) in record.iter().zip(row).zip(columns) {
            assert!(same(field, value, column.kind), "{field:?} for {value:?}");
            // The quotes are what tells an empty text from a missing one.
            if field.is_empty() && columns.len() > 1 {
                assert_eq!(*quoted, value != Value::Null, "{content:?}");
            }
        }
    }
}

fn check_schema(content: &str, table: &Table) {
    let records = parse_with_crate(content);
    assert_eq!(
        records[0],
        ["column", "kind", "unit", "description", "nullable"]
    );
    assert_eq!(records.len(), table.schema().columns().len() + 1);
    for (record, column) in records[1..].iter().zip(table.schema().columns()) {
        let (kind, nullable) = (column.kind.to_string(), column.nullable.to_string());
        assert_eq!(
            record,
            &[
                &column.name,
                &kind,
                &column.unit,
                &column.description,
                &nullable
            ]
            .map(String::clone)
        );
    }
}

fn check(table: &Table) -> Folder {
    let folder = Folder::new();
    samples::write_whole(Box::new(CsvSink::create(folder.path("")).unwrap()), table);
    check_rows(&folder.read(&format!("{}.csv", table.name())), table);
    check_schema(&folder.read(&format!("{}.schema.csv", table.name())), table);
    folder
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_table_reads_back_equal((columns, rows) in samples::any_table()) {
        check(&samples::table("anything", &columns, &rows));
    }
}

#[test]
fn every_kind_prints_as_documented() {
    let folder = check(&samples::every_kind());
    assert_eq!(
        folder.read("every_kind.csv"),
        "id,share,said,born,state,wealth,alive\n\
         9223372036854775807,0.1,\"a, \"\"b\"\"\r\nc\",1969-12-31,single,-0.05,true\n\
         -9223372036854775808,-0.0,\"\",1900-03-01,in a union,-92233720368547758.08,false\n\
         0,2.2250738585072014e-308,žluťoučký 🏠,2000-02-29,single,92233720368547758.07,true\n\
         ,,,,,,\n\
         1,1.7976931348623157e308,NULL,0001-01-01,\"\",0.00,true\n"
    );
    assert!(
        folder
            .read("every_kind.schema.csv")
            .contains("\nwealth,decimal(2),USD,\"\",true\n")
    );
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        folder.read("run.csv"),
        format!("key,value\nrun_id,3\nseed,42\nversion,{version}\n")
    );
}

#[test]
fn an_empty_table_is_a_header() {
    let every_kind = samples::every_kind();
    let empty = samples::table("nothing", every_kind.schema().columns(), &[]);
    let folder = check(&empty);
    assert_eq!(
        folder.read("nothing.csv"),
        "id,share,said,born,state,wealth,alive\n"
    );
}

#[test]
fn a_missing_cell_of_a_single_column_is_still_a_row() {
    let column = oikos_data::ColumnSpec::new("a", ColumnKind::Int, "1", "").nullable();
    let rows = [vec![Cell::Null], vec![Cell::Int(1)], vec![Cell::Null]];
    let folder = check(&samples::table("single", &[column], &rows));
    assert_eq!(folder.read("single.csv"), "a\n\"\"\n1\n\"\"\n");
}
