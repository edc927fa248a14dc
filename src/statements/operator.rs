//! Calls of the operator. Their texts are in `sql/queries/operator`.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{Issuer, PrintedLine, TenantCode},
    wall::operator_call,
};

operator_call! { "operator/add_tenant.sql",
    /// Adds a tenant; no row number when the code is taken.
    pub struct AddTenant {
        tenant_code: String,
        tenant_name: String,
        stamp_policy: String,
        on_conflict_allowed: Vec<String>,
    }
    rows_max = 1, owner = Unsealed, row = Option<i32>, decode = |row| Ok(row.try_get("tenant_id")?)
}

operator_call! { "operator/set_issuer.sql",
    /// Sets what a biller's slips say of their issuer; false when there is none of that code.
    pub struct SetIssuer {
        tenant_code: String,
        issuer_code: String,
        payee_name: String,
        collector_name: String,
        slip_purpose: Option<String>,
        slip_remarks: Option<String>,
    }
    rows_max = 1, owner = Unsealed, row = bool, decode = |row| Ok(row.try_get("found")?)
}

impl SetIssuer {
    /// Of the biller of this code.
    pub fn new(tenant_code: &TenantCode, issuer: &Issuer) -> SetIssuer {
        let text = |it: &PrintedLine| it.as_str().to_owned();
        SetIssuer {
            tenant_code: tenant_code.as_str().to_owned(),
            issuer_code: issuer.issuer_code.as_str().to_owned(),
            payee_name: text(&issuer.payee_name),
            collector_name: text(&issuer.collector_name),
            slip_purpose: issuer.slip_purpose.as_ref().map(text),
            slip_remarks: issuer.slip_remarks.as_ref().map(text),
        }
    }
}

operator_call! { "operator/suspend_tenant.sql",
    /// Suspends a tenant or lets it in again; false when there is none of that code.
    pub struct SuspendTenant { tenant_code: String, suspend: bool }
    rows_max = 1, owner = Unsealed, row = bool, decode = |row| Ok(row.try_get("found")?)
}

/// One tenant in the operator's list.
#[derive(Debug, Clone)]
pub struct TenantLine {
    /// 収納企業コード.
    pub tenant_code: String,
    /// The biller's name.
    pub tenant_name: String,
    /// Since when it is suspended.
    pub suspended_at: Option<OffsetDateTime>,
    /// The `on_conflict` modes it allows.
    pub on_conflict_allowed: Vec<String>,
    /// Since when it is here.
    pub created_at: OffsetDateTime,
}

operator_call! { "operator/tenants.sql",
    /// All tenants.
    pub struct ListTenants {}
    rows_max = 100_000, owner = Unsealed, row = TenantLine, decode = |row| {
        Ok(TenantLine {
            tenant_code: row.try_get("tenant_code")?,
            tenant_name: row.try_get("tenant_name")?,
            suspended_at: row.try_get("suspended_at")?,
            on_conflict_allowed: row.try_get("on_conflict_allowed")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

operator_call! { "operator/add_user.sql",
    /// Adds a user: `added`, `exists` or `no_tenant`.
    pub struct AddUser {
        tenant_code: String,
        login: String,
        display_name: String,
        role: String,
        salt: Vec<u8>,
        kdf: String,
        verifier: Vec<u8>,
    }
    rows_max = 1, owner = Unsealed, row = String, decode = |row| Ok(row.try_get("outcome")?)
}

operator_call! { "operator/disable_user.sql",
    /// Disables a user: `disabled` or `not_found`.
    pub struct DisableUser { tenant_code: String, login: String }
    rows_max = 1, owner = Unsealed, row = String, decode = |row| Ok(row.try_get("outcome")?)
}

operator_call! { "operator/reset_user.sql",
    /// Gives a user a new password: `reset` or `not_found`.
    pub struct ResetUser {
        tenant_code: String,
        login: String,
        salt: Vec<u8>,
        kdf: String,
        verifier: Vec<u8>,
    }
    rows_max = 1, owner = Unsealed, row = String, decode = |row| Ok(row.try_get("outcome")?)
}

operator_call! { "operator/rotate_seal_key.sql",
    /// Replaces the key of the seal.
    pub struct RotateSealKey {}
    rows_max = 1, owner = Unsealed, row = i16, decode = |row| Ok(row.try_get("kid")?)
}

/// What a computation of a chain came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainCheck {
    /// `whole`, `broken`, `cut_off` or `no_tenant`.
    pub outcome: String,
    /// Events that were looked at.
    pub events: i64,
    /// The first place that is not right.
    pub bad_seq: Option<i64>,
    /// The last hash, in hexadecimal digits.
    pub head_hash: Option<String>,
}

operator_call! { "operator/verify_chain.sql",
    /// Computes a biller's audit chain again.
    pub struct VerifyChain { tenant_code: String }
    rows_max = 1, owner = Unsealed, row = ChainCheck, decode = |row| {
        Ok(ChainCheck {
            outcome: row.try_get("outcome")?,
            events: row.try_get::<_, Option<i64>>("events")?.unwrap_or(0),
            bad_seq: row.try_get("bad_seq")?,
            head_hash: row.try_get("head_hash")?,
        })
    }
}

/// A file or reprint that a page is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCopy {
    /// Whose.
    pub tenant_code: String,
    /// The report.
    pub report: String,
    /// When the original was ordered.
    pub ordered_at: OffsetDateTime,
    /// By which user.
    pub requested_by: Uuid,
    /// Rows on the page; none for a cover.
    pub rows: Option<i32>,
    /// The file's export.
    pub export_id: Uuid,
    /// The pages of a reprint.
    pub reprint_pages: Option<(i32, i32)>,
    /// Where the file stands.
    pub state: String,
    /// When it was called back.
    pub recalled_at: Option<OffsetDateTime>,
    /// How often bytes of the file were sent.
    pub fetches: i64,
    /// Whether the page was among them: `whole`, `part` or `never`.
    pub sent: String,
}

operator_call! { "operator/resolve_page.sql",
    /// Tells of a page which export it is of; nothing when there is none.
    pub struct ResolvePage { export_id: Uuid, page: i32 }
    rows_max = 21, owner = Unsealed, row = PageCopy, decode = |row| {
        let first: Option<i32> = row.try_get("reprint_first_page")?;
        let last: Option<i32> = row.try_get("reprint_last_page")?;
        Ok(PageCopy {
            tenant_code: row.try_get("tenant_code")?,
            report: row.try_get("report")?,
            ordered_at: row.try_get("ordered_at")?,
            requested_by: row.try_get("requested_by")?,
            rows: row.try_get("row_count")?,
            export_id: row.try_get("export_id")?,
            reprint_pages: first.zip(last),
            state: row.try_get("state")?,
            recalled_at: row.try_get("recalled_at")?,
            fetches: row.try_get("fetches")?,
            sent: row.try_get("sent")?,
        })
    }
}
