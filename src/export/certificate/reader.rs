//! Reading a biller's own rows from a CSV file.

use csv::{ReaderBuilder, StringRecord};

use crate::{
    domain::{
        AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber, DueDate, Invalid,
        ReissueNumber, Slip, SlipId,
    },
    export::certificate::{rows::Own, verify::Trouble},
};

/// The columns that a row is made of. Others are left alone.
const COLUMNS: [&str; 7] = [
    "bill_number",
    "reissue_number",
    "customer_number",
    "customer_name",
    "due_date",
    "revenue_stamp",
    "amount_yen",
];

/// And one more for slips that are printed; empty for none.
const TAX: &str = "consumption_tax_yen";

/// Reads rows: UTF-8, a head with the names of [`COLUMNS`], with `taxed` also [`TAX`]; dates as `YYYY-MM-DD`, the stamp
/// as 1 or 0.
pub(super) fn rows(bytes: &[u8], taxed: bool) -> Result<Vec<Own>, Trouble> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    // The reader counts the second half of a CRLF to the line after it.
    let ahead = bytes.iter().skip(1).chain([&b'\n']);
    let plain = bytes.iter().zip(ahead).filter(|it| *it != (&b'\r', &b'\n'));
    let plain: Vec<u8> = plain.map(|(byte, _)| *byte).collect();
    let mut reader = ReaderBuilder::new().from_reader(&plain[..]);
    let heads = reader.headers().map_err(|_| Trouble::Rows { line: 1 })?.clone();
    let place = |column: &str| heads.iter().position(|it| it == column);
    let places = COLUMNS.map(place);
    let tax = place(TAX).filter(|_| taxed);
    if places.contains(&None) || taxed && tax.is_none() {
        return Err(Trouble::Heads);
    }
    let places = places.map(Option::unwrap_or_default);
    let mut rows = Vec::new();
    for record in reader.records() {
        let line = rows.len() as u64 + 2;
        let record = record.map_err(|_| Trouble::Rows { line })?;
        let line = record.position().map_or(line, csv::Position::line);
        let read = slip(&record, places).and_then(|slip| {
            let text = tax.and_then(|it| record.get(it)).filter(|it| !it.is_empty());
            let tax = text.map(|it| ConsumptionTaxYen::new(number(TAX, it)?, slip.amount_yen));
            Ok(Own { line, tax: tax.transpose()?, slip })
        });
        rows.push(read.map_err(|_| Trouble::Rows { line })?);
    }
    Ok(rows)
}

fn number(field: &'static str, text: &str) -> Result<i32, Invalid> {
    text.parse().map_err(|_| Invalid::new(field, "must be a whole number"))
}

fn slip(record: &StringRecord, places: [usize; 7]) -> Result<Slip, Invalid> {
    let [bill, reissue, customer, name, due, stamp, amount] =
        places.map(|place| record.get(place).unwrap_or(""));
    let reissue = i16::try_from(number("reissue_number", reissue)?)
        .map_err(|_| Invalid::new("reissue_number", "must be 0 to 9"))?;
    Ok(Slip {
        id: SlipId {
            bill_number: BillNumber::new(bill)?,
            reissue_number: ReissueNumber::new(reissue)?,
        },
        customer_number: CustomerNumber::new(customer)?,
        customer_name: CustomerName::new(name)?,
        due_date: (!due.is_empty()).then(|| DueDate::parse(due)).transpose()?,
        revenue_stamp: match stamp {
            "1" => true,
            "0" => false,
            _ => return Err(Invalid::new("revenue_stamp", "must be 1 or 0")),
        },
        amount_yen: AmountYen::new(number("amount_yen", amount)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Trouble, rows};

    const HEAD: &str = "bill_number,reissue_number,customer_number,customer_name,due_date,revenue_stamp,amount_yen,note";

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let text = format!(
            "\u{FEFF}{HEAD}\r\n0000000000000001,0,C1,\"髙橋, 一郎\",2026-04-30,0,1080,x\r\n\
             0000000000000002,0,C2,山﨑,,1,55000,\r\n"
        );
        let read = rows(text.as_bytes(), false).expect("reads");
        assert_eq!(read.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(read[0].slip.customer_name.as_str(), "髙橋, 一郎");
        assert!(read[1].slip.due_date.is_none() && read[1].slip.revenue_stamp);
        assert!(matches!(rows(text.as_bytes(), true), Err(Trouble::Heads)), "no column of taxes");
        let taxed = text.replace("note", "consumption_tax_yen").replace(",x", ",98");
        let read = rows(taxed.as_bytes(), true).expect("reads");
        let taxes: Vec<_> = read.iter().map(|it| it.tax.map(|it| it.get())).collect();
        assert_eq!(taxes, [Some(98), None]);
    }

    #[test]
    fn a_row_that_is_none_is_named_by_its_line() {
        let bad = format!("{HEAD}\n0000000000000001,0,C1,a,2026-04-30,0,1080,\n1,0,C1,a,,0,1,\n");
        assert!(matches!(rows(bad.as_bytes(), false), Err(Trouble::Rows { line: 3 })));
        assert!(matches!(rows(b"bill_number,amount_yen\n", false), Err(Trouble::Heads)));
    }
}
