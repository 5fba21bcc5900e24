#!/bin/sh
# The documentation of the crate by what was compiled for its tests: `make doc` has `cargo test --doc` call it in place of rustdoc.
# `cargo doc` would read every crate that ours uses once more, in a minute. What asks for tests in comments is left out of the
# arguments. LYCEUM_DOC is the folder that the documentation goes to.
set -eu
folder=${LYCEUM_DOC:?the folder that the documentation goes to}
# Cargo asks for the version, too.
case " $* " in *" --test "*) ;; *) exec rustdoc "$@" ;; esac
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $argument in
    --test) ;;
    --test-run-directory)
        shift
        count=$((count - 1))
        ;;
    *) set -- "$@" "$argument" ;;
    esac
done
exec rustdoc "$@" --document-private-items -D warnings --out-dir "$folder"
