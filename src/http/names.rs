//! Names in a request: the nearest one that exists, and those that nobody may send.

/// Parameters and fields that would choose a tenant. Nothing in a request does.
const TENANT: &[&str] = &["tenant", "tenant_id", "tenant_code"];

/// True for a name that would choose a tenant, however it is written.
pub(super) fn names_a_tenant(name: &str) -> bool {
    let plain = name.to_ascii_lowercase().replace('-', "_");
    TENANT.contains(&plain.as_str()) || plain == "tenantid" || plain == "tenantcode"
}

/// The name that was probably meant: at most two letters away.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name of ours: comparing would only cost time.
    if 64 < name.len() {
        return None;
    }
    known.map(|it| (distance(name, it), it)).filter(|(d, _)| *d <= 2).min().map(|(_, it)| it)
}

/// Levenshtein's distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, names_a_tenant, nearest};

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        let known = ["due_from", "due_to", "limit"];
        assert_eq!(nearest("due_form", known.into_iter()), Some("due_from"));
        assert_eq!(nearest("limits", known.into_iter()), Some("limit"));
        assert_eq!(nearest("customer", known.into_iter()), None);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn a_tenant_is_seen_however_it_is_written() {
        for name in ["tenant", "Tenant_ID", "tenant-code", "tenantId"] {
            assert!(names_a_tenant(name), "{name}");
        }
        assert!(!names_a_tenant("tenants_are_fine"));
    }
}
