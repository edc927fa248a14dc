//! What stands on which panel, in which mode.

use super::sample::{draw, overprint, seed};
use crate::domain::SlipPrint;
use crate::pdf::testing::{squeeze, tool};

/// The text of a part of a page, in points from the upper left.
fn text_in(file: &[u8], (x, width): (u32, u32)) -> String {
    let (x, width) = (x.to_string(), width.to_string());
    let area = ["-r", "72", "-x", &x, "-y", "530", "-W", &width, "-H", "312", "FILE", "-"];
    squeeze(&tool("pdftotext", &area, file))
}

const HEADQUARTERS: (u32, u32) = (9, 216);
const STORE: (u32, u32) = (226, 161);
const RECEIPT: (u32, u32) = (388, 198);

#[test]
fn each_panel_says_what_it_must_and_the_headquarters_do_not_learn_the_payer() {
    let file = draw(&[seed()], SlipPrint::PLAIN);
    let [headquarters, store, receipt] =
        [HEADQUARTERS, STORE, RECEIPT].map(|panel| text_in(&file, panel));
    for text in [&headquarters, &store, &receipt] {
        assert!(text.contains("見本学園同窓会") && text.contains("01234567890123450"), "{text}");
    }
    for words in [
        "コンビニエンスストア本部提出用",
        "【住所等非表示払込書】",
        "2015年12月31日",
        "見本収納サービス株式会社",
        "受付日附印",
        "(91)912345-6789001234567890123450",
        "151231-0-010800-2",
    ] {
        assert!(headquarters.contains(words), "{words}: {headquarters}");
    }
    assert!(!headquarters.contains("淡路"), "{headquarters}");
    for words in ["店舗用", "淡路", "太郎様", "分割してのお支払いはできません", "受付日附印"]
    {
        assert!(store.contains(words), "{words}: {store}");
    }
    for words in [
        "払込受領証",
        "淡路",
        "太郎様",
        "同窓会費（見本）",
        "10,800円",
        "内消費税等",
        "800円",
        "受領日附印",
        "収入印紙貼付欄",
        "印紙不要",
    ] {
        assert!(receipt.contains(words), "{words}: {receipt}");
    }
}

#[test]
fn an_overprint_is_the_data_and_no_label() {
    let file = draw(&[seed()], overprint(0, 0));
    let all = [HEADQUARTERS, STORE, RECEIPT].map(|panel| text_in(&file, panel)).concat();
    for words in ["淡路", "太郎様", "01234567890123450", "10,800円", "2015年12月31日"] {
        assert!(all.contains(words), "{words}: {all}");
    }
    for words in ["払込票", "受取人", "請求番号", "受付日附印", "収入印紙貼付欄", "内消費税等"]
    {
        assert!(!all.contains(words), "{words}: {all}");
    }
}

#[test]
fn a_proof_says_so_on_every_panel() {
    let file = draw(&[seed()], SlipPrint { proof: true, ..SlipPrint::PLAIN });
    for panel in [HEADQUARTERS, STORE, RECEIPT] {
        let text = text_in(&file, panel);
        assert!(text.contains("お支払いには使えません"), "{text}");
    }
    assert!(text_in(&file, HEADQUARTERS).contains("SAMPLE"));
}

#[test]
fn the_dialog_is_told_not_to_scale_and_the_page_is_a4() {
    let file = draw(&[seed()], SlipPrint::PLAIN);
    tool("qpdf", &["--check", "FILE"], &file);
    let open = tool("qpdf", &["--qdf", "--object-streams=disable", "FILE", "-"], &file);
    assert!(open.contains("/PrintScaling /None"));
    assert!(tool("pdfinfo", &["FILE"], &file).contains("595.28 x 841.89 pts (A4)"));
}
