#!/bin/sh
# Print (last line of stdout) a rustc that can build for wasm32-unknown-unknown, getting one if need be:
#   1. the rustc in use, if it already has the target's standard library;
#   2. the same, after `rustup target add`;
#   3. Debian's rustc-web, unpacked into a cache folder (nothing is installed: those packages conflict with
#      rustup), plus a standard library compiled once from Debian's rust-web-src.
# Use it:   RUSTC=$(tools/wasm-toolchain.sh) cargo build --target wasm32-unknown-unknown
# Settings: WASM_TOOLCHAIN_DIR (cache folder), WASM_TOOLCHAIN_SKIP_RUSTUP=1 (go straight to 3).
set -eu

project=atiende
target=wasm32-unknown-unknown
cache=${WASM_TOOLCHAIN_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/$project/wasm-toolchain}

say() { printf 'wasm-toolchain: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
has_std() { # does the rustc $1 have the target's standard library?
    dir=$("$1" --print target-libdir --target "$target" 2>/dev/null) &&
        [ -n "$(find "$dir" -name 'libstd-*.rlib' 2>/dev/null)" ]
}

# 1 and 2: the compiler in use, an earlier run's, and rustup
base=${RUSTC:-$(rustc --print sysroot)/bin/rustc}
for rustc in "$base" "$cache/bin/rustc"; do
    if has_std "$rustc"; then echo "$rustc"; exit; fi
done
if [ -z "${WASM_TOOLCHAIN_SKIP_RUSTUP:-}" ] && command -v rustup >/dev/null; then
    say "trying rustup target add $target"
    timeout 120 rustup target add "$target" >&2 || say "rustup could not add it; using Debian's packages"
    if has_std "$base"; then echo "$base"; exit; fi
fi

# 3: Debian's packages
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    die "no $target library: run 'rustup target add $target' (this fallback needs a Debian-like system)"
lld=$("$base" --print sysroot)/lib/rustlib/$("$base" -vV | sed -n 's/^host: //p')/bin/rust-lld
[ -x "$lld" ] || lld=$(command -v wasm-ld || command -v rust-lld) || die "no rust-lld or wasm-ld found (apt-get install lld)"

depends() { apt-cache depends --important "$1" 2>/dev/null | sed -n "s/^ *|\{0,1\}Depends: \($2\)\$/\1/p" | head -n 1; }
std=$(depends libstd-rust-web-dev 'libstd-rust-web-[0-9.]*')
if [ -z "$std" ]; then # the package lists are missing
    [ "$(id -u)" = 0 ] || die "no rustc-web package is known: run 'apt-get update' as root, then this again"
    apt-get update -qq >&2
    std=$(depends libstd-rust-web-dev 'libstd-rust-web-[0-9.]*')
    [ -n "$std" ] || die "this system has no rustc-web package"
fi
llvm=$(depends "$std" 'libllvm[0-9.]*')

mkdir -p "$(dirname "$cache")"
work=$(mktemp -d "$cache.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work"
mkdir "$work/debs" "$work/bin"

say "downloading rustc-web $std $llvm rust-web-src (about 137 MB)"
(cd "$work/debs" && apt-get -qq -o APT::Sandbox::User=root download rustc-web libstd-rust-web-dev "$std" rust-web-src ${llvm:+"$llvm"} >&2) ||
    die "the download failed; if the package lists are old, run apt-get update"
for deb in "$work"/debs/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work" --wildcards --wildcards-match-slash \
        './usr/bin/rustc' './usr/bin/rustdoc' './usr/lib/*' './usr/src/rustc-*/library/*' 2>/dev/null || true
done
src=$(echo "$work"/usr/src/rustc-*/library)
[ -x "$work/usr/bin/rustc" ] && [ -f "$src/std/Cargo.toml" ] || die "the packages do not hold what was expected"
rm -rf "$work/usr/lib/rustlib/src" # a link to the whole source tree
mkdir -p "$work/usr/lib/rustlib/src/rust"
ln -s "$src" "$work/usr/lib/rustlib/src/rust/library"

# $work/{bin,lib}: the shape `rustup toolchain link` wants
ln -s usr/lib "$work/lib"
for tool in rustc rustdoc; do
    cat >"$work/bin/$tool" <<'EOF'
#!/bin/sh
root=$(dirname "$(dirname "$(readlink -f "$0")")")
libs=$(echo "$root"/usr/lib/*-linux-gnu)
LD_LIBRARY_PATH=$libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$root/usr/bin/TOOL" "$@"
EOF
    sed -i "s/TOOL/$tool/" "$work/bin/$tool"
    chmod 755 "$work/bin/$tool"
done
host=$("$work/bin/rustc" -vV | sed -n 's/^host: //p')
mkdir -p "$work/usr/lib/rustlib/$host/bin"
ln -sf "$lld" "$work/usr/lib/rustlib/$host/bin/rust-lld"

say "building the standard library for $target with $("$work/bin/rustc" -V)"
mkdir -p "$work/stub/src"
printf '[package]\nname = "stub"\nversion = "0.0.0"\nedition = "2021"\n[lib]\n[workspace]\n' >"$work/stub/Cargo.toml"
: >"$work/stub/src/lib.rs"
# Bitcode is kept so that `lto` works, and paths are shortened so that panics do not name this machine's folders.
flags=$(printf -- '-Cembed-bitcode=yes\037--remap-path-prefix=%s=/rust' "$work/usr/lib/rustlib/src/rust")
(cd "$work/stub" && env -u CARGO_BUILD_TARGET -u RUSTC_WRAPPER CARGO_ENCODED_RUSTFLAGS="$flags" \
    RUSTC="$work/bin/rustc" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/stub/target" \
    cargo build --quiet --release --target "$target" -Z build-std=std,panic_abort,test >&2)
out=$work/usr/lib/rustlib/$target/lib
mkdir -p "$out"
cp "$work/stub/target/$target/release/deps/"lib*.rlib "$out/"
rm -f "$out"/libstub-*.rlib
rm -rf "$work/debs" "$work/stub" "$work/usr/src" "$work/usr/lib/rustlib/src"

rm -rf "$cache"
mv -T "$work" "$cache" || say "another run was faster"
has_std "$cache/bin/rustc" || die "the library was built but rustc does not find it"
say "ready: $cache ($(du -sh "$cache" | cut -f1)); optional: rustup toolchain link $project-wasm $cache"
echo "$cache/bin/rustc"
