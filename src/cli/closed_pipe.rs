//! A reader that went away: `shikiri audit | head` ends quietly, whatever the command.

use std::panic::{self, AssertUnwindSafe};

/// What a shell shows of a program that a closed pipe ended: 128 and SIGPIPE.
pub(super) const CODE: u8 = 141;

/// Runs a command. None: it wrote to a pipe that nobody reads any more.
///
/// `println!` panics where it cannot write, and there is no other place in which all commands write. Only that panic is
/// caught; every other goes on as it was.
pub(super) fn forgiven<T>(command: impl FnOnce() -> T) -> Option<T> {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !is_closed_pipe(info.payload()) {
            usual(info);
        }
    }));
    match panic::catch_unwind(AssertUnwindSafe(command)) {
        Ok(done) => Some(done),
        Err(payload) if is_closed_pipe(&*payload) => None,
        Err(payload) => panic::resume_unwind(payload),
    }
}

fn is_closed_pipe(payload: &(dyn std::any::Any + Send)) -> bool {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.is_some_and(|it| it.starts_with("failed printing to std") && it.contains("Broken pipe"))
}

#[cfg(test)]
mod tests {
    use super::is_closed_pipe;

    #[test]
    fn only_a_closed_pipe_is_forgiven() {
        let said = |it: &str| is_closed_pipe(&it.to_owned());
        assert!(said("failed printing to stdout: Broken pipe (os error 32)"));
        assert!(!said("failed printing to stdout: No space left on device (os error 28)"));
        assert!(!said("index out of bounds"));
    }
}
