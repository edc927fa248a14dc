//! Billers that do not exist: their names all begin with 見本 ("specimen").

use crate::{
    domain::{Invalid, Issuer, IssuerCode, PrintedLine, StampPolicy, TenantCode, TenantName},
    lab::world_of_2023::random::Random,
};

/// The place in the list of the biller that prints.
pub const PRINTING: usize = 0;

/// The place in the list of the biller with the most slips.
pub const LARGEST: usize = 1;

/// A biller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Biller {
    /// 収納企業コード.
    pub code: TenantCode,
    /// Its name.
    pub name: TenantName,
    /// Its stamp policy.
    pub stamp_policy: StampPolicy,
}

impl Biller {
    /// What its slips say of their issuer. The code is no company's that we know of; the collector is invented too.
    ///
    /// # Errors
    /// When a name does not fit its place on a slip.
    pub fn issuer(&self) -> Result<Issuer, Invalid> {
        Ok(Issuer {
            issuer_code: IssuerCode::new("912345")?,
            payee_name: PrintedLine::new("payee_name", self.name.as_str())?,
            collector_name: PrintedLine::new("collector_name", "見本収納サービス株式会社")?,
            slip_purpose: Some(PrintedLine::new("slip_purpose", "ご利用代金（見本）")?),
            slip_remarks: None,
        })
    }
}

const PLACES: [&str; 16] = [
    "北",
    "南",
    "東",
    "西",
    "中央",
    "青葉",
    "若葉",
    "桜",
    "緑",
    "港",
    "川辺",
    "山手",
    "海浜",
    "丘",
    "朝日",
    "富士見",
];

/// Trades, and whether their receipts need stamps.
const TRADES: [(&str, StampPolicy); 12] = [
    ("ガス", StampPolicy::Taxable),
    ("電力", StampPolicy::Taxable),
    ("水道局", StampPolicy::Exempt),
    ("ケーブルテレビ", StampPolicy::Taxable),
    ("通信販売", StampPolicy::Taxable),
    ("学園同窓会", StampPolicy::Taxable),
    ("新聞販売", StampPolicy::Taxable),
    ("生活協同組合", StampPolicy::Taxable),
    ("保険代理店", StampPolicy::Taxable),
    ("町税務課", StampPolicy::Exempt),
    ("スポーツクラブ", StampPolicy::Taxable),
    ("賃貸管理", StampPolicy::Taxable),
];

/// This many billers, at most 194: the one that prints, the largest, and others in an order that no code follows.
pub(super) fn billers(count: u32, random: &mut Random) -> Result<Vec<Biller>, Invalid> {
    let mut others: Vec<(String, StampPolicy)> = PLACES
        .iter()
        .flat_map(|place| {
            TRADES.iter().map(move |(trade, policy)| (format!("見本{place}{trade}"), *policy))
        })
        .collect();
    random.shuffle(&mut others);
    let first = [("見本通信", StampPolicy::Taxable), ("見本学園同窓会", StampPolicy::Taxable)];
    let all = first.map(|(name, policy)| (name.to_owned(), policy)).into_iter().chain(others);
    let mut codes = Random::new(0x0063_6F64_6573);
    let mut code = 20_000;
    all.take(count as usize)
        .map(|(name, stamp_policy)| {
            code += 1 + codes.below(40);
            Ok(Biller {
                code: TenantCode::new(&format!("{code:05}"))?,
                name: TenantName::new(&name)?,
                stamp_policy,
            })
        })
        .collect()
}

/// Billers there can be.
pub(super) const BILLERS_MAX: u32 = 2 + (PLACES.len() * TRADES.len()) as u32;
