//! X02, X03, X04: functions and procedures that a role may call: what they answer of B's, what they change for B, and
//! whether they run what they are given.

use std::sync::Arc;

use crate::{
    audit::{Evidence, Severity},
    dba::probe::{Proof, Refusal},
};

use super::{
    Depth, Hunt,
    arguments::Call,
    census::Function,
    context::Door,
    outcome::Found,
    reads::no_refusal,
    staged::{Stage, Staged},
};

/// Texts that show that they were run: the code that comes back is nobody else's.
const RUN_ME: &[(&str, &str)] = &[
    ("do $shikiri$ begin raise exception 'run' using errcode = 'SKRUN'; end $shikiri$", "SKRUN"),
    ("1 / 0 = 1", "22012"),
    ("' || (1 / 0)::text || '", "22012"),
    ("x' or 1 / 0 = 1 or 'x' = '", "22012"),
];

const FIX_TEXT: &str =
    "fixed statements, values by USING, names by format('%I'); or SECURITY INVOKER";
const FIX_CHANGE: &str = "take the tenant from the context, never from an argument; SECURITY INVOKER, or an owner whom row \
                          security binds";

impl Hunt<'_> {
    /// Calls each function. A VOLATILE one may do anything, so it waits for `--writes`; of our own, as they were
    /// deployed, it is known what they do, and they are called in READ ONLY transactions.
    pub(super) async fn calls(&mut self, doors: &[Door], stage: Option<&Stage<'_>>) {
        let door = self.working_door(doors);
        let mine = |it: &&Function| it.role == self.role.name;
        for it in self.census.functions.iter().filter(mine) {
            let object = object_of(it);
            if self.is_declared(&object) {
                continue;
            }
            let writes = self.depth == Depth::Writes;
            if it.is_volatile && !writes && !self.config.functions_are_deployed {
                let why = "it is VOLATILE: it is called with --writes only";
                self.out.untried("X02", &object, Some(&self.role.name), why);
                continue;
            }
            self.call(it, door, !(it.is_volatile && writes)).await;
            if writes && it.is_volatile && !self.role.changes.contains(&object) {
                match stage {
                    Some(stage) => self.call_on_stage(it, door, stage).await,
                    None => {
                        let why = "what it changes for others is seen by a superuser only: give one as database_url";
                        self.out.untried("X03", &object, Some(&self.role.name), why);
                    }
                }
            }
            if writes && it.is_definer {
                self.hand_text_to(it, door).await;
            }
        }
        drop(self.probe.run("rollback").await);
    }

    async fn call(&mut self, it: &Function, door: Door, read_only: bool) {
        let canaries = Arc::clone(&self.canaries);
        let object = object_of(it);
        let mut answered = false;
        let mut failed: Option<Refusal> = None;
        for call in self.calls_of(it, &canaries) {
            if let Err(err) = self.begin(door, read_only).await {
                failed = Some(err);
                break;
            }
            // Going through a door may write; from here on nothing does.
            if read_only && self.probe.run("set transaction read only").await.is_err() {
                let why = "no READ ONLY transaction";
                return self.out.untried("X02", &object, Some(&self.role.name), why);
            }
            self.out.tally.tried += 1;
            match self.probe.look(&call.text, &call.keys, &canaries).await {
                Ok(seen) if seen.canaries == 0 => answered = true,
                Ok(seen) => {
                    let rows = i64::try_from(seen.rows).unwrap_or(i64::MAX);
                    return self.leaks(it, door, &call.text, rows, seen.hash);
                }
                Err(err) => match err.proves(&self.config.denials) {
                    Proof::Denied | Proof::Constraint => answered = true,
                    _ => failed = Some(err),
                },
            }
        }
        match failed {
            _ if answered => self.out.tally.filtered += 1,
            // It writes, and was kept from it. It had not answered by then, but it might have. Or it is one of ours, whose
            // text is the deployed one: tests call it as every login.
            Some(err)
                if self.config.functions_are_deployed
                    || err.code == "25006" && it.is_volatile && read_only =>
            {
                self.out.deployed.push((self.role.name.clone(), object));
            }
            Some(err) => {
                let why = format!("it could not be called: {}", no_refusal(&err.code));
                self.out.untried("X02", &object, Some(&self.role.name), &why);
            }
            None => {}
        }
    }

    fn leaks(&mut self, it: &Function, door: Door, text: &str, rows: i64, hash: String) {
        let what = format!("{} returns data of another tenant", it.signature);
        self.does(it, door, "X02", text, (rows, Some(hash)), what, FIX_CHANGE);
    }

    /// The same calls, where a superuser looks afterwards at what everybody else has.
    async fn call_on_stage(&mut self, it: &Function, door: Door, stage: &Stage<'_>) {
        let canaries = Arc::clone(&self.canaries);
        let object = object_of(it);
        for call in self.calls_of(it, &canaries) {
            let before = stage.committed(self).await;
            match stage.attempt(self, door, &call.text, &call.keys).await {
                Staged::Kept | Staged::Refused(_) => {}
                Staged::Unseen(why) => {
                    self.out.untried("X03", &object, Some(&self.role.name), &why);
                }
                end => {
                    let what = format!("{} {}", it.signature, end.words());
                    let fix = if end.is_wall() { FIX_TEXT } else { FIX_CHANGE };
                    let rule = if end.is_wall() { "X04" } else { "X03" };
                    return self.does(it, door, rule, &call.text, (end.rows(), None), what, fix);
                }
            }
            if self.stays(stage, door, &call, before).await {
                let what = format!(
                    "what {} does stays when its caller rolls back: it works outside of the transaction",
                    it.signature
                );
                return self.does(it, door, "X03", &call.text, (1, None), what, FIX_CHANGE);
            }
        }
    }

    /// Whether a call that was rolled back left something behind, and does so again: once may have been somebody else.
    async fn stays(
        &mut self,
        stage: &Stage<'_>,
        door: Door,
        call: &Call<'_>,
        before: Option<String>,
    ) -> bool {
        let after = stage.committed(self).await;
        // What could not be asked was told.
        if before.is_none() || after.is_none() || before == after {
            return false;
        }
        drop(stage.attempt(self, door, &call.text, &call.keys).await);
        after != stage.committed(self).await
    }

    /// A text of SQL in each place that takes a text: whether it is run.
    async fn hand_text_to(&mut self, it: &Function, door: Door) {
        let canaries = Arc::clone(&self.canaries);
        for (text, code) in RUN_ME {
            for call in self.calls_with_text(it, &canaries, text) {
                if let Err(err) = self.begin(door, false).await {
                    self.refused("X04", &object_of(it), &err);
                    return;
                }
                self.out.tally.tried += 1;
                let end = self.probe.run_with(&call.text, &call.keys).await;
                if end.err().is_some_and(|it| it.code == *code) {
                    let what = format!(
                        "{} runs the text that it is given, with the rights of its owner",
                        it.signature
                    );
                    return self.does(it, door, "X04", &call.text, (1, None), what, FIX_TEXT);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one finding in one call")]
    fn does(
        &mut self,
        it: &Function,
        door: Door,
        rule: &str,
        text: &str,
        (rows, hash): (i64, Option<String>),
        what: String,
        fix: &str,
    ) {
        self.out.tally.leaked += 1;
        self.out.found(Found {
            rule,
            severity: Severity::Critical,
            object: &object_of(it),
            role: Some(&self.role.name),
            what,
            evidence: Evidence {
                role: self.role.name.clone(),
                context: door.words().to_owned(),
                sql: text.to_owned(),
                rows,
                sample_hash: hash,
            },
            reproduce: self.in_psql(door, text),
            fix,
        });
    }
}

fn object_of(it: &Function) -> String {
    format!("{} {}", if it.is_procedure { "procedure" } else { "function" }, it.signature)
}
