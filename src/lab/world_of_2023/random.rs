//! Numbers that look random and are the same in every run.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
/// Good enough to scatter rows; never for secrets.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// A sequence of its own for every seed.
    pub(super) const fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    /// A number below `end`, which must not be 0. The bias is below 2^-32 for every `end` used here.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let high = (u128::from(self.next()) * u128::from(end)) >> 64;
        u32::try_from(high).expect("is below a u32")
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let place = self.below(u32::try_from(from.len()).expect("a short list"));
        &from[place as usize]
    }

    /// Puts things into another order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let place = self.below(u32::try_from(last + 1).expect("fewer rows than 2^32"));
            things.swap(last, place as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_sequence_is_the_published_one() {
        // The first outputs for seed 1234567, as in the reference implementation by Vigna.
        let mut random = Random::new(1_234_567);
        let three = [(); 3].map(|()| random.next());
        assert_eq!(
            three,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn a_shuffle_keeps_everything_and_below_stays_below() {
        let mut random = Random::new(1);
        let mut things: Vec<u32> = (0..1_000).collect();
        random.shuffle(&mut things);
        assert_ne!(things[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        things.sort_unstable();
        assert!(things.into_iter().eq(0..1_000));
        assert!((0..1_000).all(|_| random.below(3) < 3));
    }
}
