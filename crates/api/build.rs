//! The app is embedded: the server is built again when it is.

fn main() {
    println!("cargo:rerun-if-changed=../../frontend/dist");
}
