//! `GET /v1/openapi.json`: this API, described. Shapes come from the handlers, everything else from the table.

use http::StatusCode;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Content, Ref, RefOr, Required, ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::{self, Answer, Response},
    app::App,
    audit, barcode,
    call::{self, Call},
    exports, files, health, me, payments, previews,
    problem::{self, MEDIA_TYPE},
    routes::{Auth, ROUTES, Route},
    sessions, slip_imports, slips, users,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "shikiri", description = "Payment slips (払込票) for many billers, each behind its own wall."),
    paths(
        sessions::open::open, sessions::list::list, sessions::end_current::end_current,
        sessions::refresh::refresh, sessions::end::end, me::get::get,
        me::change_password::change_password, users::list::list, users::add::add,
        users::reset_password::reset_password, slips::list::list, slips::register::register,
        slips::get::get, slips::reissue::reissue, slips::void::void, slips::events::events,
        slip_imports::start::start, slip_imports::get::get, slip_imports::errors::errors,
        payments::import::import, payments::list_imports::list_imports,
        payments::get_import::get_import,
        payments::exceptions::exceptions,
        exports::list::list, exports::order::order, exports::get::get,
        exports::file::file, exports::events::events, exports::event_token::event_token,
        exports::cancel::cancel, exports::print_report::print_report, previews::create::create,
        files::discard::discard, files::certificate::certificate, files::manifest::manifest,
        files::make_link::make_link, files::recall::recall, files::reprint::reprint,
        files::page_code::resolve, files::fetch_link::fetch_link, files::jwks::jwks, audit::events::events, barcode::verify::verify, openapi_json_route,
        health::livez, health::readyz,
    ),
    components(schemas(problem::Body, problem::FaultBody)),
    modifiers(&Table),
)]
struct Description;

/// Adds what the table says to every operation.
struct Table;

impl Modify for Table {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = api.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", bearer);
        for route in ROUTES {
            let item = api.paths.paths.get_mut(route.path);
            let operation = item.and_then(|it| match route.method {
                "GET" => it.get.as_mut(),
                "POST" => it.post.as_mut(),
                "PUT" => it.put.as_mut(),
                "DELETE" => it.delete.as_mut(),
                _ => None,
            });
            if let Some(operation) = operation {
                complete(operation, route);
            }
        }
    }
}

fn complete(operation: &mut Operation, route: &Route) {
    operation.summary = Some(route.summary.to_owned());
    operation.description = None;
    operation.operation_id = Some(operation_id(route));
    let parameters = operation.parameters.get_or_insert_default();
    parameters.extend(route.param_names().map(query_parameter).map(RefOr::T));
    if route.keyed {
        let words = "1 to 64 visible ASCII characters; the same for a retry.";
        parameters.push(header_parameter("Idempotency-Key", words).into());
    }
    if route.conditional {
        let words = "The ETag of what is to be changed, as it was seen.";
        parameters.push(header_parameter("If-Match", words).into());
    }
    if route.auth == Auth::Session {
        let bearer = SecurityRequirement::new("bearer", Vec::<String>::new());
        operation.security = Some(vec![bearer]);
    }
    let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
    let problem = ResponseBuilder::new()
        .description("What is wrong, and what to do (RFC 9457).")
        .content(MEDIA_TYPE, content)
        .build();
    operation.responses.responses.insert("default".to_owned(), problem.into());
}

fn header_parameter(name: &'static str, words: &'static str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(words))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// `get_v1_slips_id` for `GET /v1/slips/{id}`.
fn operation_id(route: &Route) -> String {
    let path = route.path.replace(['{', '}'], "").replace(['/', '.', '-'], "_");
    format!("{}{path}", route.method.to_ascii_lowercase())
}

fn query_parameter(name: &'static str) -> Parameter {
    let kind = match name {
        "limit" | "amount_from" | "amount_to" | "reissue_number" => Type::Integer,
        _ => Type::String,
    };
    let words = match name {
        "cursor" => "page.next of the page before, with the same conditions.",
        "limit" => "1 to 200 items; 20 when left out.",
        "et" => "A token of POST /v1/exports/{id}/event-tokens, where no header can be sent.",
        "mode" => "dry_run or commit.",
        "encoding" => "auto, utf-8 or cp932; auto when left out.",
        "layout" => "mufg_120, mizuho_120 or dsk_13.",
        _ => "A condition; all that are given must hold.",
    };
    let needed = matches!(name, "mode" | "layout");
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(if needed { Required::True } else { Required::False })
        .description(Some(words))
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .build()
}

