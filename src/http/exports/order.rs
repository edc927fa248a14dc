//! `POST /v1/exports`: order an export, with the number of rows one expects.

use http::{StatusCode, header};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    domain::{ExportId, Invalid, ReportKind, Scope, SlipFilter, Wish},
    export::{IdempotencyKey, Order, OrderError},
    http::{
        answer::{self, Answer, set},
        call::Call,
        exports::{Ordered, free_text_fits},
        fields::Fields,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        names,
        previews::token::{self, Shown},
        problem::{
            EXPECTATION_MISSING, FILTER_REQUIRED, Fault, INTERNAL, PREVIEW_MISMATCH, Problem,
            UNKNOWN_FIELD, VALIDATION_FAILED,
        },
    },
    statements::exports::GetExport,
};

/// The fields of [`NewExport`].
pub(in crate::http) const FIELDS: &[&str] =
    &["report", "options", "filter", "expect", "purpose", "retain", "preview_token"];

/// The fields of [`Expectation`].
pub(in crate::http) const EXPECT_FIELDS: &[&str] = &["rows"];

/// An export to order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct NewExport {
    /// 帳票: slip_list, payment_slip or slip_csv.
    report: String,
    /// How it is printed or encoded. payment_slip: mode (full, overprint), offset_x and offset_y (-59 to 59 steps of
    /// 0.24 pt, with overprint), profile (300dpi, 400dpi), proof (true, false). slip_csv: encoding (utf-8, cp932).
    #[schema(value_type = Object)]
    options: Option<Value>,
    /// Conditions as in `GET /v1/slips`, each a text or a number; or `{"all": true}` for every slip.
    #[schema(value_type = Object)]
    filter: Value,
    expect: Expectation,
    /// What for; at most 200 characters.
    purpose: Option<String>,
    /// The token of a preview. With it report and filter may be left out; the rows must still be those it showed.
    preview_token: Option<String>,
    /// How long the file is kept after its release: P1D to P90D; P7D when left out.
    retain: Option<String>,
}

/// What the list is expected to hold.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct Expectation {
    /// Rows. Another number refuses the order.
    rows: u32,
}

#[utoipa::path(post, path = "/v1/exports", request_body = NewExport,
    responses((status = 202, body = Ordered)))]
pub(in crate::http) async fn order(mut call: Call, session: VerifiedSession) -> Answer {
    let bytes = call.bytes().await?;
    let Key { route, key, body_digest } = Key::of(&call, &bytes)?;
    let open = |token: &str| token::read(&call.app, session.tenant_id(), token);
    let mut order = read(&json::parse(&bytes, Tenant::Never)?, open)?;
    order.key = Some(IdempotencyKey { route, key, body_digest });
    let outcome = call.app.exporter.order(&session, order).await;
    call.app.metrics.order(match &outcome {
        Ok(_) => "ordered",
        Err(OrderError::RowCountMismatch { .. }) => "row_count_mismatch",
        Err(OrderError::TooLarge { .. }) => "too_large",
        Err(OrderError::PreviewStale { .. }) => "preview_stale",
        Err(OrderError::NoIssuer) => "no_issuer",
        Err(OrderError::Quota) => "quota",
        Err(OrderError::Replayed(_)) => "replayed",
        Err(OrderError::KeyReused | OrderError::KeyInProgress) => "key_refused",
        Err(OrderError::Db(_)) => "failed",
    });
    match outcome {
        Ok(id) => accepted(&call, &session, id).await,
        Err(OrderError::Replayed(id)) => Ok(replayed(accepted(&call, &session, id).await?)),
        Err(err) => Err(err.into()),
    }
}

/// The answer, made of what is stored: the same for the request and for its retries.
async fn accepted(call: &Call, session: &VerifiedSession, id: ExportId) -> Answer {
    let line = call.app.pool.read(session, &GetExport { export_id: id.0 }).await?.pop();
    let line = line.ok_or_else(|| Problem::new(&INTERNAL).because("an order is not there"))?;
    let mut response = answer::json(StatusCode::ACCEPTED, &Ordered::from(&line))?;
    set(&mut response, header::LOCATION, &format!("/v1/exports/{}", id.0));
    set(&mut response, header::RETRY_AFTER, "1");
    Ok(response)
}

