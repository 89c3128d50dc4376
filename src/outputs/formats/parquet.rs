//! Rows of a table as Parquet (<https://parquet.apache.org/docs/file-format/>): what warehouses load.
//!
//! Every column may hold nothing. Text is `STRING`, whole numbers are `INT64`, other numbers `DOUBLE`, and
//! moments `TIMESTAMP` in milliseconds of UTC. Columns are compressed with Zstandard.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use crate::model::history::{Cell, Column, Kind, Table};

/// How many rows are written together; readers skip groups whose extremes do not interest them.
const GROUP: usize = 131_072;

/// Rows of one table, held as columns until they are written.
#[derive(Debug, Default)]
pub struct Batch {
    columns: Vec<Values>,
    rows: usize,
}

/// The fields of one column.
#[derive(Debug)]
struct Values {
    /// For each row 1 where its field is known, else 0.
    known: Vec<i16>,
    values: Typed,
}

/// The fields that are known.
#[derive(Debug)]
enum Typed {
    Text(Vec<ByteArray>),
    Whole(Vec<i64>),
    Number(Vec<f64>),
}

impl Batch {
    /// Returns how many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row, whose fields are those of a table's file; what does not parse is not known.
    pub fn push<'row>(&mut self, table: &'static Table, field: impl Fn(usize) -> &'row [u8]) {
        self.shape(table);
        for (at, (values, column)) in self.columns.iter_mut().zip(table.columns).enumerate() {
            values.push(column, field(at));
        }
        self.rows += 1;
    }

    /// Adds the rows of another batch of the same table.
    fn append(&mut self, table: &'static Table, mut other: Self) {
        self.shape(table);
        for (mine, theirs) in self.columns.iter_mut().zip(&mut other.columns) {
            mine.append(theirs);
        }
        self.rows += other.rows;
    }

    fn shape(&mut self, table: &'static Table) {
        if self.columns.is_empty() {
            self.columns.extend(table.columns.iter().map(Values::of));
        }
    }
}

impl Values {
    fn of(column: &Column) -> Self {
        let values = match column.kind {
            Kind::Text => Typed::Text(Vec::new()),
            Kind::Integer | Kind::Time => Typed::Whole(Vec::new()),
            Kind::Number => Typed::Number(Vec::new()),
        };
        Self { known: Vec::new(), values }
    }

    fn push(&mut self, column: &'static Column, field: &[u8]) {
        let cell = std::str::from_utf8(field).ok().and_then(|text| Cell::parse(column, text).ok()).unwrap_or_default();
        let is_known = match (&mut self.values, cell) {
            (Typed::Text(values), Cell::Text(text)) => {
                values.push(ByteArray::from(text.as_bytes().to_vec()));
                true
            }
            (Typed::Whole(values), Cell::Integer(number)) => {
                values.push(number);
                true
            }
            (Typed::Whole(values), Cell::Time(time)) => {
                values.push(1000 * time);
                true
            }
            (Typed::Number(values), Cell::Number(number)) => {
                values.push(number);
                true
            }
            _ => false,
        };
        self.known.push(i16::from(is_known));
    }

    fn append(&mut self, other: &mut Self) {
        self.known.append(&mut other.known);
        match (&mut self.values, &mut other.values) {
            (Typed::Text(mine), Typed::Text(theirs)) => mine.append(theirs),
            (Typed::Whole(mine), Typed::Whole(theirs)) => mine.append(theirs),
            (Typed::Number(mine), Typed::Number(theirs)) => mine.append(theirs),
            // Two batches of one table have the same columns.
            _ => {}
        }
    }

    fn write(&self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let known = Some(self.known.as_slice());
        match &self.values {
            Typed::Text(values) => writer.typed::<ByteArrayType>().write_batch(values, known, None)?,
            Typed::Whole(values) => writer.typed::<Int64Type>().write_batch(values, known, None)?,
            Typed::Number(values) => writer.typed::<DoubleType>().write_batch(values, known, None)?,
        };
        Ok(())
    }
}