/// The description of this API, as OpenAPI 3.1 in JSON.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Description::openapi())
}

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    warp::path!("v1" / "openapi.json")
        .and(warp::get())
        .and(call::arrival(app))
        .then(|it| call::open(it, openapi_json_route))
        .boxed()
}

#[utoipa::path(get, path = "/v1/openapi.json",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json",
        body = Object)))]
async fn openapi_json_route(_: Call) -> Answer {
    let text =
        openapi_json().map_err(|err| problem::Problem::new(&problem::INTERNAL).because(err))?;
    Ok(answer::text(StatusCode::OK, "application/json", text.into_bytes()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::openapi_json;
    use crate::http::{
        barcode::verify,
        exports::{cancel, order, print_report},
        files::{make_link, page_code, recall, reprint},
        me::change_password,
        previews::create,
        routes::ROUTES,
        sessions::open,
        slips::{new_slip, reissue, void},
        users::{add, reset_password},
    };

    fn description() -> Value {
        serde_json::from_str(&openapi_json().expect("writes")).expect("reads")
    }

    #[test]
    fn the_description_and_the_table_have_the_same_routes() {
        let api = description();
        assert_eq!(api["openapi"], "3.1.0");
        let described: BTreeSet<(String, String)> = api["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("an item").keys();
                methods.map(|it| (it.to_uppercase(), path.clone())).collect::<Vec<_>>()
            })
            .collect();
        let table: BTreeSet<(String, String)> =
            ROUTES.iter().map(|it| (it.method.to_owned(), it.path.to_owned())).collect();
        assert_eq!(described, table);
    }

    #[test]
    fn every_operation_has_a_success_and_problems() {
        let api = description();
        for route in ROUTES {
            let operation = &api["paths"][route.path][route.method.to_lowercase()];
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.keys().any(|it| it.starts_with('2')), "{}", route.path);
            let problem = &responses["default"]["content"]["application/problem+json"];
            assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(object) => {
                    object.iter().for_each(|(name, value)| match (name.as_str(), value.as_str()) {
                        ("$ref", Some(to)) => found.push(to.trim_start_matches('#').to_owned()),
                        _ => references(value, found),
                    })
                }
                Value::Array(items) => items.iter().for_each(|it| references(it, found)),
                _ => {}
            }
        }
        let (api, mut found) = (description(), Vec::new());
        references(&api, &mut found);
        assert!(!found.is_empty());
        for to in found {
            assert!(api.pointer(&to).is_some(), "{to}");
        }
    }

    #[test]
    fn the_shapes_that_are_shown_are_the_fields_that_are_read() {
        let api = description();
        for (schema, fields) in [
            ("NewSession", open::FIELDS),
            ("PasswordChange", change_password::FIELDS),
            ("NewUser", add::FIELDS),
            ("PasswordReset", reset_password::FIELDS),
            ("NewSlip", new_slip::FIELDS),
            ("Reissue", reissue::FIELDS),
            ("Voiding", void::FIELDS),
            ("BarcodeToVerify", verify::FIELDS),
            ("NewExport", order::FIELDS),
            ("Expectation", order::EXPECT_FIELDS),
            ("Cancel", cancel::FIELDS),
            ("NewPrintReport", print_report::FIELDS),
            ("NewPreview", create::FIELDS),
            ("WantedLink", make_link::FIELDS),
            ("Recall", recall::FIELDS),
            ("WantedPages", reprint::FIELDS),
            ("PageCodeToResolve", page_code::FIELDS),
        ] {
            let shown = &api["components"]["schemas"][schema]["properties"];
            let shown: BTreeSet<&str> =
                shown.as_object().expect(schema).keys().map(String::as_str).collect();
            assert_eq!(shown, fields.iter().copied().collect(), "{schema}");
        }
    }
}
