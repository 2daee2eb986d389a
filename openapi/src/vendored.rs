//! The document and the overlays that this crate carries.

use crate::error::Error;
use crate::{OVERLAY_NAMES, Options, Prepared, Source};

/// What upstream published of the operations that the client has, in [canonical](crate::canonical) form.
///
/// ```
/// let document = trackstar_openapi::parse(trackstar_openapi::vendored::DOCUMENT).unwrap();
/// assert_eq!(document["openapi"], "3.1.0");
/// ```
pub const DOCUMENT: Source<'static> = Source {
    name: "openapi/trackstar.yaml",
    text: include_str!("../trackstar.yaml"),
};

/// The corrections, in the order in which they are applied.
///
/// ```
/// use trackstar_openapi::{Overlay, vendored};
///
/// for overlay in vendored::OVERLAYS {
///     for action in Overlay::parse(*overlay).unwrap().actions() {
///         println!("{}: {}", action.target(), action.description());
///     }
/// }
/// ```
pub const OVERLAYS: &[Source<'static>] = &[
    Source {
        name: OVERLAY_NAMES[0],
        text: include_str!("../overlays/upstream.yaml"),
    },
    Source {
        name: OVERLAY_NAMES[1],
        text: include_str!("../overlays/generator.yaml"),
    },
];

/// Of the corrections those of what upstream states wrongly or not at all: what the API itself keeps
/// to, apart from what the generator and the client want otherwise.
///
/// ```
/// use trackstar_openapi::{promised, vendored};
///
/// let prepared = vendored::prepared()?;
/// let document = promised(vendored::DOCUMENT, vendored::CORRECTIONS, &prepared)?;
/// assert_eq!(document["openapi"], "3.1.0");
/// assert!(document["components"]["securitySchemes"]["ApiKey"].is_object());
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
pub const CORRECTIONS: &[Source<'static>] = &[OVERLAYS[0]];

/// The carried document, prepared for the generator.
///
/// ```
/// let prepared = trackstar_openapi::vendored::prepared().unwrap();
/// assert_eq!(prepared.document()["openapi"], "3.0.3");
/// ```
///
/// # Errors
///
/// Whatever is wrong with the carried files.
pub fn prepared() -> Result<Prepared, Error> {
    prepared_with(&Options::default())
}

/// The carried document, prepared for the generator with options.
///
/// ```
/// use trackstar_openapi::{Options, vendored};
///
/// let prepared = vendored::prepared_with(&Options::default().with_variants(true)).unwrap();
/// assert_eq!(prepared.document()["openapi"], "3.0.3");
/// ```
///
/// # Errors
///
/// Those of [`prepared`].
pub fn prepared_with(options: &Options) -> Result<Prepared, Error> {
    crate::prepare_with(DOCUMENT, OVERLAYS, options)
}
