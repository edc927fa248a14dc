//! Whose a row is: by its own column, by its parent's, or by a person.

use std::collections::BTreeMap;

use crate::{audit::config::Whose, dba::probe::literal};

use super::{Census, Relation};

impl Census {
    /// Says of each relation that was declared by itself whose its rows are; of a child, by its parent.
    pub(super) fn tell_whose(
        &mut self,
        tables: &BTreeMap<String, Whose>,
        parents: &[Vec<Option<String>>],
    ) {
        for (plain, it) in tables {
            let answer = self.answer(tables, parents, plain, 0);
            let person = self.is_person(tables, plain, 0);
            for relation in self.relations.iter_mut().filter(|it| it.plain == *plain) {
                relation.is_person = person;
                if it.parent.is_some() {
                    relation.by_parent.clone_from(&answer);
                }
            }
        }
    }

    /// An expression over a row of this table: its column, or the same of its parent.
    fn answer(
        &self,
        tables: &BTreeMap<String, Whose>,
        parents: &[Vec<Option<String>>],
        plain: &str,
        depth: usize,
    ) -> Option<String> {
        let relation = self.relations.iter().find(|it| it.plain == plain)?;
        let own = relation.tenant_column.clone()?;
        let Some(Whose { column, parent: Some(parent), .. }) = tables.get(plain) else {
            return Some(format!("{}.{own}", relation.name));
        };
        // Parents of parents, but no circle.
        if 8 < depth {
            return None;
        }
        let is_link = |row: &&Vec<Option<String>>| {
            let is = |at: usize, it: &str| row.get(at).and_then(Option::as_deref) == Some(it);
            is(0, plain) && is(1, column) && is(2, parent)
        };
        let link = parents.iter().find(is_link)?.get(3)?.clone()?;
        let above = self.answer(tables, parents, parent, depth + 1)?;
        let from = &self.relations.iter().find(|it| it.plain == *parent)?.name;
        Some(format!("(select {above} from {from} where {from}.{link} = {}.{own})", relation.name))
    }

    fn is_person(&self, tables: &BTreeMap<String, Whose>, plain: &str, depth: usize) -> bool {
        tables.get(plain).is_some_and(|it| {
            it.is_person
                || depth < 8
                    && it.parent.as_ref().is_some_and(|it| self.is_person(tables, it, depth + 1))
        })
    }

    /// Declared tables that nothing leads from: no foreign key of this column.
    pub(in crate::audit) fn unled(&self, tables: &BTreeMap<String, Whose>) -> Vec<String> {
        let led = |plain: &String| {
            self.relations.iter().any(|it| it.plain == *plain && it.by_parent.is_some())
        };
        let of = |(plain, it): (&String, &Whose)| {
            it.parent.as_ref().filter(|_| !led(plain)).map(|parent| {
                format!("tenant.tables: no foreign key of one column leads from {plain} ({}) to {parent}", it.column)
            })
        };
        tables.iter().filter_map(of).collect()
    }

    /// A's or B's id, or its person's, as a literal: what the column of this relation holds.
    pub(super) fn owner_of(&self, relation: &Relation, is_b: bool) -> String {
        let tenant = if is_b { &self.b } else { &self.a };
        let person = &self.persons[usize::from(is_b)];
        let it = if relation.is_person { person } else { tenant };
        literal(it.as_deref().unwrap_or_default())
    }

    /// A setting that nothing here reads, although one of nearly the same name is read.
    pub(in crate::audit) fn odd_setting(&self, declared: &[String]) -> Vec<String> {
        let reads = |it: &String| self.settings.iter().any(|own| own.eq_ignore_ascii_case(it));
        let near = |it: &String| {
            self.settings.iter().find(|own| !declared.contains(own) && is_near(own, it))
        };
        let odd = declared.iter().filter(|it| !reads(it));
        odd.filter_map(|it| {
            let near = near(it)?;
            Some(format!(
                "context names the setting {it}, and nothing here reads it; the nearest is {near}"
            ))
        })
        .collect()
    }
}

/// Whether two names differ by two letters at most.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut last = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (last + usize::from(x != y)).min(above + 1).min(row[j] + 1);
            last = above;
        }
    }
    row[b.len()] <= 2
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn two_letters_are_a_slip_and_three_another_name() {
        assert!(is_near("app.tenant_id", "app.tenent_id") && is_near("app.org", "app.orgs"));
        assert!(!is_near("app.tenant_id", "app.user_id"));
    }
}
