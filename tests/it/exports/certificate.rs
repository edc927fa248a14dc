//! The certificate of an export: verified by the program and by `docs/verify.py`, which must always agree; and every
//! byte of file, row and claim that is changed is noticed by both.

mod rows;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use shikiri::{
    auth::{CertificateKeys, VerifiedSession},
    domain::{ByteRange, ExportId, ExportState, NewSlip, PageSpan, SlipFilter, SlipId},
    export::{Exporter, IdempotencyKey, Order, certificate::TYPE},
    statements::{certificates::GetCertificate, slips::ListSlips},
    testkit::{A, SLIPS_A, Served, World, proof, register},
};

use super::{all, ended, exporter};
use crate::http::client::{ask, log_in};

/// Certificate, file, rows, manifest and keys of one released export, as files.
struct Case {
    world: World,
    served: Served,
    exporter: Exporter,
    dir: tempfile::TempDir,
    session: VerifiedSession,
    id: ExportId,
    keys: CertificateKeys,
    claims: Value,
}

const HEAD: &str = "bill_number,reissue_number,customer_number,customer_name,due_date,revenue_stamp,amount_yen,consumption_tax_yen\n";

async fn rows(
    world: &World,
    session: &VerifiedSession,
    tax: impl Fn(&SlipId) -> Option<i32>,
) -> String {
    let list = ListSlips::new(&SlipFilter::open(), None, 200);
    let slips = world.pool().read(session, &list).await.expect("reads");
    let mut text = HEAD.to_owned();
    for slip in slips {
        let due = slip.slip.due_date.map(|it| it.iso()).unwrap_or_default();
        text += &format!(
            "{},{},{},{},{due},{},{},{}\n",
            slip.slip.id.bill_number.as_str(),
            slip.slip.id.reissue_number.get(),
            slip.slip.customer_number.as_str(),
            slip.slip.customer_name.as_str(),
            u8::from(slip.slip.revenue_stamp),
            slip.slip.amount_yen.get(),
            tax(&slip.slip.id).map(|it| it.to_string()).unwrap_or_default(),
        );
    }
    text
}

impl Case {
    async fn new() -> Case {
        Case::of(all(SLIPS_A), &[]).await
    }

    /// Of an export of everything, after these slips were registered too.
    async fn of(order: Order, more: &[NewSlip]) -> Case {
        let world = World::new().await;
        let dir = tempfile::tempdir().expect("a directory");
        let exporter = exporter(&world, dir.path());
        let a = world.login(&A, "clerk").await;
        register(world.pool(), &a, more).await.expect("registers");
        let id = exporter.order(&a, order).await.expect("ordered");
        let line = ended(&world, &a, id).await;
        assert_eq!((line.state, line.failure), (ExportState::Ready, None));
        let keys = proof(dir.path()).certificates;
        let published = serde_json::to_string(&keys.published().expect("reads")).expect("writes");
        let served = world.serve().await;
        let taxes = |id: &SlipId| {
            more.iter().find(|it| it.id == *id)?.consumption_tax_yen.map(|it| it.get())
        };
        let own = rows(&world, &a, taxes).await;
        let (session, claims) = (a, Value::Null);
        let mut case = Case { world, served, exporter, dir, session, id, keys, claims };
        case.put("own.csv", own.as_bytes());
        case.put("jwks.json", published.as_bytes());
        case.save(id, ["cert.jws", "list.pdf", "manifest.json"]).await;
        let certificate = String::from_utf8(case.get("cert.jws")).expect("ASCII");
        let payload = certificate.split('.').nth(1).expect("three parts");
        let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64");
        case.claims = serde_json::from_slice(&payload).expect("JSON");
        case
    }

    /// Puts certificate, file and manifest of an export where they are asked for.
    async fn save(&self, id: ExportId, [certificate, file, manifest]: [&str; 3]) {
        let get = GetCertificate { export_id: id.0 };
        let read = self.world.pool().read(&self.session, &get).await.expect("reads").pop();
        self.put(certificate, read.expect("is there").as_bytes());
        let whole = self.exporter.fetch(&self.session, id, ByteRange::Whole).await;
        let mut bytes = Vec::new();
        whole.expect("released").read_to_end(&mut bytes).await.expect("reads");
        self.put(file, &bytes);
        // Another user of the same biller: the manifest is the biller's, not the person's.
        let admin = log_in(&self.served, &A, "admin").await;
        let told = ask(&self.served, &format!("GET /v1/exports/{}/manifest", id.0));
        let told = told.token(&admin).send().await;
        assert_eq!(told.status, 200, "{}", told.text());
        self.put(manifest, &told.body);
    }

