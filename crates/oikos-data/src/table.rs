//! Rows going in, columns coming out.

use crate::column::{Column, ColumnView, Place};
use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::schema::{Schema, check_name};
use crate::value::Value;

/// A columnar table with its name, its schema and the run that made it.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    schema: Schema,
    run: RunInfo,
    columns: Vec<Column>,
    len: usize,
}

impl Table {
    /// An empty table. The name is `snake_case`; sinks make it the name of a file.
    ///
    /// # Errors
    ///
    /// [`DataError::NameNotSnakeCase`], or [`DataError::NameReserved`] for `run`.
    pub fn new(name: &str, schema: Schema, run: RunInfo) -> Result<Self, DataError> {
        check_name("table", name)?;
        if name == "run" {
            return Err(DataError::NameReserved {
                name: name.to_owned(),
            });
        }
        let columns = schema.columns().iter().map(Column::new).collect();
        Ok(Self {
            name: name.to_owned(),
            schema,
            run,
            columns,
            len: 0,
        })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns: names, kinds, units and meanings.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The run that made the table.
    pub fn run(&self) -> &RunInfo {
        &self.run
    }

    /// Rows in the table.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a row: one value for each column, in the order of the schema.
    ///
    /// # Errors
    ///
    /// [`DataError::ValueCount`], [`DataError::WrongKind`], [`DataError::NullNotAllowed`],
    /// [`DataError::NotFinite`], [`DataError::DateOutOfRange`] or [`DataError::TooManyLabels`], by
    /// the first column at fault. The table is then as it was.
    pub fn push(&mut self, values: &[Value<'_>]) -> Result<(), DataError> {
        self.push_values(values.iter().copied(), values.len())
    }

    /// Appends a row of a [`Schema::observed`] table: the run and its seed are filled in, `tick`
    /// (ticks since genesis) and `day` (days since 1970-01-01) follow, then `values`.
    ///
    /// # Errors
    ///
    /// [`DataError::NotObserved`] if the schema does not lead with these four, else as
    /// [`Table::push`].
    pub fn push_at(&mut self, tick: u32, day: i32, values: &[Value<'_>]) -> Result<(), DataError> {
        if !self.schema.is_observed() {
            return Err(DataError::NotObserved {
                table: self.name.clone(),
            });
        }
        let leading = [
            Value::Int(self.run.run_id()),
            Value::Int(self.run.seed()),
            Value::Int(i64::from(tick)),
            Value::Date(day),
        ];
        let count = leading.len() + values.len();
        self.push_values(leading.into_iter().chain(values.iter().copied()), count)
    }

    /// Checks the whole row before any column grows, so that a refused row leaves no trace.
    fn push_values<'v>(
        &mut self,
        values: impl Iterator<Item = Value<'v>> + Clone,
        count: usize,
    ) -> Result<(), DataError> {
        let row = self.len as u64;
        if count != self.columns.len() {
            let (expected, got) = (self.columns.len() as u64, count as u64);
            return Err(DataError::ValueCount {
                table: self.name.clone(),
                row,
                expected,
                got,
            });
        }
        let columns = self.schema.columns().iter().zip(&self.columns);
        for ((spec, column), value) in columns.zip(values.clone()) {
            let table = &self.name;
            column.check(Place { table, row, spec }, value)?;
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
        self.len += 1;
        Ok(())
    }

    /// Drops all rows, so that the table can be filled with the next batch. Labels keep their
    /// numbers.
    pub fn clear(&mut self) {
        for column in &mut self.columns {
            column.clear();
        }
        self.len = 0;
    }

    /// A column by name.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownColumn`].
    pub fn column(&self, name: &str) -> Result<ColumnView<'_>, DataError> {
        self.columns()
            .find(|column| column.spec().name == name)
            .ok_or_else(|| DataError::UnknownColumn {
                table: self.name.clone(),
                column: name.to_owned(),
            })
    }

    /// All columns, in the order of the schema.
    pub fn columns(&self) -> impl Iterator<Item = ColumnView<'_>> {
        self.schema
            .columns()
            .iter()
            .zip(&self.columns)
            .map(|(spec, column)| ColumnView {
                table: &self.name,
                spec,
                column,
            })
    }

    /// All rows, in the order in which they were pushed; each is an iterator over its values.
    pub fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = Value<'_>>> {
        (0..self.len).map(|row| {
            self.columns
                .iter()
                .filter_map(move |column| column.value(row))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ColumnKind, ColumnSpec};

    fn run() -> RunInfo {
        RunInfo::new(7, 42).unwrap()
    }

    fn people() -> Table {
        let schema = Schema::new(vec![
            ColumnSpec::new("person", ColumnKind::Int, "1", "Id."),
            ColumnSpec::new("income", ColumnKind::Decimal { scale: 2 }, "USD", "Income.")
                .nullable(),
            ColumnSpec::new("state", ColumnKind::Label, "1", "Marital state."),
            ColumnSpec::new("health", ColumnKind::Float, "1", "Health."),
            ColumnSpec::new("born", ColumnKind::Date, "days", "Birth."),
        ]);
        Table::new("people", schema.unwrap(), run()).unwrap()
    }

    const GOOD: [Value<'static>; 5] = [
        Value::Int(1),
        Value::Decimal(-5),
        Value::Label("single"),
        Value::Float(0.5),
        Value::Date(-1),
    ];

    /// The good row with one value replaced.
    fn with(column: usize, value: Value<'static>) -> [Value<'static>; 5] {
        let mut row = GOOD;
        row[column] = value;
        row
    }

    fn cells(table: &Table) -> Vec<Vec<String>> {
        let cell = |value| format!("{value:?}");
        table.rows().map(|row| row.map(cell).collect()).collect()
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut table = people();
        table.push(&GOOD).unwrap();
        table.push(&with(1, Value::Null)).unwrap();
        table.push(&with(2, Value::Label("married"))).unwrap();
        assert_eq!(table.len(), 3);
        let rows: Vec<Vec<_>> = table.rows().map(Iterator::collect).collect();
        assert_eq!(rows[0], GOOD);
        assert_eq!(rows[1], with(1, Value::Null));
        assert_eq!(table.column("person").unwrap().ints().unwrap(), [1, 1, 1]);
        let income = table.column("income").unwrap();
        assert_eq!(income.minor_units().unwrap(), [-5, 0, -5]);
        assert_eq!(income.present(), Some([true, false, true].as_slice()));
        let (codes, names) = table.column("state").unwrap().labels().unwrap();
        assert_eq!(
            (codes, names),
            (
                [0, 0, 1].as_slice(),
                ["single", "married"].map(String::from).as_slice()
            )
        );
        assert_eq!(table.column("born").unwrap().days().unwrap(), [-1; 3]);
        assert_eq!(table.column("person").unwrap().value(3), None);
    }

    #[test]
    fn a_refused_row_changes_nothing() {
        let mut table = people();
        table.push(&GOOD).unwrap();
        let before = cells(&table);
        let refused: Vec<Vec<Value<'_>>> = vec![
            GOOD[..4].to_vec(),
            [GOOD.as_slice(), &[Value::Null]].concat(),
            with(0, Value::Float(1.0)).to_vec(),
            with(1, Value::Int(1)).to_vec(),
            with(0, Value::Null).to_vec(),
            // Behind a new label, which must not be numbered either.
            [
                &with(2, Value::Label("widowed"))[..3],
                &[Value::Float(f64::NAN), Value::Date(0)],
            ]
            .concat(),
            with(3, Value::Float(f64::INFINITY)).to_vec(),
            with(4, Value::Date(i32::MAX)).to_vec(),
            with(4, Value::Date(-719_163)).to_vec(),
        ];
        for row in refused {
            let error = table.push(&row).unwrap_err().to_string();
            assert!(
                error.contains("people") && error.contains("row 1"),
                "{error}"
            );
            assert_eq!(cells(&table), before, "{error}");
        }
        assert_eq!(
            table.column("state").unwrap().labels().unwrap().1,
            ["single"]
        );
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn errors_name_table_row_and_column() {
        let error = people()
            .push(&with(3, Value::Float(f64::NAN)))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("table people, row 0, column health: NaN"),
            "{error}"
        );
        let error = people()
            .push(&with(1, Value::Int(3)))
            .unwrap_err()
            .to_string();
        assert!(
            error.ends_with("a value of kind int where the schema says decimal(2)"),
            "{error}"
        );
    }

    #[test]
    fn labels_are_for_few_names() {
        let schema = Schema::new(vec![ColumnSpec::new("a", ColumnKind::Label, "1", "")]).unwrap();
        let mut table = Table::new("t", schema, run()).unwrap();
        for number in 0..1 << 16 {
            table
                .push(&[Value::Label(&format!("label {number}"))])
                .unwrap();
        }
        let refused = table.push(&[Value::Label("one more")]);
        assert!(matches!(refused, Err(DataError::TooManyLabels { .. })));
        table.push(&[Value::Label("label 65535")]).unwrap();
        assert_eq!(
            table.rows().last().unwrap().next(),
            Some(Value::Label("label 65535"))
        );
    }

    #[test]
    fn observed_rows_carry_run_seed_tick_and_date() {
        let persons = ColumnSpec::new("persons", ColumnKind::Int, "persons", "Alive.");
        let schema = Schema::observed(vec![persons]).unwrap();
        let mut table = Table::new("population", schema, run()).unwrap();
        table.push_at(u32::MAX, 18_078, &[Value::Int(25)]).unwrap();
        let row: Vec<_> = table.rows().next().unwrap().collect();
        let (run_id, seed, tick) = (Value::Int(7), Value::Int(42), Value::Int(4_294_967_295));
        assert_eq!(
            row,
            [run_id, seed, tick, Value::Date(18_078), Value::Int(25)]
        );
        assert!(matches!(
            table.push_at(0, 0, &[]),
            Err(DataError::ValueCount { .. })
        ));
        assert!(matches!(
            people().push_at(0, 0, &GOOD),
            Err(DataError::NotObserved { .. })
        ));
    }

    #[test]
    fn columns_are_read_as_what_they_are() {
        let table = people();
        assert!(matches!(
            table.column("age"),
            Err(DataError::UnknownColumn { .. })
        ));
        let view = table.column("person").unwrap();
        assert!(matches!(
            view.floats(),
            Err(DataError::ReadAsOtherKind { asked: "float", .. })
        ));
        assert!(view.texts().is_err() && view.days().is_err() && view.labels().is_err());
        assert!(view.minor_units().is_err() && view.bools().is_err());
        assert!(table.column("state").unwrap().ints().is_err());
    }

    #[test]
    fn a_cleared_table_starts_over() {
        let mut table = people();
        table.push(&GOOD).unwrap();
        table.clear();
        assert!(table.is_empty() && table.rows().next().is_none());
        table.push(&with(1, Value::Null)).unwrap();
        assert_eq!(
            table.rows().next().unwrap().collect::<Vec<_>>(),
            with(1, Value::Null)
        );
    }

    #[test]
    fn table_names_make_file_names() {
        for name in ["run", "../up", "People", ""] {
            assert!(Table::new(name, people().schema, run()).is_err(), "{name}");
        }
    }
}
