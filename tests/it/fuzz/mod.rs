//! The wall, asked what nobody thought of: random queries beside the same with `tenant_id =`, and sqlsmith sealed as A.

mod change;
mod cond;
mod damages;
mod differential;
mod door;
mod expr;
mod field;
mod from;
mod marks;
mod model;
mod planner;
mod plant;
mod protocol;
mod proxy;
mod query;
mod read;
mod rng;
mod shut;
mod sqlsmith;
mod watched;
mod write;
