//! The same operations on shikiri, through the same code as its service uses.

use std::{fs, path::Path, time::Duration};

use crate::{
    auth::VerifiedSession,
    dba::{
        catalog::Login,
        probe::{self, Look},
    },
    domain::{ByteRange, ExportId, ExportState, OnConflict, Scope, SlipFilter, Wish},
    export::{Exporter, Order, Parts, Proof, Store},
    lab::{
        Say, Stage, StageError, people,
        replay::{
            Error, Script, redraw,
            report::{Case, cases},
        },
        world_of_2023::{PRINTING, World2023},
    },
    statements::{
        exports::{AskFront, ExportLine, GetExport},
        sessions::WhoAmI,
        slips::TotalSlips,
    },
    wall,
};

/// Whom the list tells its reader to call.
const CONTACT: &str = "見本運用窓口 000-0000-0000";

/// How often a second login may come too late to meet the export.
const ATTEMPTS_MAX: u32 = 5;

/// How the figures of an export were established.
const REDRAWN: &str = "the released file is byte for byte the list of the biller's own slips, drawn again from the generator";
const NOT_REDRAWN: &str = "the released file is not the list of the biller's own slips";
const NOTHING: &str = "nothing was released";

/// What is acted, and with what.
struct Act<'a> {
    stage: &'a Stage,
    world: &'a World2023,
    script: &'a Script,
    exporter: Exporter,
    page_code_key: [u8; 32],
}

/// Rows of the other billers, each counted by its own clerk behind the wall.
pub(super) async fn rows_of_others(stage: &Stage) -> Result<u64, Error> {
    let mut rows = 0;
    for clerk in stage.clerks.iter().skip(PRINTING + 1) {
        let session = clerk.enter(&stage.pool, &stage.keys).await?;
        let day = time::OffsetDateTime::now_utc().date();
        let totals = stage.pool.read(&session, &TotalSlips::new(&SlipFilter::open(), day)).await?;
        rows += totals.iter().map(|it| u64::try_from(it.tenant_rows).unwrap_or(0)).sum::<u64>();
    }
    Ok(rows)
}

/// Tries every way in which the accident's list could lose its condition.
pub(super) async fn act(
    stage: &Stage,
    world: &World2023,
    script: &Script,
    say: Say<'_>,
) -> Result<Vec<Case>, Error> {
    let dir = tempfile::tempdir().map_err(Error::io("make a directory for exports"))?;
    let proof = Proof::in_dir(&dir.path().join("proof"));
    proof.make_missing().map_err(StageError::Auth)?;
    let page_code_key = proof.page_codes.newest().map_err(StageError::Auth)?;
    let exporter = Exporter::new(Parts {
        pool: stage.pool.clone(),
        checker: stage.checker.clone(),
        fonts: script.fonts.clone(),
        store: Store::open_dir(&dir.path().join("files"), &dir.path().join("keys"))?,
        proof,
        contact: CONTACT.to_owned(),
        running_max: 2,
    });
    let act = Act { stage, world, script, exporter, page_code_key };
    let clerk = &stage.clerks[PRINTING];
    let first = clerk.enter(&stage.pool, &stage.keys).await?;
    say("shikiri: the clerk logs in and orders everything: no filter at all");
    let no_filter = act.no_filter(&first).await;
    say("shikiri: a statement on the application's connection, its context lost");
    let context_lost = act.context_lost().await?;
    say("shikiri: a second login takes over while an export runs");
    let (second_login, left) = match act.second_login(first.clone()).await {
        Ok((case, left)) => (case, left),
        Err(err) => (ended_early(cases::SECOND_LOGIN, &err), first),
    };
    say("shikiri: the first browser goes on with its old session");
    let first_session = act.first_session(&left).await;
    Ok(vec![no_filter, context_lost, second_login, first_session])
}

/// What is found when an operation does not even come to its end: nothing came out, and that is not as it must be.
fn ended_early(what: &'static str, err: &Error) -> Case {
    let outcome = format!("error: {err}");
    Case { what, outcome, rows: 0, other_billers: Some(0), pages: 0, proof: NOTHING }
}

