//! Barcodes.

mod verify;
