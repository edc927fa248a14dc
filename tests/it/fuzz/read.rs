//! Reads: what is sealed answers what the server's owner is answered with `tenant_id =` in place of the policy.

use futures_util::TryStreamExt;

use super::{
    door::{Run, Who},
    expr::{Gen, explicit, sealed},
    model::{self, Relation},
    query::Query,
    rng::Rng,
};
use crate::attacks::{Outcome, Wire};

/// Queries in one transaction.
const TOGETHER: u32 = 8;

/// In which way a query is sent.
#[derive(Debug, Clone, Copy)]
enum Way {
    Plain,
    Prepared,
    Cursor,
    CopyQuery,
    CopyTable,
}

impl Run<'_> {
    /// `count` queries as somebody.
    pub async fn reads(&mut self, who: Who, count: u32) {
        let (a, b) = (self.field.target.a.tenant_id, self.field.target.b.tenant_id);
        let mut owner = Wire::connect(&self.field.target.superuser).await;
        let (mut relations, without) = model::relations(&mut owner, who.role(), a, b).await;
        for relation in without {
            let what = format!("it may read {relation}, whose rows name no tenant");
            self.found(who, 0, &what, "", "");
        }
        relations.retain(|it| !who.is_kept_from(&it.name));
        let mut wire = who.connect(self.field).await;
        let mut planner = String::new();
        let mut open = false;
        for number in 0..count {
            if !self.goes_on() {
                return;
            }
            let mut rng = Rng::of(self.seed, number);
            if number % TOGETHER == 0 || !open {
                planner = self.shuffled(&mut rng);
                who.enter(&mut wire, self.field, &planner).await;
                owner
                    .must(
                        "rollback; begin; set local jit = off; set local statement_timeout = '8s'",
                    )
                    .await;
            }
            open = self.read(who, number, rng, &relations, [&mut wire, &mut owner], &planner).await;
        }
    }

    /// One query on both sides. False when a side failed: its transaction is over.
    async fn read(
        &mut self,
        who: Who,
        number: u32,
        mut rng: Rng,
        relations: &[Relation],
        [wire, owner]: [&mut Wire; 2],
        planner: &str,
    ) -> bool {
        let way = match rng.below(20) {
            0..=3 => Way::Prepared,
            4..=6 => Way::Cursor,
            7 => Way::CopyQuery,
            8 => Way::CopyTable,
            _ => Way::Plain,
        };
        let mut generator = Gen::new(rng, relations);
        if matches!(way, Way::Prepared) {
            generator.params = Some(Vec::new());
        }
        let mut query = generator.query();
        if matches!(way, Way::CopyTable) {
            query = Query {
                text: generator.relation().name.clone(),
                ordered: false,
                params: Vec::new(),
            };
        }
        let (mine, theirs) = if matches!(way, Way::CopyTable) {
            let a = self.field.target.a.tenant_id;
            let table = relations.iter().find(|it| it.name == query.text);
            let columns: Vec<&str> = table
                .map(|it| it.columns.iter().map(|it| it.name.as_str()).collect())
                .unwrap_or_default();
            let columns = columns.join(", ");
            let whole = table.is_some_and(|it| it.plain);
            let explicit = format!("(select {columns} from {} where tenant_id = {a})", query.text);
            // A view and a parent can be copied by a query only.
            let own = if whole {
                format!("{} ({columns})", query.text)
            } else {
                format!("(select {columns} from {})", query.text)
            };
            (own, explicit)
        } else {
            let a = self.field.target.a.tenant_id;
            (sealed(&query.text), explicit(&query.text, a))
        };
        let (one, two) = tokio::join!(
            send(wire, way, &mine, &query.params),
            send(owner, way, &theirs, &query.params)
        );
        self.compare(who, number, &query, &mine, planner, one, two)
    }

    #[expect(clippy::too_many_arguments, reason = "what is said of a finding")]
    fn compare(
        &mut self,
        who: Who,
        number: u32,
        query: &Query,
        text: &str,
        planner: &str,
        mut one: Outcome,
        mut two: Outcome,
    ) -> bool {
        if [one.code(), two.code()].contains(&"57014") {
            self.tally.not_compared += 1;
            return false;
        }
        if !query.ordered {
            one.rows.sort();
            two.rows.sort();
        }
        match (&one.state, &two.state) {
            (None, None) if one.rows == two.rows => {
                self.tally.compared += 1;
                self.tally.with_rows += usize::from(!one.rows.is_empty());
                true
            }
            (None, None) => {
                let what = format!(
                    "{} rows, not {}: {}",
                    one.rows.len(),
                    two.rows.len(),
                    differing(&one, &two)
                );
                self.found(who, number, &what, text, planner);
                true
            }
            (Some(_), Some(_)) => {
                self.failures_of_both();
                false
            }
            (one_state, two_state) => {
                let what =
                    format!("{one_state:?} {}, and not {two_state:?} {}", one.message, two.message);
                self.found(who, number, &what, text, planner);
                false
            }
        }
    }
}

fn differing(one: &Outcome, two: &Outcome) -> String {
    let more = one.rows.iter().find(|it| !two.rows.contains(it));
    let less = two.rows.iter().find(|it| !one.rows.contains(it));
    format!("has {more:?}, has not {less:?}")
}

async fn send(wire: &mut Wire, way: Way, text: &str, params: &[String]) -> Outcome {
    match way {
        Way::Plain => wire.simple(text).await,
        Way::Prepared => {
            let values =
                if params.is_empty() { String::new() } else { format!(" ({})", params.join(", ")) };
            // A generic plan is thought of from the sixth time on.
            let again = format!("execute fuzz{values}; ").repeat(7);
            wire.simple(&format!("deallocate all; prepare fuzz as {text}; {again}")).await
        }
        Way::Cursor => {
            let text = format!(
                "declare fuzz scroll cursor for {text}; fetch 2 from fuzz; fetch all from fuzz; fetch backward all from fuzz; \
                 close fuzz"
            );
            wire.simple(&text).await
        }
        Way::CopyQuery => copy(wire, &format!("copy ({text}) to stdout")).await,
        Way::CopyTable => copy(wire, &format!("copy {text} to stdout")).await,
    }
}

/// COPY TO, whose lines are the rows.
async fn copy(wire: &mut Wire, text: &str) -> Outcome {
    let found: Result<Vec<bytes::Bytes>, _> = match wire.client.copy_out(text).await {
        Ok(stream) => stream.try_collect().await,
        Err(err) => Err(err),
    };
    match found {
        Ok(parts) => {
            let all = String::from_utf8_lossy(&parts.concat()).into_owned();
            let rows = all.lines().map(|it| vec![it.to_owned()]).collect();
            Outcome { rows, ..Outcome::default() }
        }
        Err(err) => Outcome::failed(&err),
    }
}