impl Act<'_> {
    async fn no_filter(&self, session: &VerifiedSession) -> Case {
        let acted = async {
            let id = self.order(session).await?;
            self.ended(session, id).await?;
            let out = self.script.out.join("shikiri.pdf");
            self.judge(cases::NO_FILTER, session, id, Some(&out)).await
        };
        acted.await.unwrap_or_else(|err| ended_early(cases::NO_FILTER, &err))
    }

    async fn order(&self, session: &VerifiedSession) -> Result<ExportId, Error> {
        let order = Order {
            report: Wish::SlipList,
            scope: Scope::All,
            expected_rows: self.world.shape.printing_rows,
            purpose: Some("replay".to_owned()),
            previewed: None,
            retain_days: None,
            key: None,
        };
        Ok(self.exporter.order(session, order).await?)
    }

    async fn line(&self, session: &VerifiedSession, id: ExportId) -> Result<ExportLine, Error> {
        let get = GetExport { export_id: id.0 };
        let line = self.stage.pool.read(session, &get).await?.pop();
        Ok(line.ok_or(wall::Error::Decode { statement: "exports/get.sql" })?)
    }

    async fn ended(&self, session: &VerifiedSession, id: ExportId) -> Result<(), Error> {
        for _ in 0..6_000 {
            if !under_way(self.line(session, id).await?.state) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(Error::Endless)
    }

    /// What came of an export, from its line and its file.
    async fn judge(
        &self,
        what: &'static str,
        session: &VerifiedSession,
        id: ExportId,
        keep: Option<&Path>,
    ) -> Result<Case, Error> {
        let line = self.line(session, id).await?;
        let outcome = match &line.failure {
            Some(failure) => format!("{}: {failure}", line.state.as_str()),
            None => line.state.as_str().to_owned(),
        };
        if line.state != ExportState::Ready {
            let (rows, pages, other_billers) = (0, 0, Some(0));
            return Ok(Case { what, outcome, rows, other_billers, pages, proof: NOTHING });
        }
        let own = self.own_list(session, &line).await?;
        let bytes = self.fetch(session, id).await?;
        if let Some(path) = keep {
            fs::write(path, &bytes).map_err(Error::io("write shikiri.pdf"))?;
        }
        let same = sha256(&bytes) == own;
        Ok(Case {
            what,
            outcome,
            rows: u64::try_from(line.rows_done).unwrap_or(0),
            other_billers: same.then_some(0),
            pages: u32::try_from(line.pages_done).unwrap_or(0),
            proof: if same { REDRAWN } else { NOT_REDRAWN },
        })
    }

    async fn own_list(
        &self,
        session: &VerifiedSession,
        line: &ExportLine,
    ) -> Result<[u8; 32], Error> {
        let me = self.stage.pool.read(session, &WhoAmI::new(session)).await?.pop();
        let me = me.ok_or(StageError::NoSession)?;
        let who = (session.tenant_id(), me.display_name);
        let ask = AskFront { export_id: line.export_id.0 };
        let front = self.stage.pool.read(session, &ask).await?.pop();
        let salt = front.ok_or(StageError::NoSession)?.rows_salt;
        let fonts = self.script.fonts.clone();
        let keys = (&self.page_code_key, salt);
        Ok(redraw::own_list(self.world, fonts, line, who, CONTACT, keys)?)
    }

    async fn fetch(&self, session: &VerifiedSession, id: ExportId) -> Result<Vec<u8>, Error> {
        // The file is moved into place just after its release: the first look may be too early.
        let mut tries = 0..50;
        let mut artefact = loop {
            match self.exporter.fetch(session, id, ByteRange::Whole).await {
                Ok(artefact) => break artefact,
                Err(_) if tries.next().is_some() => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(err) => {
                    let source = std::io::Error::other(err.to_string());
                    return Err(Error::Io { what: "fetch the released file", source });
                }
            }
        };
        let mut bytes = Vec::new();
        let read = artefact.read_to_end(&mut bytes).await.map_err(std::io::Error::other);
        read.map_err(Error::io("read the released file"))?;
        Ok(bytes)
    }

    async fn context_lost(&self) -> Result<Case, Error> {
        let url = self.stage.ground.role(Login::App.role(), &self.stage.database);
        let look = probe::look_unbound(&url, "shikiri.slip", "tenant_id").await?;
        let proof = "counted on the application's own login, without a seal";
        let (rows, other_billers, outcome) = match look {
            Look::Refused(code) => (0, Some(0), format!("refused: {code}")),
            Look::Rows { own, other } => {
                let rows = u64::try_from(own + other).unwrap_or(0);
                (rows, (rows == 0).then_some(0), "answered".to_owned())
            }
        };
        Ok(Case { what: cases::CONTEXT_LOST, outcome, rows, other_billers, pages: 0, proof })
    }

    /// Orders, and logs in again before the export has ended. Gives the session that was left behind, too.
    async fn second_login(
        &self,
        mut session: VerifiedSession,
    ) -> Result<(Case, VerifiedSession), Error> {
        let clerk = &self.stage.clerks[PRINTING];
        let mut attempt = 1;
        loop {
            let id = self.order(&session).await?;
            let second = clerk.log_in(&self.stage.pool, OnConflict::TakeOver).await?;
            let crate::statements::sessions::LoginOutcome::Opened(opened) = second else {
                return Err(StageError::NoSession.into());
            };
            let second = people::session(&self.stage.keys, &opened)?;
            // Still under way as the new session sees it: the login came in the middle.
            let met = under_way(self.line(&second, id).await?.state);
            self.ended(&second, id).await?;
            if met || attempt == ATTEMPTS_MAX {
                let mut case = self.judge(cases::SECOND_LOGIN, &second, id, None).await?;
                if !met {
                    case.outcome = "the login always came after the export's end".to_owned();
                }
                return Ok((case, session));
            }
            (session, attempt) = (second, attempt + 1);
        }
    }

    async fn first_session(&self, left: &VerifiedSession) -> Case {
        let list = TotalSlips::new(&SlipFilter::open(), time::OffsetDateTime::now_utc().date());
        let (rows, outcome) = match self.stage.pool.read(left, &list).await {
            Ok(totals) => (totals.iter().map(|it| it.rows).sum(), "answered".to_owned()),
            Err(wall::Error::SessionSuperseded) => (0, "refused: SK012".to_owned()),
            Err(err) => (0, format!("refused: {err}")),
        };
        let rows = u64::try_from(rows).unwrap_or(0);
        let other_billers = (rows == 0).then_some(0);
        let proof = "asked with the session that was taken over";
        Case { what: cases::FIRST_SESSION, outcome, rows, other_billers, pages: 0, proof }
    }
}

fn under_way(state: ExportState) -> bool {
    matches!(state, ExportState::Queued | ExportState::Running | ExportState::Checking)
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}