    /// Prints pages again, as `again.*`.
    async fn reprint(&self, pages: &str) {
        let key = IdempotencyKey {
            route: "POST /reprint".to_owned(),
            key: pages.to_owned(),
            body_digest: [0; 32],
        };
        let pages = PageSpan::parse(pages).expect("pages");
        let id = self.exporter.reprint(&self.session, self.id, pages, key).await;
        self.save(id.expect("reprints"), ["again.jws", "again.pdf", "again.json"]).await;
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("writes");
    }

    fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("reads")
    }

    /// Claims of one's own, signed with the service's key.
    fn signed(&self, change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut claims = self.claims.clone();
        change(&mut claims);
        self.keys.sign(TYPE, &claims).expect("signs").token.into_bytes()
    }

    /// Asks both verifiers. They must agree.
    #[track_caller]
    fn holds(&self, certificate: &str, file: &str, rows: &str, keys: &str) -> bool {
        self.told([certificate, file, rows, keys], None).0
    }

    /// With a manifest as well; and what ours said.
    #[track_caller]
    fn told(
        &self,
        [certificate, file, rows, keys]: [&str; 4],
        manifest: Option<&str>,
    ) -> (bool, String) {
        let (cert, file, rows, keys) =
            (self.path(certificate), self.path(file), self.path(rows), self.path(keys));
        let manifest = manifest.map(|it| self.path(it));
        let ours = Command::new(env!("CARGO_BIN_EXE_shikiri"))
            .arg("verify")
            .arg(&cert)
            .arg("--artefact")
            .arg(&file)
            .arg("--rows")
            .arg(&rows)
            .arg("--keys")
            .arg(&keys)
            .args(manifest.iter().flat_map(|it| [Path::new("--manifest"), it]))
            .output()
            .expect("runs");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verify.py");
        let theirs = Command::new("python3")
            .args([&script, &cert, &keys, &file, &rows])
            .args(&manifest)
            .output()
            .expect("apt-get install python3");
        let said = format!(
            "{}{}{}",
            String::from_utf8_lossy(&ours.stdout),
            String::from_utf8_lossy(&theirs.stdout),
            String::from_utf8_lossy(&theirs.stderr)
        );
        assert!(!said.contains("ModuleNotFoundError"), "apt-get install python3-cryptography");
        assert_eq!(ours.status.code(), theirs.status.code(), "{certificate}: {said}");
        let words = String::from_utf8_lossy(&ours.stdout).into_owned();
        match ours.status.code() {
            Some(0) => (true, words),
            Some(4) => (false, words),
            code => panic!("exit {code:?}: {said}"),
        }
    }

    #[track_caller]
    fn refuses_certificate(&self, name: &str, bytes: &[u8]) {
        self.put("other.jws", bytes);
        assert!(!self.holds("other.jws", "list.pdf", "own.csv", "jwks.json"), "{name}");
    }
}

