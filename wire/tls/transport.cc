#include "wire/tls/transport.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "wire/tls/pem.h"

namespace sockdrift {
namespace {

absl::string_view HostOf(absl::string_view address) {
  if (absl::StartsWith(address, "[")) {
    const size_t end = address.find(']');
    return end == absl::string_view::npos ? "" : address.substr(1, end - 1);
  }
  return address.substr(0, address.rfind(':'));
}

bool IsLoopback4(absl::string_view host) {
  const std::vector<absl::string_view> parts = absl::StrSplit(host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  return std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
    int number = -1;
    return absl::SimpleAtoi(part, &number) && number >= 0 && number <= 255;
  });
}

}  // namespace

bool StaysOnThisMachine(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return true;
  const absl::string_view host = HostOf(address);
  return host == "localhost" || host == "::1" || IsLoopback4(host);
}

absl::Status CheckTransport(const TransportOptions& options) {
  const TlsFiles& tls = options.tls;
  if (!tls.given()) {
    if (StaysOnThisMachine(options.address) || options.insecure_plaintext) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(absl::StrCat(
        options.address,
        " is on the network: give --tls-cert, --tls-key and --tls-ca, or "
        "--insecure-plaintext to let everyone on the way read what is sent and "
        "speak in either side's name"));
  }
  if (tls.certificate.empty() || tls.key.empty() || tls.authorities.empty()) {
    return absl::InvalidArgumentError(
        "--tls-cert, --tls-key and --tls-ca go together; one is missing");
  }
  SOCKDRIFT_RETURN_IF_ERROR(CheckPair(tls.certificate, tls.key));
  return CertificateExpiry(tls.authorities).status();
}

bool SpeaksForHost(const std::vector<std::string>& names,
                   absl::string_view host_id) {
  const std::string uri = absl::StrCat("sockdrift:host:", host_id);
  return !host_id.empty() &&
         std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return name == host_id || name == uri;
         });
}

}  // namespace sockdrift
