//! `docs/audit.schema.json` against what is written: the part of JSON Schema that it uses, checked here.

use serde_json::Value;

const SCHEMA: &str = include_str!("../../../docs/audit.schema.json");

/// Panics unless a report fits the schema.
pub fn fits(report: &str) {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let report: Value = serde_json::from_str(report).expect("the report is JSON");
    let mut wrong = Vec::new();
    check(&schema, &schema, &report, "$", &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let place = name.trim_start_matches('#');
        let target = root.pointer(place).expect("the reference is in the schema");
        return check(root, target, value, at, wrong);
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(it) => vec![it],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.is_empty() && !kinds.contains(&kind) {
        wrong.push(format!("{at} is {kind}, not {kinds:?}"));
    }
    if let Some(list) = schema["enum"].as_array()
        && !list.contains(value)
    {
        wrong.push(format!("{at} is {value}, none of {list:?}"));
    }
    if let Some(list) = value.as_array() {
        for (n, it) in list.iter().enumerate() {
            check(root, &schema["items"], it, &format!("{at}[{n}]"), wrong);
        }
    }
    if let Some(map) = value.as_object() {
        let properties = schema["properties"].as_object();
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !map.contains_key(name) {
                wrong.push(format!("{at}.{name} is missing"));
            }
        }
        for (name, it) in map {
            match properties.and_then(|list| list.get(name)) {
                Some(schema) => check(root, schema, it, &format!("{at}.{name}"), wrong),
                None if schema["additionalProperties"] == Value::Bool(false) => {
                    wrong.push(format!("{at}.{name} is not in the schema"));
                }
                None => {}
            }
        }
    }
}

#[test]
fn the_check_sees_what_is_wrong() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let mut wrong = Vec::new();
    check(
        &schema,
        &schema,
        &serde_json::json!({"schema_version": "1", "more": 1}),
        "$",
        &mut wrong,
    );
    assert!(wrong.iter().any(|it| it.contains("$.schema_version is string")), "{wrong:?}");
    assert!(wrong.iter().any(|it| it.contains("$.findings is missing")), "{wrong:?}");
    assert!(wrong.iter().any(|it| it.contains("$.more is not in the schema")), "{wrong:?}");
}
