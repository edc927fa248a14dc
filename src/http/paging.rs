//! Pages of a list: a limit, and a cursor that only fits the list it came from.
//!
//! A cursor is sealed with ChaCha20-Poly1305. It holds the last key and its own end; tenant, route and
//! filter are bound to it as associated data, so a cursor of another biller, list or filter does not open.

use serde::Serialize;
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::TenantId,
    http::{
        params::Params,
        problem::{BAD_PARAMETER, CURSOR_EXPIRED, CURSOR_MISMATCH, Fault, Problem},
        seal,
    },
};

const LIMIT_DEFAULT: u32 = 20;
const LIMIT_MAX: u32 = 200;
const LIFE_S: i64 = 24 * 60 * 60;
/// Longer than any cursor of ours.
const CURSOR_CHARS_MAX: usize = 512;

/// What a cursor belongs to.
pub(super) struct List<'a> {
    pub key: &'a [u8; 32],
    pub tenant: TenantId,
    pub route: &'static str,
    /// The filter in canonical form.
    pub filter: Vec<(&'static str, String)>,
}

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page)]
pub(super) struct Page {
    /// The cursor of the next page; null at the end.
    next: Option<String>,
    /// Items of a page at most.
    limit: u32,
}

/// The limit that was asked for, or the usual one.
pub(super) fn limit(params: &Params) -> Result<u32, Problem> {
    let Some(text) = params.get("limit") else { return Ok(LIMIT_DEFAULT) };
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(limit @ 1..=LIMIT_MAX) if plain => Ok(limit),
        _ => Err(Problem::new(&BAD_PARAMETER).at([Fault::name("limit", "must be 1 to 200")])),
    }
}

/// The key of an item in a list that begins with the latest.
pub(super) fn moment_key(at: OffsetDateTime, id: Uuid) -> String {
    format!("{} {id}", at.unix_timestamp_nanos())
}

fn read_moment_key(text: &str) -> Option<(OffsetDateTime, Uuid)> {
    let (at, id) = text.split_once(' ')?;
    let at = OffsetDateTime::from_unix_timestamp_nanos(at.parse().ok()?).ok()?;
    Some((at, Uuid::parse_str(id).ok()?))
}

