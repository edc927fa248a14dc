//! How many billers and slips, and where the accident's report ends.

/// The figures of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Billers, the one that prints included.
    pub billers: u32,
    /// Slips of the biller that prints.
    pub printing_rows: u32,
    /// Slips of the largest biller. All are among the first `window` rows.
    pub largest_rows: u32,
    /// Rows, by bill number, that a list of everybody takes before it ends. None is of the biller that prints.
    pub window: u32,
    /// Slips in all.
    pub slips: u32,
}

/// Why there is no world of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadShape {
    /// The accident does not fit in.
    #[error("--slips must be at least {0}: the accident itself needs that many")]
    TooFew(u32),
    /// The generator's numbers do not reach so far.
    #[error("--slips must be at most {SLIPS_MAX}")]
    TooMany,
    /// Each biller needs a slip, and each its own name.
    #[error("a world needs 3 to {0} billers, and a slip in the first rows for each of them")]
    Billers(u32),
}

/// Slips at most: what a demonstration on one machine can load in minutes.
pub const SLIPS_MAX: u32 = 5_000_000;

impl Shape {
    /// The accident of 2023-03-20: 113 billers; a list of everybody is 40,000 rows of the 112 that did not print;
    /// 28,125 of them of one alumni association (its letter of 2023-04 to its members). How many slips
    /// the biller that printed had is not public; 377 is ours.
    pub const ACCIDENT: Shape = Shape {
        billers: 113,
        printing_rows: 377,
        largest_rows: 28_125,
        window: 40_000,
        slips: 70_000,
    };

    /// The accident in a world of this many slips.
    ///
    /// # Errors
    /// When it does not fit in.
    pub fn of_slips(slips: u32) -> Result<Shape, BadShape> {
        let shape = Shape { slips, ..Shape::ACCIDENT };
        shape.check()?;
        Ok(shape)
    }

    /// Checks the figures against each other.
    pub(super) fn check(&self) -> Result<(), BadShape> {
        let least = self.window.saturating_add(self.printing_rows);
        let billers_max = super::billers::BILLERS_MAX;
        if SLIPS_MAX < self.slips {
            return Err(BadShape::TooMany);
        }
        if self.slips < least {
            return Err(BadShape::TooFew(least));
        }
        let others = self.billers.saturating_sub(2);
        let room = self.window.saturating_sub(self.largest_rows);
        if !(3..=billers_max).contains(&self.billers)
            || room < others
            || self.printing_rows == 0
            || self.largest_rows == 0
        {
            return Err(BadShape::Billers(billers_max));
        }
        Ok(())
    }
}
