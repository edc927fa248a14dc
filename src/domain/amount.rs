//! Money on a slip, in yen.

use super::Invalid;

/// The most a slip may ask for, in yen: a convenience store takes no more on one barcode
/// (MF Kessai support article 900002336686: "1円〜300,000円"; the 44 digits could hold 999,999).
pub const AMOUNT_YEN_MAX: i32 = 300_000;

/// 請求金額: 1 to 300,000 yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AmountYen(i32);

impl AmountYen {
    /// Checks an amount.
    ///
    /// # Errors
    /// When it is not between 1 and [`AMOUNT_YEN_MAX`].
    pub fn new(yen: i32) -> Result<AmountYen, Invalid> {
        if (1..=AMOUNT_YEN_MAX).contains(&yen) {
            Ok(AmountYen(yen))
        } else {
            Err(Invalid::new("amount_yen", "must be 1 to 300000"))
        }
    }

    /// The yen.
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// 内消費税等: the consumption tax inside the amount, in yen; printed only when it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsumptionTaxYen(i32);

impl ConsumptionTaxYen {
    /// Checks a tax against the amount it is part of.
    ///
    /// # Errors
    /// When it is negative or not less than the amount.
    pub fn new(yen: i32, amount: AmountYen) -> Result<ConsumptionTaxYen, Invalid> {
        if (0..amount.get()).contains(&yen) {
            Ok(ConsumptionTaxYen(yen))
        } else {
            Err(Invalid::new("consumption_tax_yen", "must be 0 or more and less than amount_yen"))
        }
    }

    /// The yen.
    pub const fn get(self) -> i32 {
        self.0
    }
}
