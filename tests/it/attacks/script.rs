//! The format of `tests/attacks/*.sql`, read strictly: what it does not know fails the test.
//!
//! Blocks are separated by empty lines. The first block is the head: a sentence, then `-- vector:`,
//! `-- expect:` and perhaps `-- earned:` (a count, taken by a superuser, that must not be zero).
//! Every other block is directives and at most one message for the server:
//!
//! * `-- as: a`, `b`, `nobody` (an unbound transaction) or `outside` (none): starts anew, on the same connection
//! * `-- on: aside`: on a connection of its own, at the same time; `-- params: :bill_of_b, null` by the extended protocol
//! * `-- sqlstate: 42501` it must fail so · `-- refused: 42501` the same, and success is a leak in itself ·
//!   `-- rows: 0` so many rows, more is a leak · `-- oracle: x` all blocks of one name must look alike
//! * `-- residual: why` it leaks, as documented; `-- side-effect: why` it works, and shows no row;
//!   `-- hardened: 42501` what becomes of it under `sql/hardening/superuser.sql`
//! * `-- from: 18`: only from this major version on · `-- seal: mac`: only where the seal is held so

use shikiri::dba::catalog::Seal;

/// A file.
pub struct Script {
    pub name: String,
    pub vector: String,
    pub earned: Vec<String>,
    pub steps: Vec<Step>,
}

/// Who a transaction belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    A,
    B,
    Nobody,
    Outside,
}

/// A block.
#[derive(Debug, Default)]
pub struct Step {
    /// Line of the file, from 1.
    pub line: usize,
    pub door: Option<Door>,
    pub aside: bool,
    pub params: Option<Vec<String>>,
    pub sqlstate: Vec<String>,
    pub refused: bool,
    pub rows: Option<u64>,
    pub oracle: Option<String>,
    pub residual: bool,
    pub side_effect: bool,
    pub hardened: Vec<String>,
    pub from: Option<u32>,
    pub seal: Option<Seal>,
    pub sql: String,
}

impl Script {
    /// Reads a file of `tests/attacks`.
    ///
    /// # Panics
    /// At anything that is not in the format.
    pub fn read(name: &str) -> Script {
        let path = format!("{}/tests/attacks/{name}.sql", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|err| panic!("{path}: {err}"));
        let mut script = Script {
            name: name.to_owned(),
            vector: String::new(),
            earned: Vec::new(),
            steps: Vec::new(),
        };
        let mut expect = false;
        for (line, block) in blocks(&text) {
            if line > 1 {
                script.steps.push(Step::read(name, line, &block));
                continue;
            }
            for it in block.iter().skip(1) {
                match directive(it) {
                    Some(("vector", value)) => script.vector = value.to_owned(),
                    Some(("expect", _)) => expect = true,
                    Some(("earned", value)) => script.earned.push(value.to_owned()),
                    _ => panic!("{name}: {it}"),
                }
            }
        }
        assert!(
            expect && !script.vector.is_empty(),
            "{name}: the head needs a vector and an expectation"
        );
        assert!(script.steps.iter().any(|it| !it.sql.is_empty()), "{name}: nothing is tried");
        script
    }
}

impl Step {
    fn read(name: &str, line: usize, block: &[String]) -> Step {
        let mut step = Step { line, ..Step::default() };
        let mut sql = Vec::new();
        for it in block {
            let Some((key, value)) = directive(it).filter(|_| sql.is_empty()) else {
                sql.push(it.clone());
                continue;
            };
            let words = || value.split([',', ' ']).filter(|it| !it.is_empty()).map(str::to_owned);
            match key {
                "as" => step.door = Some(door(name, value)),
                "on" => step.aside = value == "aside",
                "params" => {
                    step.params = Some(value.split(',').map(|it| it.trim().to_owned()).collect());
                }
                "sqlstate" => step.sqlstate = words().collect(),
                "refused" => {
                    step.refused = true;
                    step.sqlstate = words().collect();
                }
                "rows" => step.rows = Some(value.parse().expect("a number of rows")),
                "oracle" => step.oracle = Some(value.to_owned()),
                "residual" => step.residual = true,
                "side-effect" => step.side_effect = true,
                "hardened" => step.hardened = words().collect(),
                "seal" => step.seal = Some(seal(name, value)),
                "from" => step.from = Some(value.parse().expect("a major version")),
                _ => panic!("{name}:{line}: {it}"),
            }
        }
        step.sql = sql.join("\n");
        assert!(step.door.is_some() || !step.sql.is_empty(), "{name}:{line}: an empty block");
        step
    }
}

fn door(name: &str, value: &str) -> Door {
    match value {
        "a" => Door::A,
        "b" => Door::B,
        "nobody" => Door::Nobody,
        "outside" => Door::Outside,
        _ => panic!("{name}: as whom? {value}"),
    }
}

fn seal(name: &str, value: &str) -> Seal {
    match value {
        "parameter" => Seal::Parameter,
        "mac" => Seal::Mac,
        _ => panic!("{name}: held how? {value}"),
    }
}

/// `-- key: value`, where the key is one lower-case word.
fn directive(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix("-- ")?.split_once(": ")?;
    key.bytes().all(|it| it.is_ascii_lowercase() || it == b'-').then_some((key, value.trim()))
}

/// Runs of lines that are not empty, with the number of their first line.
fn blocks(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut res: Vec<(usize, Vec<String>)> = Vec::new();
    let mut open = false;
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            open = false;
        } else if open {
            res.last_mut().expect("is open").1.push(line.to_owned());
        } else {
            res.push((n + 1, vec![line.to_owned()]));
            open = true;
        }
    }
    res
}
