//! From what a change does to the values, and what the generated code makes of such values, to what
//! it breaks. No rule has a level of its own: whoever finds a change says its [`Effect`] and which
//! [`Aspect`] of the client it meets, and the rest follows here.

use serde::Serialize;

/// What a change does to the set of values that are allowed at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// The same values as before; only what is said about them, or a name, differs.
    Same,
    /// All that were allowed, and more.
    Widened,
    /// Some of those that were allowed, and no others.
    Narrowed,
    /// Some that were not allowed before, and not all that were.
    Incomparable,
    /// The documents do not tell.
    Unknown,
}

impl Effect {
    /// The effect of the change from the second document to the first.
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

/// How bad a change is. The order is that of alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Prose, examples, order: nothing that a client does depends on it.
    Documentation,
    /// The client goes on as it did.
    Safe,
    /// It depends on what the server does, or on which values are used.
    MayBreak,
    /// What worked fails.
    Breaks,
}

impl Verdict {
    /// The verdict in words.
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

/// Where values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Mode {
    /// In neither direction: the operation itself, its server, who may call it.
    Neither,
    Request,
    Success,
    /// In an answer that is no success: no type is generated for it, the client reads what it can.
    Failure,
}

/// Whether a member of an object, a parameter or a body is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Optional,
    Required,
}

/// What the generated field is: an `Option` or its like, or the plain type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) presence: Presence,
    pub(crate) nullable: bool,
    /// Lists and maps that may be left out are read as empty ones, and are no `Option`.
    pub(crate) collection: bool,
    /// Declared for the other direction alone. The type has it for both, as what may be left out.
    pub(crate) hidden: bool,
}

impl Slot {
    /// Whether the generated type has it.
    fn is_declared(self) -> bool {
        self.presence != Presence::Absent || self.hidden
    }

    fn is_option(self) -> bool {
        let optional = self.presence == Presence::Optional || self.hidden;
        self.nullable || (optional && !self.collection)
    }
}

/// Which part of the client a change meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// Prose.
    Documentation,
    /// A mark that makes the compiler warn.
    Deprecated,
    /// A name that code says: of a method, of a type, of a setter.
    Name,
    /// The type that values are decoded into.
    Type,
    /// A type that reads any text, such as that of dates: only code sees that it is another.
    TextType,
    /// A field or a setter, in both documents.
    Field(Slot, Slot),
    /// Null, in a field that both documents have.
    Null(Slot, Slot),
    /// A value of an enum. Texts become an open enum, which keeps values that it does not know;
    /// other values are read as their plain type.
    EnumValue { open: bool },
    /// That there is an enum at all.
    Enum { open: bool },
    /// One of several alternatives; `alike` where another one has the same kind of JSON, which may
    /// take its values, and `alone` where one of the documents has but one and so no enum.
    Branch { alike: bool, alone: bool },
    /// A limit. What is read is not held to it; what is sent is, by the server, and by the type as
    /// well where a type can say it.
    Limit { typed: bool },
    /// The schema of one of the first items of a list: for the client, an alternative of every item.
    FirstItem,
    /// How a parameter or a part is written.
    Encoding,
    /// What a server fills in; the client leaves it out.
    Default,
    /// A media type; `used` where it is the one that the client sends or reads.
    Media { used: bool },
    /// An operation, as a method of the client.
    Operation,
    /// A success; `typed` where it takes part in the type of the answer.
    Success { typed: bool },
    /// Headers of answers, links, callbacks: no code is generated for them. For webhooks it may be, which
    /// [`code`](crate::code) sees.
    NoCode,
    /// Server and security requirement: settings of the client, which a document does not make.
    Settings,
    /// A keyword that is not understood.
    Unknown,
}

