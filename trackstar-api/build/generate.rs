//! Generates `$OUT_DIR/generated.rs` from the prepared document. There are only settings in here.

use trackstar_build::Settings;
use trackstar_openapi::{Preparation, vendored};

pub(crate) fn write() {
    let prepared = Preparation::vendored().webhooks(true).run();
    if let Ok(prepared) = &prepared {
        let corrected = Preparation::new(vendored::DOCUMENT).overlays(vendored::CORRECTIONS);
        trackstar_build::embed("mock.json", corrected.contract(prepared));
    }
    trackstar_build::build_script(prepared, &Settings::record());
}