/// A file that rows of one table are written to, group by group.
#[derive(Debug)]
pub struct File {
    table: &'static Table,
    writer: SerializedFileWriter<Vec<u8>>,
    waiting: Batch,
}

impl File {
    /// Begins a file.
    ///
    /// # Errors
    /// The format refuses the table's columns.
    pub fn new(table: &'static Table) -> Result<Self, ParquetError> {
        let compression = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let writer = SerializedFileWriter::new(Vec::new(), schema(table)?, Arc::new(properties))?;
        Ok(Self { table, writer, waiting: Batch::default() })
    }

    /// Takes rows in.
    ///
    /// # Errors
    /// The format refuses them.
    pub fn append(&mut self, rows: Batch) -> Result<(), ParquetError> {
        self.waiting.append(self.table, rows);
        if self.waiting.rows >= GROUP { self.flush() } else { Ok(()) }
    }

    /// Returns the whole file.
    ///
    /// # Errors
    /// The format refuses the last rows.
    pub fn finish(mut self) -> Result<Vec<u8>, ParquetError> {
        self.flush()?;
        self.writer.into_inner()
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.waiting);
        if rows.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for values in &rows.columns {
            let Some(mut writer) = group.next_column()? else { break };
            values.write(&mut writer)?;
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

fn schema(table: &Table) -> Result<Arc<Type>, ParquetError> {
    let fields: Result<Vec<_>, _> = table.columns.iter().map(|column| field(column).map(Arc::new)).collect();
    Ok(Arc::new(Type::group_type_builder(table.name).with_fields(fields?).build()?))
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
    };
    Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::*;
    use crate::model::history::TableId;

    fn batch(table: &'static Table, rows: &[&[(&str, &str)]]) -> Batch {
        let mut batch = Batch::default();
        for row in rows {
            let field = |at: usize| {
                let name = table.columns[at].name;
                row.iter().find(|(column, _)| *column == name).map_or(&[][..], |(_, text)| text.as_bytes())
            };
            batch.push(table, field);
        }
        batch
    }

    #[test]
    fn what_is_written_is_read_again() {
        let table = TableId::Deployments.table();
        let full = [
            ("deployment_id", "7"),
            ("ref", "Grüße, \"x\""),
            ("created_at", "2026-03-01T12:00:00Z"),
            ("duration_s", "1.5"),
        ];
        let mut file = File::new(table).unwrap();
        file.append(batch(table, &[&full, &[("deployment_id", "8")]])).unwrap();
        file.append(batch(table, &[&[("deployment_id", "9"), ("duration_s", "-0.25")]])).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(file.finish().unwrap())).unwrap();
        assert_eq!(reader.metadata().num_row_groups(), 1);
        let rows: Vec<String> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(rows.len(), 3);
        for said in ["deployment_id: 7", "ref: \"Grüße, \"x\"\"", "created_at: 2026-03-01 12:00:00", "duration_s: 1.5"]
        {
            assert!(rows[0].contains(said), "{said}: {}", rows[0]);
        }
        assert!(rows[1].contains("ref: null") && rows[1].contains("duration_s: null"), "{}", rows[1]);
        assert!(rows[2].contains("duration_s: -2.5E-1"), "{}", rows[2]);
    }

    #[test]
    fn large_files_have_groups_and_the_same_bytes_each_time() {
        let table = TableId::Measurements.table();
        let column = table.position("value").unwrap();
        let rows = |part: usize| {
            let mut rows = Batch::default();
            for at in 0..60_000 {
                let value = (part * 60_000 + at).to_string();
                rows.push(table, |field| value.as_bytes().get(..).filter(|_| field == column).unwrap_or_default());
            }
            assert_eq!(rows.rows(), 60_000);
            rows
        };
        let write = || {
            let mut file = File::new(table).unwrap();
            (0..5).for_each(|part| file.append(rows(part)).unwrap());
            file.finish().unwrap()
        };
        let bytes = write();
        assert_eq!(bytes, write());
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        assert_eq!(reader.metadata().num_row_groups(), 2);
        assert_eq!(reader.metadata().file_metadata().num_rows(), 300_000);
    }
}
