//! Statements on the audit chain. Their texts are in `sql/queries/audit`.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::statement;

/// One event of the chain, as it is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLine {
    /// Whose chain it is.
    pub tenant_id: i32,
    /// Place in the chain, from 1.
    pub seq: i64,
    /// When.
    pub at: OffsetDateTime,
    /// A user's id, or zeros for the service.
    pub actor: Uuid,
    /// What happened.
    pub action: String,
    /// To what.
    pub object: String,
    /// Figures and ids: JSON as Postgres writes it, for that is what is hashed.
    pub detail: String,
    /// Hash of the event before.
    pub previous_hash: Vec<u8>,
    /// Hash of this one.
    pub hash: Vec<u8>,
}

statement! { "audit/events.sql",
    /// Events after a place in the chain.
    pub struct ListEvents {
        after_seq: i64,
        actor: Option<Uuid>,
        action: Option<String>,
        object: Option<String>,
        from: Option<OffsetDateTime>,
        to: Option<OffsetDateTime>,
        rows: i64,
    }
    rows_max = 201, owner = Row, row = EventLine, decode = |row| {
        Ok(EventLine {
            tenant_id: row.try_get("tenant_id")?,
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            actor: row.try_get("actor")?,
            action: row.try_get("action")?,
            object: row.try_get("object")?,
            detail: row.try_get("detail")?,
            previous_hash: row.try_get("previous_hash")?,
            hash: row.try_get("hash")?,
        })
    }
}
