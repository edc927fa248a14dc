//! Tests of the list: what is on its pages, and which rows it refuses.

mod pages;
mod refusals;
mod sample;
mod splits;
