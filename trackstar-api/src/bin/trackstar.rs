//! The program `trackstar`: every operation of the API as a subcommand.

fn main() -> std::process::ExitCode {
    trackstar_api::cli::main()
}
