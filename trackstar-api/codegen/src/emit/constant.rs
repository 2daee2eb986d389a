//! The constant of an operation: the facts of the document that the run time needs.

use proc_macro2::TokenStream;
use quote::quote;
use trackstar_openapi::model::{self, Operation, Parameter, ParameterLocation};

use super::Emitted;
use crate::outline::Success;

impl Emitted<'_> {
    /// Returns the constant of the operation, which the transport and errors use.
    pub(super) fn constant(&self) -> TokenStream {
        let Operation {
            method,
            path,
            accept,
            ..
        } = self.operation;
        let needs_token = self.needs_token;
        let id = &self.outline.id;
        let parameters = self.setters.iter().map(|setter| {
            let one = &setter.parameter;
            let Parameter {
                name,
                required,
                explode,
                object,
                ..
            } = one;
            let secret = setter.secret.then(|| quote!(.secret()));
            let method = setter.name.to_string();
            // As OpenAPI writes a parameter that says nothing else.
            let usual = match (one.location, one.style.as_str(), *explode, *required) {
                (ParameterLocation::Path, "simple", false, true) => Some((quote!(path), false)),
                (ParameterLocation::Query, "form", true, required) => {
                    Some((quote!(query), required))
                }
                (ParameterLocation::Header, "simple", false, required) => {
                    Some((quote!(header), required))
                }
                _ => None,
            };
            let (parameter, required) = usual.map_or_else(
                || {
                    let style = crate::names::pascal(&one.style);
                    let location = crate::names::pascal(one.location.name());
                    let explode = explode.then(|| quote!(.explode()));
                    let parameter = quote! {
                        new(#name, #method, __rt::ParameterLocation::#location, __rt::Style::#style) #explode
                    };
                    (parameter, *required)
                },
                |(usual, required)| (quote!(#usual(#name, #method)), required),
            );
            let required = required.then(|| quote!(.required()));
            let object = object.then(|| quote!(.object()));
            quote!(__rt::Parameter::#parameter #required #object #secret)
        });
        let parameters =
            (!self.setters.is_empty()).then(|| quote!(.parameters(&[#(#parameters),*])));
        let token = needs_token.then(|| quote!(.needs_token()));
        let body = match &self.operation.body {
            Some(model::Body {
                media_type,
                required,
                ..
            }) if self.outline.body.is_some() || self.uploads() => {
                Some(quote!(.body(#media_type, #required)))
            }
            _ => None,
        };
        let is_read = self.operation.successes().any(|one| !one.media.is_empty());
        let ranges = [
            self.operation.success_ranges(),
            self.operation.content_ranges(),
        ];
        let [successes, content] = ranges.map(|ranges| {
            let ranges = ranges.iter().map(|(first, last)| quote!((#first, #last)));
            quote!(&[#(#ranges),*])
        });
        let accept = match accept.as_slice() {
            [] if !is_read || matches!(self.outline.success, Success::Bytes) => None,
            [] => Some("application/json".to_owned()),
            names => Some(names.join(", ")),
        };
        let accept = accept.map(|names| quote!(.accept(#names)));
        let page_token = self.page_token.map(|index| quote!(.page_token(#index)));
        quote! {
            __rt::Operation::new(#id, #method, #path)
                #token #parameters #body
                .successes(#successes)
                .content(#content)
                #accept #page_token
        }
    }
}
