//! Measures the list report: 40,000 made-up rows drawn into memory. CPU seconds, memory, bytes.
//!
//! `cargo bench --bench list_pdf [-- DIRECTORY]`; with a directory it also writes sample files there,
//! to be looked at. Memory is Linux's VmHWM above what the process had before the first row, with
//! the fonts loaded; the output goes to a sink, so that it measures the writer and not a buffer.

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use shikiri::domain::{
    AmountYen, BillNumber, CustomerName, CustomerNumber, DisplayName, DueDate, ExportId,
    ReissueNumber, Slip, SlipId, TenantCode, TenantId, TenantName,
};
use shikiri::pdf::{Document, FontChain, Meta, PageSize};
use shikiri::report::PageCodes;
use shikiri::report::slip_list::{Front, ListWriter, OwnedRow, Totals};

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];
const SURNAMES: [&str; 16] = [
    "佐藤",
    "鈴木",
    "髙橋",
    "田中",
    "伊藤",
    "渡邊",
    "山本",
    "中村",
    "小林",
    "加藤",
    "𠮷田",
    "山﨑",
    "𣘺本",
    "齋藤",
    "葛󠄀城",
    "神谷",
];
const GIVEN: [&str; 8] = ["太郎", "花子", "一郎", "美咲", "翔", "結衣", "健", "陽子"];
const TENANT: TenantId = TenantId(12);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    let started = Instant::now();
    let fonts = Arc::new(FontChain::load(&FONTS)?);
    println!("fonts loaded in {:.2} s", started.elapsed().as_secs_f64());
    let kanji = kanji(&fonts);
    // Once through everything, so that neither run pays for what is done once in a process.
    draw(&fonts, &kanji, 20, io::sink())?;

    let mut peaks = Vec::new();
    for rows in [400, 40_000] {
        let idle = reset_peak()?;
        let (cpu, wall) = (cpu_seconds()?, Instant::now());
        let (bytes, sha256) = draw(&fonts, &kanji, rows, io::sink())?;
        let (cpu, wall) = (cpu_seconds()? - cpu, wall.elapsed().as_secs_f64());
        let peak = status("VmHWM")?.saturating_sub(idle);
        println!(
            "{rows} rows, {} pages: {cpu:.2} CPU s, {wall:.2} s, {:.1} MiB above {:.1} MiB idle, \
             {bytes} bytes, sha256 {sha256}",
            rows / 20,
            mib(peak),
            mib(idle)
        );
        peaks.push(peak);
    }
    println!("memory of 2,000 pages / 20 pages: {:.2}", peaks[1] as f64 / peaks[0].max(1) as f64);
    against_printpdf(&fonts)?;
    if let Some(directory) = directory {
        for rows in [0, 33, 40, 2_000] {
            let file = fs::File::create(format!("{directory}/list-{rows}.pdf"))?;
            draw(&fonts, &kanji, rows, file)?;
        }
    }
    Ok(())
}

/// The same pages with our content streams and with printpdf's, in turn: the ratio of their CPU seconds.
fn against_printpdf(fonts: &Arc<FontChain>) -> Result<(), Box<dyn std::error::Error>> {
    let mut ratios = Vec::new();
    for _ in 0..5 {
        let mut cpu = [0.0; 2];
        for (seconds, is_printed) in cpu.iter_mut().zip([false, true]) {
            let begin = cpu_seconds()?;
            cells(fonts, is_printed)?;
            *seconds = cpu_seconds()? - begin;
        }
        println!("400 pages of 140 cells: {:.2} CPU s ours, {:.2} printpdf's", cpu[0], cpu[1]);
        ratios.push(cpu[0] / cpu[1]);
    }
    ratios.sort_by(f64::total_cmp);
    println!("ours / printpdf's, median of 5: {:.2}", ratios[2]);
    Ok(())
}

/// 400 pages of cells, without a report's other work.
fn cells(fonts: &Arc<FontChain>, is_printed: bool) -> Result<(), Box<dyn std::error::Error>> {
    let meta = Meta { title: "cells".to_owned(), created: time::OffsetDateTime::UNIX_EPOCH };
    let begin = if is_printed { Document::printed } else { Document::new };
    let mut document = begin(io::sink(), fonts.clone(), meta, PageSize::A4_LANDSCAPE)?;
    for page in 0..400_u32 {
        let mut pen = document.pen();
        for cell in 0..140_u32 {
            let (x, y) = (40.0 + (cell % 7) as f32 * 110.0, 540.0 - (cell / 7) as f32 * 24.0);
            pen.text(x, y, 9.0, &format!("髙橋 {:010}", page * 997 + cell));
        }
        let sheet = pen.finish();
        document.add_page(sheet)?;
    }
    document.finish()?;
    Ok(())
}

