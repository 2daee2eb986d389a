//! Methods of a builder that send the request.

use proc_macro2::TokenStream;
use quote::quote;

use super::Emitted;
use crate::docs::{self, Docs};
use crate::outline::Success;

impl Emitted<'_> {
    /// Returns the method `send`, and the macro invocation that supports sending from a thread without a
    /// runtime.
    pub(super) fn send(&self) -> (TokenStream, TokenStream) {
        let doc = Docs::sentence("Sends a {} request to {}.", docs::request(self.operation));
        let parts = self.body_parts().iter().zip(&self.parts);
        let required = parts
            .filter(|(part, _)| part.required)
            .map(|(part, setter)| {
                let (name, setter) = (&part.name, setter.to_string());
                quote!((#name, #setter))
            });
        let required = self.uploads().then(|| quote!(&[#(#required),*]));
        let plain = quote!(self.call);
        let (answer, sent) = match &self.outline.success {
            Success::Typed(ty) => {
                let sent = if crate::types::is_converted(ty) {
                    quote!(#plain.send_converted(#required))
                } else {
                    quote!(#plain.send(#required))
                };
                (quote!(#ty), sent)
            }
            Success::Bytes => (
                quote!(::std::vec::Vec<u8>),
                quote!(#plain.send_bytes(#required)),
            ),
            Success::Empty => (quote!(()), quote!(#plain.send_empty(#required))),
        };
        let method = quote! {
            #doc
            pub fn send(
                self,
            ) -> impl ::std::future::Future<Output = ::std::result::Result<__rt::Response<#answer>, __rt::Error>>
            + ::std::marker::Send {
                #sent
            }
        };
        let (builder, gate) = (&self.outline.builder, self.gate());
        let sends = quote!(#gate __rt::call!(#builder, #answer););
        (method, sends)
    }

    pub(super) fn pages(&self) -> Option<TokenStream> {
        let Success::Typed(page) = &self.outline.success else {
            return None;
        };
        self.page_token?;
        Some(quote! {
            /// Returns the pages, which are requested one by one.
            pub fn pages(self) -> __rt::Pages<#page> {
                __rt::Pages::new(self.call)
            }
            /// Returns the items of all pages.
            pub fn stream(self) -> __rt::Items<#page> {
                __rt::Items::new(self.call)
            }
            /// Continues a list at a checkpoint, whose page token and parameters replace those of this call.
            ///
            /// # Errors
            /// Returns an error if the checkpoint belongs to another operation, or has a parameter that the
            /// operation no longer has.
            pub fn resume(self, checkpoint: &__rt::Checkpoint) -> ::std::result::Result<Self, __rt::Error> {
                checkpoint.resume(self.call).map(|call| Self { call })
            }
        })
    }
}
