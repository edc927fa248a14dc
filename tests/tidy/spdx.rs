//! Licence expressions: may we use a package under some licence of our list?

/// True when the expression is satisfied by licences of the list. `/` is the old way to write OR.
pub fn is_allowed(expression: &str, allowed: &[String]) -> Result<bool, String> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let answer = either(&mut rest, allowed)?;
    if rest.is_empty() {
        Ok(answer)
    } else {
        Err(format!("cannot read `{expression}` from `{}`", rest.join(" ")))
    }
}

fn either(rest: &mut &[&str], allowed: &[String]) -> Result<bool, String> {
    let mut answer = both(rest, allowed)?;
    while let ["OR", tail @ ..] = rest {
        *rest = tail;
        answer |= both(rest, allowed)?;
    }
    Ok(answer)
}

/// AND binds tighter than OR.
fn both(rest: &mut &[&str], allowed: &[String]) -> Result<bool, String> {
    let mut answer = one(rest, allowed)?;
    while let ["AND", tail @ ..] = rest {
        *rest = tail;
        answer &= one(rest, allowed)?;
    }
    Ok(answer)
}

fn one(rest: &mut &[&str], allowed: &[String]) -> Result<bool, String> {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let answer = either(rest, allowed)?;
            let [")", tail @ ..] = *rest else { return Err("a bracket is not closed".to_owned()) };
            *rest = tail;
            Ok(answer)
        }
        [licence, "WITH", exception, tail @ ..] => {
            *rest = tail;
            Ok(allowed.contains(&format!("{licence} WITH {exception}")))
        }
        [licence, tail @ ..] if !["AND", "OR", "WITH", ")"].contains(licence) => {
            *rest = tail;
            Ok(allowed.iter().any(|it| it == licence))
        }
        _ => Err("a licence is missing".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed = ["MIT", "ISC", "A WITH E"].map(str::to_owned);
        for (expression, answer) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0/MIT", true),
            ("MIT AND GPL-3.0", false),
            // AND first: the left side alone is enough.
            ("MIT OR ISC AND GPL-3.0", true),
            ("(MIT OR ISC) AND GPL-3.0", false),
            ("ISC AND (GPL-3.0 OR MIT)", true),
            ("A WITH E", true),
            ("A", false),
            ("MIT WITH E", false),
        ] {
            assert_eq!(is_allowed(expression, &allowed), Ok(answer), "{expression}");
        }
        for broken in ["", "MIT OR", "(MIT", "MIT ISC", "MIT)", "AND MIT"] {
            assert!(is_allowed(broken, &allowed).is_err(), "{broken}");
        }
    }
}
