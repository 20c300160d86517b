//! Embeds the page anew when a file of it comes or goes: what is embedded
//! already is watched by the compiler itself.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
