//! Golden texts: what a run says, compared with what it said when somebody last looked.

#![expect(clippy::disallowed_methods, reason = "UPDATE_GOLDEN is for whoever runs the tests")]

use std::{env, fs, path::PathBuf};

/// Compares a text with `tests/golden/<name>`; with `UPDATE_GOLDEN=1` it writes it there instead.
///
/// # Panics
/// When they differ.
pub fn same(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some_and(|it| it == "1") {
        fs::write(&path, text).expect("tests/golden can be written");
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let lost: Vec<&str> = golden.lines().filter(|it| !text.lines().any(|at| at == *it)).collect();
    let new: Vec<&str> = text.lines().filter(|it| !golden.lines().any(|at| at == *it)).collect();
    assert!(
        golden == text,
        "tests/golden/{name} is no longer true (UPDATE_GOLDEN=1 rewrites it)\nno longer:\n{}\nnew:\n{}",
        lost.join("\n"),
        new.join("\n")
    );
}
