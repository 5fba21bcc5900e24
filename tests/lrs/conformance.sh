#!/usr/bin/env bash
# Runs ADL's LRS conformance test suite against a freshly started server, for both versions, and prints a table.
#   tests/lrs/conformance.sh LYCEUM_BINARY SUITE_CHECKOUT [GREP]
# The checkout (github adlnet/lrs-conformance-test-suite, `npm install --ignore-scripts` done) is used as it is.
set -euo pipefail

binary=$(realpath "$1") suite=$(realpath "$2") only=${3:-} port=${PORT:-9157}
[ -f "$suite/bin/console_runner.js" ] || { echo "there is no conformance suite in $suite" >&2; exit 2; }
home=$(mktemp -d)
server=
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }; rm -rf "$home"; }
trap stop EXIT

"$binary" admin create --new-store --data "$home/store" --username conformance --first-name Con --last-name Formance >/dev/null
"$binary" xapi credential --data "$home/store" --name conformance >"$home/credential"
key=$(awk '$1 == "key" { print $2 }' "$home/credential") secret=$(awk '$1 == "secret" { print $2 }' "$home/credential")
"$binary" serve --data "$home/store" --listen "127.0.0.1:$port" >"$home/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    curl -sf "http://127.0.0.1:$port/xapi/about" >/dev/null && break
    kill -0 "$server" 2>/dev/null || { cat "$home/server.log" >&2; exit 1; }
    sleep 0.1
done

failed=0
echo "| version | tests | passed | failed | seconds |"
echo "| --- | --- | --- | --- | --- |"
for version in 1.0.3 2.0.0; do
    # An assertion inside a promise can leave the runner waiting for ever.
    rm -f "$suite"/logs/*.log
    began=$(date +%s)
    (cd "$suite" && timeout 900 node bin/console_runner.js -e "http://127.0.0.1:$port/xapi" -a -u "$key" -p "$secret" \
        -x "$version" ${only:+-g "$only"} -z) >"$home/run-$version.log" 2>&1 || true
    seconds=$(($(date +%s) - began))
    log=$(ls "$suite"/logs/*.log 2>/dev/null | head -1)
    if [ -z "$log" ]; then
        echo "| $version | – | – | no result | $seconds |"
        tail -5 "$home/run-$version.log" >&2
        failed=1
        continue
    fi
    [ -z "${KEEP_LOGS:-}" ] || cp "$log" "$KEEP_LOGS/$version.json"
    node -e '
        const { summary } = JSON.parse(require("fs").readFileSync(process.argv[1]));
        console.log(`| ${process.argv[2]} | ${summary.total} | ${summary.passed} | ${summary.failed} | ${process.argv[3]} |`);
        process.exit(summary.failed || summary.passed !== summary.total ? 1 : 0);
    ' "$log" "$version" "$seconds" || failed=1
done
exit $failed
