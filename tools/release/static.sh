#!/usr/bin/env bash
# Builds the program as the image and the releases for Linux have it: static, and small to download.
#
#   bash tools/release/static.sh     writes plimsoll into the folder `release` of Cargo's target folder
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# RUSTFLAGS would reach build scripts and macros too, which cannot be static.
flags=(-C target-feature=+crt-static)
# Of functions with the same code one is kept, and the addresses that are moved at the start are packed. The linker that
# Rust brings can do both; it is the usual one on this system, and has to be asked for on others.
host=$(rustc -vV | sed -n 's/^host: //p')
linker=$(rustc --print sysroot)/lib/rustlib/$host/bin/gcc-ld
small='-Wl,-z,pack-relative-relocs,--icf=all'
if [ "$host" = x86_64-unknown-linux-gnu ]; then
  flags+=(-C "link-arg=$small")
elif [ -x "$linker/ld.lld" ]; then
  flags+=(-C "link-arg=-B$linker" -C link-arg=-fuse-ld=lld -C "link-arg=$small")
fi
exec cargo rustc --release --locked --bin plimsoll -- "${flags[@]}"
