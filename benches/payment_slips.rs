//! Measures payment slips: 10,000 of them drawn into a sink, and one barcode against another encoder.
//!
//! `cargo bench --bench payment_slips [-- DIRECTORY]`; with a directory it also writes sample files there, to be
//! looked at. CPU is user and system time of this process; memory is Linux's VmHWM above what the process had
//! before the first slip, with the fonts loaded and a few slips drawn.

use std::hint::black_box;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;
use std::{fs, process::ExitCode};

use barcoders::sym::code128::Code128;
use shikiri::domain::barcode::{Parts, Payload};
use shikiri::domain::{
    AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber, DisplayName, DueDate,
    ExportId, Issuer, IssuerCode, PrintedLine, ReissueNumber, Slip, SlipId, SlipPrint, TenantCode,
    TenantId, TenantName,
};
use shikiri::pdf::Symbol;
use shikiri::report::payment_slip::{OwnedIssued, SlipWriter};
use shikiri::report::{FontChain, Front, Totals, Writer};

#[path = "shared/process.rs"]
mod process;

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];
const SURNAMES: [&str; 8] = ["佐藤", "鈴木", "髙橋", "渡邊", "𠮷田", "山﨑", "𣘺本", "葛󠄀城"];
const GIVEN: [&str; 8] = ["太郎", "花子", "一郎", "美咲", "翔", "結衣", "健", "陽子"];
const TENANT: TenantId = TenantId(12);
const SYMBOLS: u32 = 200_000;
const ROUNDS: usize = 5;

type Done<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Done<()> {
    let directory = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    let fonts = Arc::new(FontChain::load(&FONTS)?);
    // Once through everything, so that neither run pays for what is done once in a process.
    draw(&fonts, 20, io::sink())?;
    println!("| slips | CPU s | wall s | MiB above idle | bytes |");
    println!("|---|---|---|---|---|");
    for count in [100, 10_000] {
        let idle = process::reset_peak()?;
        let (cpu, wall) = (process::cpu_seconds("self"), Instant::now());
        let bytes = draw(&fonts, count, io::sink())?;
        let (cpu, wall) = (process::cpu_seconds("self") - cpu, wall.elapsed().as_secs_f64());
        let peak = process::status("VmHWM")?.saturating_sub(idle);
        println!("| {count} | {cpu:.2} | {wall:.2} | {:.1} | {bytes} |", peak as f64 / 1024.0);
    }
    symbols()?;
    if let Some(directory) = directory {
        draw(&fonts, 3, fs::File::create(format!("{directory}/payment-slips.pdf"))?)?;
    }
    Ok(())
}

/// One barcode: from its parts to the widths of its bars, by us and by barcoders (which has no payload: it is
/// given ours). Interleaved rounds; the medians are compared.
fn symbols() -> Done<()> {
    let parts = parts()?;
    let digits = Payload::encode(&parts).as_str().to_owned();
    let foreign = format!("\u{0106}\u{0179}{digits}");
    let mut nanoseconds = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        nanoseconds[0].push(each(|| {
            black_box(Symbol::gs1_128(black_box(&digits)));
        }));
        nanoseconds[1].push(each(|| {
            black_box(Code128::new(black_box(&foreign)).map(|it| it.encode()).ok());
        }));
        nanoseconds[2].push(each(|| {
            black_box(Payload::encode(black_box(&parts)));
        }));
    }
    let [ours, barcoders, payload] = nanoseconds.map(process::median);
    println!("\n| one barcode | ns | ratio to barcoders |");
    println!("|---|---|---|");
    println!("| digits to symbol, shikiri | {ours:.0} | {:.2} |", ours / barcoders);
    println!("| digits to symbol, barcoders 2 | {barcoders:.0} | 1 |");
    println!("| parts to digits, shikiri | {payload:.0} | {:.2} |", payload / barcoders);
    Ok(())
}

fn each(mut work: impl FnMut()) -> f64 {
    let started = Instant::now();
    for _ in 0..SYMBOLS {
        work();
    }
    started.elapsed().as_nanos() as f64 / f64::from(SYMBOLS)
}

