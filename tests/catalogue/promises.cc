#include "tests/catalogue/promises.h"

namespace sockdrift::testing {

absl::Span<const OtherWorld> OtherWorlds() {
  static constexpr OtherWorld kWorlds[] = {
      {"net.ipv6.conf.all.disable_ipv6", "1"},
      {"net.ipv6.bindv6only", "1"},
      {"net.ipv4.ip_unprivileged_port_start", "0"},
      {"net.ipv4.ip_nonlocal_bind", "1"},
      {"net.ipv6.ip_nonlocal_bind", "1"},
      {"net.ipv4.tcp_timestamps", "0"},
  };
  return kWorlds;
}

absl::Span<const SilentAxis> SilentAxes() {
  static constexpr SilentAxis kAxes[] = {
      {"bind.privileged-port", "type",
       "Linux since 6.7 under a Landlock ruleset on binding TCP: EACCES"},
      // How a process came to a descriptor, and which of two acts first: no
      // kernel has been seen yet in which they matter.
      {"process.inheritance", "how", ""},
      {"process.inheritance", "first", ""},
      {"process.options", "setter", ""},
      {"process.shared-socket", "doer", ""},
  };
  return kAxes;
}

}  // namespace sockdrift::testing
