//! The public items of generated code, read with `syn`, and whether one set of items only grows into
//! another.

use std::collections::{BTreeMap, BTreeSet};

use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::{Attribute, Fields, FnArg, ImplItem, Item, ItemImpl, Meta, Path, Token, Visibility};

/// How an item may change without breaking code that uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    /// The item must not change.
    Fixed(String),
    /// The item must not be added: a struct or enum without `#[non_exhaustive]` has exactly its members,
    /// and a call has exactly its required arguments.
    Closed(String),
    /// The names of the arguments of a method. They may change, but must not swap places.
    Ordered(Vec<String>),
}

/// The public items of a generated client by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Surface {
    entries: BTreeMap<String, Entry>,
    /// The types that are other names of generated types.
    aliases: BTreeMap<String, String>,
}

impl Surface {
    /// Reads the items of a source text.
    pub(crate) fn of(source: &str) -> Self {
        let file = syn::parse_file(source).expect("generated code is Rust");
        let mut surface = Self::default();
        surface.items("", &file.items);
        surface
    }

    /// Lists each item of `self` that code may rely on and that `now` no longer offers.
    pub(crate) fn broken_by(&self, now: &Self) -> Vec<String> {
        let mut broken = Vec::new();
        // Code that uses a type compiles if its name becomes an alias of a type with the same items.
        let renamed = |text: &String| now.renamed(text);
        let entries = self.entries.iter().map(|(path, entry)| {
            let entry = match entry {
                Entry::Fixed(text) => Entry::Fixed(renamed(text)),
                Entry::Closed(text) => Entry::Closed(renamed(text)),
                Entry::Ordered(names) => Entry::Ordered(names.clone()),
            };
            (renamed(path), entry)
        });
        let entries: BTreeMap<String, Entry> = entries.collect();
        for (path, entry) in &entries {
            match (entry, now.entries.get(path)) {
                (Entry::Closed(_) | Entry::Ordered(_), None) => {}
                (before, Some(after)) if before == after => {}
                (Entry::Fixed(before), None) => broken.push(format!("{path} `{before}` is gone")),
                (Entry::Ordered(before), Some(Entry::Ordered(after)))
                    if before.iter().collect::<BTreeSet<_>>() != after.iter().collect() => {}
                (before, Some(after)) => {
                    broken.push(format!("{path} was {before:?} and is {after:?}"));
                }
            }
        }
        let knows = |path: &str| {
            let owner = path.rsplit_once(" has ").map(|(owner, _)| owner);
            owner.is_some_and(|owner| entries.contains_key(owner))
        };
        for (path, entry) in &now.entries {
            if matches!(entry, Entry::Closed(_)) && !entries.contains_key(path) && knows(path) {
                broken.push(format!("{path} is new"));
            }
        }
        broken
    }

    /// Replaces each alias in a text by the name of its type.
    fn renamed(&self, text: &str) -> String {
        let words = text.split_inclusive(|it: char| !it.is_alphanumeric() && it != '_');
        let words = words.map(|word| {
            let name = word.trim_end_matches(|it: char| !it.is_alphanumeric() && it != '_');
            match self.aliases.get(name) {
                Some(alias) => format!("{alias}{}", &word[name.len()..]),
                None => word.to_owned(),
            }
        });
        words.collect()
    }

    fn fixed(&mut self, path: String, value: impl ToTokens) {
        self.entries
            .insert(path, Entry::Fixed(value.to_token_stream().to_string()));
    }

    fn closed(&mut self, path: String, value: impl ToTokens) {
        self.entries
            .insert(path, Entry::Closed(value.to_token_stream().to_string()));
    }

