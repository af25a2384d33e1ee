//! Build step of the window: permissions, and a rebuild whenever the page's files change (they are embedded).

fn main() {
    println!("cargo:rerun-if-changed=../ui/dist");
    println!("cargo:rerun-if-changed=../icons");
    tauri_build::build();
}
