//! Places of a file that are wrong, as the API shows them.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    http::language::Language,
    intake::{Code, Fault},
    statements::slip_imports::FaultLine,
};

/// Places that an answer shows. The rest is in the CSV.
pub(super) const SHOWN_MAX: usize = 100;

/// A place of a file that is wrong, or was read in another form.
#[derive(Serialize, ToSchema)]
pub(super) struct FileFault {
    /// Counted from 1, the header included.
    line: i64,
    /// Counted from 1; null when it is the whole line.
    column: Option<i64>,
    /// The field, by its name in the API.
    field: Option<String>,
    /// error or notice.
    severity: String,
    /// What is wrong, stable.
    code: String,
    /// The same in words.
    message: &'static str,
    /// The shape of the value: digits as 9, letters as a. Never the value.
    value: Option<String>,
}

impl FileFault {
    pub fn stored(it: FaultLine, language: Language) -> FileFault {
        FileFault {
            line: it.line.into(),
            column: it.column.map(i64::from),
            field: it.field,
            severity: it.severity,
            message: Code::parse(&it.code).map_or("", |code| say(code, language)),
            code: it.code,
            value: it.masked,
        }
    }

    pub fn fresh(it: &Fault, language: Language) -> FileFault {
        FileFault {
            line: i64::try_from(it.line).unwrap_or(i64::MAX),
            column: it.column.and_then(|it| i64::try_from(it).ok()),
            field: it.field.map(str::to_owned),
            severity: it.severity.as_str().to_owned(),
            code: it.code.as_str().to_owned(),
            message: say(it.code, language),
            value: it.masked.clone(),
        }
    }
}

/// The first faults, as a member of a problem.
pub(super) fn member(faults: &[Fault], language: Language) -> Value {
    let shown = faults.iter().take(SHOWN_MAX).map(|it| FileFault::fresh(it, language));
    shown.filter_map(|it| serde_json::to_value(it).ok()).collect()
}

fn say(code: Code, language: Language) -> &'static str {
    match language {
        Language::En => code.words().en,
        Language::Ja => code.words().ja,
    }
}