fn read(body: &Value, open: impl FnOnce(&str) -> Result<Shown, Problem>) -> Result<Order, Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let purpose = fields.optional_text("purpose");
    if purpose.is_some_and(|it| !free_text_fits(it)) {
        fields.fault("purpose", "must be at most 200 characters without controls");
    }
    let retain = fields.optional_text("retain").map(retain_days);
    let retain_days = retain.and_then(|it| fields.keep("retain", it));
    let shown = fields.optional_text("preview_token").map(open).transpose()?;
    let (report_said, filter_said) =
        (fields.optional("report").is_some(), fields.optional("filter").is_some());
    let report = match &shown {
        Some(shown) if !report_said => Some(shown.report),
        _ => {
            let report = fields.text("report").map(ReportKind::parse);
            report.and_then(|it| fields.keep("report", it))
        }
    };
    let options = fields.optional("options");
    let scope = match &shown {
        Some(shown) if !filter_said => shown.scope.clone(),
        _ => scope(fields.optional("filter"))?,
    };
    if let (Some(shown), Some(report)) = (&shown, report)
        && (shown.report != report || shown.scope != scope)
    {
        return Err(Problem::new(&PREVIEW_MISMATCH));
    }
    let report = report.map(|it| wish(it, options)).transpose()?;
    let Some(expect) = fields.optional("expect") else {
        return Err(Problem::new(&EXPECTATION_MISSING));
    };
    let mut inner = Fields::of(expect, "/expect", EXPECT_FIELDS)?;
    if inner.optional("rows").is_none() {
        return Err(Problem::new(&EXPECTATION_MISSING));
    }
    let rows = inner.number("rows").map(|it| {
        let fits = i32::try_from(it).ok().and_then(|it| u32::try_from(it).ok());
        fits.ok_or(Invalid::new("rows", "must be 0 to 2147483647"))
    });
    let rows = rows.and_then(|it| inner.keep("rows", it));
    let expected_rows = inner.finish(rows)?;
    let purpose = purpose.map(str::to_owned);
    let previewed = shown.map(|it| it.previewed);
    let order = report.map(|report| Order {
        report,
        scope,
        expected_rows,
        purpose,
        previewed,
        retain_days,
        key: None,
    });
    fields.finish(order)
}

/// Reads the options of a report.
fn wish(kind: ReportKind, options: Option<&Value>) -> Result<Wish, Problem> {
    let failed = |pointer: String, rule| {
        Problem::new(&VALIDATION_FAILED).at([Fault::pointer(pointer, rule)])
    };
    let none = Map::new();
    let object = match options {
        None => &none,
        Some(it) => {
            it.as_object().ok_or_else(|| failed("/options".to_owned(), "must be an object"))?
        }
    };
    known(object, "/options", Wish::options(kind))?;
    let mut pairs = Vec::new();
    for (name, value) in object {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(it) => it.to_string(),
            _ => return Err(failed(format!("/options/{name}"), "must be a text")),
        };
        pairs.push((name.as_str(), text));
    }
    Wish::new(kind, pairs.iter().map(|(name, text)| (*name, text.as_str())))
        .map_err(|err| failed(format!("/options/{}", err.field), err.rule))
}

/// Reads what is to be exported. Nothing is never everything.
pub(in crate::http) fn scope(filter: Option<&Value>) -> Result<Scope, Problem> {
    let Some(filter) = filter else { return Err(Problem::new(&FILTER_REQUIRED)) };
    let failed = |pointer: String, rule| {
        Problem::new(&VALIDATION_FAILED).at([Fault::pointer(pointer, rule)])
    };
    let Some(object) = filter.as_object() else {
        return Err(failed("/filter".to_owned(), "must be an object"));
    };
    if let Some(all) = object.get("all") {
        return match all {
            Value::Bool(true) if object.len() == 1 => Ok(Scope::All),
            Value::Bool(true) => {
                Err(failed("/filter/all".to_owned(), "stands alone: all is every slip"))
            }
            _ => Err(failed("/filter/all".to_owned(), "must be true or left out")),
        };
    }
    known(object, "/filter", SlipFilter::CONDITIONS)?;
    let mut filter = SlipFilter::open();
    for (name, value) in object {
        let pointer = || format!("/filter/{name}");
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            // A null that was left out would be a wider filter.
            _ => return Err(failed(pointer(), "must be a text")),
        };
        filter = filter.with(name, &text).map_err(|err| failed(pointer(), err.rule))?;
    }
    Scope::filtered(filter).map_err(|_| Problem::new(&FILTER_REQUIRED))
}

/// Reads a time in days, as ISO 8601 writes it.
fn retain_days(text: &str) -> Result<u8, Invalid> {
    let days = text.strip_prefix('P').and_then(|it| it.strip_suffix('D'));
    let days = days.filter(|it| it.bytes().all(|b| b.is_ascii_digit()));
    let days = days.and_then(|it| it.parse().ok()).filter(|it| (1..=90).contains(it));
    days.ok_or(Invalid::new("retain", "must be P1D to P90D"))
}

