//! What a function is called with: B's id and B's keys, by name where a name says it, and else one after the other.

use crate::dba::probe::{Canaries, Key, json_text, literal};

use super::{Hunt, census::Function, context::Door};

/// Keys of B that are put into one place, one after the other.
pub(super) const KEYS_MAX: usize = 8;

/// A call, and what stands for `$1`, `$2` … in it.
pub(super) struct Call<'c> {
    pub text: String,
    pub keys: Vec<&'c Key>,
}

impl Hunt<'_> {
    /// Keys that name rows of B: columns of unique keys, each once.
    pub(super) fn keys_of_b<'c>(&self, canaries: &'c Canaries) -> Vec<&'c Key> {
        let is_key = |table: &str, column: &str| {
            self.census.unique.contains(&(table.to_owned(), column.to_owned()))
        };
        let mut keys = canaries.keys_of(&is_key);
        keys.truncate(KEYS_MAX);
        keys
    }

    /// Every call that is tried of one function.
    pub(super) fn calls_of<'c>(&self, it: &Function, canaries: &'c Canaries) -> Vec<Call<'c>> {
        let mut all = vec![self.call_with(it, canaries, (None, true), None)];
        let keys = self.keys_of_b(canaries).into_iter().map(Some);
        for key in [None].into_iter().chain(keys) {
            // A value of B's that names no row is left alone: written back to where it stands, it changes nothing.
            let call = self.call_with(it, canaries, (key, false), None);
            if !all.iter().any(|other| other.text == call.text && same(&other.keys, &call.keys)) {
                all.push(call);
            }
        }
        all
    }

    /// Calls that hand a text of SQL over, in each place that takes one.
    pub(super) fn calls_with_text<'c>(
        &self,
        it: &Function,
        canaries: &'c Canaries,
        text: &str,
    ) -> Vec<Call<'c>> {
        let takes = |kind: &String| {
            matches!(kind.as_str(), "text" | "character varying" | "json" | "jsonb" | "text[]")
        };
        let places = it.types.iter().enumerate().filter(|(_, kind)| takes(kind));
        places.map(|(at, _)| self.call_with(it, canaries, (None, true), Some((at, text)))).collect()
    }

    fn call_with<'c>(
        &self,
        it: &Function,
        canaries: &'c Canaries,
        (key, by_any_name): (Option<&'c Key>, bool),
        handed: Option<(usize, &str)>,
    ) -> Call<'c> {
        let (mut keys, mut arguments): (Vec<&Key>, Vec<String>) = (Vec::new(), Vec::new());
        for (at, kind) in it.types.iter().enumerate() {
            if let Some((_, text)) = handed.filter(|it| it.0 == at) {
                arguments.push(format!("{}::{kind}", as_value(kind, text)));
                continue;
            }
            let name = it.names.get(at).map_or("", |it| plain(it));
            let names_rows = by_any_name || self.census.unique.iter().any(|it| it.1 == name);
            let named = canaries.key_named(name).filter(|it| names_rows && it.fits(kind));
            let given = named.or_else(|| key.filter(|it| it.fits(kind)));
            let element = kind.strip_suffix("[]");
            arguments.push(match (given, element) {
                (Some(given), _) if keys.len() < 9 => {
                    keys.push(given);
                    format!("${}::{kind}", keys.len())
                }
                (_, Some(element)) => match key.filter(|it| it.fits(element)) {
                    Some(key) if keys.len() < 9 => {
                        keys.push(key);
                        format!("array[${}]::{kind}", keys.len())
                    }
                    _ => format!("'{{}}'::{kind}"),
                },
                _ => self.argument(kind),
            });
            if it.is_variadic && at + 1 == it.types.len() {
                let last = arguments.pop().unwrap_or_default();
                arguments.push(format!("variadic {last}"));
            }
        }
        let call = format!("{}({})", it.call, arguments.join(", "));
        let text = match (it.is_procedure, it.returns_set) {
            (true, _) => format!("call {call}"),
            (_, true) => format!("select * from {call} limit 1000"),
            _ => format!("select {call}"),
        };
        Call { text, keys }
    }

    /// B's id where it can be one, else something harmless.
    fn argument(&self, kind: &str) -> String {
        let b = self.census.b.as_deref().unwrap_or_default();
        let literal = literal(b);
        let is_number = !b.is_empty() && b.bytes().all(|it| it.is_ascii_digit());
        match kind {
            "uuid" if b.len() == 36 => format!("{literal}::uuid"),
            "text" | "character varying" => format!("{literal}::text"),
            "anyelement" | "anynonarray" | "anycompatible" | "anycompatiblenonarray" => {
                format!("{literal}::text")
            }
            "anyarray" | "anycompatiblearray" => format!("array[{literal}::text]"),
            "integer" | "bigint" if is_number => format!("{literal}::{kind}"),
            "integer" | "bigint" | "smallint" | "numeric" => format!("1::{kind}"),
            "real" | "double precision" => format!("1::{kind}"),
            "boolean" => "true".to_owned(),
            "jsonb" | "json" => format!("'{{}}'::{kind}"),
            "date" => "date '2026-01-01'".to_owned(),
            "timestamp with time zone" => "timestamptz '2026-01-01 00:00+00'".to_owned(),
            "interval" => "interval '1 day'".to_owned(),
            _ => format!("null::{kind}"),
        }
    }

    /// Where calls are made: as A, or without a tenant where the login never enters one.
    pub(super) fn working_door(&self, doors: &[Door]) -> Door {
        if self.may_enter(doors) { Door::A } else { Door::None }
    }
}

fn same(a: &[&Key], b: &[&Key]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| std::ptr::eq(*a, *b))
}

/// `p_slip_no`, `_slip_no` and `in_slip_no` mean the column.
fn plain(name: &str) -> &str {
    ["p_", "in_", "v_", "arg_", "_"].iter().find_map(|it| name.strip_prefix(it)).unwrap_or(name)
}

fn as_value(kind: &str, text: &str) -> String {
    literal(&match kind {
        "json" | "jsonb" => json_text(text),
        "text[]" => format!("{{{}}}", json_text(text)),
        _ => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn an_argument_is_named_after_a_column_with_what_people_put_before_it() {
        for it in ["slip_no", "p_slip_no", "_slip_no", "in_slip_no"] {
            assert_eq!(plain(it), "slip_no");
        }
    }
}
