//! The check that nothing of progenitor's run-time half is left.

use proc_macro2::TokenTree;
use syn::visit::Visit;
use syn::{File, Ident};

use crate::Error;

/// Fails when anything of progenitor's run-time half is still named: better here, with a name,
/// than as a compile error in generated code.
pub(crate) fn refuse(file: &File) -> Result<(), Error> {
    struct Leftovers(Option<String>);
    impl<'ast> Visit<'ast> for Leftovers {
        fn visit_macro(&mut self, node: &'ast syn::Macro) {
            // To the syntax tree the arguments of a macro are tokens.
            let mut streams = vec![node.tokens.clone()];
            while let Some(stream) = streams.pop() {
                for token in stream {
                    match token {
                        TokenTree::Ident(name) => self.visit_ident(&name),
                        TokenTree::Group(group) => streams.push(group.stream()),
                        _ => {}
                    }
                }
            }
        }

        fn visit_ident(&mut self, node: &Ident) {
            const FOREIGN: [&str; 10] = [
                "progenitor_client",
                "ClientInfo",
                "ClientHooks",
                "OperationInfo",
                "ResponseValue",
                "ErrorResponse",
                "ByteStream",
                "encode_path",
                "form_urlencoded",
                "api_version",
            ];
            if FOREIGN.iter().any(|foreign| node == foreign) {
                self.0.get_or_insert_with(|| node.to_string());
            }
        }
    }
    let mut leftovers = Leftovers(None);
    for item in &file.items {
        // The types come from the document alone, and may be called anything.
        if !matches!(item, syn::Item::Mod(module) if module.ident == "types") {
            leftovers.visit_item(item);
        }
    }
    match leftovers.0 {
        Some(name) => Err(Error::unknown_output(format_args!("a use of `{name}`"))),
        None => Ok(()),
    }
}