fn parts() -> Done<Parts> {
    Ok(Parts {
        issuer_code: IssuerCode::new("912345")?,
        tenant_code: TenantCode::new("67890")?,
        bill_number: BillNumber::new("0123456789012345")?,
        reissue_number: ReissueNumber::FIRST,
        due_date: Some(DueDate::parse("2015-12-31")?),
        revenue_stamp: false,
        amount_yen: AmountYen::new(10_800)?,
    })
}

/// Draws slips, making their rows block by block as a database would send them.
fn draw<W: Write + Send>(fonts: &Arc<FontChain>, count: u32, out: W) -> Done<u64> {
    let totals = Totals {
        rows: count,
        amount_yen: (0..count).map(|it| i64::from(amount(it))).sum(),
        revenue_stamps: (0..count).filter(|it| 50_000 <= amount(*it)).count() as u32,
        overdue: 0,
        first: (0 < count).then(|| id(0)),
        last: count.checked_sub(1).map(id),
        tenant_rows: count,
    };
    let who = (front()?, issuer()?);
    let mut slips = SlipWriter::new(out, fonts.clone(), who, SlipPrint::PLAIN, totals)?;
    let numbers: Vec<u32> = (0..count).collect();
    for block in numbers.chunks(1_000) {
        let rows: Vec<OwnedIssued> = block.iter().map(|it| row(*it)).collect();
        assert_eq!(slips.push(&rows)?.len(), rows.len());
    }
    let done = Box::new(slips).finish()?;
    assert!(done.missing_glyphs.is_empty(), "{:?}", done.missing_glyphs);
    Ok(done.bytes)
}

fn front() -> Done<Front> {
    let export_id = ExportId(uuid::Uuid::parse_str("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")?);
    Ok(Front {
        export_id,
        tenant_id: TENANT,
        tenant_code: TenantCode::new("67890")?,
        tenant_name: TenantName::new("一般社団法人　見本学園同窓会")?,
        scope_words: "自社の全件".to_owned(),
        ordered_at: time::macros::datetime!(2026-04-20 10:15:00 +9),
        requested_by: DisplayName::new("会計担当　髙橋")?,
        contact: "収納代行サービス窓口　03-0000-0000".to_owned(),
        codes: shikiri::report::PageCodes::new(&[7; 32], export_id),
        rows_salt: [9; 16],
    })
}

fn issuer() -> Done<Issuer> {
    Ok(Issuer {
        issuer_code: IssuerCode::new("912345")?,
        payee_name: PrintedLine::new("payee", "一般社団法人　見本学園同窓会")?,
        collector_name: PrintedLine::new("collector", "見本収納サービス株式会社")?,
        slip_purpose: Some(PrintedLine::new("purpose", "同窓会費")?),
        slip_remarks: Some(PrintedLine::new("remarks", "分割してのお支払いはできません")?),
    })
}

fn amount(number: u32) -> i32 {
    1_000 + (i64::from(number) * 7_919 % 299_000) as i32
}

fn id(number: u32) -> SlipId {
    let digits = format!("{:016}", 9_000_000_000_u64 + u64::from(number) * 37);
    SlipId {
        bill_number: BillNumber::new(&digits).expect("sixteen digits"),
        reissue_number: ReissueNumber::FIRST,
    }
}

fn row(number: u32) -> OwnedIssued {
    let surname = SURNAMES[number as usize * 7 % SURNAMES.len()];
    let given = GIVEN[number as usize * 5 % GIVEN.len()];
    let day = time::Date::from_ordinal_date(2026, (1 + number % 365) as u16).expect("a day");
    let amount_yen = AmountYen::new(amount(number)).expect("an amount");
    let tax = number.is_multiple_of(2).then(|| amount(number) / 11);
    let tax = tax.map(|it| ConsumptionTaxYen::new(it, amount_yen).expect("a tax"));
    let slip = Slip {
        id: id(number),
        customer_number: CustomerNumber::new(&format!("K{number:08}")).expect("a number"),
        customer_name: CustomerName::new(&format!("{surname}　{given}")).expect("a name"),
        due_date: (number % 12 != 5).then(|| DueDate::new(day).expect("a date")),
        revenue_stamp: 50_000 <= amount(number),
        amount_yen,
    };
    OwnedIssued { tenant_id: TENANT, slip, consumption_tax_yen: tax }
}
