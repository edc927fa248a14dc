//! Every id, name, path, cursor, channel, lock and cache key that could be two billers', with what makes them apart.
//!
//! `tests/golden/names_apart.txt` has one line for each, written by hand. What is found and not listed fails, and so does
//! what is listed and not found.

use std::{collections::BTreeSet, fs, path::Path};

use shikiri::testkit::World;

use crate::attacks::Wire;

/// What to look for in a line of the program: its kind, and how it reads.
const IN_PROGRAM: &[(&str, &[&str])] = &[
    (
        "kept",
        &[
            "Mutex<",
            "RwLock<",
            "OnceLock",
            "LazyLock",
            "OnceCell",
            "thread_local!",
            "HashMap<",
            "HashSet<",
        ],
    ),
    ("wakes", &["Notify", "watch::Sender<", "broadcast::", "Semaphore::new("]),
    ("sealed", &["seal::bound(", "seal::seal("]),
    ("makes ids", &["now_v7()", "new_v4()", "gen_random_uuid()"]),
    ("advisory lock", &["pg_advisory", "pg_try_advisory"]),
    ("channel", &["pg_notify", "listen ", "notify "]),
];

/// Rooms that run in no service: the laboratory and tests make databases of their own, an audit and a command have one
/// caller.
const NO_SERVICE: &[&str] = &["src/lab/", "src/testkit/", "src/audit/", "src/cli/", "src/pdf/"];

/// Unique keys that do not begin with the biller, and every UUID that names a row.
const IN_DATABASE: &str = "
    select 'key ' || i.indrelid::regclass || ' (' || string_agg(a.attname, ', ' order by k.n) || ')'
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    cross join lateral unnest(i.indkey::smallint[]) with ordinality as k(attnum, n)
    left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where c.relnamespace::regnamespace::text like 'shikiri%' and i.indisunique
    group by i.indexrelid, i.indrelid
    having bool_and(a.attname is distinct from 'tenant_id') filter (where k.n = 1)
    union
    select 'id ' || a.attrelid::regclass || '.' || a.attname
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::smallint[])
    where c.relnamespace::regnamespace::text like 'shikiri%' and i.indisunique and a.atttypid = 'uuid'::regtype
    order by 1";

/// Whether a line is a field or a parameter: `known: Mutex<…>,`.
fn is_field(line: &str) -> bool {
    let line = line.trim_start_matches("pub(super) ").trim_start_matches("pub ");
    let name = line.split(": ").next().unwrap_or_default();
    let plain = name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
    plain && line.contains(": ") && line.ends_with(',') && !line.contains("::new(")
}

/// Items of one file of the program or of `sql`.
fn scan(path: &str, text: &str) -> BTreeSet<String> {
    // Tests of a file stand at its end.
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let (sql, place) =
        (path.ends_with(".sql"), path.starts_with("src/export/") || path.starts_with("src/auth/"));
    let mut items = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("//") || line.starts_with("--") || line.starts_with("use ") {
            continue;
        }
        // Keywords of SQL are lower case here; secrets are made of random ids and are none.
        let small = line.to_lowercase();
        let secret = line.contains("gen_random_uuid()::text") || line.contains("uuid_send(");
        let has = |marks: &[&str]| marks.iter().any(|it| line.contains(it));
        let one_for_all = small.contains("static ") || small.contains("thread_local");
        for (kind, marks) in IN_PROGRAM {
            let counts = match *kind {
                "kept" => !sql && (is_field(line) || one_for_all),
                "wakes" => !sql,
                "makes ids" => !secret,
                // Words of SQL are channels in SQL alone.
                "channel" => sql || small.contains("pg_notify"),
                _ => true,
            };
            if counts && has(marks) {
                items.insert(format!("{kind} {path}: {}", line.trim_end_matches([',', ';'])));
            }
        }
        if place && has(&[".join("]) {
            items.insert(format!("path {path}: {}", line.trim_end_matches([',', ';'])));
        }
    }
    items
}

fn scan_dir(dir: &Path, items: &mut BTreeSet<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(dir).expect("reads") {
        let path = entry.expect("reads").path();
        let name = path.strip_prefix(root).expect("ours").to_string_lossy().into_owned();
        if NO_SERVICE.iter().any(|it| format!("{name}/").starts_with(it)) || name.contains("/tests")
        {
            continue;
        }
        if path.is_dir() {
            scan_dir(&path, items);
        } else if name.ends_with(".rs") || name.ends_with(".sql") {
            items.extend(scan(&name, &fs::read_to_string(&path).expect("a text")));
        }
    }
}

#[tokio::test]
async fn every_name_that_could_be_two_billers_is_listed_with_what_makes_them_apart() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let world = World::new().await;
    let mut wire = Wire::connect(&world.superuser_url()).await;
    let mut found: BTreeSet<String> =
        wire.simple(IN_DATABASE).await.rows.into_iter().map(|mut row| row.swap_remove(0)).collect();
    for dir in ["src", "sql/functions", "sql/policies", "sql/queries", "sql/checks", "sql/views"] {
        scan_dir(&root.join(dir), &mut found);
    }
    let listed = fs::read_to_string(root.join("tests/golden/names_apart.txt")).expect("the list");
    let mut known = BTreeSet::new();
    for line in listed.lines().filter(|it| !it.starts_with('#')) {
        let (item, apart) = line.split_once(" | ").unwrap_or((line, ""));
        assert!(15 <= apart.len(), "{item}: say what makes two billers' apart");
        assert!(known.insert(item.to_owned()), "{item} is listed twice");
    }
    let new: Vec<&String> = found.difference(&known).collect();
    let gone: Vec<&String> = known.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "tests/golden/names_apart.txt: not listed:\n{new:#?}\nlisted and not there:\n{gone:#?}"
    );
    assert!(40 < found.len(), "{}", found.len());
}

#[test]
fn a_new_name_of_every_kind_is_found() {
    let planted = [
        ("src/http/x.rs", "kept", "files: Mutex<HashMap<(TenantId, ExportId), Bytes>>"),
        ("src/http/x.rs", "kept", "pub files: HashMap<ExportId, Bytes>"),
        ("src/export/x.rs", "kept", "static LAST: OnceLock<ExportId> = OnceLock::new()"),
        ("src/export/x.rs", "wakes", "moved: watch::Sender<ExportId>"),
        ("src/export/x.rs", "wakes", "let one = Semaphore::new(1)"),
        ("src/http/x.rs", "sealed", "let of = seal::bound(&[id.as_bytes()])"),
        ("src/export/x.rs", "makes ids", "let id = Uuid::now_v7()"),
        ("src/export/x.rs", "path", "let path = root.join(id.to_string())"),
        ("src/dba/x.rs", "advisory lock", "client.execute(\"select pg_advisory_lock(1)\")"),
        ("sql/functions/x.sql", "advisory lock", "perform pg_advisory_xact_lock(1)"),
        ("sql/functions/x.sql", "channel", "perform pg_notify('exports', id)"),
        ("sql/functions/x.sql", "channel", "listen exports"),
        ("sql/functions/x.sql", "makes ids", "id uuid := gen_random_uuid()"),
    ];
    for (path, kind, text) in planted {
        let line = format!(
            "    {text}{}",
            if path.ends_with(".rs") && is_field(&format!("{text},")) { "," } else { ";" }
        );
        assert_eq!(scan(path, &line), BTreeSet::from([format!("{kind} {path}: {text}")]), "{text}");
        let comment = if path.ends_with(".sql") { "-- " } else { "// " };
        assert!(scan(path, &format!("{comment}{text}")).is_empty(), "a comment is none: {text}");
    }
}
