//! Fields of a JSON object: a closed set, read with every fault collected and no value repeated.

use serde_json::{Map, Value};

use crate::{
    domain::Invalid,
    http::{
        names,
        problem::{Fault, Problem, UNKNOWN_FIELD, VALIDATION_FAILED},
    },
};

/// One object of a body while it is read.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    pointer: String,
    faults: Vec<Fault>,
}

impl<'a> Fields<'a> {
    /// Begins to read an object that may have these fields.
    ///
    /// # Errors
    /// When it is no object, or has another field.
    pub fn of(value: &'a Value, pointer: &str, known: &[&str]) -> Result<Fields<'a>, Problem> {
        let Some(object) = value.as_object() else {
            let fault = Fault::pointer(pointer, "must be an object");
            return Err(Problem::new(&VALIDATION_FAILED).at([fault]));
        };
        if let Some(name) = object.keys().find(|it| !known.contains(&it.as_str())) {
            // Where it stands is told; the name itself may be a value in the wrong place.
            let mut problem = Problem::new(&UNKNOWN_FIELD).with("pointer", pointer);
            if let Some(meant) = names::nearest(name, known.iter().copied()) {
                problem = problem.with("did_you_mean", meant);
            }
            return Err(problem);
        }
        Ok(Fields { object, pointer: pointer.to_owned(), faults: Vec::new() })
    }

    /// A field that may be left out or null.
    pub fn optional(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|it| !it.is_null())
    }

    /// A field that must be there.
    fn required(&mut self, name: &str) -> Option<&'a Value> {
        let value = self.optional(name);
        if value.is_none() {
            self.fault(name, "is missing");
        }
        value
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str) -> Option<&'a str> {
        let value = self.required(name)?;
        self.as_text(name, value)
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, name: &str) -> Option<&'a str> {
        let value = self.optional(name)?;
        self.as_text(name, value)
    }

    fn as_text(&mut self, name: &str, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str();
        if text.is_none() {
            self.fault(name, "must be a text");
        }
        text
    }

    /// A number that must be there.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        let value = self.required(name)?;
        self.as_number(name, value)
    }

    /// A number that may be left out.
    pub fn optional_number(&mut self, name: &str) -> Option<i64> {
        let value = self.optional(name)?;
        self.as_number(name, value)
    }

    fn as_number(&mut self, name: &str, value: &Value) -> Option<i64> {
        let number = value.as_i64();
        if number.is_none() {
            self.fault(name, "must be a whole number");
        }
        number
    }

    /// Makes a value of what was read; a broken rule becomes a fault of this field.
    pub fn keep<T>(&mut self, name: &str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|err| self.fault(name, err.rule)).ok()
    }

    /// Notes that a character of a field, counted from 1, is one that no font can draw.
    pub fn no_glyph(&mut self, name: &str, position: usize) {
        self.faults.push(Fault::no_glyph(format!("{}/{name}", self.pointer), position));
    }

    /// Notes that a field is wrong.
    pub fn fault(&mut self, name: &str, rule: &'static str) {
        self.faults.push(Fault::pointer(format!("{}/{name}", self.pointer), rule));
    }

    /// All that is wrong, of this object.
    pub fn faults(self) -> Vec<Fault> {
        self.faults
    }

    /// The value, if nothing was wrong.
    ///
    /// # Errors
    /// With every fault that was found.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(Problem::new(&VALIDATION_FAILED).at(self.faults)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Fields;
    use crate::{domain::AmountYen, http::problem::Fault};

    #[test]
    fn every_fault_is_told_at_once() {
        let value = json!({"a": 1, "b": "x", "c": null, "d": 0});
        let mut fields = Fields::of(&value, "/x", &["a", "b", "c", "d"]).expect("known fields");
        assert_eq!(fields.text("a"), None);
        assert_eq!(fields.number("b"), None);
        assert_eq!(fields.text("c"), None);
        assert_eq!(fields.optional_text("c"), None);
        assert!(fields.keep("d", AmountYen::new(0)).is_none());
        assert_eq!(
            fields.faults(),
            [
                Fault::pointer("/x/a", "must be a text"),
                Fault::pointer("/x/b", "must be a whole number"),
                Fault::pointer("/x/c", "is missing"),
                Fault::pointer("/x/d", "must be 1 to 300000"),
            ]
        );
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let slug = |value| Fields::of(&value, "", &["a"]).err().map(|it| it.slug());
        assert_eq!(slug(json!({"a": 1, "b": 2})), Some("unknown-field"));
        assert_eq!(slug(json!([])), Some("validation-failed"));
        assert_eq!(slug(json!({})), None);
    }

    #[test]
    fn half_a_number_is_no_number() {
        let value = json!({"a": 1.0, "b": 1e3, "c": "1"});
        let mut fields = Fields::of(&value, "", &["a", "b", "c"]).expect("known fields");
        for name in ["a", "b", "c"] {
            assert_eq!(fields.number(name), None, "{name}");
        }
    }
}
