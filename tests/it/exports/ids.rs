//! An id that names bytes is one biller's among all: nobody chooses it, and whoever knows another's has nothing.

use shikiri::{
    auth::VerifiedSession,
    dba::catalog::Login,
    domain::{ByteRange, ExportId, ExportState, PageSpan},
    export::{Exporter, FetchError, IdempotencyKey, LinkWish, ReprintError},
    testkit::{A, B, SLIPS_A, SLIPS_B, World},
};

use super::{accidents::left, all, ended, exporter, line, released};
use crate::attacks::{Wire, party};

/// Both billers with a released file each, kept by one service.
struct Two {
    world: World,
    dir: tempfile::TempDir,
    exporter: Exporter,
    a: VerifiedSession,
    b: VerifiedSession,
    of_a: ExportId,
    of_b: ExportId,
    file_of_b: Vec<u8>,
}

impl Two {
    async fn new() -> Two {
        let world = World::new().await;
        let dir = tempfile::tempdir().expect("a directory");
        let exporter = exporter(&world, dir.path());
        let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
        let of_a = exporter.order(&a, all(SLIPS_A)).await.expect("ordered");
        let of_b = exporter.order(&b, all(SLIPS_B)).await.expect("ordered");
        for (session, id) in [(&a, of_a), (&b, of_b)] {
            assert_eq!(ended(&world, session, id).await.state, ExportState::Ready);
        }
        let (_, file_of_b) = released(&exporter, &b, of_b).await;
        Two { world, dir, exporter, a, b, of_a, of_b, file_of_b }
    }

    async fn root(&self) -> Wire {
        Wire::connect(&self.world.superuser_url()).await
    }

    /// Rows of A that bear B's id and say what B's file is: as an earlier version let anybody make them who knew it.
    async fn plant(&self) {
        let mut root = self.root().await;
        for table in [
            "shikiri.export",
            "shikiri.export_state",
            "shikiri.export_check",
            "shikiri.export_certificate",
            "shikiri_ops.export_ledger",
        ] {
            let columns = format!(
                "select string_agg(a.attname, ', ' order by a.attnum) from pg_attribute a \
                 where a.attrelid = '{table}'::regclass and a.attnum > 0 and not a.attisdropped"
            );
            let columns = root.value(&columns).await;
            let of_a = |column| match column {
                "tenant_id" => self.a.tenant_id().0.to_string(),
                "requested_by" => format!("'{}'", self.a.user_id().0),
                column => column.to_owned(),
            };
            let values: Vec<String> = columns.split(", ").map(of_a).collect();
            let values = values.join(", ");
            let plant = format!(
                "insert into {table} ({columns}) select {values} from {table} where export_id = '{}'",
                self.of_b.0
            );
            root.must(&plant).await;
        }
        let of_two = format!(
            "select count(*) from shikiri.export_state where export_id = '{}' and artefact_bytes is not null",
            self.of_b.0
        );
        assert_eq!(root.value(&of_two).await, "2", "the id is both billers'");
    }

    async fn b_is_as_it_was(&self) {
        let (_, file) = released(&self.exporter, &self.b, self.of_b).await;
        assert!(file == self.file_of_b, "B's file is another one");
    }
}

fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey { route: "POST /reprint".to_owned(), key: key.to_owned(), body_digest: [0; 32] }
}

