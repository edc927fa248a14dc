//! The doors of an attempt: nobody, empty, unknown, tenant A, tenant B, and how each is gone through.

use crate::{
    audit::config::{Config, Context},
    dba::probe::{Probe, Refusal, literal},
};

use super::{Census, Hunt};

/// In which context an attempt is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// Nothing was ever said: on a connection on which the setting was never touched it is null, and not empty.
    None,
    /// The context is the empty text: what a setting becomes again after COMMIT.
    Empty,
    /// A tenant that does not exist.
    Unknown,
    /// Blanks.
    Blank,
    /// A word.
    Word,
    /// A value of another type than the tenant's.
    OtherType,
    /// Tenant A, with blanks around.
    Spaced,
    /// Tenant A, with zeros before.
    Zeros,
    /// Tenant A, in the other case.
    Cased,
    /// Tenant A.
    A,
    /// Tenant B.
    B,
}

impl Door {
    /// What is looked through, in this order. The last ones name A in another spelling, and A at last.
    pub(super) const LOOKS: [Door; 10] = [
        Door::None,
        Door::Empty,
        Door::Unknown,
        Door::Blank,
        Door::Word,
        Door::OtherType,
        Door::Spaced,
        Door::Zeros,
        Door::Cased,
        Door::A,
    ];

    /// In a report.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Door::None => "none",
            Door::Empty => "empty",
            Door::Unknown => "unknown",
            Door::Blank => "blanks",
            Door::Word => "a word",
            Door::OtherType => "another type's value",
            Door::Spaced => "tenant A with blanks",
            Door::Zeros => "tenant A with zeros",
            Door::Cased => "tenant A in the other case",
            Door::A => "tenant A",
            Door::B => "tenant B",
        }
    }

    /// Whether it names A, in one spelling or another: A's own rows may be answered.
    pub(super) const fn is_a(self) -> bool {
        matches!(self, Door::A | Door::Spaced | Door::Zeros | Door::Cased)
    }

    /// Whether its value need not fit the tenant's type: an error of class 22 is then what was to be expected.
    pub(super) const fn may_be_unfit(self) -> bool {
        matches!(
            self,
            Door::Blank | Door::Word | Door::OtherType | Door::Spaced | Door::Zeros | Door::Cased
        )
    }

    /// The value in the place of one of A's. None: there is none of this kind.
    fn of(self, a: &str, b: &str) -> Option<String> {
        let is_number = !a.is_empty() && a.bytes().all(|it| it.is_ascii_digit());
        let text = match self {
            Door::None => return None,
            Door::Empty => String::new(),
            Door::Unknown => match a.len() {
                36 => "00000000-0000-4000-8000-00000000dead".to_owned(),
                _ if is_number => "2147483646".to_owned(),
                _ => "shikiri-unknown".to_owned(),
            },
            Door::Blank => "  ".to_owned(),
            Door::Word => "shikiri".to_owned(),
            Door::OtherType if is_number => "00000000-0000-4000-8000-00000000dead".to_owned(),
            Door::OtherType => "1".to_owned(),
            Door::Spaced => format!(" {a} "),
            Door::Zeros if is_number => format!("000{a}"),
            Door::Zeros => return None,
            Door::Cased if a.to_uppercase() != a => a.to_uppercase(),
            Door::Cased if a.to_lowercase() != a => a.to_lowercase(),
            Door::Cased => return None,
            Door::A => a.to_owned(),
            Door::B => b.to_owned(),
        };
        Some(text)
    }
}

/// Enters A, or B, in the transaction that is open. False: it was refused, or there is no credential.
pub(super) async fn enter(probe: &Probe, config: &Config, census: &Census, is_b: bool) -> bool {
    let party = if is_b { &config.b } else { &config.a };
    match (&config.context, &party.credential) {
        (Context::Function { name }, Some(credential)) => {
            probe.enter(name, credential).await.is_ok()
        }
        (Context::Function { .. }, None) => false,
        (context, _) => {
            let id = |it: &Option<String>| it.clone().unwrap_or_default();
            let tenant = id(if is_b { &census.b } else { &census.a });
            let list = context.entering(&tenant, &id(&census.persons[usize::from(is_b)]));
            let text = |(name, value): (String, String)| {
                format!("select set_config({}, {}, true)", literal(&name), literal(&value))
            };
            let texts: Vec<String> = list.into_iter().flatten().map(text).collect();
            probe.run(&texts.join("; ")).await.is_ok()
        }
    }
}

