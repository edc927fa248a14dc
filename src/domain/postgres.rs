//! Which servers have the fixes that row security needs.

/// Minors that have them, by major. Later majors were born with them.
const FLOOR: &[(i32, i32)] = &[(15, 20), (16, 16), (17, 12), (18, 7)];

/// Whether a server of this `server_version_num` has them.
pub fn has_fixes(number: i32) -> bool {
    let (major, minor) = (number / 10_000, number % 10_000);
    match FLOOR.iter().find(|(it, _)| *it == major) {
        Some((_, floor)) => *floor <= minor,
        None => FLOOR.iter().all(|(it, _)| *it < major),
    }
}

/// `15.20` of 150020.
pub fn version(number: i32) -> String {
    format!("{}.{}", number / 10_000, number % 10_000)
}

#[cfg(test)]
mod tests {
    use super::{has_fixes, version};

    #[test]
    fn the_floor_is_by_major() {
        for (number, fixed) in [
            (150_019, false),
            (150_020, true),
            (160_015, false),
            (170_012, true),
            (180_006, false),
            (180_007, true),
            (190_000, true),
            (140_030, false),
        ] {
            assert_eq!(has_fixes(number), fixed, "{number}");
        }
        assert_eq!(version(150_020), "15.20");
    }
}
