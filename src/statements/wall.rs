//! Statements on the wall itself. Their texts are in `sql/queries/wall`.

use crate::wall::door;

/// The wall as it is and as it was deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallState {
    /// Digest of policies, grants, roles and functions right now.
    pub live_digest: String,
    /// The same at the last deployment.
    pub deployed_digest: Option<String>,
    /// Digest of the `sql/` that was deployed.
    pub source_digest: Option<String>,
    /// What differs between the first two, in words.
    pub differences: Vec<String>,
    /// Postgres's version as a number, e.g. 150020.
    pub server_version_num: i32,
    /// How the seal is held: `parameter` or `mac`.
    pub seal: String,
}

door! { "wall/state.sql",
    /// Asks what the wall looks like.
    pub struct AskWallState {}
    rows_max = 1, owner = Unsealed, row = WallState, decode = |row| {
        Ok(WallState {
            live_digest: row.try_get("live_digest")?,
            deployed_digest: row.try_get("deployed_digest")?,
            source_digest: row.try_get("source_digest")?,
            differences: row.try_get("differences")?,
            server_version_num: row.try_get("server_version_num")?,
            seal: row.try_get("seal")?,
        })
    }
}
