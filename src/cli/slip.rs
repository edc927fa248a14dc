//! `shikiri slip`: what a person at a printer needs. Needs no database.

use std::{fs::OpenOptions, io::BufWriter, path::PathBuf, sync::Arc};

use time::{OffsetDateTime, macros::offset};

use crate::{
    cli::Failure,
    config::Env,
    report::{FontChain, payment_slip::test_sheet},
};

/// What to do with slips.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Write 印字テスト, a sheet that shows whether a printer prints slips as they must be.
    TestSheet {
        /// Where to; a file that is there is not overwritten.
        #[arg(long, value_name = "FILE", default_value = "test-sheet.pdf")]
        out: PathBuf,
    },
}

pub(super) fn run(command: Command, env: &Env) -> Result<(), Failure> {
    let Command::TestSheet { out } = command;
    let fonts = Arc::new(FontChain::load(&env.fonts())?);
    let file = OpenOptions::new().write(true).create_new(true).open(&out);
    let file = file.map_err(|err| format!("{}: {err}", out.display()))?;
    let now = OffsetDateTime::now_utc().to_offset(offset!(+9));
    let written = test_sheet::write(BufWriter::new(file), fonts, now)?;
    written.out.into_inner().map_err(|err| err.into_error())?.sync_all()?;
    println!("{} ({} bytes): print it at 100 %, and do what it says", out.display(), written.bytes);
    Ok(())
}
