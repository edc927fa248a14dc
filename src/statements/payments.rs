//! Statements on payments. Their texts are in `sql/queries/payments`.

use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::slips::decode_id;
use crate::{
    domain::{IssuerCode, PaymentEvent, PaymentException, SlipId, TenantCode},
    statement,
    wall::{Row, Undecodable},
};

statement! { "payments/owner.sql",
    /// The biller's own code, and its collector's when the operator has entered it.
    pub struct AskOwner {}
    rows_max = 1, owner = Row, row = (TenantCode, Option<IssuerCode>), decode = |row| {
        let issuer_code: Option<&str> = row.try_get("issuer_code")?;
        let issuer_code = issuer_code.map(IssuerCode::new).transpose()?;
        Ok((TenantCode::new(row.try_get("tenant_code")?)?, issuer_code))
    }
}

statement! { "payments/record.sql",
    /// Keeps the events that are not known yet; answers how many were new.
    pub struct RecordPayments {
        import_id: Uuid,
        layout: String,
        file_sha256: Vec<u8>,
        file_bytes: i32,
        event_count: i32,
        event_keys: Vec<Vec<u8>>,
        bill_numbers: Vec<String>,
        reissue_numbers: Vec<i16>,
        kinds: Vec<String>,
        source_codes: Vec<String>,
        paid_on: Vec<Date>,
        paid_at: Vec<String>,
        amounts_yen: Vec<i32>,
        barcodes: Vec<String>,
        check_digits_fit: Vec<bool>,
        chain_codes: Vec<String>,
        store_codes: Vec<String>,
        made_on: Vec<Option<Date>>,
        payout_on: Vec<Option<Date>>,
        lines: Vec<i32>,
    }
    rows_max = 1, owner = Row, row = i32, decode = |row| Ok(row.try_get("new_count")?)
}

/// A settlement file, by its name and digest.
#[derive(Debug, Clone)]
pub struct PaymentFile {
    /// The import's name.
    pub import_id: Uuid,
    /// Which form of file.
    pub layout: &'static str,
    /// Of the file.
    pub sha256: [u8; 32],
    /// Its size.
    pub bytes: usize,
}

impl RecordPayments {
    /// The events of a file, each with its key.
    pub fn new(file: &PaymentFile, events: &[PaymentEvent], keys: &[[u8; 32]]) -> RecordPayments {
        fn each<T>(events: &[PaymentEvent], of: impl Fn(&PaymentEvent) -> T) -> Vec<T> {
            events.iter().map(of).collect()
        }
        RecordPayments {
            import_id: file.import_id,
            layout: file.layout.to_owned(),
            file_sha256: file.sha256.to_vec(),
            file_bytes: i32::try_from(file.bytes).unwrap_or(i32::MAX),
            event_count: i32::try_from(events.len()).unwrap_or(i32::MAX),
            event_keys: keys.iter().map(|it| it.to_vec()).collect(),
            bill_numbers: each(events, |it| it.scanned.bill_number().as_str().to_owned()),
            reissue_numbers: each(events, |it| it.scanned.reissue_number().get()),
            kinds: each(events, |it| it.kind.as_str().to_owned()),
            source_codes: each(events, |it| it.source_code.clone()),
            paid_on: each(events, |it| it.paid_on),
            paid_at: each(events, |it| it.paid_at.clone()),
            amounts_yen: each(events, |it| it.amount_yen),
            barcodes: each(events, |it| it.scanned.digits().to_owned()),
            check_digits_fit: each(events, |it| it.scanned.check_digit_fits()),
            chain_codes: each(events, |it| it.chain_code.clone()),
            store_codes: each(events, |it| it.store_code.clone()),
            made_on: each(events, |it| it.made_on),
            payout_on: each(events, |it| it.payout_on),
            lines: each(events, |it| i32::try_from(it.line).unwrap_or(i32::MAX)),
        }
    }
}

/// A settlement file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentImportLine {
    /// Its name.
    pub import_id: Uuid,
    /// Which form of file.
    pub layout: String,
    /// Of the file.
    pub file_sha256: Vec<u8>,
    /// Its size.
    pub file_bytes: i32,
    /// Events in it.
    pub event_count: i32,
    /// Those that were not known before.
    pub new_count: i32,
    /// Which user.
    pub imported_by: Uuid,
    /// When.
    pub imported_at: OffsetDateTime,
}

statement! { "payments/get_import.sql",
    /// One settlement file by its import's name.
    pub struct GetPaymentImport { import_id: Uuid }
    rows_max = 1, owner = Row, row = PaymentImportLine, decode = decode_import
}

