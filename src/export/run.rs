//! The one path from an order to a released file.

use time::{Date, OffsetDateTime, UtcOffset};

use crate::{
    auth::{self, Signed},
    db::{
        self, Call, CheckTicket, ExportTicket, SealedTx, Snapshot,
        statements::{
            certificates::{AskFacts, AskWall},
            exports::{
                AskFront, BLOCK_ROWS, BeginExport, CheckSlipList, FailExport, FinishDrawing,
                FrontRow, LendSnapshot, OwnedSlip, RecordCheck, ReleaseExport, ReportPages,
                SlipBlock, Verdict, glyphs_to_json,
            },
            slips::{TotalSlips, Totals},
        },
    },
    domain::{SlipFilter, SlipId, list_pages},
    export::{
        Exporter, StoreError,
        certificate::{self, Drawn},
        store::{Draft, Part},
    },
    report::{
        self, PageCodes,
        slip_list::{self, Finished, Front, ListWriter, OwnedRow, PageDone},
    },
};

/// Today where the bills are paid.
pub(super) fn today() -> Date {
    let japan = UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC);
    OffsetDateTime::now_utc().to_offset(japan).date()
}

/// One export, as its process holds it.
pub(super) struct Job {
    pub(super) ticket: ExportTicket,
    pub(super) check_ticket: CheckTicket,
}

