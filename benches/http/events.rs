//! What became of the slips: a page of them is what a clerk sees, not a list of slips nobody paid.

use tokio_postgres::Client;

use crate::ground::{Res, STEP};

/// What becomes of slips: three of five are paid (half of them told twice: preliminary, then confirmed), and three of a
/// hundred are void.
#[expect(clippy::disallowed_methods, reason = "a superuser fills a database of its own")]
pub async fn add(client: &Client) -> Res<()> {
    let import = "insert into shikiri.payment_import (tenant_id, import_id, layout, file_sha256, file_bytes, event_count,
            new_count, imported_by)
        select u.tenant_id, gen_random_uuid(), 'dsk_13', sha256('benchmark'), 1, 1, 1, min(u.user_id::text)::uuid
        from shikiri.app_user u group by u.tenant_id";
    client.batch_execute(import).await?;
    let paid = |kind: &str, of: &str| {
        format!(
            "insert into shikiri.payment_event (tenant_id, event_key, bill_number, reissue_number, kind, source_code,
                paid_on, paid_at, amount_yen, barcode, check_digit_fits, chain_code, store_code, import_id, line)
            select s.tenant_id, sha256(convert_to(s.tenant_id || s.bill_number || '{kind}', 'UTF8')), s.bill_number,
                s.reissue_number, '{kind}', '01', date '2026-01-02', '1200', s.amount_yen, repeat('1', 44), true, '001',
                '000001', i.import_id, 1
            from shikiri.slip s join shikiri.payment_import i using (tenant_id)
            where s.bill_number::bigint / {STEP} % 100 < {of}
            order by 1, 3"
        )
    };
    client.batch_execute(&paid("confirmed", "60")).await?;
    client.batch_execute(&paid("preliminary", "30")).await?;
    let void = format!(
        "insert into shikiri.slip_event (tenant_id, bill_number, reissue_number, kind, actor, reason)
        select s.tenant_id, s.bill_number, s.reissue_number, 'voided', u.user_id, 'benchmark'
        from shikiri.slip s join shikiri.app_user u using (tenant_id)
        where 97 <= s.bill_number::bigint / {STEP} % 100
        order by 1, 2"
    );
    client.batch_execute(&void).await?;
    client
        .batch_execute("vacuum (freeze, analyze) shikiri.payment_event, shikiri.slip_event")
        .await?;
    Ok(())
}