fn known(object: &Map<String, Value>, pointer: &str, names: &[&str]) -> Result<(), Problem> {
    let Some(name) = object.keys().find(|it| !names.contains(&it.as_str())) else {
        return Ok(());
    };
    let mut problem = Problem::new(&UNKNOWN_FIELD).with("pointer", pointer);
    if let Some(meant) = names::nearest(name, names.iter().copied()) {
        problem = problem.with("did_you_mean", meant);
    }
    Err(problem)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        domain::{ReportKind, Scope},
        export::{Order, Previewed},
        http::{
            previews::token::Shown,
            problem::{PREVIEW_STALE, Problem},
        },
    };

    /// A token `all` that shows every slip; any other is stale.
    fn read(body: &Value) -> Result<Order, Problem> {
        super::read(body, |token| match token {
            "all" => Ok(Shown {
                report: ReportKind::SlipList,
                scope: Scope::All,
                previewed: Previewed { rows: 3, fingerprint: "x".to_owned() },
            }),
            _ => Err(Problem::new(&PREVIEW_STALE)),
        })
    }

    fn slug(body: Value) -> Option<&'static str> {
        read(&body).err().map(|it| it.slug())
    }

    fn with(filter: Value) -> Value {
        json!({"report": "slip_list", "filter": filter, "expect": {"rows": 3}})
    }

    #[test]
    fn nothing_is_never_everything() {
        for filter in [json!({}), json!(null)] {
            assert_eq!(slug(with(filter)), Some("filter-required"));
        }
        let missing = json!({"report": "slip_list", "expect": {"rows": 3}});
        assert_eq!(slug(missing), Some("filter-required"));
        for filter in [
            json!({"all": false}),
            json!({"all": null}),
            json!({"all": "true"}),
            json!({"all": true, "customer_number": "C1"}),
            json!({"customer_number": null}),
            json!([]),
            json!("all"),
        ] {
            assert_eq!(slug(with(filter.clone())), Some("validation-failed"), "{filter}");
        }
        let all = read(&with(json!({"all": true}))).expect("said");
        assert_eq!(all.scope, Scope::All);
    }

    #[test]
    fn conditions_are_a_closed_set() {
        let order = read(&with(json!({"amount_from": 5, "customer_number": "C1"}))).expect("fits");
        assert_eq!(order.scope.filter().pairs().len(), 2);
        assert_eq!(slug(with(json!({"customer_numbr": "C1"}))), Some("unknown-field"));
        assert_eq!(slug(with(json!({"due_from": "2026-13-01"}))), Some("validation-failed"));
    }

    #[test]
    fn a_preview_says_what_is_ordered_and_nothing_beside_it_may_differ() {
        let wish = |more: Value| {
            let mut body = json!({"expect": {"rows": 3}, "preview_token": "all"});
            body.as_object_mut().expect("one").extend(more.as_object().expect("one").clone());
            body
        };
        let order = read(&wish(json!({}))).expect("all is said by the token");
        assert_eq!((order.scope, order.previewed.expect("it is kept").rows), (Scope::All, 3));
        let same = json!({"report": "slip_list", "filter": {"all": true}});
        assert!(read(&wish(same)).is_ok());
        let other = json!({"filter": {"customer_number": "C1"}});
        assert_eq!(slug(wish(other)), Some("preview-mismatch"));
        assert_eq!(slug(wish(json!({"filter": {}}))), Some("filter-required"));
        assert_eq!(slug(wish(json!({"preview_token": "old"}))), Some("preview-stale"));
        assert_eq!(slug(wish(json!({"preview_token": 1}))), Some("filter-required"));
        assert_eq!(slug(json!({"preview_token": "all"})), Some("expectation-missing"));
    }

    #[test]
    fn options_belong_to_their_report() {
        let body = |report: &str, options: Value| json!({"report": report, "options": options, "filter": {"all": true}, "expect": {"rows": 1}});
        let print = json!({"mode": "overprint", "offset_x": -59, "proof": true});
        let order = read(&body("payment_slip", print)).expect("fits");
        let stored: Vec<_> = order.report.pairs();
        assert_eq!(stored[1], ("offset_x", "-59".to_owned()));
        assert_eq!(stored[4], ("proof", "true".to_owned()));
        assert!(read(&body("slip_list", json!({}))).is_ok());
        assert!(read(&body("slip_list", json!(null))).is_ok());
        for (report, options) in [
            ("slip_list", json!({"proof": true})),
            ("payment_slip", json!({"offset": 1})),
            ("slip_csv", json!({"mode": "full"})),
        ] {
            assert_eq!(slug(body(report, options)), Some("unknown-field"), "{report}");
        }
        for options in [
            json!([]),
            json!("full"),
            json!({"mode": null}),
            json!({"offset_x": 1.5, "mode": "overprint"}),
            json!({"offset_x": 1}),
            json!({"proof": "yes"}),
        ] {
            let refused = slug(body("payment_slip", options.clone()));
            assert_eq!(refused, Some("validation-failed"), "{options}");
        }
    }

    #[test]
    fn an_order_says_what_it_expects() {
        let body = |expect: Value| json!({"report": "slip_list", "filter": {"all": true}, "expect": expect});
        assert_eq!(read(&body(json!({"rows": 0}))).expect("fits").expected_rows, 0);
        for expect in [json!({}), json!(null), json!({"rows": null})] {
            assert_eq!(slug(body(expect)), Some("expectation-missing"));
        }
        for expect in [json!({"rows": -1}), json!({"rows": 1.5}), json!({"rows": 3e9}), json!(3)] {
            assert_eq!(slug(body(expect.clone())), Some("validation-failed"), "{expect}");
        }
    }
}