/// Why a job ended without a release.
#[derive(Debug, thiserror::Error)]
enum Ended {
    /// The database has written the end already: cancelled, tripped, or another number of rows.
    #[error("the database ended it")]
    ByDatabase(Verdict),
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    Report(#[from] report::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no certificate: {0}")]
    Certificate(#[from] auth::Error),
    #[error("the wall is not the one that stood when the rows were read")]
    WallChanged,
    #[error("a thread died")]
    Thread,
}

impl Ended {
    /// What is written down: whether a check tripped, and the reason as a word.
    fn failure(&self) -> (bool, &'static str) {
        match self {
            Ended::ByDatabase(_) => (false, "ended"),
            Ended::Db(db::Error::ForeignRow { .. })
            | Ended::Report(report::Error::ForeignRow { .. }) => (true, "foreign_row"),
            Ended::Report(
                report::Error::TooFewRows { .. }
                | report::Error::TooManyRows { .. }
                | report::Error::Unsorted { .. }
                | report::Error::Disagrees { .. },
            ) => (true, "drawn_is_not_counted"),
            Ended::WallChanged => (true, "wall_changed"),
            Ended::Certificate(_) => (false, "certificate"),
            Ended::Db(_) => (false, "database"),
            Ended::Report(report::Error::DoesNotFit { .. }) => (false, "text_does_not_fit"),
            Ended::Report(_) => (false, "drawing"),
            Ended::Store(_) => (false, "storage"),
            Ended::Thread => (false, "internal"),
        }
    }
}

type Writer = ListWriter<Draft>;

impl Job {
    /// Runs to an end that is written down, whatever happens.
    pub(super) async fn run(self, exporter: Exporter) {
        let id = self.ticket.export_id();
        match self.draw_check_release(&exporter).await {
            Ok(()) => tracing::info!(export = %id.0, "export released"),
            Err(Ended::ByDatabase(verdict)) => {
                tracing::info!(export = %id.0, ?verdict, "export ended by the database");
                self.shred(&exporter).await;
            }
            Err(ended) => {
                let (tripped, failure) = ended.failure();
                if tripped {
                    tracing::error!(export = %id.0, failure, "EXPORT TRIPPED: nothing was released");
                } else {
                    tracing::warn!(export = %id.0, failure, error = %ended, "export failed");
                }
                // If even this fails the lease runs out, and the job becomes `failed: interrupted`. A release of
                // which nobody knows whether it was committed is left to the upkeep, which asks.
                match self.write_failure(&exporter, tripped, failure).await {
                    Ok(()) => self.shred(&exporter).await,
                    Err(err) => {
                        tracing::warn!(export = %id.0, error = %err, "the failure could not be written");
                    }
                }
            }
        }
    }

    async fn write_failure(
        &self,
        exporter: &Exporter,
        tripped: bool,
        failure: &str,
    ) -> Result<(), db::Error> {
        let mut tx = exporter.inner.pool.enter_export(&self.ticket).await?;
        tx.fetch(&FailExport { tripped, failure: failure.to_owned() }).await?;
        tx.commit().await
    }

    async fn draw_check_release(&self, exporter: &Exporter) -> Result<(), Ended> {
        let inner = &exporter.inner;
        let id = self.ticket.export_id();
        let mut snapshot = inner.pool.enter_snapshot(&self.ticket).await?;
        let wall = snapshot.fetch_one(&AskWall {}).await?;
        let front = snapshot.fetch_one(&AskFront { export_id: id.0 }).await?;
        let filter = front.scope.filter();
        let totals = snapshot.fetch_one(&TotalSlips::new(&filter, today())).await?;
        let rows = u32::try_from(totals.rows).unwrap_or(u32::MAX);
        self.step(
            exporter,
            &BeginExport {
                rows: i32::try_from(rows).unwrap_or(i32::MAX),
                amount_yen: totals.amount_yen,
                pages: i32::try_from(list_pages(rows)).unwrap_or(i32::MAX),
            },
        )
        .await?;
        let (part, file) = inner.store.begin(id)?;
        let finished = self.draw(exporter, &mut snapshot, &filter, front, totals, file).await?;
        self.step(
            exporter,
            &FinishDrawing {
                rows_digest: finished.rows_digest.to_vec(),
                sha256: finished.sha256.to_vec(),
                bytes: i64::try_from(finished.bytes).unwrap_or(i64::MAX),
                missing_glyphs: glyphs_to_json(&finished.missing_glyphs),
            },
        )
        .await?;
        let lent = self.check(exporter, &mut snapshot).await?;
        snapshot.commit().await?;
        self.keep(exporter, part).await?;
        let drawn = Drawn {
            id,
            snapshot: lent.as_str().to_owned(),
            wall,
            query: SlipBlock::FILE,
            check: CheckSlipList::FILE,
        };
        self.release(exporter, drawn).await
    }

    /// Signs what the database states, and releases: one transaction, so that nothing is released unsigned.
    async fn release(&self, exporter: &Exporter, drawn: Drawn) -> Result<(), Ended> {
        let mut tx = exporter.inner.pool.enter_export(&self.ticket).await?;
        let facts = tx.fetch_one(&AskFacts {}).await?;
        // What guarded the rows when they were read must be what is stated.
        if facts.wall.wall_digest != drawn.wall.digest {
            return Err(Ended::WallChanged);
        }
        let keys = exporter.inner.proof.certificates.clone();
        let sign = move || certificate::sign(&keys, &facts, &drawn);
        let Signed { token, kid } = blocking(sign).await??;
        let verdict = tx.fetch_one(&ReleaseExport { certificate: token, kid }).await?;
        tx.commit().await?;
        match verdict {
            Verdict::GoOn => Ok(()),
            verdict => Err(Ended::ByDatabase(verdict)),
        }
    }

    /// The rows, block by block: while one is drawn the next is fetched.
    async fn draw(
        &self,
        exporter: &Exporter,
        snapshot: &mut SealedTx,
        filter: &SlipFilter,
        front: FrontRow,
        totals: Totals,
        file: Draft,
    ) -> Result<Finished<Draft>, Ended> {
        let fonts = exporter.inner.fonts.clone();
        let front = self.front(exporter, front)?;
        let totals = promised(totals);
        let empty = totals.rows == 0;
        let begin = move || ListWriter::new(file, fonts, front, totals);
        let mut writer: Writer = blocking(begin).await??;
        let mut block = snapshot.fetch(&SlipBlock::new(filter, None)).await?;
        while !block.is_empty() {
            let last_block = block.len() < BLOCK_ROWS as usize;
            let after: Option<SlipId> = block.last().map(|it| it.slip.id.clone());
            let drawing = blocking(move || draw_block(writer, block));
            let next = async {
                if last_block {
                    Ok(Vec::new())
                } else {
                    snapshot.fetch(&SlipBlock::new(filter, after.as_ref())).await
                }
            };
            let (drawn, fetched) = tokio::join!(drawing, next);
            let (back, pages) = drawn??;
            writer = back;
            block = fetched?;
            self.step(exporter, &manifest(&pages)).await?;
        }
        if empty {
            self.step(exporter, &empty_manifest()).await?;
        }
        blocking(move || {
            let mut finished = writer.finish()?;
            finished.out.seal().map_err(StoreError::Io)?;
            Ok::<_, Ended>(finished)
        })
        .await?
    }

    fn front(&self, exporter: &Exporter, row: FrontRow) -> Result<Front, Ended> {
        let key = exporter.inner.proof.page_codes.newest()?;
        Ok(Front {
            export_id: self.ticket.export_id(),
            tenant_id: self.ticket.tenant_id(),
            tenant_code: row.tenant_code,
            tenant_name: row.tenant_name,
            scope_words: row.scope.in_japanese(),
            ordered_at: row.ordered_at,
            requested_by: row.requested_by,
            contact: exporter.inner.contact.clone(),
            codes: PageCodes::new(&key, self.ticket.export_id()),
        })
    }

    /// The same rows, counted and digested by another role on the same snapshot.
    async fn check(&self, exporter: &Exporter, snapshot: &mut SealedTx) -> Result<Snapshot, Ended> {
        let lent = snapshot.fetch_one(&LendSnapshot {}).await?;
        let checker = &exporter.inner.checker;
        let mut tx = checker.enter_snapshot(&self.check_ticket, &lent).await?;
        let query = CheckSlipList {
            tenant_id: self.check_ticket.tenant_id().0,
            export_id: self.check_ticket.export_id().0,
        };
        let found = tx.fetch_one(&query).await?;
        tx.commit().await?;
        let mut tx = checker.enter_check(&self.check_ticket).await?;
        let record = RecordCheck {
            rows: found.rows,
            amount_yen: found.amount_yen,
            tenants: found.tenants,
            rows_digest: found.rows_digest,
        };
        let agrees = tx.fetch_one(&record).await?;
        tx.commit().await?;
        if agrees {
            return Ok(lent);
        }
        tracing::error!(export = %self.ticket.export_id().0, "EXPORT TRIPPED: the second computation disagrees");
        Err(Ended::ByDatabase(Verdict::Tripped))
    }

    /// One step of the export's life, in a short transaction of its own.
    async fn step<S>(&self, exporter: &Exporter, statement: &S) -> Result<(), Ended>
    where
        S: db::Statement<Row = Verdict>,
    {
        let mut tx = exporter.inner.pool.enter_export(&self.ticket).await?;
        let verdict = tx.fetch_one(statement).await?;
        tx.commit().await?;
        match verdict {
            Verdict::GoOn | Verdict::Stopping => Ok(()),
            verdict => Err(Ended::ByDatabase(verdict)),
        }
    }

    /// Puts the file and its key where they stay. Whoever asks the database hears that nothing is released.
    async fn keep(&self, exporter: &Exporter, part: Part) -> Result<(), Ended> {
        let store = exporter.inner.store.clone();
        Ok(blocking(move || store.keep(part)).await??)
    }

    /// Destroys what was kept of an export whose end is written down.
    async fn shred(&self, exporter: &Exporter) {
        let (store, id) = (exporter.inner.store.clone(), self.ticket.export_id());
        let shredded = blocking(move || Ok::<_, Ended>(store.shred(id)?)).await.and_then(|it| it);
        if let Err(err) = shredded {
            tracing::error!(export = %id.0, error = %err, "the next upkeep must destroy its file");
        }
    }
}

fn promised(totals: Totals) -> slip_list::Totals {
    let count = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
    slip_list::Totals {
        rows: count(totals.rows),
        amount_yen: totals.amount_yen,
        revenue_stamps: count(totals.revenue_stamps),
        overdue: count(totals.overdue),
        first: totals.first,
        last: totals.last,
        tenant_rows: count(totals.tenant_rows),
    }
}

fn draw_block(
    mut writer: Writer,
    block: Vec<OwnedSlip>,
) -> Result<(Writer, Vec<PageDone>), report::Error> {
    let rows: Vec<OwnedRow> =
        block.into_iter().map(|it| OwnedRow { tenant_id: it.tenant_id, slip: it.slip }).collect();
    let pages = writer.push(&rows)?;
    Ok((writer, pages))
}

fn manifest(pages: &[PageDone]) -> ReportPages {
    let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
    ReportPages {
        pages: pages.iter().map(|it| number(it.page)).collect(),
        rows: pages.iter().map(|it| number(it.rows)).collect(),
        amounts_yen: pages.iter().map(|it| it.amount_yen).collect(),
        first: pages.iter().map(|it| Some(it.first.to_string())).collect(),
        last: pages.iter().map(|it| Some(it.last.to_string())).collect(),
        digests: pages.iter().map(|it| it.digest.to_vec()).collect(),
    }
}

/// The one page of an empty list: no rows, and the digest of no rows.
fn empty_manifest() -> ReportPages {
    ReportPages {
        pages: vec![1],
        rows: vec![0],
        amounts_yen: vec![0],
        first: vec![None],
        last: vec![None],
        digests: vec![report::digest::Rows::default().finish().to_vec()],
    }
}

/// Runs what computes or writes to disk where it may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Ended> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Ended::Thread)
}
