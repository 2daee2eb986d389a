//! How operations use credentials.

use trackstar_openapi::model::{Operation, Parameter, ParameterLocation};

/// The header for the API key.
pub const API_KEY: &str = "x-trackstar-api-key";
/// The header for the access token.
pub const ACCESS_TOKEN: &str = "x-trackstar-access-token";

/// Returns true if requests need the credential in `header`. In the document, this can be either a
/// parameter or a part of the security requirement (in all alternatives).
///
/// ```
/// use trackstar_mock::document::{ACCESS_TOKEN, API_KEY, needs};
///
/// let document = serde_json::json!({"paths": {"/a": {"get": {"parameters": [
///     {"in": "header", "name": "X-Trackstar-Api-Key", "schema": {"type": "string"}},
/// ]}}}});
/// let operation = &trackstar_openapi::model::read(&document)[0];
/// assert!(needs(operation, API_KEY) && !needs(operation, ACCESS_TOKEN));
/// ```
#[must_use]
pub fn needs(operation: &Operation, header: &str) -> bool {
    let mut parameters = operation.parameters.iter();
    let listed = parameters
        .any(|it| it.location == ParameterLocation::Header && it.name.eq_ignore_ascii_case(header));
    listed || is_secured(operation, header)
}

/// Returns true if every alternative of the security requirement needs the header.
pub(crate) fn is_secured(operation: &Operation, header: &str) -> bool {
    let mut alternatives = operation.security.iter();
    !operation.security.is_empty()
        && alternatives.all(|one| one.schemes.iter().any(|scheme| scheme.is_header(header)))
}

/// Returns the parameters of an operation, except for credentials.
pub fn arguments(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let is_credential = |name: &str| {
        let mut all = [API_KEY, ACCESS_TOKEN].into_iter();
        all.any(|own| own.eq_ignore_ascii_case(name))
    };
    let all = operation.parameters.iter();
    all.filter(move |it| it.location != ParameterLocation::Header || !is_credential(&it.name))
}

/// Returns true if a successful call deletes the connection that the access token belongs to. The
/// token won't be valid after that.
///
/// This is the case for a DELETE that needs an access token, if nothing else in the request could
/// say what to delete.
pub(crate) fn deletes_its_connection(operation: &Operation) -> bool {
    operation.method == "DELETE"
        && needs(operation, ACCESS_TOKEN)
        && !operation.path.contains('{')
        && !arguments(operation).any(|it| it.required)
        && operation.body.as_ref().is_none_or(|body| !body.required)
}
