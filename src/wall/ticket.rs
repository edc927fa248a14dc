//! What an export works with instead of a person's session.

use crate::domain::{ExportId, TenantId};

/// Lets the one process that holds it work on one export. Lives in memory only, and comes from
/// [`OrderExport`](crate::statements::exports::OrderExport) alone:
///
/// ```compile_fail,E0451
/// use shikiri::{wall::ExportTicket, domain::{ExportId, TenantId}};
/// let ticket = |tenant_id: TenantId, export_id: ExportId| {
///     ExportTicket { secret: String::new(), tenant_id, export_id }
/// };
/// ```
pub struct ExportTicket {
    secret: String,
    tenant_id: TenantId,
    export_id: ExportId,
}

/// Lets the checker compute the same export a second time.
pub struct CheckTicket {
    secret: String,
    tenant_id: TenantId,
    export_id: ExportId,
}

macro_rules! ticket {
    ($name:ident) => {
        impl $name {
            pub(crate) fn new(secret: String, tenant_id: TenantId, export_id: ExportId) -> $name {
                $name { secret, tenant_id, export_id }
            }

            pub(super) fn secret(&self) -> &str {
                &self.secret
            }

            /// The tenant it was ordered for.
            pub fn tenant_id(&self) -> TenantId {
                self.tenant_id
            }

            /// The export it is for.
            pub fn export_id(&self) -> ExportId {
                self.export_id
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("export_id", &self.export_id)
                    .finish_non_exhaustive()
            }
        }
    };
}

ticket!(ExportTicket);
ticket!(CheckTicket);

/// The name of a snapshot that another connection may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot(String);

impl Snapshot {
    /// Reads a name. It stands in a command as text, so only what Postgres makes is let through.
    pub(crate) fn new(text: String) -> Option<Snapshot> {
        let ok = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b) || b == b'-';
        (!text.is_empty() && text.len() <= 64 && text.bytes().all(ok)).then_some(Snapshot(text))
    }

    /// The name, as Postgres gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Snapshot;

    #[test]
    fn only_what_postgres_makes_is_a_snapshot() {
        assert!(Snapshot::new("00000003-0000001B-1".to_owned()).is_some());
        assert!(Snapshot::new("x'; drop table slip; --".to_owned()).is_none());
        assert!(Snapshot::new(String::new()).is_none());
    }
}
