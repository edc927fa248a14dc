//! `shikiri serve`: the REST API and the admin listener.

use crate::{
    cli::{Failure, key, service},
    config::Env,
    http,
};

pub(super) async fn run(env: &Env) -> Result<(), Failure> {
    http::quiet_panics();
    let config = env.serve()?;
    let keys = key::ring(&config.key_dir)?;
    let service = service::assemble(&config, keys)?;
    service.check().await?;
    let admin = config.listen_admin;
    if config.accept_old_postgres {
        tracing::warn!(
            "SHIKIRI_ACCEPT_OLD_POSTGRES=1: a server below the security floor is accepted"
        );
    }
    let ready = |address| tracing::info!(%address, %admin, "serving");
    service.run(ready, service::stop_signal()).await
}
