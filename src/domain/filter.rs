//! 抽出条件: which slips are meant. A closed set of conditions; an unknown one is an error.

use super::{AMOUNT_YEN_MAX, BillNumber, CustomerNumber, DueDate, Invalid, ReissueNumber};

/// Which slips an export takes. "All" is said, never left out: an empty filter is no scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every slip of the tenant, by explicit wish.
    All,
    /// Those that a filter with at least one condition lets through.
    Filtered(SlipFilter),
}

impl Scope {
    /// Makes a scope of conditions.
    ///
    /// # Errors
    /// When there is no condition: that would be "all" by accident.
    pub fn filtered(filter: SlipFilter) -> Result<Scope, Invalid> {
        if filter.pairs().is_empty() {
            return Err(Invalid::new(
                "filter",
                "is empty; to export every slip say {\"all\": true}",
            ));
        }
        Ok(Scope::Filtered(filter))
    }

    /// The filter to run. For [`Scope::All`] it is the open one.
    pub fn filter(&self) -> SlipFilter {
        match self {
            Scope::All => SlipFilter::open(),
            Scope::Filtered(filter) => filter.clone(),
        }
    }

    /// The scope in words, for the report's header.
    pub fn in_japanese(&self) -> String {
        match self {
            Scope::All => "自社の全件".to_owned(),
            Scope::Filtered(filter) => filter.in_japanese(),
        }
    }
}

/// Conditions on slips, all of which must hold. Has no `Default`: an open filter is asked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipFilter {
    bill_number_from: Option<BillNumber>,
    bill_number_to: Option<BillNumber>,
    reissue_number: Option<ReissueNumber>,
    customer_number: Option<CustomerNumber>,
    due_from: Option<DueDate>,
    due_to: Option<DueDate>,
    amount_from: Option<i32>,
    amount_to: Option<i32>,
}

impl SlipFilter {
    /// Every condition there is, by its name in queries and bodies.
    pub const CONDITIONS: &[&str] = &[
        "bill_number",
        "bill_number_prefix",
        "bill_number_from",
        "bill_number_to",
        "reissue_number",
        "customer_number",
        "due_from",
        "due_to",
        "amount_from",
        "amount_to",
    ];

    /// The filter without a condition.
    pub const fn open() -> SlipFilter {
        SlipFilter {
            bill_number_from: None,
            bill_number_to: None,
            reissue_number: None,
            customer_number: None,
            due_from: None,
            due_to: None,
            amount_from: None,
            amount_to: None,
        }
    }

    /// Adds one condition by name. Conditions on the bill number narrow each other.
    ///
    /// # Errors
    /// When the name is not in [`Self::CONDITIONS`] or the value does not fit it.
    pub fn with(mut self, name: &str, value: &str) -> Result<SlipFilter, Invalid> {
        match name {
            "bill_number" => {
                let number = BillNumber::new(value)?;
                self.narrow(number.clone(), number);
            }
            "bill_number_prefix" => {
                let bad = Invalid::new("bill_number_prefix", "must be 1 to 16 digits");
                if value.is_empty() || BillNumber::DIGITS < value.len() {
                    return Err(bad);
                }
                let low = format!("{value:0<16}");
                let high = format!("{value:9<16}");
                let number = |text: &str| BillNumber::new(text).map_err(|_| bad.clone());
                self.narrow(number(&low)?, number(&high)?);
            }
            "bill_number_from" => {
                let from = named("bill_number_from", BillNumber::new(value))?;
                self.bill_number_from = self.bill_number_from.max(Some(from));
            }
            "bill_number_to" => {
                let to = named("bill_number_to", BillNumber::new(value))?;
                self.bill_number_to = Some(self.bill_number_to.map_or(to.clone(), |it| it.min(to)));
            }
            "reissue_number" => {
                let number =
                    value.parse().map_err(|_| Invalid::new("reissue_number", "must be 0 to 9"))?;
                self.reissue_number = Some(ReissueNumber::new(number)?);
            }
            "customer_number" => self.customer_number = Some(CustomerNumber::new(value)?),
            "due_from" => self.due_from = Some(named("due_from", DueDate::parse(value))?),
            "due_to" => self.due_to = Some(named("due_to", DueDate::parse(value))?),
            "amount_from" => self.amount_from = Some(yen("amount_from", value)?),
            "amount_to" => self.amount_to = Some(yen("amount_to", value)?),
            _ => return Err(Invalid::new("filter", "has a condition that does not exist")),
        }
        Ok(self)
    }

    fn narrow(&mut self, low: BillNumber, high: BillNumber) {
        self.bill_number_from = self.bill_number_from.take().max(Some(low));
        let to = self.bill_number_to.take();
        self.bill_number_to = Some(to.map_or(high.clone(), |it| it.min(high)));
    }

