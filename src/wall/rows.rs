//! What goes out and what comes back: parameters counted; rows counted, compared with the tenant that asked, decoded.

use tokio_postgres::Row;

use crate::{
    domain::TenantId,
    wall::{Call, Error, Owner, Params, error},
};

/// The parameters of a statement, if they are as many as its file takes: a `Call` that no macro made may have others.
pub(super) fn params<S: Call>(statement: &S) -> Result<Params<'_>, Error> {
    let (params, wanted) = (statement.params(), S::FILE.parameters);
    if params.len() == wanted {
        return Ok(params);
    }
    let words = error::words(format!("{} and not {wanted}", params.len()));
    Err(Error::Parameters { statement: S::FILE.name, words })
}

/// Compares the tenant that `enter` returned with the one that was signed at login, and takes away the
/// row that stands for no row.
pub(super) fn entered(
    statement: &'static str,
    mut rows: Vec<Row>,
    tenant: TenantId,
) -> Result<Vec<Row>, Error> {
    let undecodable = |_| Error::Decode { statement };
    for row in &rows {
        let entered: i32 = row.try_get("entered").map_err(undecodable)?;
        if entered != tenant.0 {
            return Err(Error::ForeignRow { statement });
        }
    }
    // The door always answers: nothing at all would be a wrapper that is not ours.
    let first = rows.first().ok_or(Error::Decode { statement })?;
    if first.try_get::<_, Option<bool>>("is_row").map_err(undecodable)?.is_none() {
        rows.clear();
    }
    Ok(rows)
}

/// Counts, compares every row's owner with the tenant that asked, and decodes.
pub(super) fn decode<S: Call>(rows: &[Row], tenant: TenantId) -> Result<Vec<S::Row>, Error> {
    let statement = S::FILE.name;
    let owner = |row: &Row, column: &'static str| {
        row.try_get::<_, Option<i32>>(column).map_err(|_| Error::NoOwner { statement, column })
    };
    for row in rows {
        let ours = match S::OWNER {
            Owner::Row => owner(row, "tenant_id")? == Some(tenant.0),
            Owner::Range => {
                let (min, max) = (owner(row, "tenant_id_min")?, owner(row, "tenant_id_max")?);
                min == max && min.is_none_or(|it| it == tenant.0)
            }
            Owner::NoWitness(_) | Owner::Unsealed => true,
        };
        if !ours {
            return Err(Error::ForeignRow { statement });
        }
    }
    decode_unsealed::<S>(rows)
}

/// Counts and decodes.
pub(super) fn decode_unsealed<S: Call>(rows: &[Row]) -> Result<Vec<S::Row>, Error> {
    let statement = S::FILE.name;
    if S::ROWS_MAX < rows.len() {
        return Err(Error::TooManyRows { statement, rows_max: S::ROWS_MAX });
    }
    rows.iter().map(|row| S::decode(row).map_err(|_| Error::Decode { statement })).collect()
}
