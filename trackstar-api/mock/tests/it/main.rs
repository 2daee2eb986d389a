//! Requests and answers, by literal expectations.