    /// The conditions in canonical form: what is stored, compared and digested. A prefix has
    /// become a range, and `with` on these pairs gives the same filter again.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|it| (name, it)));
        push("bill_number_from", self.bill_number_from.as_ref().map(|it| it.as_str().to_owned()));
        push("bill_number_to", self.bill_number_to.as_ref().map(|it| it.as_str().to_owned()));
        push("reissue_number", self.reissue_number.map(|it| it.get().to_string()));
        push("customer_number", self.customer_number.as_ref().map(|it| it.as_str().to_owned()));
        push("due_from", self.due_from.map(DueDate::iso));
        push("due_to", self.due_to.map(DueDate::iso));
        push("amount_from", self.amount_from.map(|it| it.to_string()));
        push("amount_to", self.amount_to.map(|it| it.to_string()));
        pairs
    }

    /// Lowest bill number that can match.
    pub fn bill_number_low(&self) -> &str {
        self.bill_number_from.as_ref().map_or("0000000000000000", BillNumber::as_str)
    }

    /// Highest bill number that can match.
    pub fn bill_number_high(&self) -> &str {
        self.bill_number_to.as_ref().map_or("9999999999999999", BillNumber::as_str)
    }

    /// The one reissue number that matches, if only one does.
    pub fn reissue_number(&self) -> Option<i16> {
        self.reissue_number.map(ReissueNumber::get)
    }

    /// The one customer number that matches, if only one does.
    pub fn customer_number(&self) -> Option<&str> {
        self.customer_number.as_ref().map(CustomerNumber::as_str)
    }

    /// First due date that matches. A slip without a due date matches no due-date condition.
    pub fn due_from(&self) -> Option<time::Date> {
        self.due_from.map(DueDate::date)
    }

    /// Last due date that matches.
    pub fn due_to(&self) -> Option<time::Date> {
        self.due_to.map(DueDate::date)
    }

    /// Least amount that matches, in yen.
    pub fn amount_from(&self) -> Option<i32> {
        self.amount_from
    }

    /// Largest amount that matches, in yen.
    pub fn amount_to(&self) -> Option<i32> {
        self.amount_to
    }

    /// The conditions in words, for the report's header.
    pub fn in_japanese(&self) -> String {
        let words: Vec<String> = self
            .pairs()
            .into_iter()
            .map(|(name, value)| match name {
                "bill_number_from" => format!("請求番号 {value} 以上"),
                "bill_number_to" => format!("請求番号 {value} 以下"),
                "reissue_number" => format!("再発行区分 {value}"),
                "customer_number" => format!("顧客番号 {value}"),
                "due_from" => format!("支払期限 {value} 以降"),
                "due_to" => format!("支払期限 {value} 以前"),
                "amount_from" => format!("請求金額 {value} 円以上"),
                _ => format!("請求金額 {value} 円以下"),
            })
            .collect();
        words.join("、")
    }
}

fn named<T>(field: &'static str, value: Result<T, Invalid>) -> Result<T, Invalid> {
    value.map_err(|it| Invalid::new(field, it.rule))
}

fn yen(field: &'static str, value: &str) -> Result<i32, Invalid> {
    match value.parse() {
        Ok(yen) if (1..=AMOUNT_YEN_MAX).contains(&yen) => Ok(yen),
        _ => Err(Invalid::new(field, "must be 1 to 300000")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Values as people and attackers send them: of the right kind, almost right, and anything at all.
    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{0,18}",
            "20[0-9]{2}-[0-9]{2}-[0-9]{2}",
            "[+-]?[0-9]{1,12}",
            "\\PC{0,30}",
            Just("\0".to_owned()),
        ]
    }

    fn name() -> impl Strategy<Value = &'static str> {
        prop::sample::select(SlipFilter::CONDITIONS)
    }

    proptest! {
        #[test]
        fn conditions_in_any_order_are_kept_or_refused_and_never_widen(
            conditions in prop::collection::vec((name(), value()), 0..8),
        ) {
            let mut filter = SlipFilter::open();
            for (name, value) in &conditions {
                let before = filter.clone();
                match filter.with(name, value) {
                    Ok(narrowed) => {
                        prop_assert!(narrowed.bill_number_low() >= before.bill_number_low());
                        prop_assert!(narrowed.bill_number_high() <= before.bill_number_high());
                        prop_assert!(before.pairs().len() <= narrowed.pairs().len());
                        filter = narrowed;
                    }
                    Err(error) => {
                        prop_assert!(SlipFilter::CONDITIONS.contains(&error.field), "{}", error.field);
                        filter = before;
                    }
                }
            }
            // What is stored reads back as the same filter, and says itself in words.
            let mut again = SlipFilter::open();
            for (name, value) in filter.pairs() {
                again = again.with(name, &value).expect("it was written by us");
            }
            prop_assert_eq!(&again, &filter);
            prop_assert_eq!(filter.in_japanese().is_empty(), filter.pairs().is_empty());
        }

        #[test]
        fn an_unknown_condition_is_an_error_whatever_it_says(name in "[a-z_]{0,20}", value in value()) {
            prop_assume!(!SlipFilter::CONDITIONS.contains(&name.as_str()));
            prop_assert!(SlipFilter::open().with(&name, &value).is_err());
        }
    }
}
