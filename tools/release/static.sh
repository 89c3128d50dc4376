#!/usr/bin/env bash
# Builds the program as the image and the releases for Linux have it: static, and small to download.
#
#   bash tools/release/static.sh     writes plimsoll into the folder `release` of Cargo's target folder
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

host=$(rustc -vV | sed -n 's/^host: //p')
# A panic ends the program after its message, so that nothing ever asks for the tables of how to unwind.
flags='-C target-feature=+crt-static -C force-unwind-tables=no'
# Of functions with the same code one is kept, and the addresses that are moved at the start are packed. The linker that
# Rust brings for this system can do both.
if [ "$host" = x86_64-unknown-linux-gnu ]; then
  flags+=' -C link-arg=-Wl,-z,pack-relative-relocs,--icf=all'
fi
# Where the target is named the flags do not reach build scripts and macros, which cannot be static.
RUSTFLAGS=$flags cargo build --release --locked --bin plimsoll --target "$host"
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/release"
cp "$target/$host/release/plimsoll" "$target/release/plimsoll"
