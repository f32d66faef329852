// HTTP beside gRPC: /metrics, /healthz, /readyz, read-only JSON under
// /api/v1 and the report. Plain: bind it to a loopback or management address.
#ifndef SOCKDRIFT_CONTROLLER_WEB_WEB_SERVER_H_
#define SOCKDRIFT_CONTROLLER_WEB_WEB_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace sockdrift {

struct WebAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
};

// Path (without the query; a regular expression) to what is answered there;
// `parameter` gives the value of a name in the query, empty where there is
// none, and "1" is what the path's first group matched.
using WebParameters = std::function<std::string(const std::string& name)>;
using WebPages =
    std::map<std::string, std::function<WebAnswer(const WebParameters&)>>;

class WebServer {
 public:
  virtual ~WebServer() = default;
  // "127.0.0.1:9464", the port chosen.
  virtual const std::string& address() const = 0;
};

// Serves until the server is destroyed. `address` is "host:port" or
// "[::1]:port"; port 0 is chosen by the kernel. INVALID_ARGUMENT, UNAVAILABLE.
// `hooks` are what is answered to POST; the parameter "body" is what was sent.
absl::StatusOr<std::unique_ptr<WebServer>> ServeWeb(const std::string& address,
                                                    WebPages pages,
                                                    WebPages hooks = {});

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_WEB_WEB_SERVER_H_
