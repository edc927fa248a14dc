//! The table.

use std::collections::HashMap;

use crate::{CLIENTS, CONNECTIONS, ROUNDS, SECONDS, Who, measure::Figures, process::median};

/// In the order of the table: the first of each kind is what the others are compared with.
const ROWS: [(&str, Who); 10] = [
    ("shikiri", Who::One),
    ("the same without a wall", Who::One),
    ("axum + sqlx, `test_before_acquire` off", Who::One),
    ("axum + sqlx as it comes", Who::One),
    ("pgbench, the sealed statement", Who::One),
    ("pgbench, filtered by hand", Who::One),
    ("shikiri", Who::All),
    ("the same without a wall", Who::All),
    ("axum + sqlx, `test_before_acquire` off", Who::All),
    ("axum + sqlx as it comes", Who::All),
];

pub fn print(found: &HashMap<(&str, Who), Vec<Figures>>) {
    println!(
        "\nmedians of {ROUNDS} rounds of {SECONDS} s, in turn; wrk with {CLIENTS} clients, {CONNECTIONS} connections \
         to Postgres each; the ratio is shikiri's requests to that row's, in the same round, of the same billers\n"
    );
    println!(
        "| | billers | requests/s | ratio (lowest, highest) | service CPU us | Postgres CPU us | client CPU us | p50 ms | p99 ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, who) in ROWS {
        let Some(list) = found.get(&(name, who)) else { continue };
        let of = |get: fn(&Figures) -> f64| median(list.iter().map(get).collect());
        let ours = found.get(&("shikiri", who)).map_or(&[][..], Vec::as_slice);
        let ratios: Vec<f64> =
            ours.iter().zip(list).map(|(ours, it)| ours.per_second / it.per_second).collect();
        let (low, high) = (
            ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratios.iter().copied().fold(0.0, f64::max),
        );
        println!(
            "| {name} | {} | {:.0} | {:.2} ({low:.2}, {high:.2}) | {:.0} | {:.0} | {:.0} | {:.2} | {:.2} |",
            if who == Who::One { "1" } else { "113" },
            of(|it| it.per_second),
            median(ratios.clone()),
            of(|it| it.server_us),
            of(|it| it.database_us),
            of(|it| it.client_us),
            of(|it| it.p50_ms),
            of(|it| it.p99_ms),
        );
    }
}
