//! Slips as a body sends them.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    domain::{
        self, AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber, DueDate,
        Invalid, ReissueNumber, SlipId,
    },
    http::{
        fields::Fields,
        problem::{Fault, Problem, VALIDATION_FAILED},
    },
};

/// Slips of one request at most.
const SLIPS_MAX: usize = 1_000;

/// Faults that are told of one request at most.
const FAULTS_MAX: usize = 100;

/// The fields of [`NewSlip`].
pub(in crate::http) const FIELDS: &[&str] = &[
    "bill_number",
    "reissue_number",
    "customer_number",
    "customer_name",
    "due_date",
    "amount_yen",
    "consumption_tax_yen",
];

/// A payment slip to register.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct NewSlip {
    /// 請求番号, 16 digits.
    bill_number: String,
    /// 再発行区分, 0 to 9; 0 when left out.
    reissue_number: Option<i16>,
    /// 顧客番号, 1 to 20 printable ASCII characters.
    customer_number: String,
    /// 顧客名, 1 to 40 characters.
    customer_name: String,
    /// 支払期限, `YYYY-MM-DD`; none when left out.
    due_date: Option<String>,
    /// 請求金額, 1 to 300000 yen.
    amount_yen: i32,
    /// 内消費税等, in yen, when it is to be printed.
    consumption_tax_yen: Option<i32>,
}

/// Several payment slips, all or none.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct NewSlips {
    /// 1 to 1000 of them.
    slips: Vec<NewSlip>,
}

/// One slip or several.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the shape that OpenAPI shows")]
pub(in crate::http) enum Registration {
    One(NewSlip),
    Many(NewSlips),
}

/// Tells the first character of a name, counted from 1 in code points, that no font of ours can draw.
pub(super) type Unprintable<'a> = &'a dyn Fn(&str) -> Option<usize>;

