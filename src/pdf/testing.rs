//! Fonts and PDF tools for tests. A missing one is a failure that says what to install.

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use crate::pdf::FontChain;

/// The gothic face of everyday text.
pub(crate) const GOTHIC: &str = "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf";
/// The mincho face with every kanji of the family registers.
pub(crate) const MINCHO: &str = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf";

const INSTALL: &str =
    "apt-get install fonts-ipaexfont-gothic fonts-ipamj-mincho poppler-utils qpdf";

/// Both faces, read once for all tests.
pub(crate) fn fonts() -> Arc<FontChain> {
    static FONTS: OnceLock<Arc<FontChain>> = OnceLock::new();
    FONTS.get_or_init(|| load(&[GOTHIC, MINCHO])).clone()
}

/// The gothic face alone, which lacks 𠮷.
pub(crate) fn gothic_only() -> Arc<FontChain> {
    static FONTS: OnceLock<Arc<FontChain>> = OnceLock::new();
    FONTS.get_or_init(|| load(&[GOTHIC])).clone()
}

fn load(paths: &[&str]) -> Arc<FontChain> {
    match FontChain::load(paths) {
        Ok(fonts) => Arc::new(fonts),
        Err(error) => panic!("{error}; the tests need: {INSTALL}"),
    }
}

/// Runs a PDF tool on a file and returns what it printed. `FILE` in `arguments` is the file.
pub(crate) fn tool(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(pdf).expect("a temporary file can be written");
    let path = file.path().to_str().expect("a temporary path is text");
    let arguments = arguments.iter().map(|it| if *it == "FILE" { path } else { it });
    let output = match Command::new(program).args(arguments).output() {
        Ok(output) => output,
        Err(error) => panic!("{program}: {error}; the tests need: {INSTALL}"),
    };
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{program} complains: {out}{err}");
    out.into_owned()
}

/// The text of a page, from 1.
pub(crate) fn text_of(pdf: &[u8], page: u32) -> String {
    let page = page.to_string();
    tool("pdftotext", &["-layout", "-f", &page, "-l", &page, "FILE", "-"], pdf)
}

/// A text without its white space, which poppler makes up from distances: it drops small spaces and
/// turns an ideographic one into several others.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}
