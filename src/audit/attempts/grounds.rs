//! What must be known before a zero means anything: how many rows each tenant has, by somebody who may see them.

use std::collections::BTreeMap;

use crate::{
    audit::{attempts::Census, config::Config},
    dba::probe::{self, Canaries, Probe},
};

use super::{
    Outcome, Relation,
    context::{enter, ident},
};

/// Rows of a relation, as far as it matters: up to a thousand are counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rows {
    /// Tenant A's.
    pub own: i64,
    /// Anybody else's.
    pub other: i64,
}

/// Rows of each relation.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    rows: BTreeMap<String, Rows>,
}

impl Grounds {
    /// Rows of a relation.
    pub fn rows(&self, relation: &Relation) -> Rows {
        self.rows.get(&relation.name).copied().unwrap_or_default()
    }
}

/// Who counts: the administrator where it sees all rows, else each tenant its own, through its own door.
pub(super) async fn survey(
    config: &Config,
    census: &Census,
    admin: &Probe,
    salt: [u8; 32],
    out: &mut Outcome,
) -> Result<(Canaries, Grounds), probe::Error> {
    let mut grounds = Grounds::default();
    let mut canaries = Canaries::new();
    if census.sees_all {
        for it in tables(census) {
            let Some(whose) = it.whose() else { continue };
            let [a, b] = [false, true].map(|is_b| census.owner_of(it, is_b));
            let of = |which: &str| {
                format!(
                    "(select count(*) from (select from {} where {whose} {which} limit 1000) s)",
                    it.name
                )
            };
            let text = format!(
                "select {}, {}",
                of(&format!("= {a}")),
                of(&format!("is distinct from {a}"))
            );
            let Ok(counts) = admin.numbers(&text, &[]).await else {
                out.untried("X01", &it.name, None, "its rows cannot be counted");
                continue;
            };
            if let [own, other] = counts[..] {
                grounds.rows.insert(it.name.clone(), Rows { own, other });
            }
            if matches!(it.kind, 'r' | 'p') {
                let which = (format!("{whose} = {b}"), format!("{whose} = {a}"));
                gather(&mut canaries, admin, it, &which).await;
            }
        }
    } else {
        each_its_own(config, census, salt, &mut canaries, &mut grounds, out).await;
    }
    Ok((canaries, grounds))
}

/// Foreign tables are asked by attempts, not by the administrator: the other server may be slow.
fn tables(census: &Census) -> impl Iterator<Item = &Relation> {
    census.relations.iter().filter(|it| it.kind != 'f')
}

async fn gather(
    canaries: &mut Canaries,
    reader: &Probe,
    it: &Relation,
    (of, not): &(String, String),
) {
    // The key to a parent is a value like others; the tenant's own id is known to everybody.
    let says =
        |column: &&String| it.by_parent.is_none() && Some(*column) == it.tenant_column.as_ref();
    let columns = it.columns.iter().filter(|column| !says(column));
    let columns: Vec<&str> = columns.map(String::as_str).collect();
    canaries.gather_all(reader, &it.name, &columns, (of, not)).await;
}

/// Without an administrator each of the two tenants proves that its own rows exist.
async fn each_its_own(
    config: &Config,
    census: &Census,
    salt: [u8; 32],
    canaries: &mut Canaries,
    grounds: &mut Grounds,
    out: &mut Outcome,
) {
    for role in config.roles.iter().filter(|it| it.enters) {
        let Ok(probe) = Probe::connect(&role.url, salt).await else { continue };
        for is_b in [false, true] {
            let begin = match &role.set_role {
                Some(it) => format!("begin; set local role {}", ident(it)),
                None => "begin".to_owned(),
            };
            let entered =
                probe.run(&begin).await.is_ok() && enter(&probe, config, census, is_b).await;
            if entered {
                count_own(census, &probe, is_b, canaries, grounds).await;
            } else {
                let which = if is_b { "B" } else { "A" };
                let why =
                    format!("{} cannot enter tenant {which}: nobody proves its rows", role.name);
                out.untried("X01", "every relation", Some(&role.name), &why);
            }
            drop(probe.run("rollback").await);
        }
    }
}

async fn count_own(
    census: &Census,
    probe: &Probe,
    is_b: bool,
    canaries: &mut Canaries,
    grounds: &mut Grounds,
) {
    for it in tables(census) {
        let Some(whose) = it.whose() else { continue };
        let id = census.owner_of(it, is_b);
        let text = format!(
            "savepoint c; select count(*) from (select from {} where {whose} = {id} limit 1000) s",
            it.name
        );
        let count = probe.numbers(&text, &[]).await.ok().and_then(|it| it.first().copied());
        drop(probe.run("rollback to savepoint c").await);
        let rows = grounds.rows.entry(it.name.clone()).or_default();
        match (is_b, count) {
            (false, Some(count)) => rows.own = rows.own.max(count),
            (true, Some(count)) => rows.other = rows.other.max(count),
            (_, None) => {}
        }
        if count.is_some_and(|it| 0 < it) && matches!(it.kind, 'r' | 'p') {
            let (mine, nobody) = (format!("{whose} = {id}"), "false".to_owned());
            // What A has too tells nothing of B.
            let which = if is_b { (mine, nobody) } else { (nobody, mine) };
            for column in &it.columns {
                drop(probe.run("savepoint c").await);
                drop(canaries.gather(probe, &it.name, column, (&which.0, &which.1)).await);
                drop(probe.run("rollback to savepoint c").await);
            }
        }
    }
}
