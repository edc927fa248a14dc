//! The accident itself, on the naive twin.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
    sync::Arc,
    time::Instant,
};

use crate::{
    domain::SlipId,
    lab::{
        Say,
        naive::{self, Cookie, Naive, NaiveRow},
        replay::{
            Error, Script,
            report::{NaiveRun, Union},
        },
        world_of_2023::{LARGEST, PRINTING, World2023},
    },
};

/// What the twin did.
pub(super) struct Acted {
    pub(super) before: NaiveRun,
    pub(super) runs: Vec<NaiveRun>,
    pub(super) union: Union,
}

/// The name of the clerk, who logs in twice.
const CLERK: &str = "clerk";

/// Acts the accident. `between` is done between the first and the second run.
pub(super) async fn act<F>(
    naive: &mut Naive,
    world: &Arc<World2023>,
    script: &Script,
    say: Say<'_>,
    between: F,
) -> Result<Acted, Error>
where
    F: AsyncFnOnce(&Naive) -> Result<(), Error>,
{
    let first = naive.log_in(CLERK, PRINTING);
    say("naive: the clerk logs in and lists its slips");
    let mut leaked: BTreeMap<SlipId, usize> = BTreeMap::new();
    let (before, _) = list(naive, first, world, script, None).await?;
    if script.second_login {
        naive.log_in(CLERK, PRINTING);
        say("naive: a second login of the same clerk clears the first session");
    }
    let mut between = Some(between);
    let mut runs = Vec::new();
    for number in 1..=script.runs {
        if number == 2
            && let Some(between) = between.take()
        {
            between(naive).await?;
            say("naive: another biller registers one slip");
        }
        let file = (number == 1).then(|| script.out.join("naive.pdf"));
        let (run, rows) = list(naive, first, world, script, file).await?;
        say(&format!(
            "naive: the first browser prints, run {number}: {} rows of {} other billers, {} pages ({:.1} s)",
            run.rows,
            run.other_billers,
            run.pages,
            run.query_seconds + run.draw_seconds
        ));
        leaked.extend(foreign(&rows).map(|it| (it.slip.id.clone(), it.biller)));
        runs.push(run);
    }
    let billers: BTreeSet<usize> = leaked.values().copied().collect();
    let union = Union {
        rows_of_others: count(leaked.len()),
        other_billers: count(billers.len()),
        rows_of_largest: count(leaked.values().filter(|it| **it == LARGEST).count()),
    };
    Ok(Acted { before, runs, union })
}

/// Lists and draws once; to a file, or to nowhere when only its pages are wanted.
async fn list(
    naive: &Naive,
    cookie: Cookie,
    world: &Arc<World2023>,
    script: &Script,
    file: Option<PathBuf>,
) -> Result<(NaiveRun, Vec<NaiveRow>), Error> {
    let asked = Instant::now();
    let rows = naive.list(cookie, world.shape.window).await?;
    let query_seconds = asked.elapsed().as_secs_f64();
    let (world, fonts) = (world.clone(), script.fonts.clone());
    let drawing = move || {
        let drawing = Instant::now();
        let out: Box<dyn Write> = match &file {
            Some(path) => {
                Box::new(BufWriter::new(File::create(path).map_err(Error::io("write naive.pdf"))?))
            }
            None => Box::new(io::sink()),
        };
        let asking = &world.billers[PRINTING];
        let drawn = naive::draw(out, fonts, &world, (&asking.code, &asking.name), &rows)?;
        let others: BTreeSet<usize> = foreign(&rows).map(|it| it.biller).collect();
        let run = NaiveRun {
            rows: count(rows.len()),
            own_rows: count(rows.len() - foreign(&rows).count()),
            other_billers: count(others.len()),
            pages: drawn.pages,
            sha256: hex::encode(drawn.sha256),
            query_seconds,
            draw_seconds: drawing.elapsed().as_secs_f64(),
        };
        Ok((run, rows))
    };
    tokio::task::spawn_blocking(drawing).await.map_err(|_| Error::Thread)?
}

fn foreign(rows: &[NaiveRow]) -> impl Iterator<Item = &NaiveRow> {
    rows.iter().filter(|it| it.biller != PRINTING)
}

fn count(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}
