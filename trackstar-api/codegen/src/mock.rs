//! The extensions of `httpmock` for each operation: what progenitor writes of them, made to fit the
//! client.
//!
//! Names and arguments are progenitor's. What they do is written anew, one line a method on
//! `crate::mock::typed`, because progenitor's own does not fit in these respects:
//!
//! - a list has no `to_string`, and the document may want it with commas;
//! - a path parameter is matched unescaped, as a part of a regular expression, by the crate `regex`;
//! - a form is matched as JSON, and so are the bytes of a file; bytes are answered as JSON;
//! - a status out of range is a panic;
//! - a type that comes from answers alone has no way to be made by a test, so that JSON is taken
//!   beside it.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut as _;
use syn::{FnArg, Ident, ImplItem, ImplItemFn, Item, ItemTrait, Pat, TraitItem, Type, parse_quote};

use crate::emit::Emitted;
use crate::outline::{self, Body, Success};
use crate::types::OwnTypes;
use crate::{Error, docs};

/// The methods of progenitor's wrappers that are no part of an operation.
const PLAIN: [&str; 2] = ["new", "into_inner"];

/// The module for the operations `all`, of what progenitor wrote.
pub(crate) fn module(written: TokenStream, all: &[Emitted<'_>]) -> Result<TokenStream, Error> {
    let file: syn::File = syn::parse2(written)
        .map_err(|error| Error::unknown_output(format_args!("mocks that are no Rust: {error}")))?;
    let parts = Parts::take(file)?;
    let (mut wrappers, mut declared, mut plain, mut ours) = (vec![], vec![], vec![], vec![]);
    for (name, when, then) in &parts.operations {
        let one = all.iter().find(|one| *name == one.outline.id);
        let one = one.ok_or_else(|| {
            Error::unknown_output(format_args!("mocks of an operation `{name}` that is none"))
        })?;
        let gate = one.gate();
        wrappers.push(when_of(one, when, parts.methods(when)?)?);
        wrappers.push(then_of(one, then, parts.methods(then)?)?);
        let doc = format!(
            "A mock of `{} {}`, which counts before the document.",
            one.operation.method, one.operation.path
        );
        let signature = quote! {
            fn #name<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
            where F: FnOnce(operations::#when, operations::#then)
        };
        declared.push(quote!(#[doc = #doc] #gate #signature;));
        plain.push(quote! {
            #gate
            #signature {
                self.mock(|when, then| {
                    config_fn(operations::#when::new(when), operations::#then::new(then));
                })
            }
        });
        ours.push(quote!(#gate #signature { self.http().#name(config_fn) }));
    }
    Ok(quote! {
        /// Mocks of operations by `httpmock`: see `trackstar_api::mock`.
        pub mod mock {
            /// What a mock of an operation is for, and what it answers: `When` and `Then` of
            /// `httpmock` for each operation. `into_inner` is the way to all else that they can.
            pub mod operations {
                use crate::{builder, types};
                #(#wrappers)*
            }

            /// A method for each operation, which adds a mock of it. Mocks count in the order in
            /// which they are added, and before the document.
            pub trait MockServerExt {
                #(#declared)*
            }

            impl MockServerExt for ::httpmock::MockServer {
                #(#plain)*
            }

            impl MockServerExt for crate::mock::MockServer {
                #(#ours)*
            }
        }
    })
}

/// What progenitor wrote.
struct Parts {
    /// The operations, each with the names of its wrappers.
    operations: Vec<(Ident, Ident, Ident)>,
    wrappers: BTreeMap<String, Vec<ImplItemFn>>,
}

impl Parts {
    fn take(file: syn::File) -> Result<Self, Error> {
        let (mut operations, mut wrappers) = (Vec::new(), BTreeMap::new());
        for item in file.items {
            match item {
                Item::Mod(mut module) if module.ident == "operations" => {
                    OwnTypes.visit_item_mod_mut(&mut module);
                    let items = module.content.into_iter().flat_map(|(_, items)| items);
                    wrappers = wrappers_of(items)?;
                }
                Item::Trait(one) if one.ident == "MockServerExt" => {
                    operations = operations_of(one)?;
                }
                Item::Impl(block) if block.trait_.is_some() => {}
                _ => return Err(Error::unknown_output("an odd item among the mocks")),
            }
        }
        Ok(Self {
            operations,
            wrappers,
        })
    }

    fn methods(&self, wrapper: &Ident) -> Result<&[ImplItemFn], Error> {
        let methods = self.wrappers.get(&wrapper.to_string());
        methods.map(Vec::as_slice).ok_or_else(|| {
            Error::unknown_output(format_args!("no methods of the wrapper `{wrapper}`"))
        })
    }
}

fn wrappers_of(
    items: impl Iterator<Item = Item>,
) -> Result<BTreeMap<String, Vec<ImplItemFn>>, Error> {
    let mut wrappers = BTreeMap::new();
    for item in items {
        match item {
            Item::Impl(block) if block.trait_.is_none() => {
                let methods = block.items.into_iter().map(|item| match item {
                    ImplItem::Fn(method) => Ok(method),
                    _ => Err(Error::unknown_output("a wrapper of more than methods")),
                });
                let methods: Result<Vec<ImplItemFn>, Error> = methods.collect();
                let mut methods = methods?;
                methods.retain(|method| !PLAIN.iter().any(|name| method.sig.ident == name));
                wrappers.insert(block.self_ty.to_token_stream().to_string(), methods);
            }
            Item::Struct(_) | Item::Use(_) => {}
            _ => return Err(Error::unknown_output("an odd item among the wrappers")),
        }
    }
    Ok(wrappers)
}

/// `fn name<F>(…) where F: FnOnce(operations::NameWhen, operations::NameThen)`.
fn operations_of(one: ItemTrait) -> Result<Vec<(Ident, Ident, Ident)>, Error> {
    struct Names(Vec<Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_path(&mut self, node: &'ast syn::Path) {
            if let (Some(first), Some(last)) = (node.segments.first(), node.segments.last())
                && first.ident == "operations"
            {
                self.0.push(last.ident.clone());
            }
            visit::visit_path(self, node);
        }
    }
    let operations = one.items.into_iter().map(|item| {
        let TraitItem::Fn(method) = item else {
            return Err(Error::unknown_output("an odd item in `MockServerExt`"));
        };
        let mut names = Names(Vec::new());
        names.visit_trait_item_fn(&method);
        match <[Ident; 2]>::try_from(names.0) {
            Ok([when, then]) => Ok((method.sig.ident, when, then)),
            Err(_) => Err(Error::unknown_output("a mock without two wrappers")),
        }
    });
    operations.collect()
}

/// The argument behind `self` at `index`: its name and type.
fn argument(method: &ImplItemFn, index: usize) -> Result<(&Ident, &Type), Error> {
    if let Some(FnArg::Typed(argument)) = method.sig.inputs.iter().nth(index + 1)
        && let Pat::Ident(name) = &*argument.pat
    {
        return Ok((&name.ident, &argument.ty));
    }
    Err(Error::unknown_output(format_args!(
        "a wrapper's method `{}` with odd arguments",
        method.sig.ident
    )))
}

/// `X` of `where T: Into<Option<X>>`, which a parameter has that need not be there. One that may be
/// null has an option too many, and the reference in it no lifetime.
fn optional(signature: &syn::Signature) -> Result<Option<Type>, Error> {
    let Some(clause) = &signature.generics.where_clause else {
        return Ok(None);
    };
    let odd =
        || Error::unknown_output(format_args!("a mock's `{}` of odd bounds", signature.ident));
    let bounds = clause
        .predicates
        .iter()
        .find_map(|predicate| match predicate {
            syn::WherePredicate::Type(predicate) => Some(&predicate.bounds),
            _ => None,
        });
    let Some(syn::TypeParamBound::Trait(bound)) = bounds.and_then(|bounds| bounds.first()) else {
        return Err(odd());
    };
    let path = &bound.path;
    let into: Type = parse_quote!(#path);
    let inner =
        outline::argument(&into, "Into", 0).and_then(|it| outline::argument(it, "Option", 0));
    let mut inner = inner.ok_or_else(odd)?;
    while let Some(own) = outline::argument(inner, "Option", 0) {
        inner = own;
    }
    let mut ty = inner.clone();
    if let Type::Reference(reference) = &mut ty {
        reference.lifetime = Some(parse_quote!('a));
    }
    Ok(Some(ty))
}

fn when_of(one: &Emitted<'_>, name: &Ident, methods: &[ImplItemFn]) -> Result<TokenStream, Error> {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let mut written = Vec::new();
    for method in methods {
        let own = &method.sig.ident;
        let mut signature = method.sig.clone();
        let parameters = one.outline.parameters.iter();
        let index = parameters.clone().position(|it| it.setter == *own);
        if let Some(index) = index {
            let doc = docs::parameter(&one.setters[index].parameter);
            argument(method, 0)?;
            let value = match optional(&signature)? {
                None => quote!(Some(&value)),
                Some(ty) => {
                    signature = parse_quote! {
                        fn #own<'a, T>(self, value: T) -> Self where T: Into<Option<#ty>>
                    };
                    quote!(value.into().as_ref())
                }
            };
            written.push(quote! {
                #[doc = #doc]
                pub #signature { Self(self.0.parameter(#index, #value)) }
            });
            continue;
        }
        let call = match &one.outline.body {
            _ if own != "body" => None,
            None => None,
            Some(Body::Raw) if !one.operation.text => {
                signature =
                    parse_quote!(fn body(self, value: impl ::std::convert::AsRef<[u8]>) -> Self);
                Some(quote!(bytes(value.as_ref())))
            }
            Some(Body::Raw) => Some(quote!(bytes(value.as_bytes()))),
            Some(Body::Typed(_)) => Some(quote!(body(&value))),
        };
        let call = call.ok_or_else(|| {
            Error::unknown_output(format_args!("a mock's `{own}` of `{}`", one.outline.id))
        })?;
        written.push(quote! {
            /// The body.
            pub #signature { Self(self.0.#call) }
        });
    }
    let doc = format!("Requests of `{}` that a mock is for.", one.outline.id);
    let shown = shown(one, name);
    Ok(quote! {
        #[doc = #doc]
        #gate
        pub struct #name(crate::mock::typed::When);

        #shown
        #gate
        impl #name {
            /// All requests of the operation.
            pub fn new(inner: ::httpmock::When) -> Self {
                Self(crate::mock::typed::When::new(inner, &builder::#builder::OPERATION))
            }
            /// The wrapped one, for what the document does not have.
            pub fn into_inner(self) -> ::httpmock::When {
                self.0.into_inner()
            }
            #(#written)*
        }
    })
}

fn then_of(one: &Emitted<'_>, name: &Ident, methods: &[ImplItemFn]) -> Result<TokenStream, Error> {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let json = one
        .operation
        .other_json
        .as_deref()
        .unwrap_or("application/json");
    let mut written = Vec::new();
    for method in methods {
        let own = &method.sig.ident;
        let arguments = method.sig.inputs.len() - 1;
        let ranged = arguments > 0 && argument(method, 0)?.0 == "status";
        let (parameter, status) = if ranged {
            (quote!(status: u16,), quote!(status))
        } else {
            let status = status_of(method)?;
            (quote!(), quote!(#status))
        };
        let value = if arguments > usize::from(ranged) {
            Some(argument(method, usize::from(ranged))?.1)
        } else {
            None
        };
        let signature_and_body = match (value, &one.outline.success) {
            (None, _) => quote! {
                pub fn #own(self, #parameter) -> Self {
                    Self(crate::mock::typed::status(self.0, #status))
                }
            },
            (Some(_), Success::Bytes) => quote! {
                pub fn #own(self, #parameter value: impl ::std::convert::AsRef<[u8]>) -> Self {
                    Self(crate::mock::typed::bytes(self.0, #status, value.as_ref()))
                }
            },
            (Some(Type::Reference(of)), _) => {
                let ty = &of.elem;
                quote! {
                    pub fn #own(self, #parameter value: impl crate::mock::Content<#ty>) -> Self {
                        Self(crate::mock::typed::json(self.0, #status, #json, value))
                    }
                }
            }
            (Some(ty), _) => quote! {
                pub fn #own(self, #parameter value: #ty) -> Self {
                    Self(crate::mock::typed::json::<#ty>(self.0, #status, #json, &value))
                }
            },
        };
        written.push(quote! {
            /// A success.
            #signature_and_body
        });
    }
    let doc = format!("What a mock of `{}` answers.", one.outline.id);
    let shown = shown(one, name);
    Ok(quote! {
        #[doc = #doc]
        #gate
        pub struct #name(::httpmock::Then);

        #shown
        #gate
        impl #name {
            /// An answer that nothing is said of yet.
            pub fn new(inner: ::httpmock::Then) -> Self {
                Self(inner)
            }
            /// The wrapped one, for what the document does not have.
            pub fn into_inner(self) -> ::httpmock::Then {
                self.0
            }
            /// An answer as scripts have them: the document's, an error in the API's own shape, and
            /// so on.
            pub fn answer(self, answer: crate::mock::Answer) -> Self {
                Self(crate::mock::typed::answer(self.0, &builder::#builder::OPERATION, answer))
            }
            #(#written)*
        }
    })
}

/// `Debug` shows the name alone: what is wrapped can be code.
fn shown(one: &Emitted<'_>, name: &Ident) -> TokenStream {
    let (gate, text) = (one.gate(), name.to_string());
    quote! {
        #gate
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(#text)
            }
        }
    }
}

/// The literal of `.status(200)` in a method.
fn status_of(method: &ImplItemFn) -> Result<u16, Error> {
    struct Status(Option<u16>);
    impl<'ast> Visit<'ast> for Status {
        fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
            if node.method == "status"
                && let Some(syn::Expr::Lit(literal)) = node.args.first()
                && let syn::Lit::Int(number) = &literal.lit
            {
                self.0 = number.base10_parse().ok();
            }
            visit::visit_expr_method_call(self, node);
        }
    }
    let mut status = Status(None);
    status.visit_impl_item_fn(method);
    status.0.ok_or_else(|| {
        Error::unknown_output(format_args!(
            "an answer `{}` of no status",
            method.sig.ident
        ))
    })
}
