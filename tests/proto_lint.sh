#!/bin/sh
# Lints the .proto files and checks their format with buf, where it is
# installed. Exit status: 0 clean, 1 not, 77 without buf (skipped).
set -u
cd "$(dirname "$0")/../proto" || exit 1
for buf in "$(command -v buf)" ../node_modules/.bin/buf; do
  [ -n "$buf" ] && [ -x "$buf" ] || continue
  "$buf" lint && "$buf" format --diff --exit-code
  exit
done
echo "needs buf: not on PATH nor in node_modules (npm install @bufbuild/buf)"
case ",${SOCKDRIFT_REQUIRE:-}," in
*,buf,*) exit 1 ;;
esac
exit 77
