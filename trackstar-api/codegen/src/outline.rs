//! What progenitor made of an operation: the names and types that it chose. Read from the builder
//! that it wrote, which is then dropped.

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;
use serde_json::Value;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Fields, GenericArgument, Ident, ImplItem, Item, ItemMod, Type};
use syn::{ImplItemFn, PathArguments, parse_quote};

use trackstar_openapi::model::ParameterLocation;

use crate::{Error, names};

/// One operation as progenitor knows it.
pub(crate) struct Outline {
    /// The name of the builder.
    pub(crate) builder: Ident,
    pub(crate) id: String,
    /// In progenitor's order.
    pub(crate) parameters: Vec<Parameter>,
    /// The type of the body, and whether it is sent as it is given.
    pub(crate) body: Option<Body>,
    /// How many parameters come before the body.
    pub(crate) before_body: usize,
    pub(crate) success: Success,
}

/// What a success answers.
pub(crate) enum Success {
    Empty,
    /// Something else than JSON, as it is.
    Bytes,
    Typed(Box<Type>),
}

impl Outline {
    /// The types of what is sent.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Type> {
        let body = match &self.body {
            Some(Body::Typed(ty)) => Some(&**ty),
            _ => None,
        };
        self.parameters.iter().map(|one| &one.ty).chain(body)
    }

    /// The types of what is sent and of what is answered.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        let answer = match &self.success {
            Success::Typed(ty) => Some(&**ty),
            Success::Empty | Success::Bytes => None,
        };
        self.sent().chain(answer)
    }

    /// The name of the body's type, where it is one of the document's.
    pub(crate) fn body_name(&self) -> Option<Ident> {
        match &self.body {
            Some(Body::Typed(ty)) => {
                let Type::Path(path) = &**ty else { return None };
                let segments = &path.path.segments;
                let ours = segments.first().is_some_and(|it| it.ident == "types");
                segments
                    .last()
                    .filter(|_| ours)
                    .map(|last| last.ident.clone())
            }
            _ => None,
        }
    }
}

pub(crate) struct Parameter {
    /// The name of the setter.
    pub(crate) setter: Ident,
    pub(crate) ty: Type,
    /// Where it stands; the name on the wire is the document's, by [`Wire`].
    pub(crate) wire: Wire,
}

/// How a parameter is found in the document.
pub(crate) enum Wire {
    /// By the place in the path template.
    Path(usize),
    Named(ParameterLocation, String),
}

pub(crate) enum Body {
    Typed(Box<Type>),
    Raw,
}

/// Checks that each type of a parameter, a body or a response has the name that the preparation decided on.
pub(crate) fn verify(outlines: &[Outline], document: &Value) -> Result<(), Error> {
    struct Names<'a>(Vec<&'a Ident>);
    impl<'ast> Visit<'ast> for Names<'ast> {
        fn visit_path(&mut self, node: &'ast syn::Path) {
            let first = node.segments.first();
            if first.is_some_and(|first| first.ident == "types") {
                self.0.extend(node.segments.last().map(|last| &last.ident));
            }
            visit::visit_path(self, node);
        }
    }
    let components = document.pointer("/components/schemas");
    let components = components.and_then(Value::as_object).into_iter().flatten();
    let components: BTreeSet<Ident> = components.map(|(name, _)| names::pascal(name)).collect();
    for outline in outlines {
        let mut found = Names(Vec::new());
        outline.types().for_each(|ty| found.visit_type(ty));
        if let Some(name) = found.0.iter().find(|name| !components.contains(**name)) {
            return Err(Error::unknown_output(format_args!(
                "a type `{name}` of `{}`, which is no component",
                outline.id
            )));
        }
    }
    Ok(())
}

