//! The twin's queries. It builds the text of its list from what its session holds.

use time::Date;

use crate::{
    dba::bare::Bare,
    domain::{
        AmountYen, BillNumber, CustomerName, CustomerNumber, DueDate, ReissueNumber, Slip, SlipId,
    },
    lab::{
        naive::{Error, sessions::Session},
        world_of_2023::Issued,
    },
    wall::{Params, Row, Undecodable},
};

const REGISTER: &str = include_str!("../../../sql/lab/naive/register.sql");
const LIST: &str = include_str!("../../../sql/lab/naive/list.sql");

/// A row that the twin's database gave, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NaiveRow {
    /// The biller's place in the world.
    pub biller: usize,
    /// The slip.
    pub slip: Slip,
}

/// The number by which the twin knows a biller.
pub(super) fn tenant_id(biller: usize) -> i32 {
    i32::try_from(biller + 1).expect("a few hundred billers")
}

pub(super) async fn register(connection: &Bare, slips: &[Issued]) -> Result<(), Error> {
    let tenants: Vec<i32> = slips.iter().map(|it| tenant_id(it.biller)).collect();
    let text = |what: fn(&Issued) -> &str| slips.iter().map(what).collect::<Vec<&str>>();
    let bill_numbers = text(|it| it.slip.id.bill_number.as_str());
    let reissues: Vec<i16> = slips.iter().map(|it| it.slip.id.reissue_number.get()).collect();
    let customer_numbers = text(|it| it.slip.customer_number.as_str());
    let customer_names = text(|it| it.slip.customer_name.as_str());
    let due: Vec<Option<Date>> =
        slips.iter().map(|it| it.slip.due_date.map(DueDate::date)).collect();
    let stamps: Vec<bool> = slips.iter().map(|it| it.revenue_stamp).collect();
    let amounts: Vec<i32> = slips.iter().map(|it| it.slip.amount_yen.get()).collect();
    let params: Params<'_> = vec![
        &tenants,
        &bill_numbers,
        &reissues,
        &customer_numbers,
        &customer_names,
        &due,
        &stamps,
        &amounts,
    ];
    connection.query("lab/naive/register.sql", REGISTER, &params).await?;
    Ok(())
}

/// **The mistake:** no condition means no condition. Then the limit is all that ends the list.
pub(super) async fn list(
    connection: &Bare,
    session: &Session,
    rows_max: u32,
) -> Result<Vec<NaiveRow>, Error> {
    let limit = i64::from(rows_max);
    let mut params: Params<'_> = vec![&limit];
    let mut condition = "";
    if let Some(tenant) = &session.tenant_filter {
        condition = "where s.tenant_id = $2";
        params.push(tenant);
    }
    let text = LIST.replace("{where}", condition);
    let rows = connection.query("lab/naive/list.sql", &text, &params).await?;
    rows.iter().map(|row| decode(row).map_err(|_| Error::Undecodable)).collect()
}

fn decode(row: &Row) -> Result<NaiveRow, Undecodable> {
    let tenant: i32 = row.try_get("tenant_id")?;
    let due_date: Option<Date> = row.try_get("due_date")?;
    let slip = Slip {
        id: SlipId {
            bill_number: BillNumber::new(row.try_get("bill_number")?)?,
            reissue_number: ReissueNumber::new(row.try_get("reissue_number")?)?,
        },
        customer_number: CustomerNumber::new(row.try_get("customer_number")?)?,
        customer_name: CustomerName::new(row.try_get("customer_name")?)?,
        due_date: due_date.map(DueDate::new).transpose()?,
        revenue_stamp: row.try_get("revenue_stamp")?,
        amount_yen: AmountYen::new(row.try_get("amount_yen")?)?,
    };
    Ok(NaiveRow { biller: usize::try_from(tenant - 1).map_err(|_| Undecodable)?, slip })
}