/// Draws a list, making its rows block by block as a database would send them.
fn draw<W: Write>(
    fonts: &Arc<FontChain>,
    kanji: &[char],
    count: u32,
    out: W,
) -> Result<(u64, String), Box<dyn std::error::Error>> {
    let amount_yen = (0..count).map(|it| i64::from(amount(it))).sum();
    let totals = Totals {
        rows: count,
        amount_yen,
        revenue_stamps: (0..count).filter(|it| 50_000 <= amount(*it)).count() as u32,
        overdue: count / 7,
        first: (0 < count).then(|| id(0)),
        last: count.checked_sub(1).map(id),
        tenant_rows: count + 4_321,
    };
    let mut list = ListWriter::new(out, fonts.clone(), front()?, totals)?;
    let mut pages = 0;
    let numbers: Vec<u32> = (0..count).collect();
    for block in numbers.chunks(1_000) {
        let rows: Vec<OwnedRow> = block.iter().map(|it| row(*it, kanji)).collect();
        pages += list.push(&rows)?.len();
    }
    let done = list.finish()?;
    assert_eq!(pages as u32, count.div_ceil(20));
    assert!(done.missing_glyphs.is_empty(), "{:?}", done.missing_glyphs);
    Ok((done.bytes, hex_of(&done.sha256)))
}

fn front() -> Result<Front, Box<dyn std::error::Error>> {
    Ok(Front {
        export_id: ExportId(uuid::Uuid::parse_str("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")?),
        tenant_id: TENANT,
        tenant_code: TenantCode::new("00012")?,
        tenant_name: TenantName::new("一般社団法人　見本学園同窓会")?,
        scope_words: "支払期限 2026-04-01 以降、支払期限 2026-12-31 以前、請求金額 1000 円以上"
            .to_owned(),
        ordered_at: time::macros::datetime!(2026-04-20 10:15:00 +9),
        requested_by: DisplayName::new("会計担当　髙橋")?,
        contact: "収納代行サービス窓口　03-0000-0000（24 時間）".to_owned(),
        codes: PageCodes::new(
            &[7; 32],
            ExportId(uuid::Uuid::parse_str("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")?),
        ),
        rows_salt: [9; 16],
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

/// Some 3,000 kanji that the fonts have: the names of a real list hold thousands.
fn kanji(fonts: &FontChain) -> Vec<char> {
    let all = ('\u{4E00}'..='\u{9FFF}').filter(|it| !fonts.lacks(&it.to_string()));
    all.step_by(6).take(3_000).collect()
}

/// A row whose name has a surname, one kanji of many, and a given name.
fn row(number: u32, kanji: &[char]) -> OwnedRow {
    let surname = SURNAMES[number as usize * 7 % SURNAMES.len()];
    let given = GIVEN[number as usize * 5 % GIVEN.len()];
    let kanji = kanji[number as usize * 13 % kanji.len()];
    let mut name = format!("{surname}　{kanji}{given}");
    if number % 50 == 7 {
        name = format!("{name}株式会社見本学園同窓会東京支部世田谷区成城分室経理担当御中");
    }
    let day = time::Date::from_ordinal_date(2026, (1 + number % 365) as u16).expect("a day");
    let slip = Slip {
        id: id(number),
        customer_number: CustomerNumber::new(&format!("K{:08}", number * 3)).expect("a number"),
        customer_name: CustomerName::new(&name).expect("a name"),
        due_date: (number % 12 != 5).then(|| DueDate::new(day).expect("a date")),
        revenue_stamp: 50_000 <= amount(number),
        amount_yen: AmountYen::new(amount(number)).expect("an amount"),
    };
    OwnedRow { tenant_id: TENANT, slip }
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// User and system time of this process, in seconds: fields 14 and 15 of /proc/self/stat, which
/// count in hundredths of a second on every Linux that Rust supports.
fn cpu_seconds() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / 100.0)
}

/// Resets the peak to what is in memory now, and returns that, in KiB.
fn reset_peak() -> io::Result<u64> {
    if let Err(error) = fs::write("/proc/self/clear_refs", "5") {
        println!("the peak cannot be reset ({error}): figures are of the whole process");
    }
    status("VmRSS")
}

/// A line of /proc/self/status, in KiB.
fn status(name: &str) -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|it| it.starts_with(name)).unwrap_or_default();
    Ok(line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).unwrap_or(0))
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
