#!/bin/sh
# A provisioner of an image build (Packer's `shell`, mkosi's `postinst` in a
# booted image): fails the build where sockets of the new image do not do what
# production's do. The files that it needs were uploaded to /tmp/sockdrift:
# the two programs, prod.baseline and gate.yaml.
# Exit status: the gate's, 0 PASS, 1 FAIL, 3 INCONCLUSIVE.
set -eu
cd "${SOCKDRIFT_DIR:-/tmp/sockdrift}"
PATH=$PWD:$PATH

# An audit ends with 1 where a plan's own expectation is broken; the gate is
# about the difference, and wants the file all the same.
sockdrift audit ${SOCKDRIFT_PLANS:-} --save host.sockdrift || test -s host.sockdrift

sockdrift gate --baseline prod.baseline --candidate host.sockdrift \
  --rules gate.yaml --report junit=gate.xml --report json=gate.json
