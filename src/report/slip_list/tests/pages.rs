//! What is on the pages, as poppler and qpdf read it.

use crate::pdf::testing::{fonts, gothic_only, squeeze, text_of, tool};
use crate::report::digest::{Rows, row_digest};
use crate::report::slip_list::tests::sample::{HARD_NAMES, draw, front, rows};
use crate::report::slip_list::{Finished, OwnedRow};
use crate::report::words::{due, thousands};

/// Asserts that a page has the row, every cell as it is, and nothing else on its line.
fn assert_row(file: &Finished<Vec<u8>>, page: u32, row: &OwnedRow) {
    let slip = &row.slip;
    let cells = [
        slip.id.bill_number.as_str(),
        &slip.id.reissue_number.get().to_string(),
        slip.customer_number.as_str(),
        slip.customer_name.as_str(),
        &due(slip.due_date),
        if slip.revenue_stamp { "要" } else { "–" },
        &thousands(slip.amount_yen.get().into()),
        "00012",
    ];
    let line = squeeze(&cells.concat());
    let text = text_of(&file.out, page);
    assert!(text.lines().any(|it| squeeze(it) == line), "{line} is not on page {page}: {text}");
}

/// Asserts that a page has a text, whatever white space poppler sees in it.
fn assert_words(text: &str, words: &str) {
    assert!(squeeze(text).contains(&squeeze(words)), "{words} is not in {text}");
}

#[test]
fn two_thousand_rows_are_a_cover_and_a_hundred_pages() {
    let rows = rows(2_000);
    let (done, file) = draw(fonts(), &rows);
    tool("qpdf", &["--check", "FILE"], &file.out);
    assert!(tool("pdfinfo", &["FILE"], &file.out).contains("Pages:           101\n"));
    assert_eq!((file.pages, file.rows, done.len()), (100, 2_000, 100));
    for place in [0, 999, 1_000, 1_999] {
        assert_row(&file, 2 + place / 20, &rows[place as usize]);
    }
    assert_eq!(file.bytes, file.out.len() as u64);
    assert!(file.missing_glyphs.is_empty());
}

#[test]
fn every_page_says_whose_it_is_and_how_many_there_are() {
    let rows = rows(47);
    let (done, file) = draw(fonts(), &rows);
    for page in 1..=3_u32 {
        let text = text_of(&file.out, page + 1);
        let done = &done[page as usize - 1];
        let sum = format!("頁計 {} 件", done.rows);
        let digest = format!("明細照合 {}", hex::encode(&done.digest[..6]));
        for words in [
            "払込票データ一覧表",
            "【社外秘・個人情報】",
            "収納企業 00012 見本学園同窓会",
            "抽出条件 支払期限 2026-04-01 以降、支払期限 2026-12-31 以前",
            "出力日時 2026/04/20 10:15:00 JST",
            "出力者 会計担当",
            "出力番号 018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d",
            "短縮コード 6A1B-2C3D",
            "発行元以外の収納企業名が見える場合は直ちに停止し連絡",
            "連絡先 収納代行サービス窓口 03-0000-0000",
            &format!("{page} / 3 頁"),
            &sum,
            &thousands(done.amount_yen),
            &digest,
        ] {
            assert_words(&text, words);
        }
        assert_eq!(text.contains("総計"), page == 3, "the grand total is on the last page only");
        // The tenant's code ends every row, and no other line.
        let marked = text.lines().filter(|it| it.ends_with(" 00012")).count();
        assert_eq!(marked as u32, done.rows);
    }
    let text = text_of(&file.out, 4);
    let total = format!("{} 円", thousands(file.amount_yen));
    assert_words(&text, "総計 47 件");
    assert_words(&text, &total);
}

#[test]
fn the_cover_says_how_much_follows() {
    let rows = rows(47);
    let (_, file) = draw(fonts(), &rows);
    let text = text_of(&file.out, 1);
    for words in [
        "【社外秘・個人情報】",
        "00012 見本学園同窓会",
        "018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d（短縮コード 6A1B-2C3D）",
        "47 件",
        &format!("{} 円", thousands(file.amount_yen)),
        "0000004000000000（再発行区分 0）",
        "0000004000000023（再発行区分 0）",
        "1,281 件",
        "この帳票は 3 頁（ほかに表紙 1 頁）。印刷前に件数を確認してください",
        "発行元以外の収納企業名が見える場合は直ちに停止し連絡",
    ] {
        assert_words(&text, words);
    }
}

#[test]
fn a_list_without_rows_is_one_page_that_says_so() {
    let (done, file) = draw(fonts(), &[]);
    assert!(done.is_empty());
    assert_eq!((file.pages, file.rows, file.amount_yen), (1, 0, 0));
    tool("qpdf", &["--check", "FILE"], &file.out);
    assert!(tool("pdfinfo", &["FILE"], &file.out).contains("Pages:           1\n"));
    let text = text_of(&file.out, 1);
    for words in ["該当なし", "1 / 1 頁", "頁計 0 件", "e3b0c44298fc", "00012", "1,234 件"]
    {
        assert_words(&text, words);
    }
    assert!(!text.contains("請求金額"));
}

#[test]
fn a_list_that_fills_its_last_page_has_the_total_there() {
    let rows = rows(40);
    let (_, file) = draw(fonts(), &rows);
    assert!(tool("pdfinfo", &["FILE"], &file.out).contains("Pages:           3\n"));
    let text = text_of(&file.out, 3);
    assert_words(&text, "総計 40 件");
    assert_words(&text, "2 / 2 頁");
    assert_row(&file, 3, &rows[39]);
}

#[test]
fn hard_names_come_back_exactly_and_missing_ones_are_told() {
    let rows = rows(20);
    let (_, file) = draw(fonts(), &rows);
    let text = text_of(&file.out, 2);
    for name in HARD_NAMES {
        assert_words(&text, name);
    }
    assert!(file.missing_glyphs.is_empty(), "{:?}", file.missing_glyphs);
    // With one face, what it lacks is drawn as 〓, copied as the name, and counted.
    let (_, file) = draw(gothic_only(), &rows);
    let text = text_of(&file.out, 2);
    assert_words(&text, "𠮷田　太郎");
    let missing: Vec<_> = file.missing_glyphs.iter().map(|(it, n)| (it.as_str(), *n)).collect();
    assert_eq!(missing, [("丽", 2), ("槗", 2), ("𠮷", 3)]);
}

#[test]
fn two_runs_give_the_same_bytes() {
    let rows = rows(120);
    let [a, b] = [(); 2].map(|()| draw(fonts(), &rows).1);
    assert_eq!(a.sha256, b.sha256);
    assert!(a.out == b.out);
}

#[test]
fn the_digests_are_those_of_the_rows_on_the_page() {
    let rows = rows(45);
    let (done, file) = draw(fonts(), &rows);
    let digest = |rows: &[OwnedRow]| {
        let mut digest = Rows::default();
        rows.iter().for_each(|it| digest.push(&row_digest(&[9; 16], &it.slip)));
        digest.finish()
    };
    for (page, rows) in done.iter().zip(rows.chunks(20)) {
        assert_eq!(page.digest, digest(rows));
        assert_eq!(page.first, rows[0].slip.id);
        assert_eq!(Some(&page.last), rows.last().map(|it| &it.slip.id));
    }
    assert_eq!(file.rows_digest, digest(&rows));
    assert_eq!(front().tenant_id, rows[0].tenant_id);
}
