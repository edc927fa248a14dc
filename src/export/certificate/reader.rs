//! Reading a biller's own rows from a CSV file.

use csv::{ReaderBuilder, StringRecord};

use crate::{
    domain::{
        AmountYen, BillNumber, CustomerName, CustomerNumber, DueDate, Invalid, ReissueNumber, Slip,
        SlipId,
    },
    export::certificate::verify::Trouble,
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

/// Reads rows: UTF-8, a head with the names of [`COLUMNS`], dates as `YYYY-MM-DD`, the stamp as 1 or 0.
pub(super) fn slips(bytes: &[u8]) -> Result<Vec<Slip>, Trouble> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().from_reader(bytes);
    let heads = reader.headers().map_err(|_| Trouble::Rows { line: 1 })?.clone();
    let places = COLUMNS.map(|column| heads.iter().position(|it| it == column));
    if places.contains(&None) {
        return Err(Trouble::Heads);
    }
    let places = places.map(Option::unwrap_or_default);
    let mut slips = Vec::new();
    for record in reader.records() {
        let line = slips.len() as u64 + 2;
        let record = record.map_err(|_| Trouble::Rows { line })?;
        let line = record.position().map_or(line, csv::Position::line);
        slips.push(slip(&record, places).map_err(|_| Trouble::Rows { line })?);
    }
    Ok(slips)
}

fn slip(record: &StringRecord, places: [usize; 7]) -> Result<Slip, Invalid> {
    let [bill, reissue, customer, name, due, stamp, amount] =
        places.map(|place| record.get(place).unwrap_or(""));
    let number = |field, text: &str| {
        text.parse::<i32>().map_err(|_| Invalid::new(field, "must be a whole number"))
    };
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
    use super::{Trouble, slips};

    const HEAD: &str = "bill_number,reissue_number,customer_number,customer_name,due_date,revenue_stamp,amount_yen,note";

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let text = format!(
            "\u{FEFF}{HEAD}\r\n0000000000000001,0,C1,\"髙橋, 一郎\",2026-04-30,0,1080,x\r\n\
             0000000000000002,0,C2,山﨑,,1,55000,\r\n"
        );
        let slips = slips(text.as_bytes()).expect("reads");
        assert_eq!(slips.len(), 2);
        assert_eq!(slips[0].customer_name.as_str(), "髙橋, 一郎");
        assert!(slips[1].due_date.is_none() && slips[1].revenue_stamp);
    }

    #[test]
    fn a_row_that_is_none_is_named_by_its_line() {
        let bad = format!("{HEAD}\n0000000000000001,0,C1,a,2026-04-30,0,1080,\n1,0,C1,a,,0,1,\n");
        assert!(matches!(slips(bad.as_bytes()), Err(Trouble::Rows { line: 3 })));
        assert!(matches!(slips(b"bill_number,amount_yen\n"), Err(Trouble::Heads)));
    }
}
