//! X12, X13: what lies beside the tables: statistics, large objects, files of the server, activity, the WAL.

use crate::audit::{Evidence, Severity};

use super::{Hunt, context::Door, outcome::Found};

/// What is looked at for canaries of B.
const STATISTICS: &[(&str, &str)] = &[
    (
        "pg_catalog.pg_stats",
        "select most_common_vals::text, histogram_bounds::text, most_common_elems::text from pg_stats",
    ),
    (
        "pg_catalog.pg_statistic",
        "select stavalues1::text, stavalues2::text, stavalues3::text, stavalues4::text, stavalues5::text \
         from pg_statistic",
    ),
    ("pg_catalog.pg_stats_ext", "select most_common_vals::text from pg_stats_ext"),
];

/// What answers at all only to a role that it must not answer: a count above zero is a finding.
const COUNTS: &[(&str, &str, &str)] = &[
    (
        "large objects",
        "select count(*) from (select lo_get(m.oid) from pg_largeobject_metadata m \
         where pg_get_userbyid(m.lomowner) <> session_user limit 20) s",
        "revoke all on large object … from public; keep files of tenants in a table with a policy",
    ),
    (
        "pg_catalog.pg_largeobject",
        "select count(*) from (select data from pg_largeobject limit 20) s",
        "revoke all on pg_catalog.pg_largeobject from the role",
    ),
    (
        "files of the server",
        "select length(pg_read_file('PG_VERSION'))",
        "revoke pg_read_server_files, and execute on pg_read_file",
    ),
    (
        "directories of the server",
        "select count(*) from pg_ls_dir('.')",
        "revoke execute on pg_ls_dir",
    ),
    (
        "activity of other logins",
        "select case when pg_has_role(session_user, 'pg_read_all_stats', 'usage') then 1 else 0 end",
        "revoke pg_read_all_stats and pg_monitor: the texts of other logins' statements hold values",
    ),
];

/// What needs a transaction that may write: it is undone.
const FILES: &[(&str, &str, &str)] = &[
    (
        "files of the server",
        "create temporary table shikiri_read (line text); copy shikiri_read from 'PG_VERSION'",
        "revoke pg_read_server_files from the role",
    ),
    (
        "programs of the server",
        "copy (select 1) to program 'true'",
        "revoke pg_execute_server_program",
    ),
    (
        "files of the server, to write",
        "copy (select 1) to '/dev/null'",
        "revoke pg_write_server_files",
    ),
];

impl Hunt<'_> {
    pub(super) async fn side_doors(&mut self, doors: &[Door]) {
        let door = if self.may_enter(doors) { Door::A } else { Door::None };
        for (object, text) in STATISTICS {
            if let Err(err) = self.begin(door, true).await {
                self.refused("X12", object, &err);
                continue;
            }
            self.out.tally.tried += 1;
            match self.probe.look(text, &[], &self.canaries).await {
                Err(err) => {
                    self.refused("X12", object, &err);
                }
                Ok(seen) if seen.canaries == 0 => self.out.tally.filtered += 1,
                Ok(seen) => {
                    let rows = i64::try_from(seen.canaries).unwrap_or(i64::MAX);
                    let fix =
                        "revoke select on it; and alter table … alter column … set statistics 0";
                    self.beside(
                        "X12",
                        Severity::Critical,
                        object,
                        text,
                        rows,
                        Some(seen.hash),
                        fix,
                    );
                }
            }
        }
        for (object, text, fix) in COUNTS {
            if let Err(err) = self.begin(door, true).await {
                self.refused("X12", object, &err);
                continue;
            }
            self.out.tally.tried += 1;
            match self.probe.numbers(text, &[]).await {
                Err(err) => {
                    self.refused("X12", object, &err);
                }
                Ok(counts) if counts.first().is_none_or(|it| *it < 1) => {
                    self.out.tally.filtered += 1;
                }
                Ok(counts) => {
                    self.beside("X12", Severity::High, object, text, counts[0], None, fix)
                }
            }
        }
        drop(self.probe.run("rollback").await);
    }

    pub(super) async fn side_doors_that_write(&mut self, doors: &[Door]) {
        let door = if self.may_enter(doors) { Door::A } else { Door::None };
        for (object, text, fix) in FILES {
            if let Err(err) = self.begin(door, false).await {
                self.refused("X12", object, &err);
                continue;
            }
            self.out.tally.tried += 1;
            match self.probe.run(text).await {
                Err(err) => {
                    self.refused("X12", object, &err);
                }
                Ok(_) => self.beside("X12", Severity::Critical, object, text, 1, None, fix),
            }
        }
        self.slot().await;
        drop(self.probe.run("rollback").await);
    }

    /// X13: a logical slot hands out every tenant's changes. It is a temporary one, dropped at once.
    async fn slot(&mut self) {
        let begin = format!("rollback; begin read write; {}select 1", self.becoming());
        if let Err(err) = self.probe.run(&begin).await {
            self.refused("X13", "logical replication", &err);
            return;
        }
        let text = "select pg_create_logical_replication_slot('shikiri_audit', 'pgoutput', true)";
        self.out.tally.tried += 1;
        let made = self.probe.run(text).await;
        let fix = "alter role … noreplication";
        match made {
            Ok(_) => {
                drop(self.probe.run("select pg_drop_replication_slot('shikiri_audit')").await);
                self.beside("X13", Severity::Critical, "logical replication", text, 1, None, fix);
            }
            // The right was there; only the server's own settings were not.
            Err(err) if err.code == "55000" || err.code == "53400" => {
                self.beside("X13", Severity::High, "logical replication", text, 0, None, fix);
            }
            Err(err) => {
                self.refused("X13", "logical replication", &err);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one finding in one call, in the lists above")]
    fn beside(
        &mut self,
        rule: &str,
        severity: Severity,
        object: &str,
        text: &str,
        rows: i64,
        hash: Option<String>,
        fix: &str,
    ) {
        self.out.tally.leaked += 1;
        self.out.found(Found {
            rule,
            severity,
            object,
            role: Some(&self.role.name),
            what: format!("{} reaches {object}, where no policy asks whose it is", self.role.name),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: Door::A.words().to_owned(),
                sql: text.to_owned(),
                rows,
                sample_hash: hash,
            },
            reproduce: self.in_psql(Door::A, text),
            fix,
        });
    }
}
