//! The first line: which column is which field.

use crate::intake::{Code, Fault, Faults, Severity, mask};

/// A column that a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    BillNumber,
    CustomerNumber,
    CustomerName,
    DueDate,
    AmountYen,
    ConsumptionTaxYen,
    Purpose,
    Remarks,
    ReissueNumber,
}

impl Field {
    /// All of them, with their names: Japanese, and as the API has them.
    const ALL: &[(Field, &str, &str)] = &[
        (Field::BillNumber, "請求番号", "bill_number"),
        (Field::CustomerNumber, "顧客番号", "customer_number"),
        (Field::CustomerName, "顧客名", "customer_name"),
        (Field::DueDate, "支払期限", "due_date"),
        (Field::AmountYen, "請求金額", "amount_yen"),
        (Field::ConsumptionTaxYen, "内消費税等", "consumption_tax_yen"),
        (Field::Purpose, "商品代金", "slip_purpose"),
        (Field::Remarks, "備考", "slip_remarks"),
        (Field::ReissueNumber, "再発行区分", "reissue_number"),
    ];

    /// Those without which there is no slip.
    const NEEDED: &[Field] =
        &[Field::BillNumber, Field::CustomerNumber, Field::CustomerName, Field::AmountYen];

    pub fn name(self) -> &'static str {
        Field::ALL.iter().find(|(it, _, _)| *it == self).map_or("", |(_, _, name)| name)
    }

    fn named(cell: &str) -> Option<Field> {
        let found = Field::ALL.iter().find(|(_, ja, en)| cell == *ja || cell == *en);
        found.map(|(it, _, _)| *it)
    }
}

/// Names of a column that would say whose slips they are.
const TENANT: &[&str] = &["収納企業", "委託者", "企業コード", "tenant", "biller"];

/// The columns of a file, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub columns: Vec<Field>,
}

impl Header {
    /// Reads the first line. None when something is wrong with it: then no row has a meaning.
    pub fn read(cells: &[&str], line: u64, faults: &mut Faults) -> Option<Header> {
        let (mut columns, before) = (Vec::new(), faults.errors());
        for (cell, column) in cells.iter().zip(1..) {
            let cell = cell.trim();
            let lower = cell.to_lowercase();
            let code = match Field::named(cell) {
                Some(field) if columns.contains(&field) => Code::RepeatedColumn,
                Some(field) => {
                    columns.push(field);
                    continue;
                }
                None if TENANT.iter().any(|it| lower.contains(it)) => Code::TenantColumn,
                None => Code::UnknownColumn,
            };
            faults.push(Fault {
                severity: Severity::Error,
                line,
                column: Some(column),
                field: None,
                code,
                masked: Some(mask(cell)),
            });
        }
        for field in Field::NEEDED.iter().filter(|it| !columns.contains(it)) {
            faults.push(Fault {
                severity: Severity::Error,
                line,
                column: None,
                field: Some(field.name()),
                code: Code::MissingColumn,
                masked: None,
            });
        }
        (faults.errors() == before).then_some(Header { columns })
    }
}
