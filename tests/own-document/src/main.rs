//! The command line of `api.yaml`; and, as tests, calls of every operation of it that check the wire.

fn main() -> std::process::ExitCode {
    trackstar_api::cli::main()
}

#[cfg(test)]
mod mocks;

#[cfg(test)]
mod tests;
