//! Statements that make a retried request harmless. Their texts are in `sql/queries/idempotency`.

use uuid::Uuid;

use crate::statement;

/// What an earlier request made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// SHA-256 of its body.
    pub body_digest: Vec<u8>,
    /// The names of what it made.
    pub result_ids: Vec<String>,
}

statement! { "idempotency/find.sql",
    /// What this user's earlier request with this key made.
    pub struct FindKey { user_id: Uuid, route: String, idempotency_key: String }
    rows_max = 1, owner = Row, row = Remembered, decode = |row| {
        Ok(Remembered {
            body_digest: row.try_get("body_digest")?,
            result_ids: row.try_get("result_ids")?,
        })
    }
}

statement! { "idempotency/put.sql",
    /// Remembers what this request made, in the transaction that made it.
    pub struct PutKey {
        user_id: Uuid,
        route: String,
        idempotency_key: String,
        body_digest: Vec<u8>,
        result_ids: Vec<String>,
    }
    rows_max = 1, owner = Row, row = (), decode = |_| Ok(())
}

statement! { "idempotency/expire.sql",
    /// Forgets keys that are older than a day.
    pub struct ExpireKeys {}
    rows_max = 1_000_000, owner = Row, row = (), decode = |_| Ok(())
}
