//! Bars: a GS1-128 symbol as widths, and as rectangles on the dots of a printer.

/// Widths in modules of the 107 symbols of Code 128 (ISO/IEC 15417, table 1), bar and space in turn.
/// All have eleven modules but the last, Stop, which has a closing bar.
const WIDTHS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

const FNC1: u8 = 102;
const START_C: u8 = 105;
const STOP: u8 = 106;

/// A symbol, as the widths of its bars and spaces in modules. A bar comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    widths: Vec<u8>,
    modules: u32,
}

impl Symbol {
    /// GS1-128 of digits alone, in code set C from end to end: Start C, FNC1, pairs, check symbol, Stop.
    /// `None` when it is not an even number of ASCII digits: half a pair would need another code set,
    /// and that symbol would be longer.
    pub fn gs1_128(digits: &str) -> Option<Symbol> {
        let bytes = digits.as_bytes();
        let (pairs, rest) = bytes.as_chunks::<2>();
        if bytes.is_empty() || !rest.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut values = vec![START_C, FNC1];
        values.extend(pairs.iter().map(|[ten, one]| (ten - b'0') * 10 + (one - b'0')));
        values.push(check_symbol(&values));
        values.push(STOP);
        let widths: Vec<u8> = values
            .iter()
            .flat_map(|it| WIDTHS[usize::from(*it)].bytes())
            .map(|it| it - b'0')
            .collect();
        let modules = widths.iter().copied().map(u32::from).sum();
        Some(Symbol { widths, modules })
    }

    /// Its length in modules, without quiet zones.
    pub fn modules(&self) -> u32 {
        self.modules
    }

    /// Its bars: where each begins and how wide it is, in modules.
    pub fn bars(&self) -> impl Iterator<Item = (u32, u8)> {
        let mut at = 0;
        let starts = self.widths.iter().map(move |width| {
            let start = at;
            at += u32::from(*width);
            (start, *width)
        });
        starts.step_by(2)
    }

    /// Widths of bars and spaces in modules, a bar first.
    pub fn widths(&self) -> &[u8] {
        &self.widths
    }
}

/// Modulo 103: the start symbol counts once, each that follows as often as its place says.
fn check_symbol(values: &[u8]) -> u8 {
    let sum: u32 = (0..).zip(values).map(|(place, it)| u32::max(place, 1) * u32::from(*it)).sum();
    // Below 103.
    (sum % 103) as u8
}

/// How wide a module is, so that it is a whole number of a printer's dots. In hundredths of a point,
/// which is what the pen writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pitch {
    module: i32,
    /// One dot of the coarsest printer that it is for: where a symbol may begin.
    grid: i32,
}

/// What is shaved off each side of a bar, in hundredths of a point. A page is painted wherever a shape touches
/// a dot: a bar whose edges lie exactly between two dots would be one dot too wide.
const INSET: i32 = 2;

impl Pitch {
    /// 0.48 pt (0.169 mm): 2 dots at 300 dpi, 4 at 600, 8 at 1200.
    pub const DPI_300: Pitch = Pitch { module: 48, grid: 24 };
    /// 0.54 pt (0.1905 mm): 3 dots at 400 dpi.
    pub const DPI_400: Pitch = Pitch { module: 54, grid: 18 };

    /// The width of a symbol in points, without quiet zones.
    pub fn width(self, symbol: &Symbol) -> f32 {
        // A symbol has a few hundred modules.
        (symbol.modules as f32) * (self.module as f32) / 100.0
    }

    /// Where a symbol begins that is to begin at `x` hundredths: on a dot.
    pub(crate) fn snap(self, x: i32) -> i32 {
        (x + self.grid / 2).div_euclid(self.grid) * self.grid
    }