#[tokio::test]
async fn export_id_collision_reads_other_billers_file() {
    let two = Two::new().await;
    two.plant().await;
    let (exporter, a, bid) = (&two.exporter, &two.a, two.of_b);
    let of_a = line(&two.world, a, bid).await;
    assert_eq!(
        of_a.artefact_bytes,
        i64::try_from(two.file_of_b.len()).ok(),
        "A's row tells B's length"
    );
    // A sees a row of its own, and not a byte behind it: as a whole, in part, by a link, as a reprint.
    for range in [ByteRange::Whole, ByteRange::FromTo(0, 9), ByteRange::Last(1)] {
        let refused = exporter.fetch(a, bid, range).await;
        assert!(matches!(refused, Err(FetchError::Gone)), "{refused:?}");
    }
    let wish = LinkWish { ttl_s: 900, bound: false };
    let link = exporter.make_link(a, bid, wish).await.expect("a link to nothing");
    let refused = exporter.fetch_link(&link.token, None, ByteRange::Whole).await;
    assert!(matches!(refused, Err(FetchError::Gone)), "{refused:?}");
    let pages = PageSpan::parse("1").expect("pages");
    let refused = exporter.reprint(a, bid, pages, key("r")).await;
    assert!(matches!(refused, Err(ReprintError::NotFound)), "{refused:?}");
    // Nor is the fetch written down: the database does not know the file as A's.
    let mut root = two.root().await;
    let of_a =
        format!("select count(*) from shikiri.export_fetch where tenant_id = {}", a.tenant_id().0);
    assert_eq!(root.value(&of_a).await, "0");
    // A's end of it is no end of B's: recalled, discarded, expired, swept.
    exporter.recall(a, bid, "mine").await.expect("A's row is A's");
    two.b_is_as_it_was().await;
    assert_eq!(exporter.sweep().await.expect("sweeps"), 0);
    two.b_is_as_it_was().await;
    let again = format!(
        "update shikiri.export_state set state = 'ready', recalled_at = null, recalled_by = null, recall_reason = null \
         where tenant_id = {0} and export_id = '{1}'; \
         update shikiri_ops.export_ledger set state = 'ready', retain_until = clock_timestamp() - interval '1 s' \
         where tenant_id = {0} and export_id = '{1}'",
        a.tenant_id().0,
        bid.0
    );
    root.must(&again).await;
    exporter.sweep().await.expect("sweeps");
    assert_eq!(line(&two.world, a, bid).await.state, ExportState::Expired, "A's time is over");
    exporter.discard(a, bid).await.expect("is over");
    two.b_is_as_it_was().await;
    assert_eq!(left(two.dir.path()).len(), 4, "two files with their keys");
    // The list of files alone does not help either: the file itself says whose it is.
    let taken = format!(
        "update shikiri_vault.artefact set tenant_id = {} where export_id = '{}'; \
         update shikiri.export_state set state = 'ready' where tenant_id = {0} and export_id = '{1}'",
        a.tenant_id().0,
        bid.0
    );
    root.must(&taken).await;
    let refused = exporter.fetch(a, bid, ByteRange::Whole).await;
    assert!(matches!(refused, Err(FetchError::Gone)), "{refused:?}");
}

#[tokio::test]
async fn no_id_is_named_by_whoever_holds_the_application_s_connection() {
    let two = Two::new().await;
    let a = party(&two.world, &A, "admin", "").await;
    let mut app = Wire::connect(&two.world.url(Login::App)).await;
    app.enter(&a.secret).await;
    let (src, bid, bytes) = (two.of_a.0, two.of_b.0, two.file_of_b.len());
    for call in [
        format!("select shikiri_seal.begin_reprint('{src}', '{bid}'::uuid, 1, 1)"),
        format!(
            "select shikiri_seal.finish_reprint('{bid}'::uuid, '\\x00'::bytea, {bytes}::bigint, 'x', 'x')"
        ),
        format!(
            "select shikiri_seal.order_export('{bid}'::uuid, 'slip_list', '{{\"all\": true}}'::jsonb, 45, null, '{{}}'::jsonb)"
        ),
    ] {
        app.must("savepoint s").await;
        let told = app.simple(&call).await;
        assert_eq!(told.code(), "42883", "{call}: {}", told.all());
        app.must("rollback to s").await;
    }
    for call in [
        format!("insert into shikiri_vault.artefact (export_id, tenant_id) values ('{bid}', 1)"),
        "select * from shikiri_vault.artefact".to_owned(),
        "select shikiri_vault.new_artefact()".to_owned(),
        format!("select shikiri_vault.owns_artefact('{bid}')"),
        format!("select * from shikiri_vault.known_artefacts(array[1], array['{bid}'::uuid])"),
    ] {
        app.must("savepoint s").await;
        let told = app.simple(&call).await;
        assert_eq!(told.code(), "42501", "{call}: {}", told.all());
        app.must("rollback to s").await;
    }
    // What the database makes is new, and another one each time.
    let (begun, other) = (begin(&mut app, two.of_a).await, begin(&mut app, two.of_a).await);
    app.must("commit").await;
    assert!(begun[0] != other[0] && begun[0] != bid.to_string(), "{begun:?} {other:?}");
    two.b_is_as_it_was().await;
}

