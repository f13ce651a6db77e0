#!/bin/sh
# One timed build for the peer benchmark: ours.sh GONGKAI NEUTRAL OUT CACHE
# The portal is laid out once, in the untimed warm-up round. A missing CACHE means a cold build: what the program
# remembers beside the sources is cleared, as for every other contestant.
set -eu
gongkai=$1 neutral=$2 out=$3 cache=$4
portal=$neutral.gongkai
[ -f "$portal/site.toml" ] || python3 "$(dirname "$0")/convert.py" "$neutral" "$portal"
[ -d "$cache" ] || { rm -rf "$portal/.gongkai"; mkdir -p "$cache"; }
exec "$gongkai" -q -r "$portal" build -o "$out"
