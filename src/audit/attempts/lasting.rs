//! X06: a context that is still there after COMMIT, and after the pool has taken the connection back.

use crate::{
    audit::{Evidence, Severity},
    dba::probe::Refusal,
};

use super::{Hunt, Relation, context::Door, outcome::Found, reads::Shown};

impl Hunt<'_> {
    /// X06: what is still there after COMMIT, and after the pool has taken the connection back.
    pub(super) async fn lasting_contexts(&mut self, doors: &[Door]) {
        if !self.may_enter(doors) {
            return;
        }
        for context in ["after COMMIT", "after pool return"] {
            // A step that fails leaves no context behind, and what is then not seen would show nothing.
            if let Err(err) = self.left_behind(context).await {
                self.refused("X06", &format!("a context {context}"), &err);
                continue;
            }
            let all = self.tenant_relations();
            for (it, shown) in all.iter().zip(self.look_at_all(&all).await) {
                let (own, other) = match shown {
                    Shown::Rows { own, other } => (own, other),
                    Shown::NoAnswer { code, unfit } => {
                        // What is left there is the empty text.
                        self.no_answer("X06", it, Door::Empty, &code, unfit);
                        continue;
                    }
                    _ => {
                        self.out.tally.denied += 1;
                        continue;
                    }
                };
                if own + other == 0 || self.out.has("X05", &it.name, &self.role.name) {
                    self.out.tally.filtered += 1;
                    continue;
                }
                self.lasting(it, own + other, context);
            }
            drop(self.probe.run("rollback").await);
        }
    }

    /// A's context, after its transaction or after the pool; and the transaction of whoever is next.
    async fn left_behind(&self, context: &str) -> Result<(), Refusal> {
        self.begin(Door::A, false).await?;
        self.probe.run("commit").await?;
        if context == "after pool return" {
            for text in self.settings_of(Door::A) {
                self.probe.run(&text.replace(", true)", ", false)")).await?;
            }
            self.probe.run("discard all").await?;
            self.probe.run("set lock_timeout = '100ms'; set statement_timeout = '15s'").await?;
        }
        let begin = format!("begin read only; {}select 1", self.becoming());
        self.probe.run(&begin).await.map(drop)
    }

    fn lasting(&mut self, it: &Relation, rows: i64, context: &str) {
        self.out.tally.leaked += 1;
        let text = format!("select count(*) from {}", it.name);
        self.out.found(Found {
            rule: "X06",
            severity: Severity::Critical,
            object: &it.name,
            role: Some(&self.role.name),
            what: format!("{} still answers tenant A's rows to whoever is next on the connection", it.name),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: context.to_owned(),
                sql: text.clone(),
                rows,
                sample_hash: None,
            },
            reproduce: format!(
                "{}\n-- then, on the same connection: commit instead of rollback, and\n{text};",
                self.in_psql(Door::A, "select 1")
            ),
            fix: "set the context for the transaction only: set_config(…, true), and in a function the same",
        });
    }
}
