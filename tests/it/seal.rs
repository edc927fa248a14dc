//! The seal: the two ways to hold it, the key of one of them, and what is thrown or printed while it is made.

mod key;
mod printed;
mod thrown;
mod ways;