/// What a change breaks: in binaries that are deployed, and in code that is compiled again.
pub(crate) fn verdicts(effect: Effect, mode: Mode, aspect: Aspect) -> (Verdict, Verdict) {
    use Verdict::{Documentation, MayBreak, Safe};
    match aspect {
        Aspect::Documentation => return (Documentation, Documentation),
        Aspect::Operation | Aspect::Settings => {}
        // Every answer that is no success is read in one way, whatever the document says of it.
        _ if mode == Mode::Failure => return (Safe, Safe),
        _ => {}
    }
    match aspect {
        // What code says is gone, whichever name there is now.
        Aspect::Name => (Safe, Verdict::Breaks),
        Aspect::Settings | Aspect::Unknown => (MayBreak, MayBreak),
        Aspect::Documentation | Aspect::Deprecated => (Safe, Safe),
        Aspect::Operation if effect == Effect::Widened => (Safe, Safe),
        Aspect::Operation => (Verdict::Breaks, Verdict::Breaks),
        _ if mode == Mode::Request => (sent(effect, aspect), sent_source(effect, aspect)),
        _ => (read(effect, aspect), read_source(effect, aspect)),
    }
}

/// Whether deployed binaries send what is refused.
fn sent(effect: Effect, aspect: Aspect) -> Verdict {
    use Effect::{Narrowed, Same, Unknown, Widened};
    match (aspect, effect) {
        // A server may pass over what it no longer knows.
        (Aspect::Field(before, now), _)
            if now.presence == Presence::Absent && before.presence != Presence::Absent =>
        {
            Verdict::MayBreak
        }
        (Aspect::Field(before, now), _) => {
            breaks_if(now.presence == Presence::Required && before.presence != Presence::Required)
        }
        (Aspect::NoCode | Aspect::Media { used: false }, _) | (_, Same | Widened) => Verdict::Safe,
        // Some of the texts that were sent may be of the format.
        (Aspect::Limit { .. } | Aspect::FirstItem | Aspect::Default | Aspect::TextType, _)
        | (_, Unknown) => Verdict::MayBreak,
        (_, Narrowed | Effect::Incomparable) => Verdict::Breaks,
    }
}

/// Whether code that makes requests compiles and works. Setters take what converts.
fn sent_source(effect: Effect, aspect: Aspect) -> Verdict {
    use Effect::{Narrowed, Same, Unknown, Widened};
    match (aspect, effect) {
        (Aspect::Field(before, now), _) => breaks_if(match (before.presence, now.presence) {
            (_, Presence::Absent) => before.is_declared() && !now.is_declared(),
            (before, now) => now == Presence::Required && before != Presence::Required,
        }),
        // The types of these check what a setter is given, when the program runs.
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
        // A text does not convert into a date without a look at it, nor an integer into a float.
        // An enum that becomes a plain text, or an alternative an enum, converts where code lets it.
        (
            Aspect::Type
            | Aspect::Enum { open: true }
            | Aspect::Branch { alone: true, .. },
            Widened,
        )
        // Of a body as JSON and as a form the type is the same, of a file it is not.
        | (Aspect::TextType | Aspect::FirstItem | Aspect::Media { used: true }, _)
        | (_, Unknown) => Verdict::MayBreak,
        (_, Widened) => Verdict::Safe,
        (_, Narrowed | Effect::Incomparable) => Verdict::Breaks,
    }
}

/// Whether deployed binaries can decode what may come now.
fn read(effect: Effect, aspect: Aspect) -> Verdict {
    use Effect::{Narrowed, Same, Unknown, Widened};
    match (aspect, effect) {
        // What is not known is passed over, and what is required must come.
        (Aspect::Field(before, now), _) => {
            breaks_if(before.presence == Presence::Required && now.presence != Presence::Required)
        }
        // A field that may be left out is read from null as well.
        (Aspect::Null(before, _), Widened) => {
            breaks_if(!before.nullable && before.presence == Presence::Required)
        }
        (Aspect::Media { used }, Narrowed | Effect::Incomparable) => breaks_if(used),
        // The client says which media type it takes, and a server may still answer otherwise.
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

/// Whether code that reads answers compiles. Types are non-exhaustive, so that more is no harm.
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
        // A field, a variant or a type is another one, or gone.
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
