//! The data of the accident, invented: billers, slips and names of nobody.
//!
//! Everything here is synthetic and the same in every run. Only the figures are those of the accident;
//! see [`Shape::ACCIDENT`] for which of them are public.

mod billers;
mod names;
mod random;
mod shape;
mod slips;
#[cfg(test)]
mod tests;

use crate::domain::{Invalid, NewSlip, Slip};

pub use billers::{Biller, LARGEST, PRINTING};
pub use shape::{BadShape, SLIPS_MAX, Shape};

/// A slip, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The biller's place in [`World2023::billers`].
    pub biller: usize,
    /// What the biller sends.
    pub slip: NewSlip,
    /// What the stamp rule makes of it.
    pub revenue_stamp: bool,
}

impl Issued {
    /// The slip as it is stored.
    pub fn as_stored(&self) -> Slip {
        Slip {
            id: self.slip.id.clone(),
            customer_number: self.slip.customer_number.clone(),
            customer_name: self.slip.customer_name.clone(),
            due_date: self.slip.due_date,
            revenue_stamp: self.revenue_stamp,
            amount_yen: self.slip.amount_yen,
        }
    }
}

/// Billers and their slips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World2023 {
    /// Its figures.
    pub shape: Shape,
    /// The billers: first the one that prints, then the largest.
    pub billers: Vec<Biller>,
    /// Every slip, by bill number and reissue number: the order of the accident's report.
    pub slips: Vec<Issued>,
    /// A slip of another biller that is registered between the first and the second run. It sorts among the
    /// first rows, so the second run has one row that the first had not.
    pub late: Issued,
}

/// Why there is no world.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Of this shape.
    #[error(transparent)]
    Shape(#[from] BadShape),
    /// The generator made a value that no slip may have: a bug here.
    #[error("the generator made a bad value: {0}")]
    Value(#[from] Invalid),
}

impl World2023 {
    /// Makes the world of a shape. The same shape makes the same world.
    ///
    /// # Errors
    /// When the figures do not fit together.
    pub fn new(shape: Shape) -> Result<World2023, Error> {
        shape.check()?;
        let mut random = random::Random::new(20_230_320);
        let billers = billers::billers(shape.billers, &mut random)?;
        let (slips, late) = slips::slips(&shape, &billers, &mut random)?;
        Ok(World2023 { shape, billers, slips, late })
    }

    /// The slips of one biller, in order.
    pub fn slips_of(&self, biller: usize) -> impl Iterator<Item = &Issued> {
        self.slips.iter().filter(move |it| it.biller == biller)
    }
}
