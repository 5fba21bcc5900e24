#!/bin/sh
# The compiler of the project's own crates for fuzzing: `make fuzz` has cargo call it with rustc and its arguments. It counts what
# code was reached and which comparisons were made, which libFuzzer finds new inputs by. Of Lyceum it compiles what the targets
# reach (src/lib.rs), where something may then have nobody who calls it. The crates that ours use are compiled as always, so the
# builds of tests and of fuzzing share them.
exec "$@" --cfg fuzzing --cap-lints allow -C passes=sancov-module -C llvm-args=-sanitizer-coverage-level=4 \
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters -C llvm-args=-sanitizer-coverage-pc-table \
    -C llvm-args=-sanitizer-coverage-trace-compares -C llvm-args=-simplifycfg-branch-fold-threshold=0
