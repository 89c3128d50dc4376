//! Data in: files, API answers and other programs' output become the model.

pub mod repository;
pub mod workflows;
pub mod yaml;
