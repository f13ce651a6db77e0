#!/bin/sh
# One timed build, as the peer benchmark calls it: ours.sh GONGKAI NEUTRAL OUT CACHE
# The portal is laid out once, in the untimed warm-up round. What the program remembers lies in CACHE: a cold build finds
# that empty, as every other contestant does.
set -eu
gongkai=$1 neutral=$2 out=$3 cache=$4
portal=$neutral.gongkai
[ -f "$portal/site.toml" ] || python3 "$(dirname "$0")/convert.py" "$neutral" "$portal"
mkdir -p "$cache"
[ -L "$portal/.gongkai" ] || { rm -rf "$portal/.gongkai"; ln -s "$(realpath "$cache")" "$portal/.gongkai"; }
exec "$gongkai" -q -r "$portal" build -o "$out"
