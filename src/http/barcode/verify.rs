//! `POST /v1/barcode/verify`: what 44 digits say, and whether they are those of one of the biller's slips.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    domain::{
        DueDate,
        barcode::{Parts, Payload},
    },
    http::{
        answer::{self, Answer},
        call::Call,
        fields::Fields,
        json::{self, Tenant},
    },
    statements::slips::OwnIssued,
};

/// The fields of [`BarcodeToVerify`].
pub(in crate::http) const FIELDS: &[&str] = &["barcode"];

/// Digits to verify.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `verify` reads it field by field")]
pub(in crate::http) struct BarcodeToVerify {
    /// The 44 digits; spaces, hyphens, parentheses and line breaks between them are ignored.
    barcode: String,
}

/// What a right barcode says. One that is not is 422, with the rule that it breaks.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct VerifiedBarcode {
    /// The 44 digits.
    barcode: String,
    /// The two lines under the bars.
    human_readable: [String; 2],
    /// 請求書発行企業コード.
    issuer_code: String,
    /// 収納企業コード, of whichever biller.
    biller_code: String,
    /// 請求番号.
    bill_number: String,
    /// 再発行区分.
    reissue_number: i16,
    /// 支払期限; null when there is none.
    due_date: Option<String>,
    /// 印紙フラグ.
    revenue_stamp: bool,
    /// 支払金額, in yen.
    amount_yen: i32,
    /// `same`: a slip of the caller's biller has these bars. `differs`: it has the number with other bars.
    /// `unknown`: it has no such slip.
    registered: &'static str,
}

#[utoipa::path(post, path = "/v1/barcode/verify", request_body = BarcodeToVerify,
    responses((status = 200, body = VerifiedBarcode)))]
pub(in crate::http) async fn verify(mut call: Call, session: VerifiedSession) -> Answer {
    let bytes = call.bytes().await?;
    let body = json::parse(&bytes, Tenant::Never)?;
    let mut fields = Fields::of(&body, "", FIELDS)?;
    let payload = fields.text("barcode").map(Payload::parse_printed);
    let payload = payload.and_then(|it| fields.keep("barcode", it));
    let read = fields.finish(payload);
    // The session is asked in any case: a token alone proves nothing.
    let nobodys = OwnIssued { bill_number: String::new(), reissue_number: -1 };
    let wanted = match &read {
        Ok(payload) => {
            let parts = payload.parts();
            OwnIssued::new(&parts.bill_number, parts.reissue_number)
        }
        Err(_) => nobodys,
    };
    let own = call.app.pool.read(&session, &wanted).await?.pop().flatten();
    let payload = read?;
    answer::json(StatusCode::OK, &told(payload, own))
}

fn told(payload: Payload, own: Option<Parts>) -> VerifiedBarcode {
    let parts = payload.parts();
    let registered =
        match own {
            // The number of another biller's slip says nothing about one of ours.
            Some(own) if own.tenant_code == parts.tenant_code => {
                if Payload::encode(&own) == payload { "same" } else { "differs" }
            }
            _ => "unknown",
        };
    VerifiedBarcode {
        barcode: payload.as_str().to_owned(),
        human_readable: payload.human_readable(),
        issuer_code: parts.issuer_code.as_str().to_owned(),
        biller_code: parts.tenant_code.as_str().to_owned(),
        bill_number: parts.bill_number.as_str().to_owned(),
        reissue_number: parts.reissue_number.get(),
        due_date: parts.due_date.map(DueDate::iso),
        revenue_stamp: parts.revenue_stamp,
        amount_yen: parts.amount_yen.get(),
        registered,
    }
}
