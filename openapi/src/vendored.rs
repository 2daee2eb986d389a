//! The embedded document and its overlays.

use crate::{OVERLAY_NAMES, Preparation, Source};

/// The upstream document, reduced to the operations of the client, in [canonical](crate::canonical) form.
///
/// ```
/// let document = trackstar_openapi::parse(trackstar_openapi::vendored::DOCUMENT).unwrap();
/// assert_eq!(document["openapi"], "3.1.0");
/// ```
pub const DOCUMENT: Source<'static> = Source {
    name: "openapi/trackstar.yaml",
    text: include_str!("../trackstar.yaml"),
};

/// The overlays, in the order in which they are applied.
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

/// The overlays that correct wrong or missing statements of the upstream document.
///
/// With these the document describes the behavior of the API. The other overlays contain changes that
/// only the generator and the client need.
///
/// ```
/// use trackstar_openapi::{Preparation, vendored};
///
/// let prepared = Preparation::vendored().run()?;
/// let corrected = Preparation::new(vendored::DOCUMENT).overlays(vendored::CORRECTIONS);
/// let document = corrected.contract(&prepared)?;
/// assert_eq!(document["openapi"], "3.1.0");
/// assert!(document["components"]["securitySchemes"]["ApiKey"].is_object());
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
pub const CORRECTIONS: &[Source<'static>] = &[OVERLAYS[0]];

impl Preparation<'static> {
    /// Creates a preparation of the embedded document with its overlays.
    ///
    /// ```
    /// let prepared = trackstar_openapi::Preparation::vendored().run()?;
    /// assert_eq!(prepared.document()["openapi"], "3.0.3");
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn vendored() -> Self {
        Self::new(DOCUMENT).overlays(OVERLAYS)
    }
}
