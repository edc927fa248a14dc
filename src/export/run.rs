//! The one path from an order to a released file.

use time::{Date, OffsetDateTime, UtcOffset};

use crate::{
    auth::{self, Signed},
    domain::{Issuer, ReportKind, SlipFilter, SlipId, Wish},
    export::{
        StoreError,
        blocks::Block,
        certificate,
        job::Job,
        jobs::Handle,
        manifest,
        store::{Draft, FileName, Part},
    },
    report::{
        self, Finished, Front, PageCodes, PageDone, Writer, payment_slip::SlipWriter,
        slip_csv::CsvWriter, slip_list::ListWriter,
    },
    statements::{
        certificates::{AskFacts, AskWall},
        export_life::AskStopPage,
        exports::{
            AskFront, BLOCK_ROWS, BeginExport, CheckPaymentSlip, CheckSlipList, FinishDrawing,
            FrontRow, IssuedBlock, LendSnapshot, RecordCheck, ReleaseExport, SlipBlock, Verdict,
            glyphs_to_json,
        },
        previews::Fingerprint,
        slips::{TotalSlips, Totals},
        tenants::AskIssuer,
    },
    wall::{self, Call, SealedTx, Snapshot},
};

/// Today where the bills are paid.
pub(super) fn today() -> Date {
    let japan = UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC);
    OffsetDateTime::now_utc().to_offset(japan).date()
}

