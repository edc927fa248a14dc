//! X03: rows made for B, and what a change does elsewhere: triggers, rules, cascades. Rolled back.

use std::sync::Arc;

use crate::dba::probe::{Key, Proof};

use super::{
    Hunt, Relation,
    census::Rights,
    context::Door,
    staged::{Stage, Staged},
    writes::{COLUMNS_MAX, Shown},
};

impl Hunt<'_> {
    pub(super) async fn inserts(
        &mut self,
        it: &Relation,
        rights: &Rights,
        stage: Option<&Stage<'_>>,
    ) -> Shown {
        let mut shown = Shown::default();
        let canaries = Arc::clone(&self.canaries);
        let tenant = it.tenant_column.clone().filter(|it| rights.insert.contains(it));
        if let Some(tenant) = tenant {
            // A child is B's by a key of B's parent.
            let (value, keys) = match canaries.key(&it.name, &tenant) {
                Some(key) if !it.says_itself() => ("$1".to_owned(), vec![key]),
                _ => (self.b(it), Vec::new()),
            };
            let text = self.row_of_a(it, &rights.insert, &[(tenant, value)]);
            if it.says_itself() || !keys.is_empty() {
                self.makes(it, &text, &keys, &mut shown).await;
            }
            if shown.bad {
                return shown;
            }
        }
        if !it.acts {
            return shown;
        }
        // A row of A's own that names B's things: what a rule or a trigger does with it.
        let free = rights.insert.iter().filter(|column| Some(*column) != it.tenant_column.as_ref());
        let mut texts = Vec::new();
        for column in free.take(COLUMNS_MAX) {
            for key in self.keys_of_b(&canaries) {
                if it.type_of(column).is_some_and(|it| key.fits(it)) {
                    let given = [(column.clone(), "$1".to_owned())];
                    texts.push((self.row_of_a(it, &rights.insert, &given), vec![key]));
                }
            }
        }
        texts.push((self.row_of_a(it, &rights.insert, &[]), Vec::new()));
        shown.bad = self.elsewhere(it, &texts, stage).await;
        shown
    }

    /// A row for B.
    async fn makes(&mut self, it: &Relation, text: &str, keys: &[&Key], shown: &mut Shown) {
        match self.change(it, text, keys).await {
            Some(Ok(made)) if 0 < made => {
                shown.bad = self.changed(it, text, made, "makes rows for tenant B");
            }
            Some(Ok(_)) => {}
            Some(Err(err)) => match err.proves(&self.config.denials) {
                Proof::Denied => shown.tried = true,
                // A policy's WITH CHECK comes before every constraint: it had let the row pass. A partition is chosen
                // before, though.
                Proof::Constraint if err.code == "23514" && it.kind == 'p' => {}
                Proof::Constraint => {
                    let what = "makes rows for tenant B but for a constraint";
                    shown.bad = self.changed(it, text, 1, what);
                }
                Proof::Unfit => {
                    let why = format!("no row could be made up ({})", err.code);
                    self.out.untried("X03", &it.name, Some(&self.role.name), &why);
                }
                Proof::Nothing => self.unsure(it, &err),
            },
            None => {}
        }
    }

    /// What changes of this relation do to others anywhere: compared by who sees all of it.
    pub(super) async fn elsewhere(
        &mut self,
        it: &Relation,
        texts: &[(String, Vec<&Key>)],
        stage: Option<&Stage<'_>>,
    ) -> bool {
        let Some(stage) = stage else {
            let why = "what its triggers, rules and cascades change for others is seen by a superuser only: give one as database_url";
            self.out.untried("X03", &it.name, Some(&self.role.name), why);
            return false;
        };
        let (mut answered, mut silent) = (false, None);
        for (text, keys) in texts {
            match stage.attempt(self, Door::A, text, keys).await {
                Staged::Kept => answered = true,
                Staged::Refused(err) => match err.proves(&self.config.denials) {
                    Proof::Nothing => silent = Some(err),
                    _ => answered = true,
                },
                Staged::Unseen(why) => {
                    self.out.untried("X03", &it.name, Some(&self.role.name), &why);
                }
                end => {
                    let rows = u64::try_from(end.rows()).unwrap_or(1);
                    return self.changed(it, text, rows, &end.words());
                }
            }
        }
        if let Some(err) = silent.filter(|_| !answered) {
            self.unsure(it, &err);
        }
        false
    }
}