statement! { "payments/list_imports.sql",
    /// Settlement files, the latest first, before a given one.
    pub struct ListPaymentImports {
        before_imported_at: OffsetDateTime,
        before_import_id: Uuid,
        rows: i64,
    }
    rows_max = 201, owner = Row, row = PaymentImportLine, decode = decode_import
}

fn decode_import(row: &Row) -> Result<PaymentImportLine, Undecodable> {
    Ok(PaymentImportLine {
        import_id: row.try_get("import_id")?,
        layout: row.try_get("layout")?,
        file_sha256: row.try_get("file_sha256")?,
        file_bytes: row.try_get("file_bytes")?,
        event_count: row.try_get("event_count")?,
        new_count: row.try_get("new_count")?,
        imported_by: row.try_get("imported_by")?,
        imported_at: row.try_get("imported_at")?,
    })
}

statement! { "payments/note.sql",
    /// Writes a settlement file to the audit chain, in its own transaction.
    pub struct NotePayments {
        import_id: Uuid,
        layout: String,
        events: i32,
        new: i32,
        file_sha256: Vec<u8>,
    }
    rows_max = 1, owner = NoWitness("the number of the event that the door has just written"), row = i64, decode = |row| Ok(row.try_get("seq")?)
}

statement! { "payments/note_foreign.sql",
    /// Writes to the audit chain that a file with lines of another biller was refused.
    pub struct NoteForeignPayments {
        layout: String,
        line: i32,
        foreign_lines: i32,
        file_sha256: Vec<u8>,
    }
    rows_max = 1, owner = NoWitness("the number of the event that the door has just written"), row = i64, decode = |row| Ok(row.try_get("seq")?)
}

/// A payment at which a person must look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrangePayment {
    /// The event.
    pub event_key: Vec<u8>,
    /// The slip that was paid, which may not exist.
    pub slip: SlipId,
    /// `preliminary` or `confirmed`.
    pub kind: String,
    /// The day at the store.
    pub paid_on: Date,
    /// The minute there, `HHMM`.
    pub paid_at: String,
    /// What was paid.
    pub amount_yen: i32,
    /// What the slip asks for, when there is one.
    pub slip_amount_yen: Option<i32>,
    /// Which chain.
    pub chain_code: String,
    /// Which store.
    pub store_code: String,
    /// Which file brought it.
    pub import_id: Uuid,
    /// Where in it.
    pub line: i32,
    /// What is strange.
    pub exceptions: Vec<PaymentException>,
}

/// A row of the list of strange payments: one of them, and how far the call has looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The last payment that was looked at, strange or not.
    pub last: (Date, Vec<u8>),
    /// How many were looked at.
    pub events: i64,
    /// A strange one. None: of those that were looked at none is.
    pub strange: Option<StrangePayment>,
}

statement! { "payments/exceptions.sql",
    /// Payments at which a person must look, after a given one. It looks at `examined_max` payments at most, strange or
    /// not. No row at all: there is no payment behind the given one.
    pub struct ListExceptions {
        after_paid_on: Date,
        after_event_key: Vec<u8>,
        paid_from: Option<Date>,
        paid_to: Option<Date>,
        kind: Option<String>,
        rows: i64,
        examined_max: i64,
    }
    rows_max = 201, owner = Row, row = Examined, decode = |row| {
        Ok(Examined {
            last: (row.try_get("examined_paid_on")?, row.try_get("examined_event_key")?),
            events: row.try_get("examined")?,
            strange: match row.try_get::<_, Option<Vec<u8>>>("event_key")? {
                Some(event_key) => Some(decode_strange(row, event_key)?),
                None => None,
            },
        })
    }
}

fn decode_strange(row: &Row, event_key: Vec<u8>) -> Result<StrangePayment, Undecodable> {
    let kinds: Vec<String> = row.try_get("kinds")?;
    let kinds = kinds.iter().map(|it| PaymentException::parse(it));
    Ok(StrangePayment {
        event_key,
        slip: decode_id(row)?,
        kind: row.try_get("kind")?,
        paid_on: row.try_get("paid_on")?,
        paid_at: row.try_get("paid_at")?,
        amount_yen: row.try_get("amount_yen")?,
        slip_amount_yen: row.try_get("slip_amount_yen")?,
        chain_code: row.try_get("chain_code")?,
        store_code: row.try_get("store_code")?,
        import_id: row.try_get("import_id")?,
        line: row.try_get("line")?,
        exceptions: kinds.collect::<Result<_, _>>().map_err(Undecodable::from)?,
    })
}
