//! What a probe biller owns: at least one row in every tenant table, made through the doors that everybody uses.
//!
//! Where a biller has no row, a read that shows none of it proves nothing. These rows make the audit's zeroes mean
//! something without any change on the day of the audit: they are made once, and kept.

use tokio_postgres::{
    Client,
    types::{ToSql, Type},
};

use crate::dba::catalog::{Error, ProbeBiller, connect};

/// What a session writes by itself, each where there is none yet. `$1` the biller's id, `$2` a name.
const BY_SESSION: &[&str] = &[
    "insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, \
         revenue_stamp, amount_yen) \
     select $1::int, lpad((7000000000000000 + $1::int * 10 + n)::text, 16, '0'), 0, 'AUDIT-' || $1::int || '-' || n, \
         $2 || ' ' || n, date '2090-03-31', false, 1000 + n from generate_series(1, 2) n \
     where not exists (select from shikiri.slip s where s.customer_number = 'AUDIT-' || $1::int || '-' || n)",
    "insert into shikiri.idempotency_record (tenant_id, user_id, route, idempotency_key, body_digest, result_ids) \
     select $1::int, shikiri_seal.actor(), 'audit', 'AUDIT-' || $2, sha256('audit'), '{}' \
     where not exists (select from shikiri.idempotency_record)",
    "insert into shikiri.slip_import (tenant_id, import_id, mode, outcome, encoding, encoding_detected, file_sha256, \
         file_bytes, row_count, error_count, notice_count, imported_by) \
     select $1::int, gen_random_uuid(), 'dry_run', 'valid', 'utf-8', true, sha256($2::text::bytea), 1, 1, 0, 1, \
         shikiri_seal.actor() \
     where not exists (select from shikiri.slip_import)",
    "insert into shikiri.slip_import_fault (tenant_id, import_id, fault_no, severity, line, code) \
     select i.tenant_id, i.import_id, 1, 'notice', 1, 'audit' from shikiri.slip_import i \
     where i.tenant_id = $1::int and not exists (select from shikiri.slip_import_fault) limit 1",
    "insert into shikiri.payment_import (tenant_id, import_id, layout, file_sha256, file_bytes, event_count, new_count, \
         imported_by) \
     select $1::int, gen_random_uuid(), 'audit', sha256($2::text::bytea), 1, 1, 1, shikiri_seal.actor() \
     where not exists (select from shikiri.payment_import)",
    "insert into shikiri.payment_event (tenant_id, event_key, bill_number, reissue_number, kind, source_code, paid_on, \
         paid_at, amount_yen, barcode, check_digit_fits, chain_code, store_code, import_id, line) \
     select s.tenant_id, sha256($2::text::bytea), s.bill_number, 0, 'preliminary', '01', date '2026-01-01', '1200', \
         s.amount_yen, repeat('9', 44), false, 'audit', 'audit', i.import_id, 1 \
     from (select * from shikiri.slip order by bill_number limit 1) s, \
         (select * from shikiri.payment_import order by import_id limit 1) i \
     where s.tenant_id = $1::int and not exists (select from shikiri.payment_event)",
    "select shikiri_seal.withdraw_slip(s.bill_number, 0::smallint, 'voided', 'AUDIT-' || $2) \
     from (select * from shikiri.slip order by bill_number desc limit 1) s \
     where s.tenant_id = $1::int and not exists (select from shikiri.slip_event)",
];

/// Whether the export is still to be made: with the checker to its end, without at least to its pages.
const EXPORT_MISSING: &str = "select not exists (select from shikiri.print_report) and (not exists (select from \
     shikiri.export_page) or $1::boolean)";

/// The order of everything that the biller has.
const ORDER: &str = "select o.outcome, o.export_ticket, o.check_ticket, o.export_id::text from \
     shikiri_seal.order_export('slip_list', '{\"all\": true}', (select count(*)::int from shikiri.slip), 'audit', '{}') o";

/// Its one page, as the database counts it. No file is ever drawn: what stands here is for the tables alone.
const DRAW: &[&str] = &[
    "select shikiri_seal.begin_export(count(*)::int, sum(s.amount_yen), 1) from shikiri.slip s",
    "select shikiri_seal.report_pages(array[1], array[count(*)::int], array[sum(s.amount_yen)], \
     array[min(s.bill_number)], array[max(s.bill_number)], array[string_agg(sha256('audit'), ''::bytea)], array[0], \
     array[0]) from shikiri.slip s",
    "select shikiri_seal.finish_drawing(sha256(string_agg(sha256('audit'), ''::bytea)), sha256('audit'), 1, null) \
     from shikiri.slip s",
];

