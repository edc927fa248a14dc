//! Registration of slips by file.

mod errors;
mod get;
mod start;

use shikiri::testkit::Served;

use crate::http::client::{Told, ask};

const HEAD: &str = "請求番号,顧客番号,顧客名,支払期限,請求金額,内消費税等,商品代金,備考";

/// A file of so many slips, from a bill number on.
pub fn rows(from: u32, count: u32) -> String {
    let rows = (from..from + count)
        .map(|n| format!("{n:016},C{n},髙﨑　太郎{n},2090-12-31,60000,5454,,\r\n"));
    std::iter::once(format!("{HEAD}\r\n")).chain(rows).collect()
}

/// Sends a file of slips.
pub async fn send(
    served: &Served,
    token: &str,
    key: &str,
    query: &str,
    file: impl Into<bytes::Bytes>,
) -> Told {
    ask(served, &format!("POST /v1/slip-imports?{query}"))
        .token(token)
        .key(key)
        .header("content-type", "text/csv")
        .bytes(file)
        .send()
        .await
}
