//! Whether a text can be printed: asked where it is registered, so that no export meets one that cannot.

use crate::export::Exporter;

impl Exporter {
    /// The first character of a text, counted from 1 in code points, that no font of this process can draw. The fonts
    /// are those that every export is drawn with: they were loaded when the process began, or it did not begin.
    pub fn first_unprintable(&self, text: &str) -> Option<usize> {
        self.inner.fonts.first_lacking(text)
    }
}
