//! `shikiri barcode`: the 44 digits of a slip, read and made. Needs no database.

use crate::{
    cli::Failure,
    domain::{
        AmountYen, BillNumber, DueDate, IssuerCode, ReissueNumber, TenantCode,
        barcode::{Parts, Payload},
    },
};

/// What to do with barcodes.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Check 44 digits and say what they mean. Hyphens, parentheses and spaces are ignored.
    Verify {
        /// The digits, as scanned or as printed under the bars.
        #[arg(required = true, allow_hyphen_values = true)]
        digits: Vec<String>,
    },
    /// Make the digits of a slip.
    Encode {
        /// 請求書発行企業コード, six digits.
        #[arg(long)]
        issuer_code: String,
        /// 収納企業コード, five digits.
        #[arg(long)]
        tenant_code: String,
        /// 請求番号, sixteen digits.
        #[arg(long)]
        bill_number: String,
        /// 再発行区分.
        #[arg(long, default_value_t = 0)]
        reissue_number: i16,
        /// 支払期限, YYYY-MM-DD; none when left out.
        #[arg(long)]
        due_date: Option<String>,
        /// The store must affix a revenue stamp.
        #[arg(long)]
        revenue_stamp: bool,
        /// 支払金額.
        #[arg(long)]
        amount_yen: i32,
    },
}

pub(super) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify { digits } => {
            let payload = Payload::parse_printed(&digits.concat())?;
            print(&payload);
        }
        Command::Encode {
            issuer_code,
            tenant_code,
            bill_number,
            reissue_number,
            due_date,
            revenue_stamp,
            amount_yen,
        } => {
            let payload = Payload::encode(&Parts {
                issuer_code: IssuerCode::new(&issuer_code)?,
                tenant_code: TenantCode::new(&tenant_code)?,
                bill_number: BillNumber::new(&bill_number)?,
                reissue_number: ReissueNumber::new(reissue_number)?,
                due_date: due_date.as_deref().map(DueDate::parse).transpose()?,
                revenue_stamp,
                amount_yen: AmountYen::new(amount_yen)?,
            });
            print(&payload);
        }
    }
    Ok(())
}

fn print(payload: &Payload) {
    let parts = payload.parts();
    let due = parts.due_date.map_or("none".to_owned(), DueDate::iso);
    let [upper, lower] = payload.human_readable();
    println!("{}\n", payload.as_str());
    println!("  {upper}\n  {lower}\n");
    for (name, value) in [
        ("issuer_code", parts.issuer_code.as_str().to_owned()),
        ("tenant_code", parts.tenant_code.as_str().to_owned()),
        ("bill_number", parts.bill_number.as_str().to_owned()),
        ("reissue_number", parts.reissue_number.get().to_string()),
        ("due_date", due),
        ("revenue_stamp", parts.revenue_stamp.to_string()),
        ("amount_yen", parts.amount_yen.get().to_string()),
    ] {
        println!("{name:<15} {value}");
    }
}
