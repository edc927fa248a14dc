//! Commands as a person at a terminal meets them: their words, their files, their exit codes.

use std::process::{Command, Output};

use shikiri::{
    dba::catalog::Login,
    domain::ExportState,
    testkit::{B, SLIPS_B, World},
};

fn shikiri(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shikiri"));
    command.args(arguments);
    command
}

fn run(mut command: Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
    (status.success(), text(&stdout) + &text(&stderr))
}

#[test]
fn a_barcode_is_made_and_read_again() {
    let (done, said) = run(shikiri(&[
        "barcode",
        "encode",
        "--issuer-code",
        "912345",
        "--tenant-code",
        "67890",
        "--bill-number",
        "0123456789012345",
        "--due-date",
        "2015-12-31",
        "--amount-yen",
        "10800",
    ]));
    assert!(done, "{said}");
    assert!(said.starts_with("91912345678900123456789012345015123100108002\n"), "{said}");
    let printed = ["(91)912345-6789001234567890123450", "151231-0-010800-2"];
    assert!(printed.iter().all(|it| said.contains(it)), "{said}");
    let (done, read) = run(shikiri(&["barcode", "verify", printed[0], printed[1]]));
    assert!(done && read == said, "{read}");
    let (done, said) = run(shikiri(&["barcode", "verify", &said[..43]]));
    assert!(!done && said.contains("must be exactly 44 digits"), "{said}");
}

#[test]
fn a_test_sheet_is_written_once_and_never_over_a_file() {
    let here = tempfile::tempdir().expect("a directory");
    let path = here.path().join("sheet.pdf");
    let path = path.to_str().expect("a path of ours");
    let (done, said) = run(shikiri(&["slip", "test-sheet", "--out", path]));
    assert!(done && said.contains("100 %"), "{said}");
    let before = std::fs::read(path).expect("it is there");
    assert!(before.starts_with(b"%PDF-"));
    let (done, said) = run(shikiri(&["slip", "test-sheet", "--out", path]));
    assert!(!done, "{said}");
    assert_eq!(std::fs::read(path).expect("it is there"), before);
}

#[tokio::test]
async fn what_the_operator_enters_is_what_the_slips_say() {
    let world = World::new().await;
    let names = ["--payee", "乙市水道局", "--collector", "見本収納", "--purpose", "水道料金"];
    let set = |code: &str, issuer: &str| {
        let mut command = shikiri(&["tenant", "set", code, "--issuer-code", issuer]);
        command.args(names).env("SHIKIRI_DATABASE_URL_OPERATOR", world.url(Login::Operator));
        run(command)
    };
    let (done, said) = set(B.code, "412345");
    assert!(!done && said.contains("issuer_code"), "{said}");
    let mut rare = shikiri(&["tenant", "set", B.code, "--issuer-code", "912345"]);
    rare.args(names).args(["--remarks", "分割\u{1f600}"]);
    let (done, said) = run(rare);
    assert!(!done && said.contains("--remarks") && said.contains("character 3"), "{said}");
    let mut blind = shikiri(&["tenant", "set", B.code, "--issuer-code", "912345"]);
    blind.args(names).env("SHIKIRI_FONTS", "/nowhere/font.ttf");
    let (done, said) = run(blind);
    assert!(!done && said.contains("/nowhere/font.ttf"), "{said}");
    let (done, said) = set("99999", "912345");
    assert!(!done && said.contains("there is no biller"), "{said}");
    let (done, said) = set(B.code, "912345");
    assert!(done, "{said}");
    let dir = tempfile::tempdir().expect("a directory");
    let exporter = crate::exports::exporter(&world, dir.path());
    let b = world.login(&B, "clerk").await;
    let order = crate::exports::payment_slip::slips(SLIPS_B);
    let id = exporter.order(&b, order).await.expect("ordered");
    assert_eq!(crate::exports::ended(&world, &b, id).await.state, ExportState::Ready);
}
