//! Tests of the slips: what a scanner reads, how wide the bars are, what stands where, what is refused.

mod bars;
mod names;
mod panels;
mod refusals;
mod sample;
