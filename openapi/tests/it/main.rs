//! What the preparation promises, tried from outside.

mod canonical;
mod cases;
mod corrections;
mod document;
mod files;
mod golden;
mod hostile;
mod limits;
mod properties;
mod published;
mod real;
mod references;
mod slice;
mod webhooks;
