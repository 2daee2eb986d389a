//! Removes unreferenced components and reports references that cannot be resolved.
//!
//! A broken reference in a removed component is harmless, so it is not reported.

use serde_json::Value;

use crate::findings::Findings;
use crate::spec::{
    Component, Kind, Named, Node, Place, Shape, Version, Worklist, component, each, locate, named,
    visit,
};
use crate::variants::Variants;
use crate::{pointer, reference, rust_type};

const REPAIR: &str = "correct the reference with an overlay action, or add its target";

/// Removes components that no path, webhook or security requirement needs, directly or indirectly.
pub(crate) fn prune(document: &mut Value, variants: &Variants, findings: &mut Findings) {
    let reached = {
        let mut reach = Pruning {
            document,
            variants,
            findings,
            reached: Worklist::default(),
        };
        reach.start();
        reach.reached
    };
    let Some(Value::Object(components)) = document.get_mut("components") else {
        return;
    };
    components.retain(|section, entries| {
        let Value::Object(entries) = entries else {
            return true;
        };
        if Kind::Components.place(section, Version::V30) == Place::Extension {
            return true;
        }
        let wanted = |name: &String| reached.seen().contains(&(section.clone(), name.clone()));
        entries.retain(|name, _| wanted(name));
        !entries.is_empty()
    });
    if components.is_empty()
        && let Value::Object(fields) = document
    {
        fields.remove("components");
    }
}

struct Pruning<'a> {
    document: &'a Value,
    variants: &'a Variants,
    findings: &'a mut Findings,
    reached: Worklist<Component>,
}

impl<'a> Pruning<'a> {
    fn start(&mut self) {
        let document = self.document;
        for (key, value) in document.as_object().into_iter().flatten() {
            if key == "components" {
                continue;
            }
            if let Place::Field(shape, _) = Kind::Document.place(key, Version::V30) {
                self.findings.trail.push(key);
                self.field(shape, value);
                self.findings.trail.pop();
            }
        }
        while let Some((section, name)) = self.reached.pop() {
            if let Some((kind, entry)) = component(document, Version::V30, (&section, &name)) {
                for segment in ["components", &section, &name] {
                    self.findings.trail.push(segment);
                }
                self.field(Shape::Node(kind), entry);
                for _ in 0..3 {
                    self.findings.trail.pop();
                }
            }
        }
    }

    fn field(&mut self, shape: Shape, value: &'a Value) {
        let mut trail = std::mem::take(&mut self.findings.trail);
        each(shape, value, &mut trail, &mut |kind, value, trail| {
            visit(kind, value, Version::V30, trail, &mut |node, trail| {
                // Findings are recorded at their own trail.
                std::mem::swap(&mut self.findings.trail, trail);
                self.node(node);
                std::mem::swap(&mut self.findings.trail, trail);
            });
        });
        self.findings.trail = trail;
    }

    fn node(&mut self, node: Node<'a>) {
        if node.kind == Kind::Schema {
            self.parameters(node.value);
            let names = self.variants.get(self.findings.trail.as_str());
            for name in names.into_iter().flatten() {
                self.reached.push(("schemas".to_owned(), name.clone()));
            }
        }
        named(node, &mut |way, named| {
            for name in way {
                self.findings.trail.push(name);
            }
            match named {
                Named::Reference(expected, target) => {
                    self.reference(expected, target, node.value);
                }
                Named::Component(section, name) => self.named(section, name),
            }
            for _ in way {
                self.findings.trail.pop();
            }
        });
    }

    /// Follows the type parameters of an existing Rust type, as the generator does.
    fn parameters(&mut self, schema: &'a Value) {
        for segment in [rust_type::KEY, "parameters"] {
            self.findings.trail.push(segment);
        }
        for (index, parameter) in rust_type::parameters(schema).enumerate() {
            self.findings.trail.push_index(index);
            self.field(Shape::Node(Kind::Schema), parameter);
            self.findings.trail.pop();
        }
        for _ in 0..2 {
            self.findings.trail.pop();
        }
    }

    fn named(&mut self, section: &str, name: &str) {
        let entries = self
            .document
            .get("components")
            .and_then(|all| all.get(section));
        if entries.and_then(|entries| entries.get(name)).is_some() {
            self.reached.push((section.to_owned(), name.to_owned()));
        } else {
            let message = format!("`{name}` is not defined in `components/{section}`");
            self.findings.problem(
                message,
                "correct the name with an overlay action, or add the component",
            );
        }
    }

    fn reference(&mut self, expected: Kind, target: &str, from: &'a Value) {
        // `#` is the whole document, which is not a valid target.
        let pointer = reference::target(target).filter(|pointer| !pointer.is_empty());
        let Some(pointer) = pointer else {
            let (message, advice) = if target.starts_with('#') {
                (
                    "is not a JSON pointer",
                    "write the reference as `#/components/...`",
                )
            } else {
                let advice = "move the target to the components of this document";
                ("refers to another document", advice)
            };
            self.findings
                .problem(format!("`{target}` {message}"), advice);
            return;
        };
        let segments: Vec<String> = pointer::segments(&pointer).collect();
        match locate(self.document, Version::V30, segments.iter().cloned()) {
            None => {
                self.findings
                    .problem(format!("`{target}` does not exist"), REPAIR);
            }
            Some((Some(kind), value)) if kind == expected => {
                if self.circles(value, from) {
                    let message = format!("`{target}` refers to itself");
                    self.findings.problem(message, REPAIR);
                }
                if let [root, section, name, ..] = segments.as_slice()
                    && root == "components"
                {
                    self.reached.push((section.clone(), name.clone()));
                }
            }
            Some((kind, _)) => {
                let found = kind.map_or("another object", Kind::name);
                let message = format!(
                    "`{target}` must refer to {}, but refers to {found}",
                    expected.name()
                );
                self.findings.problem(message, REPAIR);
            }
        }
    }

    /// Returns true if a chain of references returns to its start.
    fn circles(&self, first: &'a Value, from: &'a Value) -> bool {
        let mut back = std::ptr::eq(first, from);
        // A cycle that does not include the start is reported at its own location.
        let _end = reference::end(
            first,
            |at| reference::of(at),
            |reference| {
                let next = self.document.pointer(&reference::target(reference)?)?;
                back |= std::ptr::eq(next, from);
                Some(next)
            },
        );
        back
    }
}