/// Begins a reprint of an export's first page in a session: its id and its two tickets.
async fn begin(app: &mut Wire, source: ExportId) -> Vec<String> {
    let text = format!(
        "select b.export_id, b.export_ticket, b.check_ticket from shikiri_seal.begin_reprint('{}', 1, 1) b \
         where b.outcome = 'begun'",
        source.0
    );
    app.simple(&text).await.rows.swap_remove(0)
}

/// A new transaction through a door; answers the door's code.
async fn enter(wire: &mut Wire, door: &str, secret: &str) -> String {
    wire.must("rollback; begin").await;
    let text = format!("select shikiri_seal.{door}($1::text)");
    wire.extended(&text, &[Some(secret.to_owned())]).await.code().to_owned()
}

#[tokio::test]
async fn no_digest_and_no_length_is_named_by_whoever_holds_the_application_s_connection() {
    let two = Two::new().await;
    let a = party(&two.world, &A, "admin", "").await;
    let mut app = Wire::connect(&two.world.url(Login::App)).await;
    app.enter(&a.secret).await;
    let begun = begin(&mut app, two.of_a).await;
    app.must("commit").await;
    let one = "'{1}', '{1}', '{1}', '{a}', '{b}', array[decode(repeat('ab', 32), 'hex')], '{null}', '{null}'";
    let pages = format!("select shikiri_seal.report_pages({one})");
    // Neither the session nor the reprint's own ticket says which bytes it came to.
    let forgeries = [
        ("select shikiri_seal.begin_export(15, 1, 1)", "SK010"),
        (pages.as_str(), "SK010"),
        ("select shikiri_seal.finish_drawing(sha256('x'), sha256('x'), 9, null)", "SK010"),
        ("select shikiri_seal.release_export('x', 'x')", "SK010"),
        ("select shikiri_seal.reprint_facts()", "SK010"),
        ("select shikiri_seal.finish_reprint('x', 'x')", "SK010"),
        ("select shikiri_seal.record_reprint(sha256('x'), 9)", "42501"),
        ("select shikiri_seal.record_check(1, 1, 1, 'x')", "42501"),
    ];
    for (door, secret) in [("enter", &a.secret), ("enter_export", &begun[1])] {
        for (forgery, code) in forgeries {
            assert_eq!(enter(&mut app, door, secret).await, "00000");
            let told = app.simple(forgery).await;
            assert_eq!(told.code(), code, "{door}: {forgery}: {}", told.all());
        }
    }
    let as_checker = enter(&mut app, "enter_check", &begun[2]).await;
    assert_eq!(as_checker, "42501", "the application is no checker, whatever ticket it holds");
    app.must("rollback").await;
    // Earned: the checker itself, with the ticket, says it; without a digest or a length it does not.
    let mut checker = Wire::connect(&two.world.url(Login::Checker)).await;
    for (bytes, code) in [
        ("'x', 9", "22023"),
        ("sha256('x'), 0", "22023"),
        ("null, 9", "22023"),
        ("sha256('x'), 9", "00000"),
    ] {
        assert_eq!(enter(&mut checker, "enter_check", &begun[2]).await, "00000");
        let told = checker.simple(&format!("select shikiri_seal.record_reprint({bytes})")).await;
        assert_eq!(told.code(), code, "{bytes}: {}", told.all());
    }
}

