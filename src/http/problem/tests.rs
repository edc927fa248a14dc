//! Problems as they are sent.

use std::collections::BTreeSet;

use http_body_util::BodyExt;
use serde_json::Value;
use uuid::Uuid;

use super::{Fault, KINDS, NOT_FOUND, OWN_FAULTS, Problem, UNAUTHENTICATED, VALIDATION_FAILED};
use crate::{http::language::Language, wall};

async fn sent(problem: Problem, language: Language) -> (http::response::Parts, Value) {
    let (head, body) = problem.into_response(language, Uuid::now_v7()).into_parts();
    let bytes = body.collect().await.expect("reads").to_bytes();
    (head, serde_json::from_slice(&bytes).expect("json"))
}

#[test]
fn every_kind_has_its_own_slug_and_words_in_both_languages() {
    let all: Vec<_> = KINDS.iter().chain(OWN_FAULTS).collect();
    let slugs: BTreeSet<_> = all.iter().map(|it| it.slug).collect();
    assert_eq!(slugs.len(), all.len());
    for kind in &all {
        for words in [&kind.title, &kind.detail, &kind.action] {
            let (en, ja) = (words.say(Language::En), words.say(Language::Ja));
            assert!(en.is_ascii() && !en.is_empty(), "{}", kind.slug);
            assert!(!ja.is_ascii(), "{}", kind.slug);
        }
    }
    assert!(KINDS.iter().all(|it| (400..500).contains(&it.status)));
    assert!(OWN_FAULTS.iter().all(|it| 500 <= it.status));
}

#[tokio::test]
async fn two_problems_of_a_kind_are_the_same_bytes_but_our_own_faults_name_their_request() {
    let bytes = || async {
        let it = Problem::new(&NOT_FOUND).into_response(Language::En, Uuid::now_v7());
        it.into_body().collect().await.expect("reads").to_bytes()
    };
    assert_eq!(bytes().await, bytes().await);
    let (_, body) = sent(wall::Error::AlreadyFailed.into(), Language::En).await;
    assert!(body["instance"].as_str().expect("is there").starts_with("urn:uuid:"));
}

#[tokio::test]
async fn words_of_the_database_are_not_sent() {
    let err = wall::Error::Statement { statement: "slips/list.sql", sqlstate: "42P01".to_owned() };
    let (head, body) = sent(err.into(), Language::Ja).await;
    assert_eq!(head.status, 500);
    let text = body.to_string();
    assert!(!text.contains("slips/list.sql") && !text.contains("42P01"), "{text}");
}

#[tokio::test]
async fn a_status_follows_from_the_kind_of_failure() {
    let lost = wall::Error::ContextLost { statement: "x", sqlstate: "SK001".to_owned() };
    for (err, status, code) in [
        (wall::Error::CredentialRejected, 401, "unauthenticated"),
        (wall::Error::SessionSuperseded, 401, "session-superseded"),
        (wall::Error::Stopped, 423, "stopped"),
        (lost, 503, "context-lost"),
        (wall::Error::ForeignRow { statement: "x" }, 503, "isolation-tripped"),
        (wall::Error::TooManyRows { statement: "x", rows_max: 1 }, 500, "internal"),
        (wall::Error::Unavailable, 503, "database-unavailable"),
    ] {
        let (head, body) = sent(err.into(), Language::En).await;
        assert_eq!((head.status.as_u16(), body["code"].as_str()), (status, Some(code)));
        assert_eq!(body["type"], format!("urn:shikiri:problem:{code}"));
        assert_eq!(head.headers.contains_key("www-authenticate"), status == 401);
        assert_eq!(head.headers["content-type"], "application/problem+json");
    }
}

#[tokio::test]
async fn places_are_named_and_spoken_of_in_the_readers_language() {
    let problem = || {
        Problem::new(&VALIDATION_FAILED).at([
            Fault::pointer("/slips/0/amount_yen", "must be 1 to 300000"),
            Fault::name("limit", "must be 1 to 200"),
        ])
    };
    let (head, body) = sent(problem(), Language::Ja).await;
    assert_eq!(head.headers["content-language"], "ja");
    assert_eq!(body["errors"][0]["pointer"], "/slips/0/amount_yen");
    assert_eq!(body["errors"][0]["rule"], "は1から300000にしてください");
    assert_eq!(body["errors"][1]["parameter"], "limit");
    let (_, body) = sent(problem(), Language::En).await;
    assert_eq!(body["errors"][0]["rule"], "must be 1 to 300000");
}

#[tokio::test]
async fn one_who_showed_no_token_is_told_of_no_error_in_it() {
    let (head, _) = sent(Problem::new(&UNAUTHENTICATED), Language::En).await;
    assert_eq!(head.headers["www-authenticate"], r#"Bearer realm="shikiri""#);
}
