//! What a reader sees of each report, as text, compared with what it was when somebody last looked.

use std::{path::Path, process::Command};

use shikiri::{
    auth::VerifiedSession,
    domain::{
        ByteRange, CsvEncoding, ExportId, ExportState, Offset, PrintMode, Scope, SlipFilter,
        SlipPrint, Wish,
    },
    export::Order,
    report::{PageCode, Recognised},
    statements::manifests::AskPages,
    testkit::{A, SLIPS_A, World, proof},
};

use super::{all, ended, exporter, released};
use crate::golden;

/// The text of a released file, as poppler reads it, without what differs from run to run.
async fn text(world: &World, dir: &Path, session: &VerifiedSession, order: Order) -> String {
    let exporter = exporter(world, dir);
    let id = exporter.order(session, order).await.expect("ordered");
    let line = ended(world, session, id).await;
    assert_eq!((line.state, line.failure), (ExportState::Ready, None));
    let mut artefact = exporter.fetch(session, id, ByteRange::Whole).await.expect("released");
    let mut bytes = Vec::new();
    artefact.read_to_end(&mut bytes).await.expect("reads");
    let path = dir.join("report.pdf");
    std::fs::write(&path, bytes).expect("writes");
    let run = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    let run = run.expect("apt-get install poppler-utils");
    assert!(run.status.success(), "pdftotext: {}", String::from_utf8_lossy(&run.stderr));
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    let japan = time::UtcOffset::from_hms(9, 0, 0).expect("an offset");
    let at = line.ordered_at.to_offset(japan);
    let (date, clock) = (at.date(), at.time());
    let date = format!("{:04}/{:02}/{:02}", date.year(), u8::from(date.month()), date.day());
    let clock = format!("{:02}:{:02}:{:02}", clock.hour(), clock.minute(), clock.second());
    let text = text
        .replace(&id.0.to_string(), "<export>")
        .replace(&shikiri::report::slip_list::short_code(id), "<code>")
        .replace(&date, "<date>")
        .replace(&clock, "<time>")
        // Pages end in form feeds, which no diff shows.
        .replace('\u{c}', "----\n");
    // A page's digest is another one in every export: its rows are salted.
    let pages = world.pool().read(session, &AskPages { export_id: id.0 }).await.expect("reads");
    let text = pages.iter().fold(text, |text, it| {
        let head: String = it.digest[..6].iter().map(|it| format!("{it:02x}")).collect();
        text.replace(&head, &format!("<digest of page {}>", it.page))
    });
    let text = without_codes(&text, &proof(dir).page_codes.all().expect("keys"), id);
    // Columns move with the width of what was replaced: a gap is a gap.
    let gaps = |line: &str| {
        line.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("  ")
    };
    text.lines().map(gaps).filter(|it| !it.is_empty()).map(|it| it + "\n").collect()
}

/// The codes of pages, recognised by their key and replaced by what they say.
fn without_codes(text: &str, keys: &[[u8; 32]], id: ExportId) -> String {
    let word = |word: &str| match PageCode::recognise(word, keys) {
        Recognised::Ours { export_id, page } if export_id == id => format!("<code of page {page}>"),
        _ => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(|it| line(it) + "\n").collect()
}

#[tokio::test]
async fn slip_list() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let a = world.login(&A, "clerk").await;
    let full = text(&world, dir.path(), &a, all(SLIPS_A)).await;
    golden::same("reports/slip_list/three_pages.txt", &full);
    let none = SlipFilter::open().with("customer_number", "NOBODY").expect("a condition");
    let none = Order { scope: Scope::filtered(none).expect("not empty"), ..all(0) };
    let empty = text(&world, dir.path(), &a, none).await;
    golden::same("reports/slip_list/no_rows.txt", &empty);
}

/// The slips of bill numbers 0 to 9, of the biller A.
fn few(report: Wish) -> Order {
    let filter = SlipFilter::open().with("bill_number_prefix", "000000000000000");
    let scope = Scope::filtered(filter.expect("a condition")).expect("not empty");
    Order { report, scope, ..all(5) }
}

#[tokio::test]
async fn payment_slip() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let a = world.login(&A, "clerk").await;
    let print = SlipPrint::PLAIN;
    for (name, print) in [
        ("full", print),
        (
            "overprint",
            SlipPrint { mode: PrintMode::Overprint(Offset::new(5, -5).expect("fits")), ..print },
        ),
        ("proof", SlipPrint { proof: true, ..print }),
    ] {
        let drawn = text(&world, dir.path(), &a, few(Wish::PaymentSlip(print))).await;
        golden::same(&format!("reports/payment_slip/{name}.txt"), &drawn);
    }
    let none = SlipFilter::open().with("customer_number", "NOBODY").expect("a condition");
    let scope = Scope::filtered(none).expect("not empty");
    let none = Order { report: Wish::PaymentSlip(print), scope, ..all(0) };
    let empty = text(&world, dir.path(), &a, none).await;
    golden::same("reports/payment_slip/no_slips.txt", &empty);
}

#[tokio::test]
async fn slip_csv() {
    let world = World::new().await;
    let dir = tempfile::tempdir().expect("a directory");
    let a = world.login(&A, "clerk").await;
    let exporter = exporter(&world, dir.path());
    for (name, order) in [
        ("five_rows", few(Wish::SlipCsv(CsvEncoding::Utf8))),
        ("all_rows", Order { report: Wish::SlipCsv(CsvEncoding::Utf8), ..all(SLIPS_A) }),
    ] {
        let id = exporter.order(&a, order).await.expect("ordered");
        assert_eq!(ended(&world, &a, id).await.state, ExportState::Ready);
        let (_, bytes) = released(&exporter, &a, id).await;
        let text = String::from_utf8(bytes).expect("UTF-8");
        let text = text.strip_prefix('\u{FEFF}').expect("a byte order mark");
        golden::same(&format!("reports/slip_csv/{name}.txt"), &text.replace("\r\n", "\n"));
    }
}
