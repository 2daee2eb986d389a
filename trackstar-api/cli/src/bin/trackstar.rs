//! The program `trackstar`.

fn main() -> std::process::ExitCode {
    trackstar_cli::main()
}
