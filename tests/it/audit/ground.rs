//! A throw-away database for the audit's tests, with roles that have names of their own.

use std::sync::atomic::{AtomicU32, Ordering};

use shikiri::{
    audit::{self, Finding, RuleSettings},
    dba::catalog,
    testkit::{TestServer, server_for_roles},
};

use crate::attacks::Wire;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database, and a prefix for its roles: `fault_user` becomes `fault_4711_3_user`.
pub struct Ground {
    pub database: String,
    tag: String,
    server: &'static TestServer,
    root: Wire,
    planted: String,
}

impl Ground {
    pub async fn new() -> Ground {
        let server = server_for_roles().unwrap_or_else(|err| panic!("{err}"));
        let tag = format!("{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let database = format!("audit_{tag}");
        catalog::create_database(&server.superuser(), &database, None)
            .await
            .unwrap_or_else(|err| panic!("a database for the test: {err}"));
        let root = Wire::connect(&server.conninfo_of_superuser(&database)).await;
        Ground { database, tag, server, root, planted: String::new() }
    }

    /// Puts this ground's role names into a text.
    pub fn fill(&self, text: &str) -> String {
        let text = ["fault_", "proof_"]
            .iter()
            .fold(text.to_owned(), |text, it| tagged(&text, it, &format!("{it}{}_", self.tag)));
        let superuser = self.server.conninfo_of_superuser(&self.database);
        text.replace(":superuser", &format!("'{}'", superuser.replace('\'', "''")))
    }

    /// Takes them out again.
    pub fn blur(&self, text: &str) -> String {
        text.replace(&format!("{}_", self.tag), "").replace(&self.database, "audit")
    }

    /// Runs a script as superuser.
    pub async fn plant(&mut self, sql: &str) {
        let sql = self.fill(sql);
        self.root.must(&sql).await;
        self.planted.push_str(&sql);
    }

    /// A connection string of a role of this ground; it gets the server's password first, if there is one.
    pub async fn url(&mut self, role: &str) -> String {
        if role == "postgres" {
            return self.server.conninfo_of_superuser(&self.database);
        }
        let role = self.fill(role);
        let base = self.server.conninfo(&role, &self.database);
        let Some(password) = self.server.password() else { return base };
        self.root
            .must(&format!("alter role {role} password '{}'", password.replace('\'', "''")))
            .await;
        format!("{base} password='{}'", password.replace('\\', "\\\\").replace('\'', "\\'"))
    }

    /// Runs all rules, as superuser.
    pub async fn findings(&self, settings: &RuleSettings) -> Vec<Finding> {
        let url = self.server.conninfo_of_superuser(&self.database);
        let found = audit::run(&url, settings).await.unwrap_or_else(|err| panic!("{err}"));
        found.into_iter().filter(|it| !self.is_of_another(it)).collect()
    }

    /// Roles belong to the whole server: a superuser of a test that runs meanwhile is an undeclared login here.
    pub fn is_of_another(&self, it: &Finding) -> bool {
        is_of_a_ground(it) && !it.role.as_ref().is_some_and(|role| role.contains(&self.tag))
    }
}

/// How logins begin that tests make for a while, some of them superusers: roles belong to the whole server.
pub const OF_OTHERS: &[&str] =
    &["audit_ground_", "audit_mutant_", "fault_", "mutant_app_", "proof_"];

/// An undeclared login that some ground of this server made.
pub fn is_of_a_ground(it: &Finding) -> bool {
    let role = it.role.as_deref().unwrap_or_default();
    it.rule == "R10" && OF_OTHERS.iter().any(|prefix| role.starts_with(prefix))
}

/// Replaces where a word begins so: not in `pg_default_acl`.
fn tagged(text: &str, prefix: &str, with: &str) -> String {
    let mut parts = text.split(prefix);
    let mut res = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let inside = res.ends_with(|it: char| it.is_alphanumeric() || it == '_');
        res.push_str(if inside { prefix } else { with });
        res.push_str(part);
    }
    res
}

/// The database goes, and the roles after it: they belong to the whole server.
impl Drop for Ground {
    fn drop(&mut self) {
        let admin = self.server.superuser();
        let (database, tag) = (self.database.clone(), self.tag.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                catalog::drop_database(&admin, &database).await.map_err(std::io::Error::other)?;
                let mut root = Wire::connect(&admin).await;
                let of_ours =
                    format!("select rolname from pg_roles where rolname like '%\\_{tag}\\_%'");
                for row in root.simple(&of_ours).await.rows {
                    root.simple(&format!("drop role {}", row[0])).await;
                }
                std::io::Result::Ok(())
            })
        });
        drop(dropped.join());
    }
}

/// A file of `tests/audit`, with the keys of its head.
pub struct Planted {
    pub name: String,
    pub head: Vec<(String, String)>,
    pub sql: String,
}

impl Planted {
    pub fn read(folder: &str, name: &str) -> Planted {
        let path = format!("{}/tests/audit/{folder}/{name}.sql", env!("CARGO_MANIFEST_DIR"));
        let sql = std::fs::read_to_string(&path).unwrap_or_else(|err| panic!("{path}: {err}"));
        let head = sql
            .lines()
            .take_while(|it| it.starts_with("-- "))
            .skip(1)
            .map(|it| {
                let (key, value) =
                    it[3..].split_once(": ").unwrap_or_else(|| panic!("{name}: {it}"));
                (key.to_owned(), value.to_owned())
            })
            .collect();
        Planted { name: name.to_owned(), head, sql }
    }

    /// All of a folder, by name.
    pub fn all(folder: &str) -> Vec<Planted> {
        let path = format!("{}/tests/audit/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<String> = std::fs::read_dir(&path)
            .unwrap_or_else(|err| panic!("{path}: {err}"))
            .filter_map(|it| it.ok()?.file_name().to_str()?.strip_suffix(".sql").map(str::to_owned))
            .collect();
        names.sort();
        names.iter().map(|it| Planted::read(folder, it)).collect()
    }

    /// What it is planted over, and itself.
    pub fn sql_over_base(&self) -> String {
        let under = self.values("over").into_iter().map(|it| Planted::read("clean", it).sql);
        under.chain([self.sql.clone()]).collect::<Vec<_>>().join("\n")
    }

    /// Every value of a key.
    pub fn values(&self, key: &str) -> Vec<&str> {
        self.head.iter().filter(|(it, _)| it == key).map(|(_, value)| value.as_str()).collect()
    }

    /// The one value of a key.
    pub fn value(&self, key: &str) -> &str {
        let values = self.values(key);
        let [one] = values[..] else {
            panic!("{}: `-- {key}: …` {} times", self.name, values.len())
        };
        one
    }

    /// `14_null_tenant_passes` is fault 14.
    pub fn number(&self) -> u8 {
        self.name[..2].parse().unwrap_or_else(|err| panic!("{}: {err}", self.name))
    }
}

/// What a planted design says of itself: who logs in, which columns and which context.
pub fn fault_settings(ground: &Ground) -> RuleSettings {
    // A name that matches nothing is a finding: what only some designs have is declared only there.
    let has = |it: &&str| ground.planted.contains(*it);
    let columns = ["tenant_id", "tenant_key"].into_iter().filter(has);
    RuleSettings {
        runtime_roles: vec![ground.fill("fault_user")],
        tenant_columns: columns.map(str::to_owned).collect(),
        context_functions: vec!["app.current_tenant".to_owned()],
        context_settings: vec!["app.tenant_id".to_owned()],
        shared_tables: ["app.prefectures"].into_iter().filter(has).map(str::to_owned).collect(),
        ..RuleSettings::default()
    }
}
