//! The program `trackstar`, built for its tests.

fn main() -> std::process::ExitCode {
    trackstar_cli::main()
}
