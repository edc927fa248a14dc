//! X02: functions that a role may call, asked for B's data with B's own keys.

use std::sync::Arc;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::Key,
};

use super::{Depth, Hunt, census::Function, context::Door, outcome::Found};

impl Hunt<'_> {
    /// Calls each function once. A VOLATILE one may do anything, so it waits for `--writes`; of our own, as they were
    /// deployed, it is known what they do, and they are called in READ ONLY transactions.
    pub(super) async fn calls(&mut self, doors: &[Door]) {
        let door = if self.may_enter(doors) { Door::A } else { Door::None };
        let mine = |it: &&Function| it.role == self.role.name;
        for it in self.census.functions.iter().filter(mine) {
            if self.is_shared(&format!("function {}", it.signature)) {
                continue;
            }
            let writes = self.depth == Depth::Writes;
            if it.is_volatile && !writes && !self.config.functions_are_deployed {
                let object = format!("function {}", it.signature);
                let why = "it is VOLATILE: it is called with --writes only";
                self.out.untried("X02", &object, Some(&self.role.name), why);
                continue;
            }
            self.call(it, door, !(it.is_volatile && writes)).await;
        }
        drop(self.probe.run("rollback").await);
    }

    async fn call(&mut self, it: &Function, door: Door, read_only: bool) {
        let canaries = Arc::clone(&self.canaries);
        let mut keys: Vec<&Key> = Vec::new();
        let mut arguments = Vec::new();
        for (name, kind) in
            it.types.iter().enumerate().map(|(at, kind)| {
                (it.names.get(at).map_or("", |it| it.trim_start_matches("p_")), kind)
            })
        {
            arguments.push(match canaries.key_named(name) {
                Some(key) if fits(kind) => {
                    keys.push(key);
                    format!("${}::{kind}", keys.len())
                }
                _ => self.argument(kind),
            });
        }
        let call = format!("{}({})", it.call, arguments.join(", "));
        let text = if it.returns_set {
            format!("select * from {call} limit 1000")
        } else {
            format!("select {call}")
        };
        if self.begin(door, read_only).await.is_err() {
            return;
        }
        // Going through a door may write; from here on nothing does.
        if read_only && self.probe.run("set transaction read only").await.is_err() {
            let object = format!("function {}", it.signature);
            return self.out.untried(
                "X02",
                &object,
                Some(&self.role.name),
                "no READ ONLY transaction",
            );
        }
        self.out.tally.tried += 1;
        let seen = self.probe.look(&text, &keys, &canaries).await;
        let seen = match seen {
            // It writes, and was kept from it. It had not answered by then, but it might have.
            Err(err) if it.is_volatile && err.code == "25006" => {
                let object = format!("function {}", it.signature);
                return self.out.deployed.push((self.role.name.clone(), object));
            }
            Err(_) => return self.out.tally.denied += 1,
            Ok(seen) if seen.canaries == 0 => return self.out.tally.filtered += 1,
            Ok(seen) => seen,
        };
        self.out.tally.leaked += 1;
        self.out.found(Found {
            rule: "X02",
            severity: Severity::Critical,
            object: &format!("function {}", it.signature),
            role: Some(&self.role.name),
            what: format!("{} returns data of another tenant", it.signature),
            evidence: Evidence {
                role: self.role.name.clone(),
                context: door.words().to_owned(),
                sql: text.clone(),
                rows: i64::try_from(seen.rows).unwrap_or(i64::MAX),
                sample_hash: Some(seen.hash),
            },
            reproduce: self.in_psql(door, &text),
            fix: "take the tenant from the context, never from an argument; SECURITY INVOKER, or an owner whom row \
                  security binds",
        });
    }

    /// B's id where it can be one, else something harmless.
    fn argument(&self, kind: &str) -> String {
        let b = self.census.b.as_deref().unwrap_or_default();
        let is_number = b.bytes().all(|it| it.is_ascii_digit());
        match kind {
            "uuid" if b.len() == 36 => format!("{}::uuid", self.b()),
            "text" | "character varying" => format!("{}::text", self.b()),
            "integer" | "bigint" if is_number => format!("{}::{kind}", self.b()),
            "integer" | "bigint" | "smallint" | "numeric" => format!("1::{kind}"),
            "boolean" => "true".to_owned(),
            "jsonb" | "json" => format!("'{{}}'::{kind}"),
            "date" => "date '2026-01-01'".to_owned(),
            _ => format!("null::{kind}"),
        }
    }
}

fn fits(kind: &str) -> bool {
    matches!(kind, "text" | "character varying" | "character" | "uuid" | "integer" | "bigint")
}