    /// The left edge and the width of a bar, in hundredths from where the symbol begins.
    pub(crate) fn bar(self, (start, width): (u32, u8)) -> (i32, i32) {
        let start = i32::try_from(start).expect("a symbol has a few hundred modules");
        (start * self.module + INSET, i32::from(width) * self.module - 2 * INSET)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_symbol_has_its_modules_and_no_two_are_alike() {
        let sums = WIDTHS.map(|it| it.bytes().map(|width| u32::from(width - b'0')).sum::<u32>());
        assert!(sums[..106].iter().all(|it| *it == 11));
        assert_eq!(sums[106], 13);
        let mut all = WIDTHS.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 107);
        // Bars of an even number of modules in each symbol: the parity of code 128.
        for widths in &WIDTHS[..106] {
            let bars = widths.bytes().step_by(2).map(|it| it - b'0').sum::<u8>();
            assert_eq!(bars % 2, 0, "{widths}");
        }
    }

    #[test]
    fn the_check_symbol_is_that_of_the_worked_examples() {
        for (digits, expected) in [
            ("91912345678900123456789012345015123100108002", 46),
            ("91912345678900123456789012345116013100108004", 30),
            ("91912345000420000000000000001026123110550005", 27),
            ("91912345000420000000000000002026123100549986", 93),
            ("91912345000420000000000000003026123110549997", 88),
            ("91912345000420000000000000004026123110500001", 1),
            ("91912345000420000000000000005026123100499992", 91),
            ("91912345000420000000000028125099999900030003", 86),
            ("91912345999999999999999999999927033113000000", 3),
            ("91900000000000000000000000000026040100000015", 95),
            ("91912345000010000000000000016026113000010000", 72),
        ] {
            let symbol = Symbol::gs1_128(digits).expect("44 digits");
            assert_eq!(symbol.modules(), 288);
            let check = &symbol.widths()[24 * 6..25 * 6];
            let check: String = check.iter().map(u8::to_string).collect();
            assert_eq!(check, WIDTHS[expected], "{digits}");
        }
    }

    proptest! {
        /// barcoders is another hand's work: told to use code set C (Ć) and FNC1 (Ź) it makes the same modules.
        #[test]
        fn another_encoder_makes_the_same_modules(digits in "([0-9]{2}){1,24}") {
            let ours = Symbol::gs1_128(&digits).expect("an even number");
            let theirs = format!("\u{106}\u{179}{digits}");
            let theirs = barcoders::sym::code128::Code128::new(theirs).expect("digits").encode();
            let modules: Vec<u8> = ours
                .widths()
                .iter()
                .enumerate()
                .flat_map(|(place, width)| {
                    std::iter::repeat_n(u8::from(place % 2 == 0), usize::from(*width))
                })
                .collect();
            prop_assert_eq!(modules, theirs);
        }

        #[test]
        fn any_text_is_a_symbol_or_refused(text in "\\PC{0,50}") {
            let even = !text.is_empty() && text.len().is_multiple_of(2);
            let digits = text.bytes().all(|it| it.is_ascii_digit());
            prop_assert_eq!(Symbol::gs1_128(&text).is_some(), even && digits);
        }
    }

    #[test]
    fn what_needs_another_code_set_is_refused() {
        for bad in ["", "123", "12a4", "１２", " 1"] {
            assert_eq!(Symbol::gs1_128(bad), None, "{bad}");
        }
        assert_eq!(Symbol::gs1_128("12").map(|it| it.modules()), Some(11 * 4 + 13));
    }

    #[test]
    fn bars_lie_on_whole_dots_and_are_inset() {
        let symbol = Symbol::gs1_128("91912345678900123456789012345015123100108002").expect("even");
        assert_eq!(Pitch::DPI_300.width(&symbol), 138.24);
        for pitch in [Pitch::DPI_300, Pitch::DPI_400] {
            assert_eq!(pitch.module % pitch.grid, 0);
            for bar in symbol.bars() {
                let (left, width) = pitch.bar(bar);
                assert_eq!((left - INSET) % pitch.grid, 0);
                assert_eq!((width + 2 * INSET) % pitch.module, 0);
            }
            for x in [-7, 0, 11, 12, 4_847] {
                assert_eq!(pitch.snap(x) % pitch.grid, 0);
                assert!((pitch.snap(x) - x).abs() <= pitch.grid / 2);
            }
        }
    }
}
