//! Rules and attempts: does a database keep its tenants apart? Works on ours and on any other.
//!
//! **Invariant.** This room sees a customer's value only as a hash: `db::probe` reads, counts and hashes, and
//! hands out nothing else. It never uses a sealed pool, and sends no request of the service.

//!
//! A rule is `sql/audit/prelude.sql` followed by `sql/audit/<ID>_<finding>/rule.sql`, run with one parameter,
//! the settings as jsonb: `roles` (names of the runtime logins), `tenant_columns`, `context_setting`,
//! `context_functions`, `shared` (tables as `schema.table`), `ignored_schemas`. A key that is absent is empty.
//! It answers rows of text: `object, role_name, what, reproduce, fix`.

pub mod attempts;
pub mod config;
mod finding;

pub use finding::{Evidence, Finding, Severity};