#[tokio::test]
async fn a_certificate_holds_and_every_change_of_file_row_or_claim_is_noticed() {
    let case = Case::new().await;
    let good = || case.holds("cert.jws", "list.pdf", "own.csv", "jwks.json");
    assert!(good());
    assert_eq!(case.claims["rows"]["count"], SLIPS_A);
    assert_eq!(case.claims["rows"]["distinct_tenants"], 1);
    assert_eq!(case.claims["second"]["agree"], true);
    // A byte of each class of the file.
    let file = case.get("list.pdf");
    for (class, at) in [
        ("head", 1),
        ("a stream", file.len() / 2),
        ("trailer", file.len() - 30),
        ("last byte", file.len() - 1),
    ] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        case.put("other.pdf", &changed);
        assert!(!case.holds("cert.jws", "other.pdf", "own.csv", "jwks.json"), "{class}");
    }
    case.put("other.pdf", &file[..file.len() - 1]);
    assert!(!case.holds("cert.jws", "other.pdf", "own.csv", "jwks.json"), "cut off");
    // A row.
    let rows = String::from_utf8(case.get("own.csv")).expect("UTF-8");
    let mut lines: Vec<&str> = rows.lines().collect();
    let (last, changed) = (lines[45], lines[45].replace("C0", "C1"));
    lines.pop();
    let without = lines.join("\n");
    for (change, rows) in [
        ("a row is missing", without.clone()),
        ("a value is another", format!("{without}\n{changed}\n")),
        ("a row is there twice", format!("{rows}{last}\n")),
        ("a line is no row", format!("{without}\nx,y\n")),
        ("no head", rows.replacen(HEAD, "", 1)),
    ] {
        case.put("other.csv", rows.as_bytes());
        assert!(!case.holds("cert.jws", "list.pdf", "other.csv", "jwks.json"), "{change}");
    }
    // Their order is no matter: the list has its own.
    let mut lines: Vec<&str> = rows.lines().collect();
    lines[1..].reverse();
    case.put("other.csv", lines.join("\r\n").as_bytes());
    assert!(case.holds("cert.jws", "list.pdf", "other.csv", "jwks.json"));
    assert!(good(), "nothing of this changed the case");
}

/// Every leaf of the claims, as a pointer.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| leaves(value, &format!("{at}/{name}"), found))
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(n, it)| leaves(it, &format!("{at}/{n}"), found))
        }
        _ => found.push(at.to_owned()),
    }
}

#[tokio::test]
async fn each_claim_is_signed_and_contradictions_are_seen_under_a_good_signature_too() {
    let case = Case::new().await;
    let token = String::from_utf8(case.get("cert.jws")).expect("ASCII");
    let parts: Vec<&str> = token.split('.').collect();
    let mut pointers = Vec::new();
    leaves(&case.claims, "", &mut pointers);
    assert!(40 < pointers.len(), "{pointers:?}");
    for pointer in &pointers {
        let mut claims = case.claims.clone();
        let claim = claims.pointer_mut(pointer).expect("is there");
        *claim = match claim {
            Value::Number(it) => json!(it.as_i64().unwrap_or(0) + 1),
            Value::Bool(it) => json!(!*it),
            _ => json!("sha256:00"),
        };
        let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
        let forged = format!("{}.{payload}.{}", parts[0], parts[2]);
        case.refuses_certificate(pointer, forged.as_bytes());
    }
    for (name, header) in [
        ("no algorithm", json!({"alg": "none", "typ": TYPE})),
        ("a token's type", json!({"alg": "EdDSA", "typ": "shikiri-session+jwt"})),
    ] {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let forged = format!("{header}.{}.{}", parts[1], parts[2]);
        case.refuses_certificate(name, forged.as_bytes());
    }
    // Signed by the service's own key, and yet not to be believed.
    for (pointer, value) in [
        ("/typ", json!("shikiri.isolation/2")),
        ("/rows/distinct_tenants", json!(2)),
        ("/rows/count", json!(44)),
        ("/rows/root", json!("sha256:00")),
        ("/pages/count", json!(2)),
        ("/second/agree", json!(false)),
        ("/second/root", json!("sha256:00")),
        ("/policy/app_role/bypassrls", json!(true)),
        ("/artefact/bytes", json!(1)),
        ("/issued_at", json!("2020-01-01T00:00:00+09:00")),
    ] {
        let token = case.signed(|claims| *claims.pointer_mut(pointer).expect("is there") = value);
        case.refuses_certificate(pointer, &token);
    }
    let honest = case.signed(|_| ());
    case.put("other.jws", &honest);
    assert!(case.holds("other.jws", "list.pdf", "own.csv", "jwks.json"));
}

#[tokio::test]
async fn a_replaced_key_still_proves_and_keys_of_others_do_not() {
    let case = Case::new().await;
    case.keys.replace().expect("replaces");
    let published = serde_json::to_string(&case.keys.published().expect("reads")).expect("writes");
    case.put("jwks.json", published.as_bytes());
    assert!(case.holds("cert.jws", "list.pdf", "own.csv", "jwks.json"));
    let other = tempfile::tempdir().expect("a directory");
    let others = proof(other.path()).certificates.published().expect("reads");
    case.put("others.json", serde_json::to_string(&others).expect("writes").as_bytes());
    assert!(!case.holds("cert.jws", "list.pdf", "own.csv", "others.json"));
}
