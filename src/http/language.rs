//! Which language an answer is in: Japanese or English, by `Accept-Language` (RFC 9110, section 12.5.4).

/// A language we speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Japanese.
    Ja,
    /// English, also for everybody who asks for neither.
    En,
}

impl Language {
    /// The tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Ja => "ja",
            Language::En => "en",
        }
    }

    /// The better of the two for this header. A range that does not parse counts for nothing.
    pub fn of(header: Option<&str>) -> Language {
        let weight = |tag: &str| {
            let ranges = header.unwrap_or("").split(',').filter_map(range);
            // A named language says more than `*`, whatever the order.
            let named = ranges.clone().filter(|(it, _)| covers(it, tag)).map(|(_, q)| q).max();
            named.or_else(|| ranges.filter(|(it, _)| *it == "*").map(|(_, q)| q).max())
        };
        match (weight("ja"), weight("en")) {
            (Some(ja), en) if 0 < ja && en.unwrap_or(0) < ja => Language::Ja,
            _ => Language::En,
        }
    }
}

/// A language range and its weight in thousandths.
fn range(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|it| !it.is_empty())?;
    let weight = match parts.next() {
        None => 1_000,
        Some(q) => weight(q.strip_prefix("q=").or_else(|| q.strip_prefix("Q="))?)?,
    };
    Some((name, weight))
}

fn weight(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || 3 < rest.len() || !rest.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{rest:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        _ if thousandths == 0 => Some(1_000),
        _ => None,
    }
}

fn covers(range: &str, tag: &str) -> bool {
    let main = range.split('-').next().unwrap_or("");
    main.eq_ignore_ascii_case(tag)
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, Ja};

    #[test]
    fn the_heavier_language_wins_and_english_wins_a_draw() {
        for (header, wanted) in [
            (None, En),
            (Some(""), En),
            (Some("ja"), Ja),
            (Some("JA-jp, en;q=0.8"), Ja),
            (Some("en, ja;q=0.9"), En),
            (Some("en;q=0.2,ja;q=0.3"), Ja),
            (Some("fr, *;q=0.1"), En),
            (Some("ja;q=0"), En),
            (Some("ja;q=2"), En),
            (Some("ja;x=1"), En),
            (Some("*;q=0.9, ja;q=0.1"), En),
            (Some("de, ja"), Ja),
        ] {
            assert_eq!(Language::of(header), wanted, "{header:?}");
        }
    }
}
