//! Repairs documents that the overlays were not written for.
//!
//! A mistake that cannot be corrected at its source is replaced by the likely intention of its author,
//! with a note. The vendored document is not repaired. There each mistake is an error, and an overlay
//! action corrects it.

mod fields;
mod paths;
mod version;

use serde_json::{Map, Value};

use crate::contents::members;
use crate::findings::Findings;
use crate::spec::{Kind, Place, Shape, Version, each_mut};

/// Repairs a document in place.
pub(crate) fn repair(document: &mut Value, findings: &mut Findings) {
    let Some(version) = version::repair(document, findings) else {
        return;
    };
    paths::inline(document, findings);
    let schemes = security_schemes(document);
    Repair {
        version,
        schemes,
        findings,
    }
    .node(Kind::Document, document);
}

/// Returns the names of the security schemes that requirements can use.
fn security_schemes(document: &Value) -> Vec<String> {
    members(document.pointer("/components/securitySchemes"))
        .filter(|(_, scheme)| !is_mutual_tls(scheme))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Returns true for mutual TLS, which identifies a client in the TLS layer and not in its requests.
fn is_mutual_tls(scheme: &Value) -> bool {
    scheme.get("type").is_some_and(|kind| kind == "mutualTLS")
}

struct Repair<'f> {
    version: Version,
    schemes: Vec<String>,
    findings: &'f mut Findings,
}

impl Repair<'_> {
    fn node(&mut self, expected: Kind, value: &mut Value) {
        let kind = expected.as_written(value);
        let Value::Object(fields) = value else {
            return;
        };
        self.missing(kind, fields);
        match kind {
            Kind::SecurityRequirement => self.requirement(fields),
            Kind::Responses => self.statuses(fields),
            Kind::Schema => {
                if self.version == Version::V31 {
                    self.bounds(fields);
                    self.dialect("$schema", fields);
                }
                if fields.get("$ref").is_some_and(|reference| reference == "") {
                    fields.remove("$ref");
                    self.findings
                        .note_at("$ref", "the empty reference is dropped");
                }
            }
            Kind::Document => self.dialect("jsonSchemaDialect", fields),
            _ => {}
        }
        let names: Vec<String> = fields.keys().cloned().collect();
        for name in names {
            self.findings.trail.push(&name);
            let place = kind.written_place(&name, self.version);
            let kept = match (place, fields.get_mut(&name)) {
                (Place::Field(shape, _), Some(value)) => self.field(kind, &name, shape, value),
                // Removing these fields would remove operations.
                (Place::Unknown, _) if matches!(kind, Kind::Paths | Kind::Responses) => true,
                (Place::Unknown | Place::OtherVersion, _) => {
                    let (kind, version) = (kind.name(), self.version.name());
                    self.findings.note(format!(
                        "the unknown field `{name}` in {kind} of {version} is dropped"
                    ));
                    false
                }
                _ => true,
            };
            if !kept {
                fields.remove(&name);
            }
            self.findings.trail.pop();
        }
    }

    /// Repairs the value of a field. Returns false if the field must be removed.
    fn field(&mut self, kind: Kind, name: &str, shape: Shape, value: &mut Value) -> bool {
        if kind == Kind::Components
            && name == "securitySchemes"
            && let Value::Object(schemes) = value
        {
            self.mutual_tls(schemes);
        }
        if !self.shape(kind, name, shape, value) {
            return false;
        }
        let mut trail = std::mem::take(&mut self.findings.trail);
        each_mut(shape, value, &mut trail, &mut |kind, value, trail| {
            // Findings are recorded at their own trail.
            std::mem::swap(&mut self.findings.trail, trail);
            self.node(kind, value);
            std::mem::swap(&mut self.findings.trail, trail);
        });
        self.findings.trail = trail;
        true
    }

    fn mutual_tls(&mut self, schemes: &mut Map<String, Value>) {
        schemes.retain(|name, scheme| {
            let kept = !is_mutual_tls(scheme);
            if !kept {
                let note = "the security scheme is dropped because the HTTP client is responsible for mutual TLS";
                self.findings.note_at(name, note);
            }
            kept
        });
    }

    fn requirement(&mut self, requirement: &mut Map<String, Value>) {
        let schemes = &self.schemes;
        let findings = &mut *self.findings;
        requirement.retain(|name, _| {
            let known = schemes.contains(name);
            if !known {
                let note = format!(
                    "`{name}` is dropped because `components/securitySchemes` does not define it"
                );
                findings.note_at(name, note);
            }
            known
        });
    }

    /// Changes the ranges of status codes to upper case, such as `4xx` to `4XX`.
    fn statuses(&mut self, responses: &mut Map<String, Value>) {
        let range = |status: &str| status.len() == 3 && status.ends_with("xx");
        let small: Vec<String> = responses.keys().filter(|it| range(it)).cloned().collect();
        for status in small {
            let large = status.to_ascii_uppercase();
            if !responses.contains_key(&large)
                && let Some(response) = responses.remove(&status)
            {
                self.findings
                    .note_at(&status, format!("the status code is read as `{large}`"));
                responses.insert(large, response);
            }
        }
    }
}
