//! The command line of `api.yaml`. `tests/` calls every operation of it.

fn main() -> std::process::ExitCode {
    trackstar_api::cli::run(&own_document::trackstar::cli::PROGRAM)
}
