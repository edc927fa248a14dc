//! `POST /v1/exports/{id}/links`: a link that fetches the file once.

use http::{StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    export::LinkWish,
    http::{
        answer::{self, Answer, moment, set},
        call::Call,
        fields::Fields,
        files::export_id,
        problem::Problem,
    },
};

/// The fields of [`WantedLink`].
pub(in crate::http) const FIELDS: &[&str] = &["ttl_s", "max_downloads", "bind"];

/// Seconds for which a link is good at most.
const TTL_S_MAX: u16 = 900;

/// A link to make.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct WantedLink {
    /// Seconds for which it is good: 1 to 900; 300 when left out.
    ttl_s: Option<u16>,
    /// 1, and nothing else.
    max_downloads: Option<u16>,
    /// `session`: it opens with the bearer token of this session only. `none`: whoever has it.
    bind: String,
}

/// A link. Its secret is in `href` and is told once.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Link {
    id: Uuid,
    href: String,
    expires_at: String,
    bind: &'static str,
    max_downloads: u16,
}

#[utoipa::path(post, path = "/v1/exports/{id}/links", request_body = WantedLink,
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 201, body = Link)))]
pub(in crate::http) async fn make_link(
    mut call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let wish = read(&call.json().await?)?;
    let link = call.app.exporter.make_link(&session, export_id(&id), wish).await?;
    let href = format!("/d/{}", link.token);
    let body = Link {
        id: link.link_id,
        href: href.clone(),
        expires_at: moment(link.expires_at),
        bind: if wish.bound { "session" } else { "none" },
        max_downloads: 1,
    };
    let mut response = answer::json(StatusCode::CREATED, &body)?;
    set(&mut response, header::LOCATION, &href);
    Ok(response)
}

fn read(body: &Value) -> Result<LinkWish, Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let ttl_s = fields.optional_number("ttl_s").unwrap_or(300);
    let ttl_s = u16::try_from(ttl_s).ok().filter(|it| (1..=TTL_S_MAX).contains(it));
    if ttl_s.is_none() {
        fields.fault("ttl_s", "must be 1 to 900");
    }
    if fields.optional_number("max_downloads").unwrap_or(1) != 1 {
        fields.fault("max_downloads", "must be 1");
    }
    let bound = match fields.text("bind") {
        Some("session") => Some(true),
        Some("none") => Some(false),
        Some(_) => {
            fields.fault("bind", "must be session or none");
            None
        }
        None => None,
    };
    let wish = ttl_s.zip(bound).map(|(ttl_s, bound)| LinkWish { ttl_s, bound });
    fields.finish(wish)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;
    use crate::export::LinkWish;

    #[test]
    fn who_may_use_a_link_is_said_and_it_is_good_once() {
        let read = |body| read(&body).ok();
        assert_eq!(read(json!({"bind": "none"})), Some(LinkWish { ttl_s: 300, bound: false }));
        let all = json!({"bind": "session", "ttl_s": 900, "max_downloads": 1});
        assert_eq!(read(all), Some(LinkWish { ttl_s: 900, bound: true }));
        for bad in [
            json!({}),
            json!({"bind": "anyone"}),
            json!({"bind": "none", "ttl_s": 0}),
            json!({"bind": "none", "ttl_s": 901}),
            json!({"bind": "none", "max_downloads": 2}),
            json!({"bind": "none", "uses": 1}),
        ] {
            assert_eq!(read(bad.clone()), None, "{bad}");
        }
    }
}
