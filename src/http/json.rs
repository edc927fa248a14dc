//! Bodies as JSON: strict, and silent about the values it refuses.

use serde::{
    Deserialize,
    de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::http::{
    names,
    problem::{BAD_JSON, Problem, TENANT_NOT_SELECTABLE},
};

/// Whether a body may name a tenant: only the login's may, at its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tenant {
    /// Nowhere.
    Never,
    /// As `tenant_code`, at the top.
    AtLogin,
}

/// Reads a body.
///
/// # Errors
/// When it is not JSON, says a field twice, or would choose a tenant.
pub(super) fn parse(bytes: &[u8], tenant: Tenant) -> Result<Value, Problem> {
    let Strict(value) = serde_json::from_slice(bytes).map_err(|err: serde_json::Error| {
        // The library's words may repeat what was sent; its position does not.
        Problem::new(&BAD_JSON).with("line", err.line()).with("column", err.column())
    })?;
    let chosen = match (&value, tenant) {
        (Value::Object(object), Tenant::AtLogin) => object
            .iter()
            .filter(|(name, _)| *name != "tenant_code")
            .any(|(name, value)| names::names_a_tenant(name) || chooses_tenant(value)),
        _ => chooses_tenant(&value),
    };
    if chosen { Err(Problem::new(&TENANT_NOT_SELECTABLE)) } else { Ok(value) }
}

/// True when a field anywhere in it would choose a tenant. Its depth is limited by the parser.
fn chooses_tenant(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            object.iter().any(|(name, value)| names::names_a_tenant(name) || chooses_tenant(value))
        }
        Value::Array(items) => items.iter().any(chooses_tenant),
        _ => false,
    }
}

/// A value in which no object says a field twice. Two readers of such a body may read two things.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_str<E>(self, it: &str) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = map.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a field is there twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::{Tenant, parse};

    fn slug(text: &str, tenant: Tenant) -> Option<&'static str> {
        parse(text.as_bytes(), tenant).err().map(|it| it.slug())
    }

    #[test]
    fn what_is_read_is_what_was_sent() {
        let text = r#"{"a":[1,-2,1.5,"x",null,true],"b":{}}"#;
        let value = parse(text.as_bytes(), Tenant::Never).expect("reads");
        assert_eq!(value.to_string(), text);
    }

    #[test]
    fn a_body_that_could_be_read_in_two_ways_is_refused() {
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"x":{"all":true,"all":false}}"#,
            "{}{}",
            "{",
            "",
            "{'a':1}",
            "{\"a\":NaN}",
        ] {
            assert_eq!(slug(text, Tenant::Never), Some("bad-json"), "{text}");
        }
        let deep = "[".repeat(5_000);
        assert_eq!(slug(&deep, Tenant::Never), Some("bad-json"));
        let not_utf8 = parse(b"\"\xff\"", Tenant::Never).err().map(|it| it.slug());
        assert_eq!(not_utf8, Some("bad-json"));
    }

    #[test]
    fn a_tenant_is_refused_at_any_depth_and_at_login_in_one_place_only() {
        for text in [r#"{"tenant_id":1}"#, r#"{"a":[{"b":{"Tenant":1}}]}"#] {
            for tenant in [Tenant::Never, Tenant::AtLogin] {
                assert_eq!(slug(text, tenant), Some("tenant-not-selectable"), "{text}");
            }
        }
        let login = r#"{"tenant_code":"10001"}"#;
        assert_eq!(slug(login, Tenant::AtLogin), None);
        assert_eq!(slug(login, Tenant::Never), Some("tenant-not-selectable"));
        let below = r#"{"x":{"tenant_code":"10001"}}"#;
        assert_eq!(slug(below, Tenant::AtLogin), Some("tenant-not-selectable"));
    }
}
