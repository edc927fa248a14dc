//! Marks of B: values that nobody else has, and whether an answer has one of them.

use std::collections::BTreeSet;

use super::plant::WORD;
use crate::attacks::Wire;

/// What must not be in any answer.
pub struct Marks {
    /// Found wherever they stand, in a longer word too.
    parts: Vec<String>,
    /// Numbers: found as a whole number only, because a clock or a digest may have the same digits in it.
    numbers: BTreeSet<String>,
    /// Where tenant ids are: table and number of the column.
    pub tenants: BTreeSet<(u32, u16)>,
    pub own: String,
}

/// Everything that B has and A has not, of at least this many characters; a shorter value may be anybody's.
const LEAST: usize = 6;

impl Marks {
    /// Reads them: also from the vault, whose hashes nobody may learn.
    pub async fn of(root: &mut Wire, a: i32, b: i32) -> Marks {
        let columns = "select t.attrelid::regclass::text, t.attrelid, t.attnum, a.attname, format_type(a.atttypid, null) \
             from pg_attribute t join pg_class c on c.oid = t.attrelid \
             join pg_attribute a on a.attrelid = t.attrelid and a.attnum > 0 and not a.attisdropped \
             where t.attname = 'tenant_id' and c.relkind in ('r', 'v', 'p') \
             and c.relnamespace::regnamespace::text in ('shikiri', 'shikiri_ops', 'shikiri_vault')";
        let mut res = Marks {
            parts: vec![WORD.to_lowercase()],
            numbers: BTreeSet::new(),
            tenants: BTreeSet::new(),
            own: a.to_string(),
        };
        let (mut of_b, mut of_others) = (Vec::new(), BTreeSet::new());
        for row in root.simple(columns).await.rows {
            let [table, oid, number, column, kind] = &row[..] else { panic!("five columns") };
            res.tenants.insert((oid.parse().expect("an oid"), number.parse().expect("a number")));
            if column == "tenant_id" {
                continue;
            }
            let values = |whose: &str| {
                format!(
                    "select distinct {column}::text from {table} where tenant_id {whose} {b} and {column} is not null"
                )
            };
            let of_all_others = root.simple(&values("<>")).await;
            of_others.extend(of_all_others.rows.into_iter().flatten());
            let values = root.simple(&values("=")).await;
            of_b.extend(values.rows.into_iter().flatten().map(|it| (it, kind.clone())));
        }
        // Unlike anybody's, in whatever table.
        for (value, kind) in of_b.iter().filter(|(it, _)| !of_others.contains(it)) {
            res.take(value, kind);
        }
        res.parts.sort();
        res.parts.dedup();
        // The beginning of a value may be what another one has too.
        let of_others: Vec<String> = of_others.iter().map(|it| it.to_lowercase()).collect();
        res.parts.retain(|part| !of_others.iter().any(|it| it.contains(part.as_str())));
        res.are_no_words_of_the_server(root).await;
        res
    }

    /// A mark that the server's own catalogues hold too would be found in answers that say nothing of B.
    async fn are_no_words_of_the_server(&self, root: &mut Wire) {
        let texts = "select description from pg_description union all select prosrc from pg_proc \
             union all select concat_ws(' ', collname, collcollate, colliculocale) from \
             (select c.collname, c.collcollate, to_jsonb(c) ->> 'colliculocale' as colliculocale from pg_collation c) c \
             union all select name from pg_timezone_names union all select concat_ws(' ', name, short_desc, extra_desc) from pg_settings \
             union all select c.relname from pg_class c union all select a.attname from pg_attribute a";
        let rows = root.simple(texts).await.rows;
        assert!(3_000 < rows.len(), "the catalogues can be read");
        for text in rows.iter().flatten() {
            let found = self.parts.iter().find(|it| text.to_lowercase().contains(it.as_str()));
            assert_eq!(found, None, "the server itself says: {text}");
        }
    }

    fn take(&mut self, value: &str, kind: &str) {
        if value.chars().all(|it| it.is_ascii_digit()) {
            if LEAST <= value.len() {
                self.numbers.insert(value.to_owned());
            }
            return;
        }
        // The word is in it, and is looked for anyway.
        if value.contains(WORD) || value.len() < LEAST {
            return;
        }
        let plain = if kind == "bytea" { value.trim_start_matches("\\x") } else { value };
        // Of more than that the beginning is enough, and a cut is found too.
        self.parts.push(plain.chars().take(24).collect::<String>().to_lowercase());
    }

    pub fn count(&self) -> usize {
        self.parts.len() + self.numbers.len()
    }

    /// The mark that is in a text, if one is.
    pub fn found(&self, bytes: &[u8]) -> Option<&str> {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let part = self.parts.iter().find(|it| text.contains(it.as_str()));
        part.map(String::as_str).or_else(|| {
            let near = |it: char| !(it.is_ascii_alphanumeric() || ".:+-_".contains(it));
            let mut words = text.split(near);
            words.find_map(|it| self.numbers.get(it)).map(String::as_str)
        })
    }

    /// Whether it is there as bytes that are written in another way.
    pub fn found_in_disguise(&self, bytes: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(bytes).ok()?.trim();
        let raw = hex::decode(text.trim_start_matches("\\x")).ok()?;
        self.found(&raw).map(|it| format!("{it} (in hexadecimal)"))
    }
}

#[test]
fn a_mark_is_found_as_it_is_and_in_hexadecimal_and_not_in_other_numbers() {
    let mut marks = Marks {
        parts: vec![WORD.to_lowercase()],
        numbers: BTreeSet::new(),
        tenants: BTreeSet::new(),
        own: "2".to_owned(),
    };
    marks.take("271001", "integer");
    marks.take("0f0e0d0c-1111-4222-8333-444455556666", "uuid");
    assert_eq!(marks.found(b"Key (amount_yen)=(271001) exists"), Some("271001"));
    assert_eq!(marks.found(b"2026-12-01 03:00:44.271001+00"), None);
    assert_eq!(marks.found(b"12710019"), None);
    assert!(marks.found("of 0F0E0D0C-1111-4222-8333-4444".as_bytes()).is_some());
    assert!(marks.found(b"kusabi-7").is_some());
    assert!(marks.found_in_disguise(b"\\x4b5553414249").is_some());
    assert_eq!(marks.found_in_disguise(b"\\x4143"), None);
}
