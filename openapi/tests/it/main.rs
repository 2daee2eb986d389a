//! Tests of the preparation through its public interface.

mod canonical;
mod document;
mod files;
mod golden;
mod hostile;
mod limits;
mod merged;
mod positions;
mod references;
mod slice;
mod webhooks;
