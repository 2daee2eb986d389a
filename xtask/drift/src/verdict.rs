//! Verdicts. They follow from the effect of a change on the set of values, from the direction, and from
//! the behavior of the generated code. Rules have no level. A comparison states only the [`Effect`] of a
//! change and the [`Aspect`] of the client that it affects.

use serde::Serialize;

/// The effect of a change on the set of values that are allowed at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// The set is the same. Only a name or a description differs.
    Same,
    /// The set contains all previous values and more.
    Widened,
    /// The set contains some of the previous values and no others.
    Narrowed,
    /// The set contains some new values and lacks some previous ones.
    Incomparable,
    /// The documents do not determine the effect.
    Unknown,
}

impl Effect {
    /// Returns the effect of the change from the second document to the first.
    ///
    /// ```
    /// use trackstar_drift::Effect;
    ///
    /// assert_eq!(Effect::Widened.mirrored(), Effect::Narrowed);
    /// assert_eq!(Effect::Unknown.mirrored(), Effect::Unknown);
    /// ```
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Widened => Self::Narrowed,
            Self::Narrowed => Self::Widened,
            other => other,
        }
    }
}

/// The severity of a change, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Descriptions, examples, order. The client's behavior does not depend on it.
    Documentation,
    /// The client works as before.
    Safe,
    /// The result depends on the server or on the values in use.
    MayBreak,
    /// Something that worked before fails.
    Breaks,
}

impl Verdict {
    /// Returns the verdict in words.
    ///
    /// ```
    /// assert_eq!(trackstar_drift::Verdict::MayBreak.words(), "may break");
    /// ```
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Safe => "safe",
            Self::MayBreak => "may break",
            Self::Breaks => "breaks",
        }
    }
}

/// The direction in which values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Mode {
    /// Neither direction: the operation, its server, its security requirements.
    Neither,
    Request,
    Success,
    /// The body of an error response. No type is generated for it, and the client reads it leniently.
    Failure,
}

/// Whether a member of an object, a parameter or a body is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Optional,
    Required,
}

/// Facts that decide the type of a generated field: an `Option` or a similar type, or the plain type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) presence: Presence,
    pub(crate) nullable: bool,
    /// Whether it is a list or a map. If optional, these default to empty and are not an `Option`.
    pub(crate) collection: bool,
    /// Whether it is declared only for the other direction. The type has it for both directions, as
    /// optional.
    pub(crate) hidden: bool,
}

impl Slot {
    /// Returns the slot of a parameter or a body, if it exists and is required or not.
    pub(crate) fn of(required: Option<bool>) -> Self {
        Self {
            presence: match required {
                None => Presence::Absent,
                Some(false) => Presence::Optional,
                Some(true) => Presence::Required,
            },
            nullable: false,
            collection: false,
            hidden: false,
        }
    }

    /// Returns true if the generated type has the field.
    fn is_declared(self) -> bool {
        self.presence != Presence::Absent || self.hidden
    }

    fn is_option(self) -> bool {
        let optional = self.presence == Presence::Optional || self.hidden;
        self.nullable || (optional && !self.collection)
    }
}

