//! Exports on a real Postgres: their life, and what may happen to them.

pub(crate) mod accidents;
mod golden;
mod life;
pub(crate) mod payment_slip;

use std::{path::Path, sync::Arc, time::Duration};

use shikiri::{
    auth::VerifiedSession,
    db::statements::exports::{ExportLine, GetExport},
    domain::{ExportId, ExportState, Scope, Wish},
    export::{Artefact, Exporter, Order, Parts, Store},
    report::FontChain,
    testkit::World,
};
use tokio::io::AsyncReadExt;

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];

pub(crate) fn exporter(world: &World, dir: &Path) -> Exporter {
    let fonts =
        FontChain::load(&FONTS).expect("apt-get install fonts-ipaexfont-gothic fonts-ipamj-mincho");
    Exporter::new(Parts {
        pool: world.pool().clone(),
        checker: world.checker().clone(),
        fonts: Arc::new(fonts),
        store: Store::open_dir(dir).expect("a store"),
        contact: "運用窓口 03-0000-0000".to_owned(),
        running_max: 2,
    })
}

fn all(rows: u32) -> Order {
    Order {
        report: Wish::SlipList,
        scope: Scope::All,
        expected_rows: rows,
        purpose: None,
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
) -> (Artefact, Vec<u8>) {
    let mut artefact = exporter.artefact(session, id).await.expect("released");
    let mut bytes = Vec::new();
    artefact.file.read_to_end(&mut bytes).await.expect("reads");
    assert_eq!(bytes.len() as u64, artefact.bytes);
    (artefact, bytes)
}
