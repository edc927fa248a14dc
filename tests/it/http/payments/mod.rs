//! Payments: settlement files, and what is strange in them.

pub mod exceptions;
mod get_import;
mod import;
mod list_imports;

use shikiri::testkit::Served;

use crate::http::client::{Told, ask};

/// One payment as a store tells it.
#[derive(Debug, Clone)]
pub struct Paid {
    pub kind: &'static str,
    pub on: &'static str,
    pub at: &'static str,
    pub amount_yen: u32,
    pub barcode: String,
}

impl Paid {
    /// 速報 of a slip, paid on 2026-11-25 at 09:44.
    pub fn of(tenant_code: &str, bill: &str, reissue: u32, amount_yen: u32) -> Paid {
        let digits = format!("91912345{tenant_code}{bill}{reissue}9999990{amount_yen:06}");
        let sum: u32 = digits
            .bytes()
            .rev()
            .zip([3, 1].into_iter().cycle())
            .map(|(b, w)| u32::from(b - b'0') * w)
            .sum();
        let barcode = format!("{digits}{}", (10 - sum % 10) % 10);
        Paid { kind: "01", on: "20261125", at: "0944", amount_yen, barcode }
    }

    pub fn kind(mut self, kind: &'static str) -> Paid {
        self.kind = kind;
        self
    }

    pub fn at(mut self, at: &'static str) -> Paid {
        self.at = at;
        self
    }

    /// As a line of DSK.
    pub fn line(&self) -> String {
        let Paid { kind, on, at, amount_yen, barcode } = self;
        format!(
            "{kind},{on},{at},EAN{barcode},1,10,0,{amount_yen},020,x,001234,20261210,20261126\r\n"
        )
    }

    /// As a record of MUFG, or of Mizuho.
    pub fn record(&self, mizuho: bool) -> String {
        let Paid { kind, on, at, barcode, .. } = self;
        let text = match mizuho {
            false => {
                format!("2{kind}{on}{at}{barcode}   0001234202611262026121000000000202611260020")
            }
            true => format!("2{kind}{on}{at}1{barcode}   000123401202611262026121020261126000020"),
        };
        format!("{text:<120}\r\n")
    }
}

/// A file of 120 bytes a record around payments.
pub fn fixed(tenant_code: &str, paid: &[Paid], mizuho: bool) -> String {
    let header = format!("12026112612345{tenant_code}");
    let details: String = paid.iter().map(|it| it.record(mizuho)).collect();
    format!("{header:<120}\r\n{details}{:<120}\r\n{:<120}\r\n", "8", "9")
}

/// Sends a settlement file.
pub async fn send(served: &Served, token: &str, key: &str, layout: &str, file: &str) -> Told {
    ask(served, &format!("POST /v1/payment-imports?layout={layout}"))
        .token(token)
        .key(key)
        .header("content-type", "application/octet-stream")
        .bytes(file.to_owned())
        .send()
        .await
}

/// Sends payments in DSK's layout, which must be taken.
pub async fn pay(served: &Served, token: &str, key: &str, paid: &[Paid]) -> serde_json::Value {
    let file: String = paid.iter().map(Paid::line).collect();
    let told = send(served, token, key, "dsk_13", &file).await;
    assert_eq!(told.status, 201, "{}", told.text());
    told.json()
}
