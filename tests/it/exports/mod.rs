//! Exports on a real Postgres: their life, and what may happen to them.

pub(crate) mod accidents;
mod certificate;
mod golden;
mod life;
mod process;
mod recall;
mod states;

use std::{path::Path, sync::Arc, time::Duration};

use shikiri::{
    auth::VerifiedSession,
    db::statements::exports::{ExportLine, GetExport},
    domain::{ExportId, ExportState, ReportKind, Scope},
    export::{Exporter, Order, Parts, Store},
    report::FontChain,
    testkit::{World, proof},
};

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];

pub(crate) fn exporter(world: &World, dir: &Path) -> Exporter {
    exporter_in(world, &dir.join("files"), &dir.join("keys"), dir)
}

/// An exporter whose files, their keys, and the keys of certificates are in directories of the test's choice.
fn exporter_in(world: &World, files: &Path, keys: &Path, dir: &Path) -> Exporter {
    let fonts =
        FontChain::load(&FONTS).expect("apt-get install fonts-ipaexfont-gothic fonts-ipamj-mincho");
    Exporter::new(Parts {
        pool: world.pool().clone(),
        checker: world.checker().clone(),
        fonts: Arc::new(fonts),
        store: Store::open_dir(files, keys).expect("a store"),
        proof: proof(dir),
        contact: "運用窓口 03-0000-0000".to_owned(),
        running_max: 2,
    })
}

fn all(rows: u32) -> Order {
    Order {
        report: ReportKind::SlipList,
        scope: Scope::All,
        expected_rows: rows,
        purpose: None,
        retain_days: None,
        key: None,
    }
}

async fn line(world: &World, session: &VerifiedSession, id: ExportId) -> ExportLine {
    let get = GetExport { export_id: id.0 };
    world.pool().read(session, &get).await.expect("reads").pop().expect("it was ordered")
}

async fn ended(world: &World, session: &VerifiedSession, id: ExportId) -> ExportLine {
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
