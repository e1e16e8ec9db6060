//! The migrations are part of this crate, though they stand at the root: a change of them builds it again.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks with Cargo")]

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
    println!("cargo:rerun-if-changed=build.rs");
}
