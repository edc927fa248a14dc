//! The command line.

fn main() -> std::process::ExitCode {
    shikiri::cli::run()
}
