//! Scratch.
#![allow(clippy::disallowed_methods, dead_code)]
#[path = "../it/golden.rs"]
mod golden;
mod attacks {
    #[path = "../../it/attacks/calls.rs"]
    pub mod calls;
    #[path = "../../it/attacks/matrix.rs"]
    pub mod matrix;
    #[path = "../../it/attacks/secrets/mod.rs"]
    pub mod secrets;
    #[path = "../../it/attacks/target.rs"]
    pub mod target;
    #[path = "../../it/attacks/wire.rs"]
    pub mod wire;
}
