//! The history of the wall: what was recorded at each migration and each audit.

use super::{Error, connect};

/// One recorded wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallRecord {
    /// Counts up.
    pub wall_id: i32,
    /// When it was seen, in UTC.
    pub seen_at: String,
    /// Who saw it: `migrate` or `audit`.
    pub origin: String,
    /// SHA-256 over the lines, in hex: the digest that certificates name.
    pub wall_digest: String,
    /// Tables, policies, grants, roles and functions, a line each.
    pub lines: Vec<String>,
}

/// All records, newest first.
///
/// # Errors
/// When the operator cannot connect.
pub async fn walls(operator_url: &str) -> Result<Vec<WallRecord>, Error> {
    let client = connect(operator_url).await?;
    let text = "select wall_id, to_char(seen_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), origin, \
         wall_digest, lines from shikiri_ops.wall order by wall_id desc";
    let rows =
        client.query(text, &[]).await.map_err(|err| Error::step("the wall's history", &err))?;
    Ok(rows
        .iter()
        .map(|row| WallRecord {
            wall_id: row.get(0),
            seen_at: row.get(1),
            origin: row.get(2),
            wall_digest: row.get(3),
            lines: row.get(4),
        })
        .collect())
}

/// The digest of the wall as it is.
///
/// # Errors
/// When the operator cannot connect.
pub async fn live_wall(operator_url: &str) -> Result<String, Error> {
    let client = connect(operator_url).await?;
    let text = "select shikiri_seal.wall_digest()";
    let row = client.query_one(text, &[]).await.map_err(|err| Error::step(text, &err))?;
    Ok(row.get(0))
}

/// Digests of the wall as it is, and as the last deployment left it.
///
/// # Errors
/// When the operator cannot connect.
pub async fn deployed_wall(operator_url: &str) -> Result<Option<(String, String)>, Error> {
    let client = connect(operator_url).await?;
    let text = "select w.live_digest, w.deployed_digest from shikiri_seal.wall_state() w";
    let row = client.query_one(text, &[]).await.map_err(|err| Error::step(text, &err))?;
    let deployed: Option<String> = row.get(1);
    Ok(deployed.map(|it| (row.get(0), it)))
}

/// Writes the live wall down if it is not the last one; says whether it was new.
///
/// # Errors
/// When the operator cannot connect.
pub async fn record_wall(operator_url: &str) -> Result<bool, Error> {
    let client = connect(operator_url).await?;
    let text = "select shikiri_ops.record_wall('audit')";
    let row = client.query_one(text, &[]).await.map_err(|err| Error::step(text, &err))?;
    Ok(row.get(0))
}
