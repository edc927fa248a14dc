//! The service as it is, on a free port, until standard input ends.

use std::{io::Read, net::SocketAddr, sync::Arc, time::Duration};

use shikiri::{
    auth::KeyRing,
    export::{self, Exporter, Store},
    http::{self, App, Config, Limits, Rate},
    report::FontChain,
    testkit::proof,
    wall::{Checker, Pool, PoolConfig},
};

use crate::{CONNECTIONS, ground::Res};

const FONTS: [&str; 1] = ["/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"];

/// Serves over the database of a connection string, with the keys in a file. Prints the address.
pub async fn serve(url: &str, key_file: &str) -> Res<()> {
    let config = || PoolConfig {
        url: url.to_owned(),
        connections_max: CONNECTIONS,
        wait: Duration::from_secs(30),
    };
    let pool = Pool::new(config())?;
    // Nothing is exported here and nobody logs in, so the checker never connects.
    let checker = Checker::new(config())?;
    let artefacts = tempfile::tempdir()?;
    let exporter = Exporter::new(export::Parts {
        pool: pool.clone(),
        checker: checker.clone(),
        fonts: Arc::new(FontChain::load(&FONTS)?),
        store: Store::open_dir(&artefacts.path().join("files"), &artefacts.path().join("keys"))?,
        proof: proof(artefacts.path()),
        contact: "none".to_owned(),
        running_max: 1,
    });
    // The limit is asked as always; it is only never reached.
    let rate = Rate { per_minute: 1_000_000_000, burst: 1_000_000_000 };
    let app = App::new(http::Parts {
        pool,
        checker,
        keys: Arc::new(KeyRing::new(&[std::fs::read_to_string(key_file)?])?),
        exporter,
        source_digest: None,
        accept_old_postgres: true,
        limits: Limits { tenant: rate, login: rate, ..Limits::default() },
        clock: time::OffsetDateTime::now_utc,
    });
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        listen_admin: None,
        connections_max: 256,
        drain: Duration::from_secs(1),
    };
    let server = http::bind(&config).await?;
    println!("{}", server.address()?);
    let parent_left = async {
        let wait = || std::io::stdin().read_to_end(&mut Vec::new());
        drop(tokio::task::spawn_blocking(wait).await);
    };
    server.run(app, parent_left).await;
    Ok(())
}
