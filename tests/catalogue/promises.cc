#include "tests/catalogue/promises.h"

namespace sockdrift::testing {

absl::Span<const absl::string_view> ClaimsToCome() {
  static constexpr absl::string_view kClaims[] = {"A7", "A8", "A9"};
  return kClaims;
}

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
  };
  return kAxes;
}

}  // namespace sockdrift::testing
