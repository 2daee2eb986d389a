//! The `trackstar` program.

fn main() -> std::process::ExitCode {
    trackstar_cli::main()
}
