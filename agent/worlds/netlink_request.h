// One rtnetlink request to the present network namespace and its answer.
#ifndef SOCKDRIFT_AGENT_WORLDS_NETLINK_REQUEST_H_
#define SOCKDRIFT_AGENT_WORLDS_NETLINK_REQUEST_H_

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// Put together in place. What is added is checked for length by its callers:
// nothing here comes near the end of the buffer.
class NetlinkRequest {
 public:
  // `type` is RTM_NEWLINK and the like, `flags` beside NLM_F_REQUEST; `body`
  // the struct that goes with the type.
  template <typename Body>
  NetlinkRequest(uint16_t type, uint16_t flags, const Body& body) {
    Begin(type, flags);
    Append(&body, sizeof(body));
  }

  // Adds bytes after the alignment of what stands there: a struct in front of
  // nested attributes.
  void Append(const void* data, size_t size);
  // Adds an attribute.
  void Add(uint16_t type, const void* data, size_t size);
  void AddText(uint16_t type, const std::string& text);
  // What is added between these becomes the attribute's content.
  void Open(uint16_t type);
  void Close();

  // Asks for an acknowledgement. 0, or the errno that the kernel answers.
  int Send();
  // Asks for one object, whose message it writes to `answer`, header and all.
  // 0 or an errno.
  int Ask(std::string& answer);

 private:
  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(buffer_); }
  void Begin(uint16_t type, uint16_t flags);

  static constexpr int kDeepest = 4;

  alignas(NLMSG_ALIGNTO) char buffer_[512] = {};
  size_t open_[kDeepest] = {};  // where the open attributes begin
  int depth_ = 0;
};

// OK for 0, else the errno with what was asked for.
absl::Status NetlinkStatus(int error, absl::string_view what);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_NETLINK_REQUEST_H_