/// Why a job ended without a release.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    /// The database has written the end already: cancelled, tripped, or another number of rows.
    #[error("the database ended it")]
    ByDatabase(Verdict),
    #[error(transparent)]
    Db(#[from] wall::Error),
    #[error(transparent)]
    Report(#[from] report::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Entered when it was ordered, and taken away since.
    #[error("the biller has no issuer")]
    NoIssuer,
    #[error("no certificate: {0}")]
    Certificate(#[from] auth::Error),
    #[error("the wall is not the one that stood when the rows were read")]
    WallChanged,
    #[error("a thread died")]
    Thread,
    #[error("the rows have changed since the preview")]
    PreviewStale,
    /// Drawing stopped at a page, and the database knows of no such wish.
    #[error("it stopped at a page and was not cancelled")]
    StoppedUnasked,
}

impl Ended {
    /// What is written down: whether a check tripped, and the reason as a word.
    pub(super) fn failure(&self) -> (bool, &'static str) {
        match self {
            Ended::ByDatabase(_) => (false, "ended"),
            Ended::Db(wall::Error::ForeignRow { .. })
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
            Ended::Report(report::Error::GlyphMissing { .. }) => (false, "glyph_missing"),
            Ended::Report(report::Error::NotEncodable { .. }) => (false, "text_not_in_encoding"),
            Ended::NoIssuer => (false, "issuer_missing"),
            Ended::Report(_) => (false, "drawing"),
            Ended::Store(_) => (false, "storage"),
            Ended::PreviewStale => (false, "preview_stale"),
            Ended::Thread | Ended::StoppedUnasked => (false, "internal"),
        }
    }
}

/// Where a report's bytes go.
type Out = Draft;

/// A report that takes the rows of a block.
type WriterOf<B> = Box<dyn Writer<Out, <B as Block>::Drawn>>;

impl Job {
    pub(super) async fn draw_check_release(&self, mut snapshot: SealedTx) -> Result<(), Ended> {
        let inner = &self.exporter.inner;
        let id = self.ticket.export_id();
        let wall = snapshot.fetch_one(&AskWall {}).await?;
        let front = snapshot.fetch_one(&AskFront { export_id: id.0 }).await?;
        let (kind, filter) = (front.wish.kind(), front.scope.filter());
        let totals = TotalSlips::new(&filter, today()).payable(kind.is_of_payable_slips());
        let totals = snapshot.fetch_one(&totals).await?;
        if let Some(previewed) = &self.fingerprint
            && *previewed != snapshot.fetch_one(&Fingerprint::new(&filter)).await?
        {
            return Err(Ended::PreviewStale);
        }
        let rows = u32::try_from(totals.rows).unwrap_or(u32::MAX);
        self.step(&BeginExport {
            rows: i32::try_from(rows).unwrap_or(i32::MAX),
            amount_yen: totals.amount_yen,
            pages: i32::try_from(report::of(kind).pages(rows)).unwrap_or(i32::MAX),
        })
        .await?;
        let (part, file) = inner.store.begin(self.ticket.tenant_id(), id)?;
        let issuer = match kind {
            ReportKind::PaymentSlip => {
                Some(snapshot.fetch_one(&AskIssuer {}).await?.ok_or(Ended::NoIssuer)?)
            }
            ReportKind::SlipList | ReportKind::SlipCsv => None,
        };
        let stamped = (front, issuer.clone());
        let finished = self.draw(&mut snapshot, &filter, stamped, totals, file).await?;
        self.step(&FinishDrawing {
            rows_digest: finished.rows_digest.to_vec(),
            sha256: finished.sha256.to_vec(),
            bytes: i64::try_from(finished.bytes).unwrap_or(i64::MAX),
            missing_glyphs: glyphs_to_json(&finished.missing_glyphs),
        })
        .await?;
        let lent = self.check(&mut snapshot, kind).await?;
        snapshot.commit().await?;
        self.keep(part).await?;
        let (query, check) = match kind {
            ReportKind::SlipList | ReportKind::SlipCsv => (SlipBlock::FILE, CheckSlipList::FILE),
            ReportKind::PaymentSlip => (IssuedBlock::FILE, CheckPaymentSlip::FILE),
        };
        let snapshot = lent.as_str().to_owned();
        self.release(certificate::Drawn { id, snapshot, wall, query, check, issuer }).await
    }

    /// Signs what the database states, and releases: one transaction, so that nothing is released unsigned.
    async fn release(&self, drawn: certificate::Drawn) -> Result<(), Ended> {
        let inner = &self.exporter.inner;
        let mut tx = inner.pool.enter_export(&self.ticket).await?;
        let facts = tx.fetch_one(&AskFacts {}).await?;
        // What guarded the rows when they were read must be what is stated.
        if facts.wall.wall_digest != drawn.wall.digest {
            return Err(Ended::WallChanged);
        }
        let keys = inner.proof.certificates.clone();
        let sign = move || certificate::sign(&keys, &facts, &drawn);
        let Signed { token, kid } = blocking(sign).await??;
        let verdict = tx.fetch_one(&ReleaseExport { certificate: token, kid }).await?;
        tx.commit().await?;
        self.handle.tell();
        match verdict {
            Verdict::GoOn => Ok(()),
            verdict => Err(Ended::ByDatabase(verdict)),
        }
    }

    /// Draws a report: which rows it takes, and who writes it. One arm for each kind.
    async fn draw(
        &self,
        snapshot: &mut SealedTx,
        filter: &SlipFilter,
        (front, issuer): (FrontRow, Option<Issuer>),
        totals: Totals,
        out: Draft,
    ) -> Result<Finished<Out>, Ended> {
        let (wish, fonts) = (front.wish, self.exporter.inner.fonts.clone());
        let (front, totals) = (self.front(front)?, promised(totals));
        let shape = (totals.rows == 0, report::of(wish.kind()).rows_per_page as usize);
        match wish {
            Wish::SlipList => {
                let begin = move || -> Result<WriterOf<SlipBlock>, report::Error> {
                    Ok(Box::new(ListWriter::new(out, fonts, front, totals)?))
                };
                self.draw_blocks::<SlipBlock>(snapshot, filter, shape, begin).await
            }
            Wish::SlipCsv(encoding) => {
                let begin = move || -> Result<WriterOf<SlipBlock>, report::Error> {
                    Ok(Box::new(CsvWriter::new(out, &front, encoding, totals)?))
                };
                self.draw_blocks::<SlipBlock>(snapshot, filter, shape, begin).await
            }
            Wish::PaymentSlip(print) => {
                let issuer = issuer.ok_or(Ended::NoIssuer)?;
                let begin = move || -> Result<WriterOf<IssuedBlock>, report::Error> {
                    Ok(Box::new(SlipWriter::new(out, fonts, (front, issuer), print, totals)?))
                };
                self.draw_blocks::<IssuedBlock>(snapshot, filter, shape, begin).await
            }
        }
    }

    /// The rows, block by block: while one is drawn the next is fetched.
    async fn draw_blocks<B: Block>(
        &self,
        snapshot: &mut SealedTx,
        filter: &SlipFilter,
        (empty, rows_per_page): (bool, usize),
        begin: impl FnOnce() -> Result<WriterOf<B>, report::Error> + Send + 'static,
    ) -> Result<Finished<Out>, Ended> {
        let mut writer = blocking(begin).await??;
        let mut block = snapshot.fetch(&B::after(filter, None)).await?;
        while !block.is_empty() {
            let last_block = block.len() < BLOCK_ROWS as usize;
            let after: Option<SlipId> = block.last().map(|it| B::id(it).clone());
            let rows: Vec<B::Drawn> = block.into_iter().map(B::drawn).collect();
            let handle = self.handle.clone();
            let drawing = blocking(move || draw_block::<B>(writer, rows_per_page, &rows, &handle));
            let next = async {
                if last_block {
                    Ok(Vec::new())
                } else {
                    snapshot.fetch(&B::after(filter, after.as_ref())).await
                }
            };
            let (drawn, fetched) = tokio::join!(drawing, next);
            let Drawn { writer: back, pages, stopped } = drawn??;
            writer = back;
            block = fetched?;
            self.step(&manifest::of(&pages)).await?;
            if stopped {
                return Err(Ended::StoppedUnasked);
            }
        }
        if empty {
            self.step(&manifest::of_nothing()).await?;
        }
        blocking(move || {
            let mut finished = writer.finish()?;
            finished.out.seal().map_err(StoreError::Io)?;
            Ok::<_, Ended>(finished)
        })
        .await?
    }

    fn front(&self, row: FrontRow) -> Result<Front, Ended> {
        let key = self.exporter.inner.proof.page_codes.newest()?;
        Ok(Front {
            export_id: self.ticket.export_id(),
            tenant_id: self.ticket.tenant_id(),
            tenant_code: row.tenant_code,
            tenant_name: row.tenant_name,
            scope_words: row.scope.in_japanese(),
            ordered_at: row.ordered_at,
            requested_by: row.requested_by,
            contact: self.exporter.inner.contact.clone(),
            codes: PageCodes::new(&key, self.ticket.export_id()),
            rows_salt: row.rows_salt,
        })
    }

    /// The same rows, counted and digested by another role on the same snapshot.
    async fn check(&self, snapshot: &mut SealedTx, kind: ReportKind) -> Result<Snapshot, Ended> {
        let lent = snapshot.fetch_one(&LendSnapshot {}).await?;
        let checker = &self.exporter.inner.checker;
        let mut tx = checker.enter_snapshot(&self.check_ticket, &lent).await?;
        let tenant_id = self.check_ticket.tenant_id().0;
        let export_id = self.check_ticket.export_id().0;
        let found = match kind {
            // The same rows in the same encoding: a list and a CSV file differ in ink alone.
            ReportKind::SlipList | ReportKind::SlipCsv => {
                tx.fetch_one(&CheckSlipList { tenant_id, export_id }).await?
            }
            ReportKind::PaymentSlip => {
                tx.fetch_one(&CheckPaymentSlip { tenant_id, export_id }).await?
            }
        };
        tx.commit().await?;
        let mut tx = checker.enter_check(&self.check_ticket).await?;
        let record = RecordCheck {
            rows: found.rows,
            amount_yen: found.amount_yen,
            tenants: found.tenants,
            row_digests: found.row_digests,
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
    async fn step<S>(&self, statement: &S) -> Result<(), Ended>
    where
        S: wall::Statement<Row = Verdict>,
    {
        let mut tx = self.exporter.inner.pool.enter_export(&self.ticket).await?;
        let verdict = tx.fetch_one(statement).await?;
        if verdict == Verdict::Stopping {
            let ask = AskStopPage { export_id: self.ticket.export_id().0 };
            if let Some(page) = tx.fetch_one(&ask).await? {
                self.handle.stop_after(u32::try_from(page).unwrap_or(0));
            }
        }
        tx.commit().await?;
        self.handle.tell();
        match verdict {
            Verdict::GoOn | Verdict::Stopping => Ok(()),
            verdict => Err(Ended::ByDatabase(verdict)),
        }
    }

    /// Puts the file and its key where they stay. Whoever asks the database hears that nothing is released.
    async fn keep(&self, part: Part) -> Result<(), Ended> {
        let store = self.exporter.inner.store.clone();
        Ok(blocking(move || store.keep(part)).await??)
    }

    /// Destroys what was kept of an export whose end is written down.
    pub(super) async fn shred(&self) {
        let (store, id) = (self.exporter.inner.store.clone(), self.ticket.export_id());
        let name = FileName::of(self.ticket.tenant_id(), id);
        let shredded = blocking(move || Ok::<_, Ended>(store.shred(name)?)).await.and_then(|it| it);
        if let Err(err) = shredded {
            tracing::error!(export = %id.0, error = %err, "the next upkeep must destroy its file");
        }
    }
}

fn promised(totals: Totals) -> report::Totals {
    let count = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
    report::Totals {
        rows: count(totals.rows),
        amount_yen: totals.amount_yen,
        revenue_stamps: count(totals.revenue_stamps),
        overdue: count(totals.overdue),
        first: totals.first,
        last: totals.last,
        tenant_rows: count(totals.tenant_rows),
    }
}

/// A block that was drawn.
struct Drawn<B: Block> {
    writer: WriterOf<B>,
    pages: Vec<PageDone>,
    /// Somebody asked to stop, and the last of these pages is the last there is.
    stopped: bool,
}

/// Pages that are drawn before somebody who asked to stop is looked for: printpdf encodes them in one go.
const PAGES_AT_ONCE: usize = 10;

/// Draws a block, up to the page at which somebody asked to stop. What was drawn behind it is not told, and its bytes
/// are destroyed with the rest.
fn draw_block<B: Block>(
    mut writer: WriterOf<B>,
    rows_per_page: usize,
    rows: &[B::Drawn],
    handle: &Handle,
) -> Result<Drawn<B>, report::Error> {
    let (mut pages, mut stopped) = (Vec::new(), false);
    'drawing: for some in rows.chunks(rows_per_page * PAGES_AT_ONCE) {
        for page in writer.push(some)? {
            stopped = handle.has_drawn(page.page);
            pages.push(page);
            if stopped {
                break 'drawing;
            }
        }
    }
    Ok(Drawn { writer, pages, stopped })
}

/// Runs what computes or writes to disk where it may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Ended> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Ended::Thread)
}