/// Reads one slip, or `{"slips": […]}`; and says which it was.
///
/// # Errors
/// With every fault, up to a hundred.
pub(super) fn read_all(
    body: &Value,
    unprintable: Unprintable<'_>,
) -> Result<(Vec<domain::NewSlip>, bool), Problem> {
    let failed = |faults: Vec<Fault>| Problem::new(&VALIDATION_FAILED).at(faults);
    if body.get("slips").is_none() {
        let (slip, faults) = read(body, "", unprintable)?;
        return slip.map(|it| (vec![it], true)).ok_or_else(|| failed(faults));
    }
    let fields = Fields::of(body, "", &["slips"])?;
    let items = fields.optional("slips").and_then(Value::as_array);
    let items = items.filter(|it| (1..=SLIPS_MAX).contains(&it.len()));
    let Some(items) = items else {
        return Err(failed(vec![Fault::pointer("/slips", "must be 1 to 1000 slips")]));
    };
    let (mut slips, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (n, item) in items.iter().enumerate() {
        let pointer = format!("/slips/{n}");
        let (slip, more) = read(item, &pointer, unprintable)?;
        faults.extend(more);
        if let Some(slip) = slip {
            if !seen.insert(slip.id.clone()) {
                faults.push(Fault::pointer(pointer, "is in the list twice"));
            }
            slips.push(slip);
        }
        if FAULTS_MAX <= faults.len() {
            faults.truncate(FAULTS_MAX);
            break;
        }
    }
    if faults.is_empty() { Ok((slips, false)) } else { Err(failed(faults)) }
}

type Read = (Option<domain::NewSlip>, Vec<Fault>);

fn read(value: &Value, pointer: &str, unprintable: Unprintable<'_>) -> Result<Read, Problem> {
    let mut fields = Fields::of(value, pointer, FIELDS)?;
    let bill = fields.text("bill_number").map(BillNumber::new);
    let bill = bill.and_then(|it| fields.keep("bill_number", it));
    let number = fields.text("customer_number").map(CustomerNumber::new);
    let number = number.and_then(|it| fields.keep("customer_number", it));
    let name = fields.text("customer_name").map(CustomerName::new);
    let name = name.and_then(|it| fields.keep("customer_name", it));
    if let Some(place) = name.as_ref().and_then(|it| unprintable(it.as_str())) {
        fields.no_glyph("customer_name", place);
    }
    let amount = fields.number("amount_yen").map(|it| AmountYen::new(narrow(it)));
    let amount = amount.and_then(|it| fields.keep("amount_yen", it));
    let reissue = fields.optional_number("reissue_number").map(reissue);
    let reissue =
        reissue.map_or(Some(ReissueNumber::FIRST), |it| fields.keep("reissue_number", it));
    let due = fields.optional_text("due_date").map(DueDate::parse);
    let due = due.map(|it| fields.keep("due_date", it));
    let tax = fields.optional_number("consumption_tax_yen").zip(amount);
    let tax = tax.map(|(tax, amount)| ConsumptionTaxYen::new(narrow(tax), amount));
    let tax = tax.map(|it| fields.keep("consumption_tax_yen", it));
    let slip = (|| {
        Some(domain::NewSlip {
            id: SlipId { bill_number: bill?, reissue_number: reissue? },
            customer_number: number?,
            customer_name: name?,
            due_date: due.flatten(),
            amount_yen: amount?,
            consumption_tax_yen: tax.flatten(),
        })
    })();
    let faults = fields.faults();
    Ok((slip.filter(|_| faults.is_empty()), faults))
}

fn reissue(number: i64) -> Result<ReissueNumber, Invalid> {
    ReissueNumber::new(i16::try_from(number).unwrap_or(-1))
}

/// A number that is too large for the field's type breaks the field's rule, like -1.
fn narrow(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Unprintable;
    use crate::http::problem::{Fault, Problem};

    /// With fonts that lack nothing but 丽.
    fn read_all(body: &Value) -> Result<(Vec<crate::domain::NewSlip>, bool), Problem> {
        let lacking: Unprintable<'_> = &|it| it.chars().position(|c| c == '丽').map(|it| it + 1);
        super::read_all(body, lacking)
    }

    fn slip(n: u32) -> Value {
        json!({
            "bill_number": format!("{n:016}"), "customer_number": "C1", "customer_name": "淡路",
            "due_date": "2026-12-31", "amount_yen": 1000, "consumption_tax_yen": 90,
        })
    }

    #[test]
    fn one_slip_and_several_are_told_apart() {
        let (slips, one) = read_all(&slip(1)).expect("fits");
        assert_eq!((slips.len(), one), (1, true));
        assert_eq!(slips[0].id.to_string(), "0000000000000001-0");
        let (slips, one) = read_all(&json!({"slips": [slip(1), slip(2)]})).expect("fits");
        assert_eq!((slips.len(), one), (2, false));
    }

    #[test]
    fn a_name_that_no_font_can_print_is_refused_with_its_place() {
        let mut rare = slip(2);
        rare["customer_name"] = json!("淡路　丽");
        let (_, faults) = super::read(&rare, "/slips/1", &|_| Some(4)).expect("known fields");
        assert_eq!(faults, [Fault::no_glyph("/slips/1/customer_name", 4)]);
        let refused = read_all(&json!({"slips": [slip(1), rare]}));
        assert_eq!(refused.err().map(|it| it.slug()), Some("validation-failed"));
    }

    #[test]
    fn a_wrong_slip_refuses_all_of_them() {
        let mut wrong = slip(2);
        wrong["amount_yen"] = json!(3_000_000_000_i64);
        wrong["due_date"] = json!("2026-02-30");
        for body in [
            json!({"slips": [slip(1), wrong]}),
            json!({"slips": [slip(1), slip(1)]}),
            json!({"slips": []}),
            json!({"slips": vec![slip(1); 1_001]}),
            json!({"slips": {}}),
            json!({"slips": null}),
            json!([slip(1)]),
        ] {
            let slug = read_all(&body).err().map(|it| it.slug());
            assert_eq!(slug, Some("validation-failed"), "{}", body.to_string().len());
        }
        let both = json!({"slips": [slip(1)], "bill_number": "1"});
        assert_eq!(read_all(&both).err().map(|it| it.slug()), Some("unknown-field"));
    }
}
