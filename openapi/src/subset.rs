//! Parts of prepared documents, in which all names are those of the whole document.

use serde_json::Value;

use crate::findings::Findings;
use crate::{Operation, Prepared, pointer, prune};

impl Prepared {
    /// Removes the operations for which `keep` returns false, and the components that only they need.
    /// Webhooks are kept.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_openapi::Preparation;
    ///
    /// let operation = |id: &str| json!({"operationId": id, "responses": {"204": {"description": "Gone."}}});
    /// let document = json!({
    ///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
    ///     "paths": {"/parcels": {"get": operation("get_parcels"), "delete": operation("delete_parcels")}},
    /// });
    /// let mut prepared = Preparation::of(document).run()?;
    /// prepared.retain(|operation| operation.id == "get_parcels");
    /// assert_eq!(prepared.operations().len(), 1);
    /// assert!(prepared.document()["paths"]["/parcels"].get("delete").is_none());
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&Operation) -> bool) {
        let document = &mut self.document;
        self.operations.retain(|operation| {
            let kept = keep(operation);
            if !kept
                && let Some((item, method)) = operation.pointer.rsplit_once('/')
                && let Some(Value::Object(fields)) = document.pointer_mut(item)
            {
                fields.remove(&pointer::unescape(method));
            }
            kept
        });
        self.prune();
    }

    /// Removes the variants of schemas (see [`Preparation::variants`](crate::Preparation::variants)) for
    /// whose names `keep` returns false.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_openapi::Preparation;
    ///
    /// let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}});
    /// let mut prepared = Preparation::of(document).variants(true).run()?;
    /// prepared.retain_variants(|name| name.contains("ShipHero"));
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn retain_variants(&mut self, mut keep: impl FnMut(&str) -> bool) {
        for names in self.variants.values_mut() {
            names.retain(|name| keep(name));
        }
        self.prune();
    }

    fn prune(&mut self) {
        // All references of the whole document were resolved, so this finds no problems.
        prune::prune(&mut self.document, &self.variants, &mut Findings::new(""));
        let document = &self.document;
        self.variants
            .retain(|pointer, _| document.pointer(pointer).is_some());
        let schemas = document.pointer("/components/schemas");
        self.copies
            .retain(|_, original| schemas.is_some_and(|it| it.get(original.as_str()).is_some()));
    }
}