const CHECK: &str = "select shikiri_seal.record_check(count(*)::int, sum(s.amount_yen), 1, \
     string_agg(sha256('audit'), ''::bytea)) \
     from shikiri.slip s";

/// From its release until it is called back; `$1` the export's id, `$2` the session's secret.
const DELIVER: &[&str] = &[
    "select shikiri_seal.make_link($1::uuid, 60, 'none', (select w.session_id from shikiri_seal.who_am_i($2) w))",
    "select shikiri_seal.begin_fetch($1::uuid, 0, 0)",
    "select shikiri_seal.report_print($1::uuid, 1, null)",
    "select shikiri_seal.recall_export($1::uuid, 'audit')",
];

/// That its file is gone: `$1` the biller's number, `$2` the export's id.
const SHRED: &str = "select shikiri_seal.note_shredded(array[$1::text::integer], array[$2::uuid])";

type Params<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

/// Sees to it that a probe biller has its rows. What is there is left as it is.
pub(in crate::dba) async fn fill(
    app_url: &str,
    checker_url: Option<&str>,
    probe: &ProbeBiller,
    name: &str,
) -> Result<(), Error> {
    let app = connect(app_url).await?;
    begin(&app, "enter", &probe.secret).await?;
    let id = probe.tenant_id.to_string();
    for text in BY_SESSION {
        send(&app, text, &[(&id, Type::TEXT), (&name, Type::TEXT)]).await?;
    }
    let with_checker = checker_url.is_some().to_string();
    let missing = send(&app, EXPORT_MISSING, &[(&with_checker, Type::TEXT)]).await?;
    let ordered = match missing.first().map(|row| row.get::<_, bool>(0)) {
        Some(true) => send(&app, ORDER, &[]).await?,
        _ => Vec::new(),
    };
    finish(&app).await?;
    let Some(ordered) = ordered.first() else { return Ok(()) };
    let tickets = (ordered.get::<_, Option<String>>(1), ordered.get::<_, Option<String>>(2));
    let (Some(ticket), Some(check)) = tickets else {
        let reason = ordered.get::<_, String>(0);
        return Err(Error::Step { step: "the probe biller's export".to_owned(), reason });
    };
    let export = ordered.get::<_, String>(3);
    begin(&app, "enter_export", &ticket).await?;
    for text in DRAW {
        send(&app, text, &[]).await?;
    }
    let Some(checker_url) = checker_url else {
        send(&app, "select shikiri_seal.fail_export(false, 'audit')", &[]).await?;
        return finish(&app).await;
    };
    finish(&app).await?;
    let checker = connect(checker_url).await?;
    begin(&checker, "enter_check", &check).await?;
    send(&checker, CHECK, &[]).await?;
    finish(&checker).await?;
    begin(&app, "enter_export", &ticket).await?;
    send(&app, "select shikiri_seal.release_export('audit', 'audit')", &[]).await?;
    finish(&app).await?;
    begin(&app, "enter", &probe.secret).await?;
    for text in DELIVER {
        send(&app, text, &[(&export, Type::TEXT), (&probe.secret, Type::TEXT)]).await?;
    }
    finish(&app).await?;
    send(&checker, SHRED, &[(&id, Type::TEXT), (&export, Type::TEXT)]).await?;
    Ok(())
}

async fn begin(client: &Client, door: &str, credential: &str) -> Result<(), Error> {
    client.batch_execute("begin").await.map_err(|err| failed(&err))?;
    let enter = format!("select shikiri_seal.{door}($1)");
    client.query_typed(&enter, &[(&credential, Type::TEXT)]).await.map_err(|err| failed(&err))?;
    Ok(())
}

async fn send(
    client: &Client,
    text: &str,
    params: Params<'_>,
) -> Result<Vec<tokio_postgres::Row>, Error> {
    client.query_typed(text, params).await.map_err(|err| failed(&err))
}

async fn finish(client: &Client) -> Result<(), Error> {
    client.batch_execute("commit").await.map_err(|err| failed(&err))
}

fn failed(err: &tokio_postgres::Error) -> Error {
    Error::step("the probe biller's rows", err)
}
