//! Statements on registration by file. Their texts are in `sql/queries/slip_imports`.

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::slips::RegisterSlips;
use crate::{domain::NewSlip, statement};

statement! { "slip_imports/register.sql",
    /// Registers slips, all or none, and answers how many.
    pub struct RegisterFile {
        bill_numbers: Vec<String>,
        reissue_numbers: Vec<i16>,
        customer_numbers: Vec<String>,
        customer_names: Vec<String>,
        due_dates: Vec<Option<Date>>,
        amounts_yen: Vec<i32>,
        consumption_taxes_yen: Vec<Option<i32>>,
    }
    rows_max = 1, owner = Range, row = i64, decode = |row| Ok(row.try_get("row_count")?)
}

impl RegisterFile {
    /// These slips, for the tenant that the transaction is sealed to.
    pub fn new(slips: &[NewSlip]) -> RegisterFile {
        let columns = RegisterSlips::new(slips);
        RegisterFile {
            bill_numbers: columns.bill_numbers,
            reissue_numbers: columns.reissue_numbers,
            customer_numbers: columns.customer_numbers,
            customer_names: columns.customer_names,
            due_dates: columns.due_dates,
            amounts_yen: columns.amounts_yen,
            consumption_taxes_yen: columns.consumption_taxes_yen,
        }
    }
}

/// A place of a file that is wrong. Its words are those of `intake`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultLine {
    /// `error` or `notice`.
    pub severity: String,
    /// Counted from 1.
    pub line: i32,
    /// Counted from 1.
    pub column: Option<i32>,
    /// The field, by its name in the API.
    pub field: Option<String>,
    /// What is wrong.
    pub code: String,
    /// The shape of the value.
    pub masked: Option<String>,
}

statement! { "slip_imports/record.sql",
    /// Keeps what came of a file.
    pub struct RecordImport {
        import_id: Uuid,
        mode: String,
        outcome: String,
        encoding: String,
        encoding_detected: bool,
        file_sha256: Vec<u8>,
        file_bytes: i32,
        row_count: i32,
        error_count: i32,
        notice_count: i32,
        severities: Vec<String>,
        lines: Vec<i32>,
        columns: Vec<Option<i32>>,
        fields: Vec<Option<String>>,
        codes: Vec<String>,
        masks: Vec<Option<String>>,
    }
    rows_max = 1, owner = Row, row = (), decode = |_| Ok(())
}

/// An import, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Its name.
    pub import_id: Uuid,
    /// `dry_run` or `commit`.
    pub mode: String,
    /// `valid`, `invalid` or `registered`.
    pub outcome: String,
    /// The encoding it was read in.
    pub encoding: String,
    /// Whether that was found out, or said.
    pub encoding_detected: bool,
    /// Of the file.
    pub file_sha256: Vec<u8>,
    /// Its size.
    pub file_bytes: i32,
    /// Its rows.
    pub row_count: i32,
    /// Places that are wrong.
    pub error_count: i32,
    /// Places that were read in another form.
    pub notice_count: i32,
    /// Which user.
    pub imported_by: Uuid,
    /// When.
    pub imported_at: OffsetDateTime,
}

statement! { "slip_imports/get.sql",
    /// One import by its name.
    pub struct GetImport { import_id: Uuid }
    rows_max = 1, owner = Row, row = ImportLine, decode = |row| {
        Ok(ImportLine {
            import_id: row.try_get("import_id")?,
            mode: row.try_get("mode")?,
            outcome: row.try_get("outcome")?,
            encoding: row.try_get("encoding")?,
            encoding_detected: row.try_get("encoding_detected")?,
            file_sha256: row.try_get("file_sha256")?,
            file_bytes: row.try_get("file_bytes")?,
            row_count: row.try_get("row_count")?,
            error_count: row.try_get("error_count")?,
            notice_count: row.try_get("notice_count")?,
            imported_by: row.try_get("imported_by")?,
            imported_at: row.try_get("imported_at")?,
        })
    }
}

statement! { "slip_imports/faults.sql",
    /// What is wrong in the file of an import, the first `rows` places.
    pub struct ListFaults { import_id: Uuid, rows: i64 }
    rows_max = 2_000, owner = Row, row = FaultLine, decode = |row| {
        Ok(FaultLine {
            severity: row.try_get("severity")?,
            line: row.try_get("line")?,
            column: row.try_get("column_no")?,
            field: row.try_get("field")?,
            code: row.try_get("code")?,
            masked: row.try_get("masked")?,
        })
    }
}

statement! { "slip_imports/note.sql",
    /// Writes an import that registered slips to the audit chain, in its own transaction.
    pub struct NoteImport {
        import_id: Uuid,
        rows: i32,
        first: String,
        last: String,
        file_sha256: Vec<u8>,
    }
    rows_max = 1, owner = NoWitness("the number of the event that the door has just written"), row = i64, decode = |row| Ok(row.try_get("seq")?)
}
