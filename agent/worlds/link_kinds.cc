#include "agent/worlds/link_kinds.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <cerrno>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/worlds/links.h"
#include "agent/worlds/netlink_request.h"
#include "agent/worlds/sysctls.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr uint32_t kVrfTable = 10;  // where none is written

struct LinkKind {
  std::string name;
  uint32_t table = kVrfTable;
  std::string master;  // empty for none
};

absl::StatusOr<LinkKind> ParseKind(absl::string_view text) {
  LinkKind kind;
  const size_t at = text.find('@');
  if (at != absl::string_view::npos) {
    kind.master = std::string(text.substr(at + 1));
  }
  text = text.substr(0, at);
  const size_t colon = text.find(':');
  kind.name = std::string(text.substr(0, colon));
  if (colon != absl::string_view::npos &&
      !absl::SimpleAtoi(text.substr(colon + 1), &kind.table)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" has no sound table"));
  }
  return kind;
}

bool IsLinkName(absl::string_view name) {
  return !name.empty() && name.size() < IFNAMSIZ;
}

std::string PeerOf(const std::string& link) {
  return absl::StrCat(link, "-peer");
}

void AddKindData(const std::string& link, const LinkKind& kind,
                 NetlinkRequest& request) {
  if (kind.name == "veth") {
    const ifinfomsg peer = {};
    request.Open(IFLA_INFO_DATA);
    request.Open(VETH_INFO_PEER);
    request.Append(&peer, sizeof peer);
    request.AddText(IFLA_IFNAME, PeerOf(link));
    request.Close();
    request.Close();
  }
  if (kind.name == "vrf") {
    request.Open(IFLA_INFO_DATA);
    request.Add(IFLA_VRF_TABLE, &kind.table, sizeof kind.table);
    request.Close();
  }
}

// Fails where the namespace has no IPv6, and then there is nothing to keep
// from happening.
void KeepFromMakingAddresses(const std::string& link) {
  WriteSysctl(absl::StrCat("net/ipv6/conf/", link, "/addr_gen_mode"), "1")
      .IgnoreError();
}

absl::Status SetMaster(const std::string& link, const std::string& master) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const int index, LinkIndex(link));
  SOCKDRIFT_ASSIGN_OR_RETURN(const int above, LinkIndex(master));
  ifinfomsg body = {};
  body.ifi_index = index;
  NetlinkRequest request(RTM_NEWLINK, 0, body);
  request.Add(IFLA_MASTER, &above, sizeof above);
  return NetlinkStatus(request.Send(),
                       absl::StrCat("putting link ", link, " under ", master));
}

}  // namespace

absl::Status AddLink(const std::string& link, absl::string_view text) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const LinkKind kind, ParseKind(text));
  const bool has_peer = kind.name == "veth";
  if (!IsLinkName(link) || !IsLinkName(kind.name) ||
      (has_peer && !IsLinkName(PeerOf(link)))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", link, "\" of kind \"", kind.name,
        "\" is no name of a link: it has 1 to ",
        IFNAMSIZ - 1 - (has_peer ? PeerOf("").size() : 0), " characters"));
  }
  NetlinkRequest request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  request.AddText(IFLA_IFNAME, link);
  request.Open(IFLA_LINKINFO);
  request.Add(IFLA_INFO_KIND, kind.name.data(), kind.name.size());
  AddKindData(link, kind, request);
  request.Close();
  const int error = request.Send();
  if (error == EOPNOTSUPP) {
    return absl::FailedPreconditionError(
        absl::StrCat("this kernel has no links of kind ", kind.name));
  }
  SOCKDRIFT_RETURN_IF_ERROR(NetlinkStatus(
      error, absl::StrCat("making link ", link, " of kind ", kind.name)));
  KeepFromMakingAddresses(link);
  if (has_peer) KeepFromMakingAddresses(PeerOf(link));
  return absl::OkStatus();
}

absl::Status RaiseLink(const std::string& link, absl::string_view text) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const LinkKind kind, ParseKind(text));
  if (!kind.master.empty()) {
    SOCKDRIFT_RETURN_IF_ERROR(SetMaster(link, kind.master));
  }
  if (kind.name == "veth") SOCKDRIFT_RETURN_IF_ERROR(SetLinkUp(PeerOf(link)));
  return SetLinkUp(link);
}

}  // namespace sockdrift