#[tokio::test]
async fn upkeep_that_names_another_biller_destroys_and_writes_nothing() {
    let two = Two::new().await;
    let (tenant_a, tenant_b, bid) = (two.a.tenant_id().0, two.b.tenant_id().0, two.of_b.0);
    let mut root = two.root().await;
    // B's is called back, and its service has not come to destroy it yet.
    let b = party(&two.world, &B, "admin", "").await;
    let mut app = Wire::connect(&two.world.url(Login::App)).await;
    app.enter(&b.secret).await;
    app.must(&format!("select shikiri_seal.recall_export('{bid}', 'wrong')")).await;
    app.must("commit").await;
    let state = format!("select state from shikiri.export_state where export_id = '{bid}'");
    let doomed = |tenant: &str| {
        format!(
            "select count(*) from shikiri_seal.doomed_exports(array[{tenant}]::integer[], array['{bid}'::uuid])"
        )
    };
    let shredded = |tenant: &str| {
        format!(
            "select shikiri_seal.note_shredded(array[{tenant}]::integer[], array['{bid}'::uuid])"
        )
    };
    // The application's login is not told of files of others at all, whoever's number it knows.
    for wrong in [tenant_a.to_string(), tenant_b.to_string(), "null".to_owned()] {
        for text in [doomed(&wrong), shredded(&wrong)] {
            assert_eq!(app.simple(&text).await.code(), "42501", "{text}");
        }
    }
    let mut checker = Wire::connect(&two.world.url(Login::Checker)).await;
    for wrong in [tenant_a.to_string(), "null".to_owned(), "0".to_owned()] {
        assert_eq!(checker.value(&doomed(&wrong)).await, "0", "{wrong}");
        assert_eq!(checker.value(&shredded(&wrong)).await, "0", "{wrong}");
    }
    assert_eq!(root.value(&state).await, "recalled", "nobody has written that its key is gone");
    assert_eq!(left(two.dir.path()).len(), 4);
    assert_eq!(checker.value(&doomed(&tenant_b.to_string())).await, "1", "its own is found");
    assert_eq!(two.exporter.sweep().await.expect("sweeps"), 1);
    assert_eq!(root.value(&state).await, "shredded");
    assert_eq!(left(two.dir.path()).len(), 2, "A's is there");
    released(&two.exporter, &two.a, two.of_a).await;
}

#[tokio::test]
async fn an_id_that_two_billers_bear_is_the_first_ones_after_migrate_and_an_incident_of_both() {
    let two = Two::new().await;
    two.plant().await;
    let mut root = two.root().await;
    // As before this version: no list of files, and the rows of whoever knew the id are the younger ones.
    let before = format!(
        "delete from shikiri_vault.artefact; \
         update shikiri_ops.export_ledger set ordered_at = ordered_at + interval '1 hour' \
         where tenant_id = {} and export_id = '{}'",
        two.a.tenant_id().0,
        two.of_b.0
    );
    root.must(&before).await;
    let migration = include_str!("../../../migrations/V11__artefacts_of_billers.sql");
    let from = migration.find("insert into shikiri_vault.artefact").expect("it lists the files");
    let to = migration.find("-- A token that one biller").expect("and goes on");
    root.must(&migration[from..to]).await;
    let owner =
        format!("select tenant_id from shikiri_vault.artefact where export_id = '{}'", two.of_b.0);
    assert_eq!(root.value(&owner).await, two.b.tenant_id().0.to_string());
    let told = "select count(*) || ' ' || count(distinct tenant_id) from shikiri_ops.incident \
         where cause = 'export_id_of_two_billers'";
    assert_eq!(root.value(told).await, "2 2");
    let files = "select count(*) from shikiri_vault.artefact where not names_biller";
    assert_eq!(root.value(files).await, "2", "those of before name no biller");
    let refused = two.exporter.fetch(&two.a, two.of_b, ByteRange::Whole).await;
    assert!(refused.is_err(), "{refused:?}");
    two.b_is_as_it_was().await;
}