/// The part of the client that a change affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// Text for readers.
    Documentation,
    /// A deprecation, which makes the compiler warn.
    Deprecated,
    /// A name in code: of a method, a type, or a setter.
    Name,
    /// The order of arguments. The document does not state whether values changed places with them.
    ArgumentOrder,
    /// The type into which values are decoded.
    Type,
    /// A type that reads any string, such as a date. Only code notices a different type.
    TextType,
    /// A field or a setter, before and after the change.
    Field(Slot, Slot),
    /// Null in a field of both documents, before and after the change.
    Null(Slot, Slot),
    /// A value of an enum. Strings become an open enum, which keeps unknown values. Other values are read
    /// as their plain type.
    EnumValue { open: bool },
    /// The presence of an enum.
    Enum { open: bool },
    /// One of several alternatives. `alike` is true if another alternative has the same JSON type and may
    /// accept its values. `alone` is true if one of the documents has only one alternative and therefore
    /// no enum.
    Branch { alike: bool, alone: bool },
    /// A limit. The client does not check it in responses. In requests, the server checks it, and so does
    /// the type if `typed` is true.
    Limit { typed: bool },
    /// The schema of one of the first items of a list. For the client, it is an alternative of every
    /// item.
    FirstItem,
    /// The serialization of a parameter or a part.
    Encoding,
    /// A default, which the server fills in if the client omits the value.
    Default,
    /// A media type. `used` is true if the client sends or reads it.
    Media { used: bool },
    /// An operation as a method of the client.
    Operation,
    /// A success status. `typed` is true if it takes part in the type of the response.
    Success { typed: bool },
    /// Response headers, links and callbacks, for which no code is generated. For webhooks there may be
    /// code, which [`code`](crate::code) compares.
    NoCode,
    /// Servers and security requirements. They are settings of the client and not generated.
    Settings,
    /// A keyword that the comparison does not understand.
    Unknown,
}

/// Returns the verdicts for deployed binaries and for code that is compiled again.
pub(crate) fn verdicts(effect: Effect, mode: Mode, aspect: Aspect) -> (Verdict, Verdict) {
    use Verdict::{Documentation, MayBreak, Safe};
    match aspect {
        Aspect::Documentation => return (Documentation, Documentation),
        Aspect::Operation | Aspect::Settings => {}
        // The client reads every error response in the same way.
        _ if mode == Mode::Failure => return (Safe, Safe),
        _ => {}
    }
    match aspect {
        // The old name no longer exists.
        Aspect::Name => (Safe, Verdict::Breaks),
        Aspect::Settings | Aspect::Unknown => (MayBreak, MayBreak),
        Aspect::Documentation | Aspect::Deprecated => (Safe, Safe),
        Aspect::Operation if effect == Effect::Widened => (Safe, Safe),
        Aspect::Operation => (Verdict::Breaks, Verdict::Breaks),
        _ if mode == Mode::Request => (sent(effect, aspect), sent_source(effect, aspect)),
        _ => (read(effect, aspect), read_source(effect, aspect)),
    }
}

/// Returns whether the server rejects requests of deployed binaries.
fn sent(effect: Effect, aspect: Aspect) -> Verdict {
    use Effect::{Narrowed, Same, Unknown, Widened};
    match (aspect, effect) {
        // A server may ignore a member that it no longer knows.
        (Aspect::Field(before, now), _)
            if now.presence == Presence::Absent && before.presence != Presence::Absent =>
        {
            Verdict::MayBreak
        }
        (Aspect::Field(before, now), _) => {
            breaks_if(now.presence == Presence::Required && before.presence != Presence::Required)
        }
        (Aspect::NoCode | Aspect::Media { used: false }, _) | (_, Same | Widened) => Verdict::Safe,
        // Some of the strings that were sent may conform to the format.
        (Aspect::Limit { .. } | Aspect::FirstItem | Aspect::Default | Aspect::TextType, _)
        | (_, Unknown) => Verdict::MayBreak,
        (_, Narrowed | Effect::Incomparable) => Verdict::Breaks,
    }
}

