//! What was printed, as numbers that a second computation can arrive at.
//!
//! A row is encoded as its seven printed fields, in this order: `bill_number`, `reissue_number`,
//! `customer_number`, `customer_name`, `due_date`, `revenue_stamp`, `amount_yen`. Each field is the
//! length of its UTF-8 bytes as four big-endian bytes, then the bytes. Numbers are decimal without
//! sign or leading zeros, a date is `YYYY-MM-DD`, the stamp is `1` or `0`. A field without a value
//! is the length `ffffffff` and no bytes, which no text can have.
//!
//! A slip that was printed (`payment_slip`) is encoded as the same seven, and then `consumption_tax_yen`, the 44
//! digits of its bars, `payee_name`, `collector_name`, `slip_purpose` and `slip_remarks`.
//!
//! * row digest: SHA-256 of the export's salt, sixteen random bytes, and the encoding;
//! * page digest: SHA-256 of the digests of the page's rows, one after the other;
//! * digest of all rows: SHA-256 of the digests of all rows, one after the other.
//!
//! In Postgres a field is `int4send(octet_length(b)) || b` with `b = convert_to(field, 'UTF8')`, and
//! the digest of all rows is
//! `sha256(string_agg(sha256(salt || row), ''::bytea order by bill_number collate "C", reissue_number))`.
//!
//! The salt is in the certificate and not in the manifest. Without it the digest of a row that can be guessed would
//! tell whether the guess is right, and the same slip could be recognised in two exports.

use sha2::{Digest as _, Sha256};

use crate::domain::barcode::Payload;
use crate::domain::{ConsumptionTaxYen, DueDate, Issuer, PrintedLine, Slip};

/// A SHA-256.
pub type Digest = [u8; 32];

/// What goes into every row's digest of one export, before the row.
pub type Salt = [u8; 16];

/// Marks a field without a value.
const NULL: [u8; 4] = [0xFF; 4];

/// Encodes the printed fields of a row.
pub fn encode_row(slip: &Slip) -> Vec<u8> {
    let mut row = Vec::with_capacity(160);
    put(&mut row, Some(slip.id.bill_number.as_str()));
    put(&mut row, Some(&slip.id.reissue_number.get().to_string()));
    put(&mut row, Some(slip.customer_number.as_str()));
    put(&mut row, Some(slip.customer_name.as_str()));
    put(&mut row, slip.due_date.map(DueDate::iso).as_deref());
    put(&mut row, Some(if slip.revenue_stamp { "1" } else { "0" }));
    put(&mut row, Some(&slip.amount_yen.get().to_string()));
    row
}

fn put(row: &mut Vec<u8>, field: Option<&str>) {
    let Some(field) = field else { return row.extend_from_slice(&NULL) };
    let length = u32::try_from(field.len()).expect("a checked field has forty characters at most");
    row.extend_from_slice(&length.to_be_bytes());
    row.extend_from_slice(field.as_bytes());
}

/// The digest of one printed slip. An export of an earlier version has no salt.
pub fn issued_digest(
    salt: &[u8],
    slip: &Slip,
    tax: Option<ConsumptionTaxYen>,
    payload: &Payload,
    issuer: &Issuer,
) -> Digest {
    let mut row = encode_row(slip);
    let text = |it: &'_ Option<PrintedLine>| it.as_ref().map(|it| it.as_str().to_owned());
    put(&mut row, tax.map(|it| it.get().to_string()).as_deref());
    put(&mut row, Some(payload.as_str()));
    put(&mut row, Some(issuer.payee_name.as_str()));
    put(&mut row, Some(issuer.collector_name.as_str()));
    put(&mut row, text(&issuer.slip_purpose).as_deref());
    put(&mut row, text(&issuer.slip_remarks).as_deref());
    salted(salt, &row)
}

/// The digest of one row. An export of an earlier version has no salt.
pub fn row_digest(salt: &[u8], slip: &Slip) -> Digest {
    salted(salt, &encode_row(slip))
}

fn salted(salt: &[u8], row: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(row);
    hash.finalize().into()
}

/// Digests of many rows, taken one by one: of a page, or of a whole export.
#[derive(Debug, Clone, Default)]
pub struct Rows(Sha256);

impl Rows {
    /// Takes the digest of the next row.
    pub fn push(&mut self, row: &Digest) {
        self.0.update(row);
    }

    /// The digest of these rows.
    pub fn of(rows: &[Digest]) -> Digest {
        Sha256::digest(rows.as_flattened()).into()
    }

