//! All witnesses, each in a module of its own; the test writes which.

#![allow(deprecated, reason = "what is deprecated compiles")]

include!(env!("DRIFT_WITNESSES"));
