//! `POST /v1/exports/{id}/recall`: take a file back, and learn who was sent what.

use std::ops::Range;

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    export::{FileLedger, Sent},
    http::{
        answer::{self, Answer, moment},
        call::Call,
        fields::Fields,
        files::export_id,
    },
    statements::deliveries::Fetched,
};

/// The fields of [`Recall`].
pub(in crate::http) const FIELDS: &[&str] = &["reason"];

const REASON_CHARS_MAX: usize = 200;

const LIMIT: &str = "What was fetched before can still be read, and so can a copy of the file whose key was copied before.";

/// A file to be taken back.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; it is read field by field")]
pub(in crate::http) struct Recall {
    /// Why; at most 200 characters.
    reason: String,
}

/// What came of it: this file and its reprints.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Recalled {
    files: Vec<RecalledFile>,
    /// What a recall cannot do.
    limit: &'static str,
}

/// A file that was taken back.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct RecalledFile {
    /// Its export.
    id: Uuid,
    /// The pages of the original, for a reprint: as 67-120.
    reprint_pages: Option<String>,
    state: &'static str,
    recalled_at: Option<String>,
    bytes: i64,
    pages: i32,
    /// Which pages may have been seen: all, none, or some of them.
    pages_fetched: &'static str,
    pages_sent: PagesSent,
    /// Ranges of bytes that were sent or may have been, as 0-99.
    fetched: Vec<String>,
    /// Ranges that never were.
    never_fetched: Vec<String>,
    fetched_by: Vec<FetchedBy>,
}

/// Pages by how much of what is theirs alone was sent, or may have been: as 67-120 or 67.
#[derive(Serialize, ToSchema)]
struct PagesSent {
    whole: Vec<String>,
    /// Some bytes of the page; of a reprint, whose pages have no known place, some bytes of the file.
    part: Vec<String>,
    never: Vec<String>,
}

impl From<&FileLedger> for PagesSent {
    fn from(it: &FileLedger) -> PagesSent {
        let pages = it.pages();
        let spans = |wanted: Sent| {
            let mut spans: Vec<(u32, u32)> = Vec::new();
            for (page, _) in pages.iter().filter(|(_, sent)| *sent == wanted) {
                match spans.last_mut() {
                    Some((_, last)) if *last + 1 == *page => *last = *page,
                    _ => spans.push((*page, *page)),
                }
            }
            let text = |(first, last): (u32, u32)| match first == last {
                true => first.to_string(),
                false => format!("{first}-{last}"),
            };
            spans.into_iter().map(text).collect()
        };
        PagesSent { whole: spans(Sent::Whole), part: spans(Sent::Part), never: spans(Sent::Never) }
    }
}

/// One fetch.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct FetchedBy {
    /// Written down before the first byte was sent.
    at: String,
    /// The user, or null for a fetch with a link.
    user_id: Option<Uuid>,
    /// The link, or null.
    link_id: Option<Uuid>,
    /// The user who made the link, or null.
    link_made_by: Option<Uuid>,
    /// As 0-99.
    range: String,
    /// Whether all of it was sent; null when the end was never told.
    complete: Option<bool>,
}

#[utoipa::path(post, path = "/v1/exports/{id}/recall", request_body = Recall,
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 200, body = Recalled)))]
pub(in crate::http) async fn recall(
    mut call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let body = call.json().await?;
    let mut fields = Fields::of(&body, "", FIELDS)?;
    let reason = fields.text("reason");
    let fits = |it: &str| {
        (1..=REASON_CHARS_MAX).contains(&it.chars().count()) && !it.chars().any(char::is_control)
    };
    if reason.is_some_and(|it| !fits(it)) {
        fields.fault("reason", "must be at most 200 characters without controls");
    }
    let reason = fields.finish(reason)?;
    let ledgers = call.app.exporter.recall(&session, export_id(&id), reason).await?;
    let files = ledgers.iter().map(RecalledFile::from).collect();
    answer::json(StatusCode::OK, &Recalled { files, limit: LIMIT })
}

impl From<&FileLedger> for RecalledFile {
    fn from(it: &FileLedger) -> RecalledFile {
        let (fetched, never) = (it.fetched(), it.never_fetched());
        let texts = |ranges: &[Range<u64>]| {
            ranges.iter().map(|it| format!("{}-{}", it.start, it.end - 1)).collect()
        };
        RecalledFile {
            id: it.file.export_id.0,
            reprint_pages: it.file.reprint_pages.map(|(first, last)| format!("{first}-{last}")),
            state: it.file.state.as_str(),
            recalled_at: it.file.recalled_at.map(moment),
            bytes: it.file.bytes,
            pages: it.file.pages,
            pages_fetched: match (fetched.is_empty(), never.is_empty()) {
                (true, _) => "none",
                (false, true) => "all",
                (false, false) => "some",
            },
            pages_sent: PagesSent::from(it),
            fetched: texts(&fetched),
            never_fetched: texts(&never),
            fetched_by: it.fetches.iter().map(FetchedBy::from).collect(),
        }
    }
}

impl From<&Fetched> for FetchedBy {
    fn from(it: &Fetched) -> FetchedBy {
        FetchedBy {
            at: moment(it.began_at),
            user_id: it.fetched_by.map(|it| it.0),
            link_id: it.link_id,
            link_made_by: it.link_made_by.map(|it| it.0),
            range: format!("{}-{}", it.first_byte, it.last_byte),
            complete: it.complete,
        }
    }
}