    /// The digest of the rows taken.
    pub fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber, IssuerCode,
        ReissueNumber, SlipId, TenantCode,
    };
    use crate::report::payment_slip::payload;

    fn slip(bill: &str, name: &str, due: Option<&str>, stamp: bool, yen: i32) -> Slip {
        let bill_number = BillNumber::new(bill).expect("sixteen digits");
        Slip {
            id: SlipId { bill_number, reissue_number: ReissueNumber::FIRST },
            customer_number: CustomerNumber::new("C001").expect("a number"),
            customer_name: CustomerName::new(name).expect("a name"),
            due_date: due.map(|it| DueDate::parse(it).expect("a date")),
            revenue_stamp: stamp,
            amount_yen: AmountYen::new(yen).expect("an amount"),
        }
    }

    fn samples() -> [Slip; 2] {
        [
            slip("0000000000000001", "髙橋　﨑子", Some("2026-04-30"), false, 1_080),
            slip("0000000000000002", "葛\u{E0100}城", None, true, 300_000),
        ]
    }

    #[test]
    fn the_encoding_is_the_documented_one_byte_for_byte() {
        let encoded = samples().map(|it| hex::encode(encode_row(&it)));
        assert_eq!(
            encoded,
            [
                "0000001030303030303030303030303030303031000000013000000004433030310000000fe9ab99e6a98be38080efa891e5ad900000000a323032362d30342d333000000001300000000431303830",
                "0000001030303030303030303030303030303032000000013000000004433030310000000ae8919bf3a08480e59f8effffffff000000013100000006333030303030"
            ]
        );
    }

    // Computed from the documentation above, not with this code: by Python's hashlib, and the last
    // one also by Postgres 15 with the expressions given there.
    #[test]
    fn the_digests_are_those_of_an_independent_computation() {
        let digests = samples().map(|it| row_digest(&[], &it));
        assert_eq!(
            digests.map(hex::encode),
            [
                "7d393da692cd910f505484d6a6d76a2475baeffe52013c9d1c943c250979abb8",
                "3bf4829167a2275ae0306433f02d74c633560de072ca5672befe859bbd537878"
            ]
        );
        let mut rows = Rows::default();
        digests.iter().for_each(|it| rows.push(it));
        assert_eq!(
            hex::encode(rows.finish()),
            "5ddf118dfee98c27ad623a3a75a8ff2db97d58c7d88893a48b464417a4d90cb2"
        );
        let salt: Salt = std::array::from_fn(|it| it as u8);
        assert_eq!(
            hex::encode(row_digest(&salt, &samples()[0])),
            "e16efff76f12681d6cc731ca47b7053ee1b6c7a8a65358ff7da56d6248e56908"
        );
    }

    // Computed from the documentation above by Python's hashlib.
    #[test]
    fn the_digest_of_a_printed_slip_is_that_of_an_independent_computation() {
        let line = |text: &str| PrintedLine::new("line", text).expect("fits");
        let issuer = Issuer {
            issuer_code: IssuerCode::new("912345").expect("a code"),
            payee_name: line("見本学園同窓会"),
            collector_name: line("見本収納サービス株式会社"),
            slip_purpose: None,
            slip_remarks: Some(line("備考")),
        };
        let mut slip = slip("0123456789012345", "淡路　太郎", Some("2015-12-31"), false, 10_800);
        slip.customer_number = CustomerNumber::new("C0000001").expect("a number");
        let tax = ConsumptionTaxYen::new(800, slip.amount_yen).expect("a tax");
        let tenant_code = TenantCode::new("67890").expect("a code");
        let payload = payload(&slip, &tenant_code, &issuer);
        assert_eq!(
            hex::encode(issued_digest(&[], &slip, Some(tax), &payload, &issuer)),
            "f78cc59a66f0b97244057ca01ee9f0557a4aa45d5c4f52acbd2ae91215874ae0"
        );
    }

    #[test]
    fn moving_a_character_between_fields_changes_the_digest() {
        let [mut a, _] = samples();
        let mut b = a.clone();
        a.customer_number = CustomerNumber::new("C1").expect("a number");
        a.customer_name = CustomerName::new("2").expect("a name");
        b.customer_number = CustomerNumber::new("C").expect("a number");
        b.customer_name = CustomerName::new("12").expect("a name");
        assert_ne!(row_digest(&[], &a), row_digest(&[], &b));
    }
}