impl Hunt<'_> {
    /// The doors that this role can go through. Nobody, empty and unknown are always tried.
    pub(super) async fn open_doors(&mut self) -> Vec<Door> {
        let mut doors: Vec<Door> = Door::LOOKS.into_iter().filter(|it| *it != Door::A).collect();
        if matches!(self.config.context, Context::Function { .. }) {
            doors.retain(|it| matches!(it, Door::None | Door::Empty | Door::Unknown | Door::Blank));
        }
        if !self.role.enters {
            doors.retain(|it| !it.is_a());
            return doors;
        }
        for door in [Door::A, Door::B] {
            if !self.has_key(door) {
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

    fn has_key(&self, door: Door) -> bool {
        match self.config.context {
            Context::Function { .. } => self.credential(door).is_some(),
            _ => true,
        }
    }

    /// What opens a door: A's and B's credential, for a function.
    fn credential(&self, door: Door) -> Option<String> {
        match door {
            Door::A => self.config.a.credential.clone(),
            Door::B => self.config.b.credential.clone(),
            Door::Unknown => Some("0".repeat(64)),
            Door::Empty | Door::Blank => door.of("", ""),
            _ => None,
        }
    }

    /// What is set to go through a door, a statement each.
    pub(super) fn settings_of(&self, door: Door) -> Vec<String> {
        let id = |it: &Option<String>| it.clone().unwrap_or_default();
        let [person_a, person_b] = &self.census.persons;
        let tenant = door.of(&id(&self.census.a), &id(&self.census.b));
        let person = door.of(&id(person_a), &id(person_b));
        // One of the two may have no such spelling: then it stays A's.
        let (tenant, person) = match (tenant, person) {
            (None, None) => return Vec::new(),
            (tenant, person) => {
                (tenant.unwrap_or(id(&self.census.a)), person.unwrap_or(id(person_a)))
            }
        };
        let list = self.config.context.entering(&tenant, &person).unwrap_or_default();
        let text = |(name, value): (String, String)| {
            // Empty is what every setting becomes after COMMIT, whatever stood in it.
            let value = if door == Door::Empty { String::new() } else { value };
            format!("select set_config({}, {}, true)", literal(&name), literal(&value))
        };
        list.into_iter().map(text).collect()
    }

    /// Whether there is such a door at all: not every id has zeros to put before it.
    pub(super) fn has_door(&self, door: Door) -> bool {
        match self.config.context {
            Context::Function { .. } => door == Door::None || self.credential(door).is_some(),
            _ => door == Door::None || !self.settings_of(door).is_empty(),
        }
    }

    /// The statement that makes the login what it is for a request.
    pub(super) fn becoming(&self) -> String {
        match &self.role.set_role {
            Some(role) => format!("set local role {}; ", ident(role)),
            None => String::new(),
        }
    }

    /// Begins a transaction and goes through a door.
    ///
    /// A refusal leaves the transaction open and unbound: what is tried then is tried without a tenant.
    pub(super) async fn begin(&self, door: Door, read_only: bool) -> Result<(), Refusal> {
        let by_function = matches!(self.config.context, Context::Function { .. });
        // A function that enters may have to write: a last-used time, for one.
        let mode = match (read_only, by_function) {
            (false, _) => "begin read write",
            (true, true) => "begin",
            (true, false) => "begin read only",
        };
        let begin = format!("rollback; {mode}; {}savepoint door", self.becoming());
        let (begun, entered) = match &self.config.context {
            Context::Function { name } => match self.credential(door) {
                None => return self.probe.run(&begin).await.map(drop),
                Some(credential) => {
                    let enter = self.probe.enter(name, &credential);
                    tokio::join!(biased; self.probe.run(&begin), async { enter.await.map(|()| 0) })
                }
            },
            _ => {
                let set = self.settings_of(door);
                if set.is_empty() {
                    return self.probe.run(&begin).await.map(drop);
                }
                let set = set.join("; ");
                tokio::join!(biased; self.probe.run(&begin), self.probe.run(&set))
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
        let enter = match &self.config.context {
            Context::Function { name } if self.credential(door).is_some() => {
                format!(
                    "select {name}($1) \\bind :credential_of_{} \\g\n",
                    match door {
                        Door::A => "a",
                        Door::B => "b",
                        _ => "nobody",
                    }
                )
            }
            Context::Function { .. } => String::new(),
            _ => self.settings_of(door).iter().map(|it| format!("{it};\n")).collect(),
        };
        let become_it = self.becoming().trim_end().to_owned();
        let become_it = if become_it.is_empty() { become_it } else { become_it + "\n" };
        format!(
            "-- psql, logged in as {}\nbegin;\n{become_it}{enter}{then};\nrollback;",
            self.role.name
        )
    }
}

/// A name as SQL takes it, whatever stands in it.
pub(super) fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::{Door, ident};

    #[test]
    fn every_door_has_a_value_that_is_not_its_neighbours() {
        for a in ["7", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "Awaji", "awaji"] {
            let mut values: Vec<String> =
                Door::LOOKS.iter().filter_map(|it| it.of(a, "b")).collect();
            let count = values.len();
            values.sort();
            values.dedup();
            assert_eq!(values.len(), count, "{a}");
            assert!(7 < count, "{a}: {values:?}");
        }
        assert_eq!(Door::Zeros.of("7", "9").as_deref(), Some("0007"));
        assert_eq!(Door::None.of("7", "9"), None, "nothing is set, not even the empty text");
    }

    #[test]
    fn a_name_is_quoted_whatever_stands_in_it() {
        assert_eq!(ident("App \"User\""), "\"App \"\"User\"\"\"");
    }
}
