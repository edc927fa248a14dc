//! Statements on certificates. Their texts are in `sql/queries/certificates`.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{ReportKind, TenantCode, UserId},
    statement,
    wall::{Row, Undecodable},
};

/// What the database states of a checked export.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The biller's code.
    pub tenant_code: TenantCode,
    /// The report.
    pub report: ReportKind,
    /// Who ordered it.
    pub requested_by: UserId,
    /// When.
    pub ordered_at: OffsetDateTime,
    /// SHA-256 of the frozen filter, as the audit chain has it.
    pub filter_digest: Vec<u8>,
    /// The names of its conditions.
    pub filter_fields: Vec<String>,
    /// Rows drawn.
    pub rows: i32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// SHA-256 of the row digests.
    pub rows_digest: Vec<u8>,
    /// Pages of rows.
    pub pages: i32,
    /// SHA-256 of the page digests; none for a report without pages.
    pub pages_digest: Option<Vec<u8>>,
    /// SHA-256 of the file.
    pub sha256: Vec<u8>,
    /// Bytes of the file.
    pub bytes: i64,
    /// What the second computation counted.
    pub check_rows: i32,
    /// How many billers it met.
    pub check_tenants: i32,
    /// Its digest of the rows.
    pub check_digest: Vec<u8>,
    /// Whether it agrees.
    pub check_agrees: bool,
    /// The wall's own facts.
    pub wall: WallFacts,
    /// Digest of the `sql/` that was deployed.
    pub source_digest: Option<String>,
    /// Whether the login of this service is a superuser.
    pub login_is_superuser: bool,
    /// Whether it bypasses row security.
    pub login_bypasses_rls: bool,
    /// Whether it owns anything of ours.
    pub login_owns: bool,
    /// Days for which the file is kept.
    pub retain_days: i32,
    /// What goes into every row's digest.
    pub rows_salt: Vec<u8>,
    /// How the seal of the transaction was held: `parameter` or `mac`.
    pub seal: String,
}

/// Where the tenant's chain stood, and the wall and server it stood behind.
#[derive(Debug, Clone)]
pub struct WallFacts {
    /// Place of the last event.
    pub chain_seq: i64,
    /// Its hash.
    pub chain_hash: Vec<u8>,
    /// SHA-256 over the live wall.
    pub wall_digest: String,
    /// As `server_version_num`.
    pub server_version_num: i32,
}

/// Reads the columns that every certificate needs.
pub(super) fn wall_facts(row: &Row) -> Result<WallFacts, Undecodable> {
    Ok(WallFacts {
        chain_seq: row.try_get("chain_seq")?,
        chain_hash: row.try_get("chain_hash")?,
        wall_digest: row.try_get("wall_digest")?,
        server_version_num: row.try_get("server_version_num")?,
    })
}

statement! { "certificates/facts.sql",
    /// What the database states of the checked export of this ticket.
    pub struct AskFacts {}
    rows_max = 1, owner = Row, row = Facts, decode = |row| {
        Ok(Facts {
            tenant_code: TenantCode::new(row.try_get("tenant_code")?)?,
            report: ReportKind::parse(row.try_get("report")?)?,
            requested_by: UserId(row.try_get("requested_by")?),
            ordered_at: row.try_get("ordered_at")?,
            filter_digest: row.try_get("filter_digest")?,
            filter_fields: row.try_get("filter_fields")?,
            rows: row.try_get("row_count")?,
            amount_yen: row.try_get("amount_yen")?,
            rows_digest: row.try_get("rows_digest")?,
            pages: row.try_get("page_count")?,
            pages_digest: row.try_get("pages_digest")?,
            sha256: row.try_get("sha256")?,
            bytes: row.try_get("bytes")?,
            check_rows: row.try_get("check_rows")?,
            check_tenants: row.try_get("check_tenants")?,
            check_digest: row.try_get("check_digest")?,
            check_agrees: row.try_get("check_agrees")?,
            wall: wall_facts(row)?,
            source_digest: row.try_get("source_digest")?,
            login_is_superuser: row.try_get("login_is_superuser")?,
            login_bypasses_rls: row.try_get("login_bypasses_rls")?,
            login_owns: row.try_get("login_owns")?,
            retain_days: row.try_get("retain_days")?,
            rows_salt: row.try_get("rows_salt")?,
            seal: row.try_get("seal")?,
        })
    }
}

/// The wall in a snapshot.
#[derive(Debug, Clone)]
pub struct Wall {
    /// SHA-256 over the live wall.
    pub digest: String,
    /// When the snapshot was taken.
    pub taken_at: OffsetDateTime,
}

statement! { "certificates/wall.sql",
    /// The wall as it stands in this transaction's snapshot.
    pub struct AskWall {}
    rows_max = 1, owner = NoWitness("the digest of the wall is of the database, not of a biller"), row = Wall, decode = |row| {
        Ok(Wall { digest: row.try_get("wall_digest")?, taken_at: row.try_get("taken_at")? })
    }
}

statement! { "certificates/get.sql",
    /// The certificate of an export.
    pub struct GetCertificate { export_id: Uuid }
    rows_max = 1, owner = Row, row = String, decode = |row| Ok(row.try_get("certificate")?)
}

statement! { "certificates/retain.sql",
    /// Says how many days the file is to be kept; before a process begins.
    pub struct RetainExport { export_id: Uuid, days: i32 }
    rows_max = 1, owner = NoWitness("a verdict of the door on one export of the biller who is entered"), row = bool, decode = |row| Ok(row.try_get("kept")?)
}
