//! Rules and attempts: does a database keep its tenants apart? Works on ours and on any other.
//!
//! **Invariant.** This room sees a customer's value only as a hash: `dba::probe` reads, counts and hashes, and
//! hands out nothing else. It never uses a sealed pool, and sends no request of the service.
//!
//! A rule is `sql/audit/prelude.sql` followed by `sql/audit/<ID>_<finding>/rule.sql`, run with one parameter, the
//! [`RuleSettings`] as jsonb. `sql/audit/README.md` says what it must answer.

pub mod attempts;
mod catalog;
mod conduct;
pub mod config;
mod explain;
mod finding;
mod init;
pub mod mutate;
mod own;
pub mod render;
mod report;
mod rules;
pub mod self_test;
mod settle;

pub use catalog::{Access, RolePath, install_sql, matrix, role_paths, run, statement};
pub use conduct::{Error, conduct};
pub use explain::{explain, rule_sql};
pub use finding::{Evidence, Finding, Severity};
pub use init::init;
pub use own::{Urls, own};
pub use report::{Report, RuleTitle, Suppressed, Verdict};
pub use rules::{MATRIX, PRELUDE, PRELUDE_BASE, PRELUDE_CALLS, ROLE_PATHS, RULES, Rule};

pub use crate::dba::catalog::{INSTALL, RuleSettings};
