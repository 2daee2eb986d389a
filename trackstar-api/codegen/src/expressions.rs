//! The types and expressions of an operation's `send`, each put in the crate's terms.

use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, Ident, parse_quote};

/// Types and expressions of the run-time half, each put in the crate's terms.
pub(crate) struct Expressions {
    pub(crate) client: Ident,
    pub(crate) drop_headers: bool,
    /// Name and value of each query parameter, in order.
    pub(crate) query: Vec<(Expr, Expr)>,
}

impl Expressions {
    /// `client.baseurl` and `client.client` are methods of the crate's own handle.
    fn field(&self, node: &Expr) -> Option<Expr> {
        let Expr::Field(field) = node else {
            return None;
        };
        let client = &self.client;
        let on_client = matches!(&*field.base, Expr::Path(path) if path.path.is_ident(client));
        match &field.member {
            syn::Member::Named(name) if on_client && name == "baseurl" => {
                Some(parse_quote!(#client.base_url()))
            }
            syn::Member::Named(name) if on_client && name == "client" => {
                Some(parse_quote!(#client.http()))
            }
            _ => None,
        }
    }
}

impl VisitMut for Expressions {
    fn visit_type_path_mut(&mut self, node: &mut syn::TypePath) {
        visit_mut::visit_type_path_mut(self, node);
        if let Some(last) = node.path.segments.last() {
            let arguments = &last.arguments;
            if last.ident == "ResponseValue" {
                *node = parse_quote!(crate::Response #arguments);
            } else if last.ident == "Error" && node.path.segments.len() == 1 {
                *node = parse_quote!(crate::Error);
            }
        }
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        // The URL is written with `format!`, whose arguments are tokens to the syntax tree.
        type Arguments = syn::punctuated::Punctuated<Expr, syn::Token![,]>;
        if let Ok(mut arguments) = node.parse_body_with(Arguments::parse_terminated) {
            arguments
                .iter_mut()
                .for_each(|argument| self.visit_expr_mut(argument));
            node.tokens = arguments.into_token_stream();
        }
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        visit_mut::visit_expr_mut(self, node);
        if let Some(replacement) = self.field(node) {
            *node = replacement;
            return;
        }
        match node {
            Expr::Path(path) => {
                if let Some(replacement) = path_name(&path.path) {
                    *node = replacement;
                }
            }
            Expr::Call(call) if is_named(&call.func, "encode_path") => {
                let value = call.args.first();
                let name = quote!(#value).to_string();
                let name = name
                    .trim_start_matches("& ")
                    .split(' ')
                    .next()
                    .unwrap_or_default();
                *node = parse_quote!(crate::parameters::segment(&OPERATION, #name, #value)?);
            }
            // The transport has read the body already: decoding waits for nothing.
            Expr::Await(waiting) if is_decode(&waiting.base) => {
                *node = (*waiting.base).clone();
            }
            // Whatever keeps a request from being built is told as an invalid request.
            Expr::Try(attempt) if !is_mapped(&attempt.expr) && !is_await(&attempt.expr) => {
                let inner = &attempt.expr;
                *node = parse_quote!(#inner.map_err(crate::Error::unbuildable(&OPERATION))?);
            }
            Expr::MethodCall(call) if self.drop_headers && is_headers(call) => {
                *node = (*call.receiver).clone();
            }
            Expr::MethodCall(call) if call.method == "query" => {
                if let Some(parameter) = call.args.first().and_then(query_parameter) {
                    self.query.push(parameter);
                    *node = (*call.receiver).clone();
                }
            }
            _ => {}
        }
    }
}

/// Name and value in `&progenitor_client::QueryParam::new("limit", &limit)`.
fn query_parameter(argument: &Expr) -> Option<(Expr, Expr)> {
    let Expr::Reference(reference) = argument else {
        return None;
    };
    match &*reference.expr {
        Expr::Call(call) if call.args.len() == 2 => {
            Some((call.args[0].clone(), call.args[1].clone()))
        }
        _ => None,
    }
}

fn is_named(function: &Expr, name: &str) -> bool {
    matches!(function, Expr::Path(path) if path.path.is_ident(name))
}

fn path_name(path: &syn::Path) -> Option<Expr> {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|one| one.ident.to_string())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["Error", "InvalidRequest"] => {
            Some(parse_quote!(crate::Error::invalid_request(&OPERATION)))
        }
        ["Error", "UnexpectedResponse"] => Some(parse_quote!(crate::Error::refused)),
        ["ResponseValue", "from_response"] => Some(parse_quote!(crate::Response::decode)),
        ["ResponseValue", "empty"] => Some(parse_quote!(crate::Response::empty)),
        _ => None,
    }
}

fn is_decode(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else {
        return false;
    };
    quote!(#call)
        .to_string()
        .starts_with("crate :: Response :: decode")
}

fn is_mapped(expression: &Expr) -> bool {
    matches!(expression, Expr::MethodCall(call) if call.method == "map_err")
}

fn is_await(expression: &Expr) -> bool {
    matches!(expression, Expr::Await(_))
}

fn is_headers(call: &ExprMethodCall) -> bool {
    call.method == "headers"
        && call.args.len() == 1
        && matches!(&call.args[0], Expr::Path(path) if path.path.is_ident("header_map"))
}
