//! Rules and attempts: does a database keep its tenants apart? Works on ours and on any other.
//!
//! **Invariant.** This room sees a customer's value only as a hash: `db::probe` reads, counts and hashes, and
//! hands out nothing else. It never uses a sealed pool, and sends no request of the service.
//!
//! A rule is `sql/audit/prelude.sql` followed by `sql/audit/<ID>_<finding>/rule.sql`, run with one parameter, the
//! [`RuleSettings`] as jsonb. `sql/audit/README.md` says what it must answer.

mod catalog;
mod finding;
mod rules;

pub use catalog::{Access, RolePath, install_sql, matrix, role_paths, run, statement};
pub use finding::{Evidence, Finding, Severity};
pub use rules::{MATRIX, PRELUDE, PRELUDE_BASE, ROLE_PATHS, RULES, Rule};

pub use crate::db::catalog::{INSTALL, RuleSettings};
