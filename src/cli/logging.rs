//! Where log lines go. Personal values never do.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::{EnvFilter, fmt};

use crate::{cli::Failure, config::Env, wall};

/// Installs the subscriber that `SHIKIRI_LOG` and `SHIKIRI_LOG_FORMAT` ask for.
pub(super) fn install(env: &Env) -> Result<(), Failure> {
    let mut filter =
        EnvFilter::try_new(env.get("SHIKIRI_LOG").unwrap_or("info,refinery_core=warn"))
            .map_err(|_| "SHIKIRI_LOG: must be a filter as info or shikiri=debug")?;
    // tokio-postgres logs parameter values at DEBUG: names would land in the log. Whatever the filter says, these
    // come last.
    for directive in wall::LOG_DIRECTIVES.split(',') {
        filter = filter.add_directive(directive.parse()?);
    }
    let lines = fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    match env.get("SHIKIRI_LOG_FORMAT").unwrap_or("text") {
        "text" => lines.init(),
        "json" => lines.json().init(),
        _ => return Err("SHIKIRI_LOG_FORMAT: must be json or text".into()),
    }
    Ok(())
}