    fn items(&mut self, module: &str, items: &[Item]) {
        for item in items {
            match item {
                Item::Mod(inner) if is_public(&inner.vis) => {
                    if let Some((_, items)) = &inner.content {
                        let name = format!("{module}{}::", inner.ident);
                        self.items(&name, items);
                    }
                }
                Item::Struct(one) if is_public(&one.vis) => {
                    let path = format!("{module}{}", one.ident);
                    let (gates, generics) = (gates(&one.attrs), &one.generics);
                    self.fixed(path.clone(), quote!(struct #(#gates)* #generics));
                    self.attributes(module, &one.ident.to_string(), &one.attrs);
                    let open =
                        is_open(&one.attrs) || one.fields.iter().any(|it| !is_public(&it.vis));
                    self.fields(&path, &one.fields, open, false);
                }
                Item::Enum(one) if is_public(&one.vis) => {
                    let path = format!("{module}{}", one.ident);
                    let (gates, generics) = (gates(&one.attrs), &one.generics);
                    self.fixed(path.clone(), quote!(enum #(#gates)* #generics));
                    self.attributes(module, &one.ident.to_string(), &one.attrs);
                    let open = is_open(&one.attrs);
                    for variant in &one.variants {
                        let name = format!("{path} has {}", variant.ident);
                        let shape = match &variant.fields {
                            Fields::Unit => quote!(unit),
                            Fields::Named(_) => quote!(named),
                            Fields::Unnamed(_) => quote!(unnamed),
                        };
                        self.fixed(name.clone(), shape);
                        if !open {
                            self.closed(format!("{name} (exhaustively)"), quote!(variant));
                        }
                        self.fields(&name, &variant.fields, is_open(&variant.attrs), true);
                    }
                }
                Item::Type(one) if is_public(&one.vis) => {
                    let (generics, ty) = (&one.generics, &one.ty);
                    if module == "types::" {
                        let alias = (one.ident.to_string(), ty.to_token_stream().to_string());
                        self.aliases.extend([alias]);
                    }
                    self.fixed(
                        format!("{module}{}", one.ident),
                        quote!(type #generics = #ty),
                    );
                }
                Item::Const(one) if is_public(&one.vis) => {
                    let ty = &one.ty;
                    self.fixed(format!("{module}{}", one.ident), quote!(const #ty));
                }
                Item::Fn(one) if is_public(&one.vis) => {
                    self.function(&format!("{module}{}", one.sig.ident), &one.attrs, &one.sig);
                }
                Item::Trait(one) if is_public(&one.vis) => {
                    let path = format!("{module}{}", one.ident);
                    let (generics, bounds) = (&one.generics, &one.supertraits);
                    self.fixed(path.clone(), quote!(trait #generics: #bounds));
                    for item in &one.items {
                        if let syn::TraitItem::Fn(method) = item {
                            let name = format!("{path} has {}", method.sig.ident);
                            self.function(&name, &method.attrs, &method.sig);
                        }
                    }
                }
                Item::Impl(block) => self.implementation(module, block),
                _ => {}
            }
        }
    }

    /// Adds the members of a struct or variant. An open one may gain members.
    fn fields(&mut self, path: &str, fields: &Fields, open: bool, of_variant: bool) {
        for (index, field) in fields.iter().enumerate() {
            if !of_variant && !is_public(&field.vis) {
                continue;
            }
            let name = match &field.ident {
                Some(name) => name.to_string(),
                None => index.to_string(),
            };
            let path = format!("{path} has {name}");
            if open && field.ident.is_some() {
                self.fixed(path, &field.ty);
            } else {
                // Code that matches on all members breaks if one is removed or added.
                self.fixed(path.clone(), &field.ty);
                self.closed(format!("{path} (exhaustively)"), quote!(field));
            }
        }
    }

    /// Adds derived and implemented traits, which are the same for users.
    fn attributes(&mut self, module: &str, name: &str, attributes: &[Attribute]) {
        for attribute in attributes {
            if attribute.path().is_ident("derive") {
                type Paths = syn::punctuated::Punctuated<Path, Token![,]>;
                let paths = attribute.parse_args_with(Paths::parse_terminated);
                for path in paths.expect("derived traits are paths") {
                    let last = path.segments.last().expect("a path has segments");
                    self.fixed(
                        format!("{module}{name}: {}", last.ident),
                        quote!(implemented),
                    );
                }
            }
        }
        if !is_open(attributes) {
            // Removing the attribute breaks nothing. Adding it does.
            self.fixed(format!("{module}{name} is exhaustive"), quote!(exhaustive));
        }
    }

    fn implementation(&mut self, module: &str, block: &ItemImpl) {
        let owner = {
            let ty = &block.self_ty;
            format!("{module}{}", quote!(#ty))
        };
        if let Some((path, _)) = block.trait_.as_ref().map(|(path, of)| (path, of)) {
            let last = path.segments.last().expect("a trait has a name");
            // A derive omits the lifetime of `Deserialize<'de>`.
            let name = match last.ident.to_string().as_str() {
                derived @ ("Serialize" | "Deserialize") => derived.to_owned(),
                _ => last.to_token_stream().to_string(),
            };
            self.fixed(format!("{owner}: {name}"), quote!(implemented));
            for item in &block.items {
                if let ImplItem::Type(one) = item {
                    let (what, ty) = (&one.ident, &one.ty);
                    self.fixed(format!("{owner}: {name}::{what}"), quote!(#ty));
                }
            }
            return;
        }
        for item in &block.items {
            match item {
                ImplItem::Fn(method) => {
                    if is_public(&method.vis) {
                        let path = format!("{owner}::{}", method.sig.ident);
                        self.function(&path, &method.attrs, &method.sig);
                    }
                    if method.sig.ident == "build" {
                        self.required_of_build(&owner, method);
                    }
                }
                ImplItem::Const(one) => {
                    if is_public(&one.vis) {
                        let ty = &one.ty;
                        self.fixed(format!("{owner}::{}", one.ident), quote!(const #ty));
                    }
                    if one.ident == "OPERATION" {
                        self.required_of_call(&owner, &one.expr);
                    }
                }
                _ => {}
            }
        }
    }

    /// Adds the types of the arguments in order. Their names do not matter to a caller.
    fn function(&mut self, path: &str, attributes: &[Attribute], signature: &syn::Signature) {
        let arguments = signature.inputs.iter().map(|input| match input {
            FnArg::Receiver(receiver) => {
                let mut receiver = receiver.clone();
                // `mut self` is not part of the signature.
                receiver.mutability = None;
                quote!(#receiver)
            }
            FnArg::Typed(typed) => typed.ty.to_token_stream(),
        });
        let names = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(typed.pat.to_token_stream().to_string()),
        });
        let names = Entry::Ordered(names.collect());
        self.entries.insert(format!("{path}, its arguments"), names);
        let (gates, asyncness, generics) =
            (gates(attributes), &signature.asyncness, &signature.generics);
        let (bounds, output) = (&signature.generics.where_clause, &signature.output);
        self.fixed(
            path.to_owned(),
            quote!(#(#gates)* #asyncness fn #generics (#(#arguments),*) #output #bounds),
        );
    }

    /// Adds the required values of a type's builder.
    fn required_of_build(&mut self, owner: &str, method: &syn::ImplItemFn) {
        struct Required(Vec<String>);
        impl<'ast> Visit<'ast> for Required {
            fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
                if node.method == "require" {
                    self.0
                        .extend(node.args.first().map(|it| quote!(#it).to_string()));
                }
                syn::visit::visit_expr_method_call(self, node);
            }
        }
        let mut required = Required(Vec::new());
        required.visit_impl_item_fn(method);
        for name in required.0 {
            self.closed(format!("{owner} has required {name}"), quote!(required));
        }
    }

    /// Adds the required arguments of a call.
    fn required_of_call(&mut self, owner: &str, operation: &syn::Expr) {
        struct Required(Vec<String>);
        impl<'ast> Visit<'ast> for Required {
            fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
                let text = |one: &syn::Expr| one.to_token_stream().to_string();
                // `Parameter::new(name, setter, …).required()`, and `.body(media_type, required)`.
                if node.method == "required"
                    && let syn::Expr::Call(parameter) = &*node.receiver
                {
                    // A path parameter is an argument, which the signature of the method contains.
                    let place = parameter.args.get(2).map(text).unwrap_or_default();
                    if !place.ends_with("Path") && !text(&parameter.func).ends_with("path") {
                        self.0.extend(parameter.args.get(1).map(text));
                    }
                }
                let body = node.args.get(1).filter(|_| node.method == "body");
                if body.is_some_and(|required| text(required) == "true") {
                    self.0.push("body".to_owned());
                }
                syn::visit::visit_expr_method_call(self, node);
            }
        }
        let mut required = Required(Vec::new());
        required.visit_expr(operation);
        for name in required.0 {
            self.closed(format!("{owner} has required {name}"), quote!(required));
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_open(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|it| it.path().is_ident("non_exhaustive"))
}

/// Returns the features that an item requires.
fn gates(attributes: &[Attribute]) -> Vec<&Meta> {
    let gates = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    gates.map(|it| &it.meta).collect()
}
