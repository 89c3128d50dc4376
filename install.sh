#!/bin/sh
# Installs the plimsoll program of a release, for Linux and macOS, and for Windows in Git's bash.
#
#   curl -fsSL https://raw.githubusercontent.com/plimsoll-ci/plimsoll/v1/install.sh | sh
#   sh install.sh --version 1.2.3 --to /usr/local/bin
#
# The archive is checked against the release's SHA-256 sums before anything is unpacked, and the
# program is put in place whole or not at all. Needs curl, tar (on Windows unzip), and sha256sum or shasum.
set -eu

usage() {
  cat <<'USAGE'
usage: install.sh [--version VERSION] [--to FOLDER] [--base-url URL] [--sums FILE]

  --version   what to install; the newest release unless given
  --to        where the program goes; ~/.local/bin unless given
  --base-url  where releases are; a mirror has VERSION/ARCHIVE below it, with `v` before the version
  --sums      check against these sums instead of those that are published beside the archive
USAGE
}

REPOSITORY=https://github.com/plimsoll-ci/plimsoll

fail() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf 'hint: %s\n' "$2" >&2
  exit 1
}

# Everything stands in functions, so that half a download of this file does nothing.
main() {
  version='' folder=${HOME:-}/.local/bin base=$REPOSITORY/releases/download sums=''
  while [ $# -gt 0 ]; do
    case $1 in
      --version | --to | --base-url | --sums)
        [ $# -gt 1 ] || fail "$1 needs a value"
        case $1 in
          --version) version=${2#v} ;;
          --to) folder=$2 ;;
          --base-url) base=${2%/} ;;
          --sums) sums=$2 ;;
        esac
        shift 2
        ;;
      --help | -h) usage && exit 0 ;;
      *) usage >&2 && fail "there is no option $1" ;;
    esac
  done
  platform
  for program in curl "$unpacker"; do
    command -v "$program" >/dev/null || fail "$program is needed and not installed"
  done
  [ -n "$version" ] || newest
  case $version in
    *[!0-9A-Za-z.-]* | '') fail "\`$version\` is no version" 'three numbers, such as 1.2.3' ;;
  esac
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 130' INT TERM
  install
}

# Sets what the platform is called in the names of archives, and what its archives and program are.
platform() {
  name=plimsoll ending=tar.gz unpacker=tar
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=macos ;;
    *_NT-*)
      # Git's bash says what its tools are made for, such as MINGW64_NT-10.0 or CLANGARM64_NT-10.0; and
      # Windows on arm64 runs programs for amd64 too.
      system=windows architecture=amd64 name=plimsoll.exe ending=zip unpacker=unzip
      return
      ;;
    *) unsupported ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) architecture=amd64 ;;
    aarch64 | arm64) architecture=arm64 ;;
    *) unsupported ;;
  esac
}

unsupported() {
  fail "there is no archive for $(uname -s) on $(uname -m)" \
    'where Rust is installed, this builds it: cargo install --locked --git https://github.com/plimsoll-ci/plimsoll plimsoll'
}

# The address that the newest release leads to ends with its tag.
newest() {
  latest=$(curl -fsSL --retry 3 -o /dev/null -w '%{url_effective}' "$REPOSITORY/releases/latest") ||
    fail 'the newest release cannot be found' 'name one with --version'
  version=${latest##*/v}
}

download() {
  curl -fsSL --retry 3 --retry-delay 1 -o "$2" "$1" ||
    fail "cannot download $1" 'is this a released version? proxies are taken from HTTPS_PROXY and HTTP_PROXY'
}

install() {
  stem=plimsoll-$version-$system-$architecture archive=$stem.$ending
  download "$base/v$version/$archive" "$scratch/$archive"
  if [ -z "$sums" ]; then
    sums=$scratch/SHA256SUMS
    download "$base/v$version/SHA256SUMS" "$sums"
  fi
  expected=$(awk -v archive="$archive" '$2 == archive { print $1 }' "$sums")
  [ -n "$expected" ] || fail "there is no sum for $archive" 'nothing was installed'
  actual=$(sum "$scratch/$archive")
  [ "$actual" = "$expected" ] ||
    fail "$archive is not what was released: its SHA-256 is $actual, not $expected" 'nothing was installed'
  # Only the program is taken: nothing else of an archive gets a place on the disk.
  case $unpacker in
    tar) tar -xzf "$scratch/$archive" -C "$scratch" "$stem/$name" ;;
    unzip) unzip -q "$scratch/$archive" "$stem/$name" -d "$scratch" ;;
  esac
  mkdir -p "$folder"
  cp "$scratch/$stem/$name" "$folder/.plimsoll.$$"
  chmod 755 "$folder/.plimsoll.$$"
  mv -f "$folder/.plimsoll.$$" "$folder/$name"
  printf 'plimsoll %s: %s\n' "$version" "$folder/$name"
  case ":${PATH:-}:" in
    *":$folder:"*) ;;
    *) printf 'note: %s is not on the PATH\n' "$folder" >&2 ;;
  esac
}

sum() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  else
    fail 'sha256sum or shasum is needed and neither is installed'
  fi
}

main "$@"
