//! `refresh` as a person runs it.
