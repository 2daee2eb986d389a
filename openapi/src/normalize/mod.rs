//! Normalizes constructs of real documents that the generator rejects, panics on, or turns into useless
//! code.
//!
//! The passes operate on an OpenAPI 3.0 document without error responses. Each pass walks by position,
//! follows references, and records its changes with their reasons. The preflight reports the constructs
//! that no pass can normalize.

mod aliases;
mod all_of;
mod any_of;
mod arguments;
mod bodies;
mod casing;
mod closed_objects;
mod collisions;
mod copies;
mod cycles;
mod direction;
mod discriminators;
mod enums;
mod examples;
mod fields;
mod hoist;
mod inferred_types;
mod inline;
mod instance;
mod media;
mod multipart;
mod names;
mod nullable;
mod nulls;
mod order;
mod parameters;
mod preflight;
mod query_objects;
mod read_write_only;
mod recursion;
mod references;
mod relaxed_responses;
mod roots;
mod scalars;
mod schema_union;
mod serialized_parameters;
mod servers;
mod styles;
mod successes;
mod type_names;
mod type_parameters;
mod values;
mod walk;

use serde_json::Value;

use crate::findings::Findings;
use crate::model::Facts;
use crate::preparation::Options;

pub(crate) use arguments::rename_in_templates;
pub(crate) use names::name_all;

/// Runs all passes. Later passes depend on earlier ones.
pub(crate) fn normalize(
    document: &mut Value,
    facts: &mut Facts,
    options: Options,
    findings: &mut Findings,
) {
    aliases::normalize(document);
    // Operations are removed first, so that they need no normalization and give schemas no direction.
    bodies::normalize(document, facts, findings);
    servers::normalize(document, findings);
    type_names::normalize(document);
    names::normalize(document, findings);
    references::normalize(document, findings);
    let children = discriminators::children(document);
    all_of::normalize(document);
    discriminators::normalize(document, &children, findings);
    closed_objects::normalize(document, options, findings);
    successes::normalize(document, facts, findings);
    scalars::normalize(document, findings);
    enums::type_values(document);
    parameters::normalize(document, facts, findings);
    arguments::normalize(document, facts, findings);
    any_of::normalize(document, findings);
    order::normalize(document, findings);
    // No pass below moves schemas, so the directions are determined once.
    let directions = direction::Directions::of(document);
    collisions::normalize(document, &directions, findings);
    read_write_only::normalize(document, &directions, findings);
    relaxed_responses::normalize(document, &directions, findings);
    // Responses are not validated, so parts that consisted only of bounds are now empty.
    all_of::tidy(document);
    examples::normalize(document, &directions, findings);
    inferred_types::normalize(document, &directions, findings);
    enums::normalize(document, &directions, findings);
    fields::check(document, &directions, findings);
    // Duplicate types are merged. Schemas that move have their directions at the new location.
    let directions = copies::normalize(document, facts);
    values::normalize(document, facts, &directions, findings);
    let directions = direction::Directions::of(document);
    // No pass inspects the schemas that this pass wraps.
    nulls::normalize(document, &directions, findings);
    parameters::wrap(document, facts);
    preflight::check(document, facts, findings);
    // These passes move schemas. They are last, so that earlier notes refer to original locations.
    nullable::normalize(document, facts);
    inline::normalize(document, facts, findings);
    roots::normalize(document, facts);
    // Only now shared roots have names, which may collide with the names of inline types.
    inline::normalize(document, facts, findings);
}
