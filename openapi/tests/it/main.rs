//! What the preparation promises, tried from outside.

mod cases;
mod corrections;
mod document;
mod files;
mod golden;
mod hostile;
mod properties;
mod published;
mod real;
