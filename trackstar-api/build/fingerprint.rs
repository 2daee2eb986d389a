//! A number that connects the recorded operations with their document.

/// The files that the operations are generated from, below the root of the checkout.
pub(crate) const INPUTS: [&str; 3] = [
    "openapi/trackstar.yaml",
    "openapi/overlays/upstream.yaml",
    "openapi/overlays/generator.yaml",
];

/// The file of the number, in the folder of the recorded operations.
pub(crate) const FILE: &str = "fingerprint";

/// Returns the number of the texts of [`INPUTS`], by FNV-1a: whoever changes one of them does so in
/// good faith, and this file is compiled by every user. Line ends count as line feeds.
pub(crate) fn of<T: AsRef<str>>(texts: &[T]) -> String {
    let bytes = texts.iter().flat_map(|text| {
        let bytes = text.as_ref().bytes().filter(|byte| *byte != b'\r');
        bytes.chain(std::iter::once(0))
    });
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}\n")
}
