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
mod circles;
mod collisions;
mod common;
mod direction;
mod discriminators;
mod endless;
mod enums;
mod examples;
mod fields;
mod filters;
mod held;
mod hoist;
mod hollow;
mod inline;
mod instance;
mod media;
mod multipart;
mod names;
mod nullable;
mod nulls;
mod one_way;
mod order;
mod parameters;
mod parts;
mod preflight;
mod scalars;
mod serialized;
mod servers;
mod successes;
mod texts;
mod titles;
mod tolerant;
mod untyped;
mod walk;

use serde_json::Value;

use crate::findings::Findings;
use crate::model::Facts;
use crate::preparation::Options;

/// Takes the document through all cures. The order is that of their dependence.
pub(crate) fn cure(
    document: &mut Value,
    facts: &mut Facts,
    options: Options,
    findings: &mut Findings,
) {
    aliases::cure(document);
    // What is left out first needs no cure, and gives nothing a direction.
    bodies::cure(document, facts, findings);
    servers::cure(document, findings);
    titles::cure(document);
    names::cure(document, findings);
    parts::cure(document, findings);
    let children = discriminators::children(document);
    all_of::cure(document);
    discriminators::cure(document, &children, findings);
    hollow::cure(document, options, findings);
    successes::cure(document, facts, findings);
    scalars::cure(document, findings);
    enums::type_values(document);
    parameters::cure(document, facts, findings);
    arguments::cure(document, facts, findings);
    any_of::cure(document, findings);
    order::cure(document, findings);
    // From here on nothing moves, so that one look at the directions serves all.
    let directions = direction::Directions::of(document, options);
    collisions::cure(document, &directions, findings);
    one_way::cure(document, &directions, findings);
    tolerant::cure(document, &directions, findings);
    // Reading is not held to bounds, which may have been all that a part said.
    all_of::tidy(document);
    examples::cure(document, &directions, findings);
    untyped::cure(document, &directions, findings);
    enums::cure(document, &directions, findings);
    fields::check(document, &directions, findings);
    // Nobody looks into what this one wraps.
    nulls::cure(document, &directions, findings);
    parameters::wrap(document, facts);
    preflight::check(document, facts, findings);
    // These move schemas, and come last so that all others name places that the document has.
    nullable::cure(document, facts);
    inline::cure(document, facts, findings);
}