/// Reads every builder of `module`.
pub(crate) fn read(module: ItemMod) -> Result<Vec<Outline>, Error> {
    let Some((_, items)) = module.content else {
        return Err(Error::unknown_output("a module `builder` without content"));
    };
    let mut structs = BTreeMap::new();
    let mut outlines = Vec::new();
    for item in items {
        match item {
            Item::Struct(one) => {
                structs.insert(one.ident.to_string(), one);
            }
            Item::Impl(block) => {
                let name = match &*block.self_ty {
                    Type::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
                    _ => None,
                };
                let builder = name.ok_or_else(|| Error::unknown_output("an impl of no builder"))?;
                let fields = structs
                    .remove(&builder.to_string())
                    .ok_or_else(|| Error::unknown_output("an impl before its builder"))?
                    .fields;
                let send = block.items.into_iter().find_map(|item| match item {
                    // A parameter may be called so, too.
                    ImplItem::Fn(method)
                        if method.sig.ident == "send" && method.sig.asyncness.is_some() =>
                    {
                        Some(method)
                    }
                    _ => None,
                });
                let send = send.ok_or_else(|| {
                    Error::unknown_output(format_args!("a builder `{builder}` without `send`"))
                })?;
                outlines.push(outline(builder, &fields, &send)?);
            }
            Item::Use(_) => {}
            _ => return Err(Error::unknown_output("an odd item in the module `builder`")),
        }
    }
    Ok(outlines)
}

fn outline(builder: Ident, fields: &Fields, send: &ImplItemFn) -> Result<Outline, Error> {
    let mut wires = Wires::default();
    wires.visit_impl_item_fn(send);
    let id = wires
        .id
        .ok_or_else(|| Error::unknown_output(format_args!("a nameless operation `{builder}`")))?;
    let (mut parameters, mut body, mut before_body) = (Vec::new(), None, 0);
    // The first is the client.
    for field in fields.iter().skip(1) {
        let name = field.ident.clone();
        let setter = name.ok_or_else(|| Error::unknown_output("a builder of nameless fields"))?;
        let ty = argument(&field.ty, "Result", 0).ok_or_else(|| {
            Error::unknown_output(format_args!(
                "a builder's field `{setter}` that is no Result"
            ))
        })?;
        let ty = argument(ty, "Option", 0).unwrap_or(ty);
        match wires.found.remove(&setter.to_string()) {
            Some(wire) => parameters.push(Parameter {
                setter,
                ty: ty.clone(),
                wire,
            }),
            None if setter == "body" && body.is_none() => {
                body = Some(body_of(ty));
                before_body = parameters.len();
            }
            None => {
                return Err(Error::unknown_output(format_args!(
                    "a parameter `{setter}` of `{id}` that goes nowhere"
                )));
            }
        }
    }
    Ok(Outline {
        success: success(send)?,
        builder,
        id,
        parameters,
        body,
        before_body,
    })
}

