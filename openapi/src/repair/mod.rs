//! Mending a document that the overlays were not written for: what its authors got wrong and nobody
//! here can correct at its source is taken as it must be meant, with a note each.
//!
//! The document that this project vendors goes without: there each slip is an error, and an overlay
//! action corrects it.

mod fields;
mod paths;
mod version;

use serde_json::{Map, Value};

use crate::findings::Findings;
use crate::spec::{Kind, Place, Shape, Version, each_mut};

/// Mends the document in place.
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

/// The names of the schemes that a requirement can name.
fn security_schemes(document: &Value) -> Vec<String> {
    let schemes = document.pointer("/components/securitySchemes");
    let schemes = schemes.and_then(Value::as_object).into_iter().flatten();
    schemes
        .filter(|(_, scheme)| !is_mutual_tls(scheme))
        .map(|(name, _)| name.clone())
        .collect()
}

/// What identifies a client below HTTP is no business of its requests.
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
                        .note_at("$ref", "it names nothing, and says nothing");
                }
            }
            Kind::Document => self.dialect("jsonSchemaDialect", fields),
            _ => {}
        }
        let names: Vec<String> = fields.keys().cloned().collect();
        for name in names {
            self.findings.trail.push(&name);
            let kept = match (kind.place(&name, self.version), fields.get_mut(&name)) {
                (Place::Field(shape, _), Some(value)) => self.field(kind, &name, shape, value),
                // Operations would be lost with them.
                (Place::Unknown, _) if matches!(kind, Kind::Paths | Kind::Responses) => true,
                (Place::Unknown | Place::OtherVersion, _) => {
                    let (kind, version) = (kind.name(), self.version.name());
                    self.findings.note(format!(
                        "`{name}` is no field of {kind} in {version}, it is left out"
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

    /// Mends what stands in a field; whether it stays.
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
            // The findings speak of the place where the trail stands.
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
                let note = "mutual TLS is for the HTTP client to have, it is left out";
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
                let note =
                    format!("`{name}` is no security scheme of the components, it is left out");
                findings.note_at(name, note);
            }
            known
        });
    }

    /// `4xx` is `4XX`.
    fn statuses(&mut self, responses: &mut Map<String, Value>) {
        let range = |status: &str| status.len() == 3 && status.ends_with("xx");
        let small: Vec<String> = responses.keys().filter(|it| range(it)).cloned().collect();
        for status in small {
            let large = status.to_ascii_uppercase();
            if !responses.contains_key(&large)
                && let Some(response) = responses.remove(&status)
            {
                self.findings
                    .note_at(&status, format!("the status is written `{large}`"));
                responses.insert(large, response);
            }
        }
    }
}
