//! Blocks of rows need not be pages: any split gives the same file.

use proptest::prelude::*;

use crate::pdf::testing::fonts;
use crate::report::slip_list::tests::sample::{draw, rows, totals, writer};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_split_into_blocks_gives_the_same_bytes(
        count in 1_u32..150,
        cuts in prop::collection::vec(0_usize..150, 0..12),
    ) {
        let rows = rows(count);
        let (whole_pages, whole) = draw(fonts(), &rows);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|it| it % (rows.len() + 1)).collect();
        cuts.extend([0, rows.len()]);
        cuts.sort_unstable();
        let mut list = writer(totals(&rows));
        let mut pages = Vec::new();
        for cut in cuts.windows(2) {
            pages.extend(list.push(&rows[cut[0]..cut[1]]).expect("the rows are in order"));
        }
        let split = list.finish().expect("all rows came");
        prop_assert_eq!(pages, whole_pages);
        prop_assert_eq!(split.rows_digest, whole.rows_digest);
        prop_assert!(split.out == whole.out, "the bytes differ");
    }
}
