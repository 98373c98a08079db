#!/usr/bin/env bash
# Builds and runs test projects one after another (all of them, or those named) and ends with the line
#     N passed, N failed[, N skipped]
# which counts what ran. Exit code 0: at least one test ran, none failed, and every project could be built and ran to its end.
# Output of a project is shown when it fails; otherwise one line for each project.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [ $# -gt 0 ]; then
  projects=("$@")
else
  # tests/MutantRunner is a program (make mutants), not tests.
  mapfile -t projects < <(find tests -name '*.csproj' -not -path '*/obj/*' -not -path 'tests/MutantRunner/*' | LC_ALL=C sort)
fi

passed=0 failed=0 skipped=0 broken=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# The number after a word in the summary line of a test run: "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total: ..."
count() {
  local n
  n=$(grep -E '^(Passed|Failed|Skipped)! +- ' "$output" | tail -n 1 | sed -nE "s/.*[ -]$1: +([0-9]+).*/\1/p")
  echo "${n:-0}"
}

# One build for all, so that shared projects are compiled once.
if [ $# -eq 0 ]; then
  build=(DEngine.sln)
else
  build=("${projects[@]}")
fi
for target in "${build[@]}"; do
  if ! dotnet build "$target" -c Release --nologo -v quiet </dev/null >"$output" 2>&1; then
    cat "$output"
    echo "The build failed: $target"
    echo "0 passed, 1 failed"
    exit 1
  fi
done

for project in "${projects[@]}"; do
  start=$SECONDS
  dotnet test "$project" -c Release --no-build --nologo </dev/null >"$output" 2>&1
  code=$?
  p=$(count Passed) f=$(count Failed) s=$(count Skipped)
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  name=$(basename "$project" .csproj)
  if [ "$code" -ne 0 ]; then
    cat "$output"
    if [ "$f" -eq 0 ]; then
      echo "$name did not run to its end (exit code $code)"
      broken=$((broken + 1))
    fi
  fi
  printf '%-28s %6d passed %4d failed %4d skipped %6ds\n' "$name" "$p" "$f" "$s" "$((SECONDS - start))"
done

# A project that broke off counts as a failure: a total without it would look better than it is.
failed=$((failed + broken))
line="$passed passed, $failed failed"
[ "$skipped" -gt 0 ] && line="$line, $skipped skipped"
echo "$line"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
