#!/bin/bash
# A flame graph of an exam, as the server's processors saw it: a server over a temporary directory with the demo, `lyceum
# load --profile exam` against it, `perf` beside it from the common start to the last submit. `make profile` calls this.
#
#   benches/profile.sh path/to/lyceum path/to/inferno/bin
#
# LEARNERS (1000), QUESTIONS (20) and SPEED_UP (30: a question takes three seconds) change the exam. Writes
# target/profile/exam.svg, and exam.folded, the stacks with their samples, for grep and for comparing.
set -euo pipefail

lyceum=$(realpath "$1")
inferno=$(realpath "$2")
learners=${LEARNERS:-1000} questions=${QUESTIONS:-20} speed_up=${SPEED_UP:-30}
# 90 seconds a question, and a breath for the submits.
seconds=$((questions * 90 / speed_up + 3))
out=target/profile
mkdir -p "$out"
home=$(mktemp -d)
server='' load=''

leave() {
    [ -z "$load" ] || kill "$load" 2>/dev/null || true
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    rm -rf "$home"
}
trap leave EXIT

# Waits until a file has a line.
line() {
    local tries=0
    until grep -q "$2" "$1" 2>/dev/null; do
        kill -0 "$3" 2>/dev/null || { cat "$home"/*.log >&2; exit 1; }
        tries=$((tries + 1))
        [ "$tries" -lt 3000 ] || { echo "no line with \"$2\" in $1" >&2; exit 1; }
        sleep 0.2
    done
}

# Hashing is over before the exam begins; it would only take long.
export LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB=64 LYCEUM__SIGN_IN__ARGON2_PASSES=1 LYCEUM__SERVER__DRAIN_SECONDS=0
"$lyceum" serve --data "$home/data" --demo --listen 127.0.0.1:0 >"$home/said.log" 2>"$home/server.log" &
server=$!
line "$home/said.log" 'Lyceum listens on' "$server"
url=$(grep -o 'http://[0-9.:]*' "$home/said.log" | head -1)

LYCEUM_LOAD_PASSWORD=lantern-gravel-83-oboe "$lyceum" load --url "$url" --admin ingrid.solheim --seed-course \
    --profile exam --learners "$learners" --questions "$questions" --speed-up "$speed_up" --start-within 1s \
    --json "$out/exam.json" >"$out/exam.txt" 2>"$home/load.log" &
load=$!
line "$home/load.log" ' waiting \| running ' "$load"
perf record --quiet --freq 499 --call-graph fp --pid "$server" --output "$home/perf.data" -- sleep "$seconds"
wait "$load" || { cat "$out/exam.txt" "$home/load.log" >&2; exit 1; }
load=''

perf script --input "$home/perf.data" 2>/dev/null | "$inferno/inferno-collapse-perf" >"$out/exam.folded"
"$inferno/inferno-flamegraph" --title "lyceum serve, $learners learners in one exam" --countname samples \
    <"$out/exam.folded" >"$out/exam.svg"
cat "$out/exam.txt"
# Where the samples are, by thread: the first frame of each stack.
awk '{ samples = $NF; split($0, stack, ";"); by[stack[1]] += samples; all += samples }
    END { for (name in by) printf "%5.1f %%  %s\n", 100 * by[name] / all, name }' "$out/exam.folded" | sort -rn
echo "$out/exam.svg"
