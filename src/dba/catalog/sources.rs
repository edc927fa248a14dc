//! The files of `sql/` that make the wall, in the order they are applied.

use sha2::{Digest, Sha256};

use super::install::own_views;

macro_rules! files {
    ($dir:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $dir, "/", $name)))),*]
    };
}

/// The two ways to hold the seal, one file each, with the same functions; and what is pinned on all of them at the end.
pub(super) const SEAL: &[(&str, &str)] =
    files!("seal": "by_mac.sql", "by_parameter.sql", "pins.sql");

/// The keeper's functions. Policies need them, so they come first.
pub(super) const FUNCTIONS: &[(&str, &str)] = files!("functions":
    "append_event.sql",
    "artefacts.sql",
    "assert_clean.sql",
    "attempts.sql",
    "cancel_export.sql",
    "certificate.sql",
    "deliver.sql",
    "enter.sql",
    "enter_ticket.sql",
    "export_life.sql",
    "export_upkeep.sql",
    "guests.sql",
    "imports.sql",
    "links.sql",
    "login_params.sql",
    "open_session.sql",
    "operator.sql",
    "operator_reads.sql",
    "order_export.sql",
    "overtaken.sql",
    "pepper.sql",
    "preflight.sql",
    "print_report.sql",
    "probes.sql",
    "recall.sql",
    "reprint.sql",
    "resolve_page.sql",
    "run_export.sql",
    "scope.sql",
    "sessions.sql",
    "set_issuer.sql",
    "settle_logins.sql",
    "slip_events.sql",
    "spend_token.sql",
    "users.sql",
    "verify_chain.sql",
    "wall.sql",
    "wall_beside.sql",
    "wall_code.sql",
    "wall_grants.sql",
    "wall_left_out.sql",
    "wall_roles.sql",
    "wall_scope.sql",
    "wall_tables.sql",
);

/// Everything about access to one table each.
pub(super) const POLICIES: &[(&str, &str)] = files!("policies":
    "app_user.sql",
    "audit_event.sql",
    "export.sql",
    "export_certificate.sql",
    "export_check.sql",
    "export_fetch.sql",
    "export_link.sql",
    "export_page.sql",
    "export_state.sql",
    "idempotency_record.sql",
    "payment_event.sql",
    "payment_import.sql",
    "print_report.sql",
    "slip.sql",
    "slip_event.sql",
    "slip_import.sql",
    "slip_import_fault.sql",
    "tenant.sql",
);

/// SHA-256 over the names and texts of functions, policies and views, in hex: what a deployment was made from. Both
/// ways of the seal are in it; which of them is in force, a deployment says beside it.
pub fn source_digest() -> String {
    let mut hash = Sha256::new();
    for (name, text) in SEAL.iter().chain(FUNCTIONS).chain(POLICIES).chain(&own_views()) {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name.as_bytes());
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, POLICIES, SEAL};

    #[test]
    fn every_file_of_the_folders_is_in_the_lists() {
        for (dir, list) in [("seal", SEAL), ("functions", FUNCTIONS), ("policies", POLICIES)] {
            let mut found: Vec<String> =
                std::fs::read_dir(format!("{}/sql/{dir}", env!("CARGO_MANIFEST_DIR")))
                    .expect("the folder is in the package")
                    .map(|it| it.expect("readable").file_name().to_string_lossy().into_owned())
                    .collect();
            found.sort();
            let listed: Vec<&str> = list.iter().map(|(name, _)| *name).collect();
            assert_eq!(found, listed, "left: sql/{dir}; right: the list in sources.rs");
        }
    }
}
