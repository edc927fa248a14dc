//! The matrix: what each login reaches with each verb, as far as attempts have shown it.

use super::{Cell, Hunt, context::Door};

impl Hunt<'_> {
    /// The cells of SELECT, and of the other verbs as far as rights say.
    pub(super) fn fill_matrix(&mut self, doors: &[Door]) {
        for it in &self.census.relations {
            let role = &self.role.name;
            let rights = self.census.rights(role, it);
            let leaked = ["X01", "X05", "X06", "X08", "X10", "X11"]
                .iter()
                .any(|rule| self.out.has(rule, &it.name, role));
            let shared = self.is_shared(it);
            let unjudged = it.whose().is_none() && matches!(it.kind, 'r' | 'p');
            let vacuous = self.out.vacuous.iter().any(|(r, n)| r == role && *n == it.name);
            let refused = it.tenant_column.is_some()
                && !self.may_enter(doors)
                && !self.has_answered(&it.name);
            let door = if refused {
                format!("{}, but without a tenant: an error", rights.door)
            } else if it.is_definer && !rights.select.is_empty() {
                format!("{}, as its owner {}", rights.door, it.owner)
            } else {
                rights.door.clone()
            };
            let verbs = [
                ("select", rights.reaches && !rights.select.is_empty()),
                ("insert", rights.reaches && !rights.insert.is_empty()),
                ("update", rights.reaches && !rights.update.is_empty()),
                ("delete", rights.reaches && rights.delete),
                ("truncate", rights.reaches && rights.truncate),
            ];
            for (verb, may) in verbs {
                let reach = match (verb, may) {
                    (_, false) => "none",
                    ("select", _) if leaked => "OTHER",
                    ("truncate", _) => "OTHER",
                    (_, _) if shared && verb != "select" => "?",
                    ("select", _) if shared => "shared",
                    _ if unjudged => "not judged",
                    ("select", _) if refused => "none",
                    ("select", _) if vacuous => "?",
                    ("select", _) => "own",
                    // Changed to what attempts show, when they are made.
                    _ => "?",
                };
                let door = if may { door.clone() } else { String::new() };
                let key = (role.clone(), it.name.clone(), verb);
                self.out.matrix.insert(key, Cell { reach, door });
            }
        }
    }
}