/// Returns whether code that makes requests compiles and works. Setters accept any type that converts.
fn sent_source(effect: Effect, aspect: Aspect) -> Verdict {
    use Effect::{Narrowed, Same, Unknown, Widened};
    match (aspect, effect) {
        (Aspect::Field(before, now), _) => breaks_if(match (before.presence, now.presence) {
            (_, Presence::Absent) => before.is_declared() && !now.is_declared(),
            (before, now) => now == Presence::Required && before != Presence::Required,
        }),
        (Aspect::ArgumentOrder, _) => Verdict::Breaks,
        // These types check the setter's argument at run time.
        (
            Aspect::Limit { typed: true }
            | Aspect::Enum { open: false }
            | Aspect::EnumValue { open: false },
            Narrowed | Effect::Incomparable,
        ) => Verdict::MayBreak,
        (
            Aspect::Limit { .. }
            | Aspect::Default
            | Aspect::NoCode
            | Aspect::Encoding
            | Aspect::Media { used: false }
            | Aspect::Enum { open: false }
            | Aspect::EnumValue { open: false },
            _,
        )
        | (_, Same) => Verdict::Safe,
        // A string does not convert to a date without a check, and an integer does not convert to a
        // float. An enum that becomes a plain string, or an alternative that becomes an enum, converts in
        // some code only.
        (
            Aspect::Type
            | Aspect::Enum { open: true }
            | Aspect::Branch { alone: true, .. },
            Widened,
        )
        // The type of a body is the same as JSON and as a form, but not as a file.
        | (Aspect::TextType | Aspect::FirstItem | Aspect::Media { used: true }, _)
        | (_, Unknown) => Verdict::MayBreak,
        (_, Widened) => Verdict::Safe,
        (_, Narrowed | Effect::Incomparable) => Verdict::Breaks,
    }
}

/// Returns whether deployed binaries can decode the new responses.
fn read(effect: Effect, aspect: Aspect) -> Verdict {
    use Effect::{Narrowed, Same, Unknown, Widened};
    match (aspect, effect) {
        // Unknown members are ignored, and required ones must be present.
        (Aspect::Field(before, now), _) => {
            breaks_if(before.presence == Presence::Required && now.presence != Presence::Required)
        }
        // An optional field also accepts null.
        (Aspect::Null(before, _), Widened) => {
            breaks_if(!before.nullable && before.presence == Presence::Required)
        }
        (Aspect::Media { used }, Narrowed | Effect::Incomparable) => breaks_if(used),
        // The client states the media types that it accepts, but a server may ignore that.
        (Aspect::Success { .. }, _) | (Aspect::Media { .. }, Widened) => Verdict::MayBreak,
        (_, Same | Narrowed)
        | (
            Aspect::Limit { .. }
            | Aspect::Default
            | Aspect::NoCode
            | Aspect::TextType
            | Aspect::Enum { .. }
            | Aspect::EnumValue { .. },
            _,
        ) => Verdict::Safe,
        (Aspect::Branch { alike: true, .. } | Aspect::FirstItem, _) | (_, Unknown) => {
            Verdict::MayBreak
        }
        (_, Widened | Effect::Incomparable) => Verdict::Breaks,
    }
}

/// Returns whether code that reads responses compiles. Types are non-exhaustive, so additions are safe.
fn read_source(effect: Effect, aspect: Aspect) -> Verdict {
    use Effect::{Narrowed, Same, Unknown, Widened};
    match (aspect, effect) {
        (Aspect::Field(before, now), _) => breaks_if(
            before.is_declared() && (!now.is_declared() || before.is_option() != now.is_option()),
        ),
        (Aspect::Null(before, now), _) => breaks_if(before.is_option() != now.is_option()),
        (Aspect::Success { typed }, _) => breaks_if(typed),
        (Aspect::Media { used }, _) => breaks_if(used),
        (Aspect::EnumValue { open: true } | Aspect::Branch { alone: false, .. }, Widened)
        | (
            Aspect::Enum { open: false }
            | Aspect::EnumValue { open: false }
            | Aspect::Limit { .. }
            | Aspect::Default
            | Aspect::NoCode,
            _,
        )
        | (_, Same) => Verdict::Safe,
        (Aspect::FirstItem, _) | (_, Unknown) => Verdict::MayBreak,
        // A field, a variant or a type changed or disappeared.
        (_, Widened | Narrowed | Effect::Incomparable) => Verdict::Breaks,
    }
}

fn breaks_if(condition: bool) -> Verdict {
    if condition {
        Verdict::Breaks
    } else {
        Verdict::Safe
    }
}
