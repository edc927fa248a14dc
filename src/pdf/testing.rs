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
    "apt-get install fonts-ipaexfont-gothic fonts-ipamj-mincho poppler-utils qpdf zbar-tools";

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

/// A page as a printer sees it: dots, each black or white.
pub(crate) struct Bitmap {
    pub(crate) width: usize,
    pub(crate) height: usize,
    file: Vec<u8>,
    at: usize,
}

impl Bitmap {
    /// True for a black dot.
    pub(crate) fn black(&self, x: usize, y: usize) -> bool {
        let byte = self.file[self.at + y * self.width.div_ceil(8) + x / 8];
        byte & (0x80 >> (x % 8)) != 0
    }

    /// Lengths of the runs of a row of these columns between its first and its last black dot, a black one first.
    pub(crate) fn runs(&self, y: usize, columns: std::ops::Range<usize>) -> Vec<usize> {
        let (mut runs, mut color, mut length) = (Vec::new(), false, 0);
        for x in columns {
            let black = self.black(x, y);
            if black != color {
                if color || !runs.is_empty() {
                    runs.push(length);
                }
                (color, length) = (black, 0);
            }
            length += 1;
        }
        if color {
            runs.push(length);
        }
        runs
    }

    /// The page in grey, a byte for each dot.
    pub(crate) fn luma(&self) -> Vec<u8> {
        let dots = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        dots.map(|(x, y)| if self.black(x, y) { 0 } else { 255 }).collect()
    }
}

/// A page, from 1, in shades of grey: the file that poppler makes of it. (In black and white it strews dots by chance.)
pub(crate) fn grey(pdf: &[u8], page: u32, dpi: u32) -> Vec<u8> {
    let (page, dpi) = (page.to_string(), dpi.to_string());
    pixels(&["-gray", "-r", &dpi, "-f", &page, "-l", &page], pdf)
}

fn pixels(arguments: &[&str], pdf: &[u8]) -> Vec<u8> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(pdf).expect("a temporary file can be written");
    let run = Command::new("pdftoppm").args(arguments).arg(file.path()).output();
    let run = run.unwrap_or_else(|err| panic!("pdftoppm: {err}; the tests need: {INSTALL}"));
    assert!(run.status.success(), "pdftoppm: {}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

/// Rasterises a page, from 1, in black and white.
pub(crate) fn raster(pdf: &[u8], page: u32, dpi: u32) -> Bitmap {
    let (page, dpi) = (page.to_string(), dpi.to_string());
    let file = pixels(&["-mono", "-r", &dpi, "-f", &page, "-l", &page], pdf);
    // "P4\n<width> <height>\n", then the bits.
    let head: Vec<&[u8]> = file.splitn(3, |it| *it == b'\n').collect();
    let [b"P4", size, bits] = head[..] else { panic!("pdftoppm made no bitmap") };
    let mut size = std::str::from_utf8(size).expect("digits").split(' ').map(str::parse);
    let mut next = || size.next().expect("two sizes").expect("a number");
    let (width, height): (usize, usize) = (next(), next());
    let at = file.len() - bits.len();
    assert_eq!(bits.len(), width.div_ceil(8) * height);
    Bitmap { width, height, at, file }
}

/// What zbar reads of a page: symbology, its modifiers, and the text.
pub(crate) fn zbar(page: &Bitmap) -> Vec<(String, String, String)> {
    let mut file = tempfile::Builder::new().suffix(".pbm").tempfile().expect("a temporary file");
    file.write_all(&page.file).expect("a temporary file can be written");
    let run = Command::new("zbarimg").args(["--quiet", "--xml"]).arg(file.path()).output();
    let run = run.unwrap_or_else(|err| panic!("zbarimg: {err}; the tests need: {INSTALL}"));
    // 4 says that there was nothing to read.
    let code = run.status.code();
    assert!(matches!(code, Some(0 | 4)), "zbarimg: {}", String::from_utf8_lossy(&run.stderr));
    let xml = String::from_utf8(run.stdout).expect("UTF-8");
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).map(|(_, it)| it.to_owned());
        rest.and_then(|it| it.split_once(to).map(|(it, _)| it.to_owned())).unwrap_or_default()
    };
    let symbols = xml.split("<symbol ").skip(1);
    symbols
        .map(|it| {
            (
                between(it, "type='", "'"),
                between(it, "modifiers='", "'"),
                between(it, "<![CDATA[", "]]>"),
            )
        })
        .collect()
}
