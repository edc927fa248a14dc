//! How far a call gets: counted by the server, in the tables of the vault and in the functions that use its key.

use super::{reaching::Job, stage::Stage, sweep::single, tap::Tap};

/// Writes a statement that counts rows of the vault that were read or written, and calls of what seals. `tenant()` reads
/// the key for everybody.
const TOUCHED: &str = "select 'select (' || (select string_agg(format('pg_stat_get_tuples_returned(%1$s) \
     + pg_stat_get_tuples_fetched(%1$s) + pg_stat_get_tuples_inserted(%1$s) + pg_stat_get_tuples_updated(%1$s) \
     + pg_stat_get_tuples_deleted(%1$s)', c.oid), ' + ') from pg_class c where c.relkind in ('r', 'i') \
     and c.relnamespace = 'shikiri_vault'::regnamespace and c.relname not like 'seal_key%') \
     || coalesce((select string_agg(format(' + coalesce(pg_stat_get_function_calls(%s), 0)', p.oid), '') from pg_proc p \
         where p.prosrc like '%shikiri_vault.seal_key%' and p.provolatile = 'v'), '') || ')::text'";

/// Of each job the calls that touch the vault more than its door does: the deepest of each function and login.
pub fn deepest(stage: &Stage, root: &mut Tap, jobs: &[Job]) -> (Vec<Job>, usize) {
    let mut reached = 0;
    let mut res: Vec<Job> = Vec::new();
    let mut best: Vec<(i64, usize, usize)> = Vec::new();
    let count = root.must(TOUCHED).remove(0);
    let touched = |root: &mut Tap| root.must(&count)[0].parse::<i64>().expect("a number");
    for (place, job) in jobs.iter().enumerate() {
        let mut tap = Tap::connect(&stage.place(job.login), "").expect("connects");
        // Twice: what a first transaction reads of a catalogue is no part of it.
        single(stage, &mut tap, job, None);
        let mut last = touched(root);
        single(stage, &mut tap, job, None);
        let mut now = touched(root);
        let of_door = now - last;
        for (n, shot) in job.shots.iter().enumerate() {
            last = now;
            single(stage, &mut tap, job, Some(shot));
            now = touched(root);
            let depth = now - last - of_door;
            if depth <= 0 {
                continue;
            }
            reached += 1;
            let name = shot.function.split('(').next();
            let same = |it: &&mut (i64, usize, usize)| {
                let other = &jobs[it.1];
                other.login == job.login && other.shots[it.2].function.split('(').next() == name
            };
            match best.iter_mut().find(same) {
                Some(it) if it.0 < depth => *it = (depth, place, n),
                Some(_) => {}
                None => best.push((depth, place, n)),
            }
        }
    }
    for (place, job) in jobs.iter().enumerate() {
        let shots = best.iter().filter(|it| it.1 == place).map(|it| job.shots[it.2].clone());
        res.push(Job { login: job.login, door: job.door, shots: shots.collect() });
    }
    res.retain(|it| !it.shots.is_empty());
    (res, reached)
}

/// Functions of ours in PL/pgSQL that no call came to the end of. With the seal in a parameter there is no key to rotate.
pub fn never_called(root: &mut Tap) -> Vec<String> {
    root.must(
        "select p.oid::regprocedure::text from pg_proc p join pg_language l on l.oid = p.prolang \
         left join pg_stat_user_functions f on f.funcid = p.oid \
         where p.pronamespace::regnamespace::text in ('shikiri_seal', 'shikiri_vault', 'shikiri_ops') \
         and l.lanname = 'plpgsql' and coalesce(f.calls, 0) = 0 \
         and not (p.proname = 'rotate_seal_key' and shikiri_vault.seal_way() = 'parameter') order by 1",
    )
}
