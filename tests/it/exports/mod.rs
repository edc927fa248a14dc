//! Exports on a real Postgres: their life, and what may happen to them.

pub(crate) mod accidents;
mod certificate;
mod chain;
mod crash;
mod fairness;
mod forging;
mod golden;
mod hang_up;
mod ids;
mod killed;
mod life;
pub(crate) mod payment_slip;
mod postgres_killed;
mod process;
mod recall;
mod stand;
mod states;
mod stopping;

use std::{path::Path, sync::Arc, time::Duration};

use shikiri::{
    auth::VerifiedSession,
    domain::{ByteRange, ExportId, ExportState, Scope, Wish},
    export::{Delivery, Exporter, Order, Parts, Store},
    report::FontChain,
    statements::exports::{ExportLine, GetExport},
    testkit::{World, proof},
};

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];

pub(crate) fn exporter(world: &World, dir: &Path) -> Exporter {
    exporter_of(world, dir, 2)
}

/// One that runs so many at once. Each that is held keeps two of the world's four connections.
pub(crate) fn exporter_of(world: &World, dir: &Path, running_max: usize) -> Exporter {
    built(world, (&dir.join("files"), &dir.join("keys")), dir, running_max)
}

/// An exporter whose files, their keys, and the keys of certificates are in directories of the test's choice.
fn exporter_in(world: &World, files: &Path, keys: &Path, dir: &Path) -> Exporter {
    built(world, (files, keys), dir, 2)
}

fn built(world: &World, (files, keys): (&Path, &Path), dir: &Path, running_max: usize) -> Exporter {
    let fonts =
        FontChain::load(&FONTS).expect("apt-get install fonts-ipaexfont-gothic fonts-ipamj-mincho");
    Exporter::new(Parts {
        pool: world.pool().clone(),
        checker: world.checker().clone(),
        fonts: Arc::new(fonts),
        store: Store::open_dir(files, keys).expect("a store"),
        proof: proof(dir),
        contact: "運用窓口 03-0000-0000".to_owned(),
        running_max,
    })
}

pub(crate) fn all(rows: u32) -> Order {
    Order {
        report: Wish::SlipList,
        scope: Scope::All,
        expected_rows: rows,
        purpose: None,
        previewed: None,
        retain_days: None,
        key: None,
    }
}

async fn line(world: &World, session: &VerifiedSession, id: ExportId) -> ExportLine {
    let get = GetExport { export_id: id.0 };
    world.pool().read(session, &get).await.expect("reads").pop().expect("it was ordered")
}

pub(crate) async fn ended(world: &World, session: &VerifiedSession, id: ExportId) -> ExportLine {
    for _ in 0..500 {
        let line = line(world, session, id).await;
        let over = !matches!(
            line.state,
            ExportState::Queued | ExportState::Running | ExportState::Checking
        );
        if over {
            return line;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the export did not end in ten seconds");
}

/// A released file, with its bytes.
async fn released(
    exporter: &Exporter,
    session: &VerifiedSession,
    id: ExportId,
) -> (Delivery, Vec<u8>) {
    let mut delivery = exporter.fetch(session, id, ByteRange::Whole).await.expect("released");
    let mut bytes = Vec::new();
    delivery.read_to_end(&mut bytes).await.expect("reads");
    assert_eq!(bytes.len() as u64, delivery.bytes);
    (delivery, bytes)
}
