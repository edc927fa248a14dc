//! The command with a configuration of somebody else's: names that match nothing, errors that are no refusals, its outputs.

use std::process::{Command, Output, Stdio};

use crate::audit::{Ground, Planted};

const A: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const B: &str = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";

/// A ground with these files on it, and what the audit of it is told.
async fn ground(files: &[(&str, &str)]) -> (Ground, tempfile::TempDir) {
    let mut ground = Ground::new().await;
    ground.plant(&Planted::read("clean", "1_base").sql).await;
    for (folder, name) in files {
        ground.plant(&Planted::read(folder, name).sql).await;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let text = config(&mut ground).await;
    std::fs::write(dir.path().join("shikiri-audit.toml"), text).expect("writes");
    (ground, dir)
}

async fn config(ground: &mut Ground) -> String {
    let quoted = |it: &str| format!("\"{}\"", it.replace('\\', "\\\\").replace('"', "\\\""));
    let (admin, app) = (ground.url("postgres").await, ground.url("fault_user").await);
    format!(
        "database_url = {}\n[role.{}]\nurl = {}\n[tenant]\ncolumns = [\"tenant_id\"]\na = \"{A}\"\nb = \"{B}\"\n\
         [context]\nsetting = \"app.tenant_id\"\nhelpers = [\"app.current_tenant\"]\n",
        quoted(&admin),
        ground.fill("fault_user"),
        quoted(&app)
    )
}

fn audit(dir: &tempfile::TempDir, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_shikiri"))
        .arg("audit")
        .args(arguments)
        .env_clear()
        .current_dir(dir.path())
        .output()
        .expect("it starts");
    let said = [stdout, stderr].concat();
    (status.code().expect("it ends by itself"), String::from_utf8_lossy(&said).into_owned())
}

/// The file again, with one thing changed.
fn changed(dir: &tempfile::TempDir, from: &str, to: &str) {
    let path = dir.path().join("shikiri-audit.toml");
    let text = std::fs::read_to_string(&path).expect("it is there");
    assert!(text.contains(from), "{text}");
    std::fs::write(&path, text.replacen(from, to, 1)).expect("writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_matches_nothing_is_an_error_that_says_the_nearest() {
    let (_ground, dir) = ground(&[]).await;
    let (code, text) = audit(&dir, &["--static", "--fail-on", "critical"]);
    assert_eq!(code, 0, "with its right names it runs: {text}");
    for (from, to, nearest) in [
        ("columns = [\"tenant_id\"]", "columns = [\"tenent_id\"]", "the nearest is tenant_id"),
        ("app.current_tenant", "app.curent_tenant", "the nearest is app.current_tenant"),
        ("\"app.tenant_id\"", "\"app.tenant_ids\"", "the nearest is app.tenant_id"),
        (
            "[tenant]\n",
            "[tenant.tables]\n\"app.slips\" = \"tenant\"\n[tenant]\n",
            "app.slips.tenant_id",
        ),
    ] {
        changed(&dir, from, to);
        let (code, text) = audit(&dir, &["--static"]);
        assert_eq!(code, 2, "{to}: {text}");
        assert!(text.contains(nearest), "{to}: {text}");
        changed(&dir, to, from);
    }
    for line in [
        "shared_tables = [\"app.prefecture\"]",
        "ignored_schemas = [\"ap\"]",
        "known_logins = [\"nobody_at_all\"]",
    ] {
        changed(&dir, "database_url", &format!("{line}\ndatabase_url"));
        let (code, text) = audit(&dir, &["--static"]);
        assert_eq!(code, 2, "{line}: {text}");
        changed(&dir, &format!("{line}\n"), "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_that_is_no_lack_of_right_is_untried_until_it_is_declared() {
    let (mut ground, dir) = ground(&[]).await;
    ground
        .plant(
            "create function app.asked() returns uuid language plpgsql stable as $$ begin \
             if nullif(current_setting('app.tenant_id', true), '') is null then raise exception 'no tenant'; end if; \
             return current_setting('app.tenant_id')::uuid; end $$; grant execute on function app.asked() to fault_user; \
             alter policy tenant_isolation on app.slips using (tenant_id = (select app.asked()))",
        )
        .await;
    let (code, text) = audit(&dir, &["--fail-on", "critical"]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("P0001"), "{text}");
    changed(&dir, "[context]\n", "[context]\ndenials = [\"P0001\"]\n");
    let (code, text) = audit(&dir, &["--fail-on", "critical"]);
    assert!(!text.contains("no answer (P0001)"), "{text}");
    assert_ne!(code, 2, "{text}");
    changed(&dir, "P0001", "25006");
    let (code, text) = audit(&dir, &[]);
    assert_eq!(code, 2, "what a read-only server says is never a refusal: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deeper_run_is_never_milder() {
    let (_ground, dir) =
        ground(&[("faults", "70_multi_permissive_update"), ("faults", "80_tenants_table_id")])
            .await;
    let grave = |arguments: &[&str]| -> std::collections::BTreeMap<(String, String), usize> {
        let (_, text) = audit(&dir, &[arguments, &["--format", "json"]].concat());
        let report: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        let rank = |it: &str| {
            ["info", "low", "medium", "high", "critical"].iter().position(|own| *own == it)
        };
        let word = |it: &serde_json::Value| it.as_str().unwrap_or_default().to_owned();
        let findings = report["findings"].as_array().expect("a list");
        findings
            .iter()
            // Logins of other tests come and go.
            .filter(|it| it["rule"] != "R10")
            .map(|it| {
                (
                    (word(&it["rule"]), word(&it["object"])),
                    rank(&word(&it["severity"])).expect("a word"),
                )
            })
            .collect()
    };
    let (shallow, deep) = (grave(&["--static"]), grave(&["--writes"]));
    assert!(shallow.contains_key(&("T19".to_owned(), "app.companies".to_owned())), "{shallow:?}");
    for (what, severity) in &shallow {
        assert!(deep.get(what).is_some_and(|it| severity <= it), "{what:?}: {shallow:?} {deep:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outputs_fit_a_pipe_and_run_in_psql() {
    let (mut ground, dir) = ground(&[
        ("faults", "01_rls_off"),
        ("faults", "26_truncate_grant"),
        ("faults", "80_tenants_table_id"),
    ])
    .await;
    let (code, text) = audit(&dir, &["--fail-on", "high"]);
    assert_eq!(code, 1, "{text}");
    let wide: Vec<&str> = text.lines().filter(|it| 80 < it.chars().count()).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    assert!(text.contains("not judged"), "{text}");
    let (_, junit) = audit(&dir, &["--format", "junit"]);
    assert!(
        junit.contains("<testcase classname=\"T19\"")
            && junit.contains("<failure type=\"critical\""),
        "{junit}"
    );
    for page in [&["--explain", "P03"], &["--explain", "X03"]] {
        let (code, text) = audit(&dir, page);
        assert_eq!(code, 0, "{text}");
        let wide: Vec<&str> = text.lines().filter(|it| 80 < it.chars().count()).collect();
        assert!(wide.is_empty(), "{wide:#?}");
    }
    let (_, fixes) = audit(&dir, &["--fix"]);
    let wide = |it: &&str| it.starts_with("--") && 80 < it.chars().count();
    let wide: Vec<&str> = fixes.lines().filter(wide).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    let url = ground.url("postgres").await;
    let file = dir.path().join("fix.sql");
    // Logins of other tests are none of this one's business.
    let fixes: Vec<&str> = fixes.lines().filter(|it| !it.starts_with("alter role")).collect();
    let fixes = fixes.join("\n");
    std::fs::write(&file, &fixes).expect("writes");
    let run = Command::new("psql")
        .args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-f"])
        .arg(&file)
        .arg(&url)
        .output();
    let run = run.expect("psql is installed");
    assert!(run.status.success(), "{fixes}\n{}", String::from_utf8_lossy(&run.stderr));
    let (_, after) = audit(&dir, &["--static"]);
    assert!(!after.contains(" T11 "), "what was fixed is not found again: {after}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipe_that_is_closed_is_no_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shikiri"))
        .args(["audit", "--explain", "P03", "--sql"])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Nobody reads: the end of the pipe goes before a byte was taken.
    drop(child.stdout.take());
    let end = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&end.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(end.status.code(), Some(141), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_install_whatever_the_encoding_of_the_client() {
    assert!(
        shikiri::audit::INSTALL.is_ascii(),
        "what is not ASCII depends on the client's encoding"
    );
    let mut ground = Ground::new().await;
    ground.plant(&Planted::read("clean", "1_base").sql).await;
    let url = ground.url("postgres").await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/audit/install.sql");
    for encoding in ["SJIS", "EUC_JP", "LATIN1", "UTF8"] {
        let run = Command::new("psql")
            .args(["-Xq", "-v", "ON_ERROR_STOP=1", "-f", file, &url])
            .env("PGCLIENTENCODING", encoding)
            .output()
            .expect("psql is installed");
        assert!(run.status.success(), "{encoding}: {}", String::from_utf8_lossy(&run.stderr));
    }
    let title =
        "select title_ja from shikiri_audit.findings where rule = 'D05' or rule = 'D06' limit 1";
    let run = Command::new("psql")
        .args(["-XqAt", "-c", title, &url])
        .env("PGCLIENTENCODING", "UTF8")
        .output();
    let said = run.expect("psql is installed");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains('ー') || said.contains('に'), "the titles came through: {said}");
}
