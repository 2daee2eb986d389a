//! General cures: what real documents say that the generator refuses, panics on, or makes
//! something useless of.
//!
//! The passes work on a document of 3.0 whose operations have successes only. Each walks by
//! position, follows references, and notes what it changes and why. What no pass can cure is a
//! problem of the last one.

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

pub(crate) use names::name_all;

/// Takes the document through all cures. The order is that of their dependence.
pub(crate) fn normalize(
    document: &mut Value,
    facts: &mut Facts,
    options: Options,
    findings: &mut Findings,
) {
    aliases::normalize(document);
    // What is left out first needs no cure, and gives nothing a direction.
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
    // From here on nothing moves, so that one look at the directions serves all.
    let directions = direction::Directions::of(document, options);
    collisions::normalize(document, &directions, findings);
    read_write_only::normalize(document, &directions, findings);
    relaxed_responses::normalize(document, &directions, findings);
    // Reading is not held to bounds, which may have been all that a part said.
    all_of::tidy(document);
    examples::normalize(document, &directions, findings);
    inferred_types::normalize(document, &directions, findings);
    enums::normalize(document, &directions, findings);
    fields::check(document, &directions, findings);
    // One type for each thing. What moves has its directions at its new place.
    copies::normalize(document, facts, options);
    values::normalize(
        document,
        facts,
        &direction::Directions::of(document, options),
        findings,
    );
    let directions = direction::Directions::of(document, options);
    // Nobody looks into what this one wraps.
    nulls::normalize(document, &directions, findings);
    parameters::wrap(document, facts);
    preflight::check(document, facts, findings);
    // These move schemas, and come last so that all others name places that the document has.
    nullable::normalize(document, facts);
    inline::normalize(document, facts, findings);
    roots::normalize(document, facts);
    // A root that operations share has a name only now, which a place may have.
    inline::normalize(document, facts, findings);
}
