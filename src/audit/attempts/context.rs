//! The doors of an attempt: nobody, empty, unknown, tenant A, tenant B, and how each is gone through.

use crate::{
    audit::config::Context,
    dba::probe::{Refusal, literal},
};

use super::Hunt;

/// In which context an attempt is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// Nothing was ever said.
    None,
    /// The context is the empty text: what a setting becomes again after COMMIT.
    Empty,
    /// A tenant that does not exist.
    Unknown,
    /// Tenant A.
    A,
    /// Tenant B.
    B,
}

impl Door {
    /// In a report.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Door::None => "none",
            Door::Empty => "empty",
            Door::Unknown => "unknown",
            Door::A => "tenant A",
            Door::B => "tenant B",
        }
    }
}

impl Hunt<'_> {
    /// The doors that this role can go through. Nobody, empty and unknown are always tried.
    pub(super) async fn open_doors(&mut self) -> Vec<Door> {
        let mut doors = vec![Door::None, Door::Empty, Door::Unknown];
        if !self.role.enters {
            return doors;
        }
        for door in [Door::A, Door::B] {
            if self.credential(door).is_none() {
                if door == Door::A {
                    let why = "there is no credential of tenant A";
                    self.out.untried("X01", "every relation", Some(&self.role.name), why);
                }
                continue;
            }
            match self.begin(door, true).await {
                Ok(()) => doors.push(door),
                Err(err) => {
                    let why = format!(
                        "{} cannot enter {} ({}): say `enters = false` if it never should",
                        self.role.name,
                        door.words(),
                        err.code
                    );
                    self.out.untried("X01", "every relation", Some(&self.role.name), &why);
                }
            }
        }
        doors
    }

    /// What opens a door: a tenant's id, or its credential.
    fn credential(&self, door: Door) -> Option<String> {
        let by_id = matches!(self.config.context, Context::Setting(_));
        match door {
            Door::None => None,
            Door::Empty => Some(String::new()),
            Door::Unknown if by_id => Some(self.unknown_id()),
            Door::Unknown => Some("0".repeat(64)),
            Door::A if by_id => self.census.a.clone(),
            Door::B if by_id => self.census.b.clone(),
            Door::A => self.config.a.credential.clone(),
            Door::B => self.config.b.credential.clone(),
        }
    }

    /// An id of the same shape that nobody has.
    fn unknown_id(&self) -> String {
        let a = self.census.a.as_deref().unwrap_or_default();
        match a.len() {
            36 => "00000000-0000-4000-8000-00000000dead".to_owned(),
            _ if a.bytes().all(|it| it.is_ascii_digit()) => "2147483646".to_owned(),
            _ => "shikiri-unknown".to_owned(),
        }
    }

    /// Begins a transaction and goes through a door.
    ///
    /// A refusal leaves the transaction open and unbound: what is tried then is tried without a tenant.
    pub(super) async fn begin(&self, door: Door, read_only: bool) -> Result<(), Refusal> {
        let begin = |read_only| {
            let mode = if read_only { "begin read only" } else { "begin" };
            format!("rollback; {mode}; savepoint door")
        };
        let Some(credential) = self.credential(door) else {
            return self.probe.run(&begin(read_only)).await.map(drop);
        };
        let (begun, entered) = match &self.config.context {
            Context::Setting(name) => {
                let begin = begin(read_only);
                let text =
                    format!("select set_config({}, {}, true)", literal(name), literal(&credential));
                tokio::join!(biased; self.probe.run(&begin), self.probe.run(&text))
            }
            Context::Function { name } => {
                // A function that enters may have to write: a last-used time, for one.
                let begin = begin(false);
                let enter = self.probe.enter(name, &credential);
                tokio::join!(biased; self.probe.run(&begin), async { enter.await.map(|()| 0) })
            }
        };
        begun?;
        let entered = entered.map(drop);
        if entered.is_err() {
            self.probe.run("rollback to savepoint door").await?;
        }
        entered
    }

    /// How a person goes through the door in psql.
    pub(super) fn in_psql(&self, door: Door, then: &str) -> String {
        let enter = match (&self.config.context, self.credential(door)) {
            (_, None) => String::new(),
            (Context::Setting(name), Some(id)) => {
                format!("select set_config({}, {}, true);\n", literal(name), literal(&id))
            }
            (Context::Function { name }, Some(_)) => {
                format!(
                    "select {name}($1) \\bind :credential_of_{} \\g\n",
                    match door {
                        Door::A => "a",
                        Door::B => "b",
                        _ => "nobody",
                    }
                )
            }
        };
        format!("-- psql, logged in as {}\nbegin;\n{enter}{then};\nrollback;", self.role.name)
    }
}
