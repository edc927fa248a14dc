//! 印字テスト: a sheet that shows whether a printer, and the dialog before it, print slips as they must be.

use std::io::Write;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::domain::SlipPrint;
use crate::pdf::{Document, FontChain, Meta, Pen, Pitch, Symbol, Written};
use crate::report::Error;
use crate::report::payment_slip::layout::{BOTTOM, HEIGHT, LEFT, PAGE, RECEIPT};
use crate::report::payment_slip::writer::draw_frames;

/// Bars that read and that no store takes: the specimen issuer 900000, one and two yen, due long ago.
pub const SPECIMENS: [&str; 2] = [
    "91900000000000000000000000000026040100000015",
    "91900000000000000000000000000026040100000022",
];

/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;

/// Writes the sheet: one page.
///
/// # Errors
/// When a font lacks a sign, or the bytes cannot be written.
pub fn write<W: Write>(
    out: W,
    fonts: Arc<FontChain>,
    created: OffsetDateTime,
) -> Result<Written<W>, Error> {
    let meta = Meta { title: "払込票 印字テスト".to_owned(), created };
    let mut document = Document::printed(out, fonts, meta, PAGE)?;
    let mut pen = document.pen();
    head(&mut pen);
    ruler(&mut pen);
    bars(&mut pen)?;
    draw_frames(&mut pen, SlipPrint::PLAIN);
    pen.origin(0.0, 0.0);
    corners(&mut pen);
    let sheet = pen.finish();
    document.add_page(sheet)?;
    Ok(document.finish()?)
}

fn head(pen: &mut Pen<'_>) {
    pen.text(40.0, 795.0, 18.0, "払込票 印字テスト");
    for (line, text) in [
        "1. 「実際のサイズ」(100 %) で印刷してください。用紙に合わせる・トナー節約は使わないでください。",
        "2. 下の定規が 150 mm であることを物差しで確かめてください (許容 ±0.5 mm)。",
        "3. A と B のバーコードをスキャナで読み、44桁が表示どおりで、GS1-128 (]C1) であることを確かめてください。",
        "4. 300・600・1200 dpi のプリンタは A を、400 dpi は B を使います。203 dpi のプリンタでは印刷できません。",
        "5. 重ね刷り (overprint) では、四隅の十字を印刷済み用紙の角に合わせ、ずれを 0.24 pt (0.085 mm) 単位で指定します。",
        "6. この用紙の読み取りは、各チェーンの読取テストの代わりにはなりません。",
    ]
    .iter()
    .enumerate()
    {
        pen.text(40.0, 770.0 - line as f32 * 15.0, 9.5, text);
    }
}

/// 150 mm, with a mark at every millimetre.
fn ruler(pen: &mut Pen<'_>) {
    let (left, y) = (60.0, 650.0);
    pen.stroke(0.3, 0.0);
    pen.line((left, y), (left + 150.0 * MM, y));
    for mm in 0..=150_u8 {
        let x = left + f32::from(mm) * MM;
        let length = match mm {
            it if it % 10 == 0 => 10.0,
            it if it % 5 == 0 => 7.0,
            _ => 4.0,
        };
        pen.line((x, y), (x, y + length));
        if mm % 50 == 0 {
            pen.text_center(x, y + 13.0, 8.0, &mm.to_string());
        }
    }
}

/// The specimen at both pitches, and upright bars of one module for the eye.
fn bars(pen: &mut Pen<'_>) -> Result<(), Error> {
    let [a, b] = SPECIMENS;
    for (y, pitch, name, digits) in [
        (585.0, Pitch::DPI_300, "A  0.48 pt (0.169 mm)  300 / 600 / 1200 dpi", a),
        (515.0, Pitch::DPI_400, "B  0.54 pt (0.1905 mm)  400 dpi", b),
    ] {
        let symbol = Symbol::gs1_128(digits).ok_or(Error::NoSymbol)?;
        pen.bars(&symbol, pitch, (60.0, y), 31.2);
        pen.text(60.0, y - 10.0, 7.5, digits);
        pen.text(60.0, y + 35.0, 8.0, name);
        pen.text(300.0, y + 20.0, 8.0, "見本 (発行企業 900000・1円と2円・期限切れ)");
        pen.text(300.0, y + 8.0, 8.0, "店頭ではお支払いになれません");
    }
    let (left, y) = (60.0, 455.0);
    pen.text(left, y + 24.0, 8.0, "C  線と隙間が同じ太さに見えること (1・2・3・4 モジュール)");
    let mut x = left;
    for width in [1_u8, 2, 3, 4] {
        let points = f32::from(width) * 0.48;
        for _ in 0..12 {
            pen.fill(x + 0.02, y, points - 0.04, 20.0);
            x += 2.0 * points;
        }
        x += 9.6;
    }
    // The same bars once more at the far edge of the slip: a skewed sheet shows.
    pen.text(
        300.0,
        420.0,
        8.0,
        "D  斜めに送られていないこと: この線の右端と、右の二つの十字が縦に揃う",
    );
    pen.stroke(0.3, 0.0);
    pen.line((300.0, 412.0), (LEFT + RECEIPT.left + RECEIPT.width, 412.0));
    Ok(())
}

/// Crosses at the corners of the slip.
fn corners(pen: &mut Pen<'_>) {
    pen.stroke(0.3, 0.0);
    let right = LEFT + RECEIPT.left + RECEIPT.width;
    for x in [LEFT, right] {
        for y in [BOTTOM, BOTTOM + HEIGHT] {
            pen.line((x - 6.0, y), (x + 6.0, y));
            pen.line((x, y - 6.0), (x, y + 6.0));
        }
    }
}
