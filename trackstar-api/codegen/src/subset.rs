//! The part of a document that a user asks for.

use std::collections::BTreeSet;

use trackstar_openapi::Prepared;
use trackstar_openapi::model::Operation;

/// What is asked for, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) operations: BTreeSet<String>,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) integrations: BTreeSet<String>,
}

impl Wanted {
    /// Leaves out what is not asked for. An error names what is asked for and is not there.
    pub(crate) fn keep(&self, prepared: &mut Prepared) -> Result<(), String> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        if !self.operations.is_empty() || !self.tags.is_empty() {
            prepared.retain(|operation| {
                let named = self.named(operation);
                found.extend(&named);
                !named.is_empty()
            });
        }
        let mut of: BTreeSet<&str> = BTreeSet::new();
        if !self.integrations.is_empty() {
            prepared.retain_variants(|variant| {
                let variant = plain(variant);
                let named = self
                    .integrations
                    .iter()
                    .filter(|name| variant.contains(&plain(name)));
                let named: Vec<&str> = named.map(String::as_str).collect();
                of.extend(&named);
                !named.is_empty()
            });
        }
        let operations = missing(&self.operations, &found, |name| {
            format!("the document has no operation `{name}`: give the name of a method")
        });
        let tags = missing(&self.tags, &found, |name| {
            format!("no operation of the document has the tag `{name}`")
        });
        let integrations = missing(&self.integrations, &of, |name| {
            format!("no body of the document has a variant for the integration `{name}`")
        });
        let problems: Vec<String> = operations.chain(tags).chain(integrations).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems.join("\n"))
        }
    }

    /// The names by which an operation is asked for.
    fn named(&self, operation: &Operation) -> Vec<&str> {
        let tags = operation.tags.iter().filter_map(|tag| self.tags.get(tag));
        let named = tags.chain(self.operations.get(&operation.id));
        named.map(String::as_str).collect()
    }
}

fn missing<'a>(
    names: &'a BTreeSet<String>,
    found: &'a BTreeSet<&str>,
    told: impl Fn(&str) -> String + 'a,
) -> impl Iterator<Item = String> + 'a {
    let missing = names.iter().filter(|name| !found.contains(name.as_str()));
    missing.map(move |name| told(name))
}

/// Letters and digits in lower case: documents spell the names of integrations in several ways.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