/// The type behind `Result<types::builder::Order, String>`, and behind `reqwest::Body`.
fn body_of(ty: &Type) -> Body {
    let text = quote!(#ty).to_string();
    if text == "reqwest :: Body" {
        return Body::Raw;
    }
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some((builder, name)) = builder_name(&path.path)
        && builder
    {
        ty = parse_quote!(types::#name);
    }
    Body::Typed(Box::new(ty))
}

/// Whether `types::builder::Order` is a builder, and its name.
fn builder_name(path: &syn::Path) -> Option<(bool, Ident)> {
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    let name = names.next()?.clone();
    Some((names.next().is_some_and(|it| it == "builder"), name))
}

/// What `X` of `Result<ResponseValue<X>, Error<E>>` is.
fn success(send: &ImplItemFn) -> Result<Success, Error> {
    let syn::ReturnType::Type(_, answer) = &send.sig.output else {
        return Err(Error::unknown_output("a `send` that answers nothing"));
    };
    let value = argument(answer, "Result", 0).and_then(|it| argument(it, "ResponseValue", 0));
    let value = value.ok_or_else(|| Error::unknown_output("a `send` that answers no value"))?;
    let text = quote!(#value).to_string();
    match text.as_str() {
        "()" => Ok(Success::Empty),
        "ByteStream" => Ok(Success::Bytes),
        text if text.contains("Upgraded") => {
            Err(Error::unknown_output(format_args!("an answer of `{text}`")))
        }
        _ => Ok(Success::Typed(Box::new(value.clone()))),
    }
}

/// The argument at `index` of the generic type `name`.
pub(crate) fn argument<'a>(ty: &'a Type, name: &str, index: usize) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    if last.ident != name {
        return None;
    }
    match arguments.args.iter().nth(index)? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Where the fields of a builder go in its `send`.
#[derive(Default)]
struct Wires {
    id: Option<String>,
    found: BTreeMap<String, Wire>,
    segments: usize,
}

impl Wires {
    fn named(&mut self, location: ParameterLocation, name: &Expr, value: &Expr) {
        if let (Some(name), Some(field)) = (literal(name), root(value)) {
            self.found.insert(field, Wire::Named(location, name));
        }
    }
}

impl<'ast> Visit<'ast> for Wires {
    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        if node.path.is_ident("OperationInfo") {
            self.id = node.fields.iter().find_map(|field| literal(&field.expr));
        }
        visit::visit_expr_struct(self, node);
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        // The URL is written with `format!`, whose arguments are tokens to the syntax tree.
        type Arguments = syn::punctuated::Punctuated<Expr, syn::Token![,]>;
        if let Ok(arguments) = node.parse_body_with(Arguments::parse_terminated) {
            for argument in &arguments {
                if let Expr::Call(call) = argument
                    && is_named(&call.func, "encode_path")
                    && let Some(field) = call.args.first().and_then(root)
                {
                    self.found.insert(field, Wire::Path(self.segments));
                    self.segments += 1;
                }
            }
        }
    }

    fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*node.func
            && path.path.segments.iter().any(|it| it.ident == "QueryParam")
            && node.args.len() == 2
        {
            self.named(ParameterLocation::Query, &node.args[0], &node.args[1]);
        }
        visit::visit_expr_call(self, node);
    }

    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        // `if let Some(value) = field { header_map.append("name", value…); }`
        if let Expr::Let(condition) = &*node.cond {
            struct Append<'a>(Option<&'a Expr>);
            impl<'a> Visit<'a> for Append<'a> {
                fn visit_expr_method_call(&mut self, node: &'a ExprMethodCall) {
                    if node.method == "append" {
                        self.0 = node.args.first();
                    }
                }
            }
            let mut append = Append(None);
            append.visit_block(&node.then_branch);
            if let Some(name) = append.0 {
                self.named(ParameterLocation::Header, name, &condition.expr);
            }
        }
    }

    fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
        if node.method == "append" && node.args.len() == 2 {
            self.named(ParameterLocation::Header, &node.args[0], &node.args[1]);
        }
        visit::visit_expr_method_call(self, node);
    }
}

fn is_named(function: &Expr, name: &str) -> bool {
    matches!(function, Expr::Path(path) if path.path.is_ident(name))
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The variable that an expression begins with: `name` in `&name.to_string()`.
fn root(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Try(attempt) => root(&attempt.expr),
        Expr::Paren(inner) => root(&inner.expr),
        _ => None,
    }
}

/// Whether the last name of a type's path is `name`.
pub(crate) fn last_is(ty: &Type, name: &str) -> bool {
    last(ty).is_some_and(|last| last == name)
}

/// Whether `name` is a type of numbers.
pub(crate) fn is_number(name: &Ident) -> bool {
    const NUMBERS: &[&str] = &[
        "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64",
    ];
    NUMBERS.iter().any(|number| name == number) || name.to_string().starts_with("NonZero")
}

/// The last name of a type's path.
pub(crate) fn last(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => Some(&path.path.segments.last()?.ident),
        _ => None,
    }
}
