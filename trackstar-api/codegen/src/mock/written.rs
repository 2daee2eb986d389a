//! What progenitor writes for `httpmock`: a shape that is not known is an error.

use std::collections::BTreeMap;

use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut as _;
use syn::{FnArg, Ident, ImplItem, ImplItemFn, Item, ItemTrait, Pat, TraitItem, Type, parse_quote};

use crate::types::OwnTypes;
use crate::{Error, outline};

/// What progenitor wrote.
pub(super) struct Parts {
    /// The operations, each with the names of its wrappers.
    pub(super) operations: Vec<(Ident, Ident, Ident)>,
    wrappers: BTreeMap<String, Vec<ImplItemFn>>,
}

impl Parts {
    pub(super) fn take(file: syn::File) -> Result<Self, Error> {
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

    pub(super) fn methods(&self, wrapper: &Ident) -> Result<&[ImplItemFn], Error> {
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
                // `new` and `into_inner`, which a parameter may be called as well.
                methods.retain(|it| {
                    it.sig.receiver().is_some() && it.sig.inputs.len() > 1 || answers(it)
                });
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

/// Whether a method without arguments says what is answered.
fn answers(method: &ImplItemFn) -> bool {
    status_of(method).is_ok()
}

/// The argument behind `self` at `index`: its name and type.
pub(super) fn argument(method: &ImplItemFn, index: usize) -> Result<(&Ident, &Type), Error> {
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
pub(super) fn optional(signature: &syn::Signature) -> Result<Option<Type>, Error> {
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

/// The literal of `.status(200)` in a method.
pub(super) fn status_of(method: &ImplItemFn) -> Result<u16, Error> {
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

#[cfg(test)]
mod tests {
    use quote::quote;

    use crate::mock::module;

    #[test]
    fn a_shape_that_is_not_known_is_an_error() {
        for (written, told) in [
            (
                quote!(
                    pub struct Odd;
                ),
                "an odd item among the mocks",
            ),
            (
                quote!(
                    mod operations {
                        fn odd() {}
                    }
                ),
                "among the wrappers",
            ),
            (
                quote!(
                    trait MockServerExt {
                        const ODD: u8;
                    }
                ),
                "in `MockServerExt`",
            ),
            (
                quote!(
                    trait MockServerExt {
                        fn odd<F>(&self, f: F);
                    }
                ),
                "without two wrappers",
            ),
            (
                quote!(
                    trait MockServerExt {
                        fn odd<F>(&self, f: F)
                        where
                            F: FnOnce(operations::A, operations::B);
                    }
                ),
                "an operation `odd` that is none",
            ),
        ] {
            let error = module(written, &[]).expect_err("unknown").to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
