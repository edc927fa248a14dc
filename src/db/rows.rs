//! Rows as they come back: counted, compared with the tenant that asked, decoded.

use tokio_postgres::Row;

use crate::{
    db::{Error, Owner, Statement},
    domain::TenantId,
};

/// Compares the tenant that `enter` returned with the one that was signed at login.
pub(super) fn check_entered(
    statement: &'static str,
    rows: &[Row],
    tenant: TenantId,
) -> Result<(), Error> {
    for row in rows {
        let entered: i32 = row.try_get("entered").map_err(|_| Error::Decode { statement })?;
        if entered != tenant.0 {
            return Err(Error::ForeignRow { statement });
        }
    }
    Ok(())
}

/// Counts, compares every row's owner with the tenant that asked, and decodes.
pub(super) fn decode<S: Statement>(rows: &[Row], tenant: TenantId) -> Result<Vec<S::Row>, Error> {
    let statement = S::FILE.name;
    let owner = |row: &Row, column: &str| {
        row.try_get::<_, Option<i32>>(column).map_err(|_| Error::Decode { statement })
    };
    for row in rows {
        let ours = match S::OWNER {
            Owner::Row => owner(row, "tenant_id")? == Some(tenant.0),
            Owner::Range => {
                let (min, max) = (owner(row, "tenant_id_min")?, owner(row, "tenant_id_max")?);
                min == max && min.is_none_or(|it| it == tenant.0)
            }
            Owner::Verdict => true,
        };
        if !ours {
            return Err(Error::ForeignRow { statement });
        }
    }
    decode_unsealed::<S>(rows)
}

/// Counts and decodes.
pub(super) fn decode_unsealed<S: Statement>(rows: &[Row]) -> Result<Vec<S::Row>, Error> {
    let statement = S::FILE.name;
    if S::ROWS_MAX < rows.len() {
        return Err(Error::TooManyRows { statement, rows_max: S::ROWS_MAX });
    }
    rows.iter().map(|row| S::decode(row).map_err(|_| Error::Decode { statement })).collect()
}
