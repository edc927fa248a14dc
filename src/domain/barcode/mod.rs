//! The barcode of a slip (料金代理収納, GS1-128): 44 digits, of which each has one meaning.
//!
//! | field | offset | digits |
//! |---|---|---|
//! | application identifier, always `91` | 0 | 2 |
//! | 請求書発行企業コード, the collector's | 2 | 6 |
//! | 自由使用欄: 収納企業コード (5) and 請求番号 (16) | 8 | 21 |
//! | 再発行区分 | 29 | 1 |
//! | 支払期限日 as YYMMDD, `999999` for none | 30 | 6 |
//! | 印紙フラグ | 36 | 1 |
//! | 支払金額 in yen | 37 | 6 |
//! | check digit over the 43 before it | 43 | 1 |
//!
//! The split of the free field is the one of MUFG Factor, DSK and KNJ; other collectors split it otherwise.
//! FNC1 precedes the digits in the symbol and is none of them.

mod check_digit;
mod payload;

pub use check_digit::check_digit;
pub use payload::{Parts, Payload};

#[cfg(test)]
mod tests;