impl List<'_> {
    /// Cuts what was read, one more than the limit, to a page; `key` tells the key of an item.
    pub fn page<T>(
        &self,
        rows: &mut Vec<T>,
        limit: u32,
        now: OffsetDateTime,
        key: impl Fn(&T) -> String,
    ) -> Result<Page, Problem> {
        self.page_up_to(rows, limit, now, key, None)
    }

    /// The same for a list that was not looked at to its end: without more rows than the limit, the next page begins
    /// behind `edge`.
    pub fn page_up_to<T>(
        &self,
        rows: &mut Vec<T>,
        limit: u32,
        now: OffsetDateTime,
        key: impl Fn(&T) -> String,
        edge: Option<String>,
    ) -> Result<Page, Problem> {
        let limit_rows = limit as usize;
        let mut last = edge;
        if limit_rows < rows.len() {
            rows.truncate(limit_rows);
            last = rows.last().map(key);
        }
        let next = last.map(|it| self.seal(&it, now)).transpose()?;
        Ok(Page { next, limit })
    }

    fn seal(&self, last: &str, now: OffsetDateTime) -> Result<String, Problem> {
        let mut plain = (now.unix_timestamp() + LIFE_S).to_be_bytes().to_vec();
        plain.extend_from_slice(last.as_bytes());
        seal::seal(self.key, &self.bound(), &plain)
    }

    /// The last key of the page before, from the cursor among the parameters.
    ///
    /// # Errors
    /// When the cursor is of another list, or too old.
    pub fn after(&self, params: &Params, now: OffsetDateTime) -> Result<Option<String>, Problem> {
        params.get("cursor").map(|it| self.open(it, now)).transpose()
    }

    /// Where a list that begins with the latest goes on: before this moment, and among equals before this id.
    ///
    /// # Errors
    /// As [`List::after`].
    pub fn before(
        &self,
        params: &Params,
        now: OffsetDateTime,
    ) -> Result<(OffsetDateTime, Uuid), Problem> {
        match self.after(params, now)? {
            Some(text) => read_moment_key(&text).ok_or_else(|| Problem::new(&CURSOR_MISMATCH)),
            // Later than any: the clocks of two machines may differ, by less than a day.
            None => Ok((now + Duration::DAY, Uuid::max())),
        }
    }

    fn open(&self, cursor: &str, now: OffsetDateTime) -> Result<String, Problem> {
        let mismatch = || Problem::new(&CURSOR_MISMATCH);
        let plain = seal::open(self.key, &self.bound(), cursor, CURSOR_CHARS_MAX);
        let plain = plain.ok_or_else(mismatch)?;
        let (until, last) = plain.split_first_chunk::<8>().ok_or_else(mismatch)?;
        if i64::from_be_bytes(*until) <= now.unix_timestamp() {
            return Err(Problem::new(&CURSOR_EXPIRED));
        }
        String::from_utf8(last.to_vec()).map_err(|_| mismatch())
    }

    /// All that a cursor is bound to, each part with its length in front.
    fn bound(&self) -> Vec<u8> {
        let mut bytes = self.tenant.0.to_be_bytes().to_vec();
        let pairs = self.filter.iter().flat_map(|(name, value)| [*name, value.as_str()]);
        for part in std::iter::once(self.route).chain(pairs) {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use time::{Duration, OffsetDateTime};

    use super::{List, limit};
    use crate::{domain::TenantId, http::params::Params};

    const KEY: [u8; 32] = [7; 32];

    fn list(tenant: i32, route: &'static str, value: &str) -> List<'static> {
        let filter = vec![("customer_number", value.to_owned())];
        List { key: &KEY, tenant: TenantId(tenant), route, filter }
    }

    fn slug<T>(it: Result<T, super::Problem>) -> Option<&'static str> {
        it.err().map(|it| it.slug())
    }

    #[test]
    fn a_cursor_fits_its_own_list_only() {
        let now = OffsetDateTime::now_utc();
        let mut rows = vec!["a", "b", "c"];
        let page = list(1, "/v1/slips", "C1").page(&mut rows, 2, now, |it| (*it).to_owned());
        let next = page.expect("seals").next.expect("there is more");
        assert_eq!(rows, ["a", "b"]);
        assert_eq!(list(1, "/v1/slips", "C1").open(&next, now).expect("opens"), "b");
        for other in
            [list(2, "/v1/slips", "C1"), list(1, "/v1/x", "C1"), list(1, "/v1/slips", "C2")]
        {
            assert_eq!(slug(other.open(&next, now)), Some("cursor-mismatch"));
        }
        let other_key = List { key: &[8; 32], ..list(1, "/v1/slips", "C1") };
        assert_eq!(slug(other_key.open(&next, now)), Some("cursor-mismatch"));
        for junk in ["", "AAAA", "***", &"A".repeat(600), &next[1..]] {
            assert_eq!(slug(list(1, "/v1/slips", "C1").open(junk, now)), Some("cursor-mismatch"));
        }
    }

    proptest! {
        /// Anybody may send anything as a cursor: it opens when we sealed it for this list, and else it is refused.
        #[test]
        fn nothing_but_our_own_cursor_opens(
            text in "[A-Za-z0-9_-]{0,600}|\\PC{0,80}", key in "\\PC{0,60}", flip in 0..400_usize, by in 1..64_u8,
        ) {
            let now = OffsetDateTime::now_utc();
            let list = list(1, "/v1/slips", "C1");
            prop_assert_eq!(slug(list.open(&text, now)), Some("cursor-mismatch"));
            let sealed = list.seal(&key, now).expect("seals");
            prop_assert_eq!(list.open(&sealed, now).ok(), Some(key));
            let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).expect("ours");
            let place = flip % bytes.len();
            bytes[place] ^= by;
            let changed = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(slug(list.open(&changed, now)), Some("cursor-mismatch"));
        }

        #[test]
        fn any_query_is_read_or_refused(query in "[ -~]{0,120}|\\PC{0,60}") {
            if let Ok(params) = Params::read(&query, ["limit", "cursor"].into_iter()) {
                let _ = limit(&params);
                let _ = list(1, "/v1/slips", "").after(&params, OffsetDateTime::now_utc());
            }
        }
    }

    #[test]
    fn a_cursor_ends_after_a_day() {
        let now = OffsetDateTime::now_utc();
        let list = list(1, "/v1/slips", "C1");
        let next = list.seal("b", now).expect("seals");
        let day = Duration::hours(24);
        assert!(list.open(&next, now + day - Duration::SECOND).is_ok());
        assert_eq!(slug(list.open(&next, now + day)), Some("cursor-expired"));
    }

    #[test]
    fn the_last_page_has_no_next() {
        let mut rows = vec!["a", "b"];
        let now = OffsetDateTime::now_utc();
        let page = list(1, "/v1/slips", "").page(&mut rows, 2, now, |it| (*it).to_owned());
        assert!(page.expect("cuts").next.is_none());
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_limit_is_refused_and_never_bent() {
        let of = |query: &str| {
            limit(&Params::read(query, ["limit"].into_iter()).expect("a known parameter"))
        };
        assert_eq!(of("").expect("usual"), 20);
        assert_eq!(of("limit=200").expect("fits"), 200);
        for query in
            ["limit=0", "limit=201", "limit=-1", "limit=+5", "limit=%2B5", "limit=", "limit=a"]
        {
            assert_eq!(slug(of(query)), Some("bad-parameter"), "{query}");
        }
    }
}
