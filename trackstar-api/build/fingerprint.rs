//! A fingerprint that ties the recorded operations to their document.

/// The files that the operations are generated from, relative to the root of the checkout.
pub(crate) const INPUTS: [&str; 3] = [
    "openapi/trackstar.yaml",
    "openapi/overlays/upstream.yaml",
    "openapi/overlays/generator.yaml",
];

/// The name of the file with the fingerprint. It's in the same folder as the recorded operations.
pub(crate) const FILE: &str = "fingerprint";

/// Returns the fingerprint of the texts of [`INPUTS`].
///
/// We use FNV-1a because this is compiled by every user, and because nobody would try to cause a
/// collision. CRLF is treated like a line feed.
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
