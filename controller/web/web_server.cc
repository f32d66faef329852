#include "controller/web/web_server.h"

#include <httplib.h>

#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// The value of a name in the query of a request's target, decoded; empty where
// it is missing. The library's own reading cuts a value at a second `=`, which
// every selector has.
std::string QueryValue(const std::string& target, absl::string_view name) {
  const size_t query = target.find('?');
  if (query == std::string::npos) return "";
  for (absl::string_view part :
       absl::StrSplit(absl::string_view(target).substr(query + 1), '&')) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (pair.first != name) continue;
    return httplib::detail::decode_url(std::string(pair.second),
                                       /*convert_plus_to_space=*/true);
  }
  return "";
}

constexpr size_t kThreads = 4;
constexpr time_t kTimeoutSeconds = 10;
constexpr size_t kMaxBody = 64 << 10;

struct HostPort {
  std::string host;
  int port = 0;
};

absl::StatusOr<HostPort> ParseHostPort(const std::string& address) {
  const size_t colon = address.rfind(':');
  HostPort parsed;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &parsed.port) ||
      parsed.port < 0 || parsed.port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", address,
        "\" is no address to serve HTTP on; wanted host:port, such as "
        "127.0.0.1:9464"));
  }
  absl::string_view host = absl::string_view(address).substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  parsed.host = std::string(host);
  return parsed;
}

class HttplibServer : public WebServer {
 public:
  HttplibServer(WebPages pages, WebPages hooks)
      : pages_(std::move(pages)), hooks_(std::move(hooks)) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.set_read_timeout(kTimeoutSeconds);
    server_.set_write_timeout(kTimeoutSeconds);
    server_.set_payload_max_length(hooks_.empty() ? 1 : kMaxBody);
    // The library's own choice, SO_REUSEPORT, would let a second controller
    // listen on the same port and take every other scrape.
    server_.set_socket_options([](socket_t socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    });
    for (const auto& [path, page] : pages_) {
      server_.Get(path, Handler(page));
    }
    for (const auto& [path, hook] : hooks_) {
      server_.Post(path, Handler(hook));
    }
  }

  ~HttplibServer() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Begin(const std::string& address) {
    SOCKDRIFT_ASSIGN_OR_RETURN(HostPort place, ParseHostPort(address));
    if (place.port == 0) {
      place.port = server_.bind_to_any_port(place.host.c_str());
      if (place.port < 0) return CannotListen(address);
    } else if (!server_.bind_to_port(place.host.c_str(), place.port)) {
      return CannotListen(address);
    }
    address_ =
        absl::StrCat(address.substr(0, address.rfind(':')), ":", place.port);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }

 private:
  static httplib::Server::Handler Handler(WebPages::mapped_type page) {
    return [answer = std::move(page)](const httplib::Request& request,
                                      httplib::Response& response) {
      WebAnswer made = answer([&](const std::string& name) -> std::string {
        if (name == "body") return request.body;
        if (name == "1" && request.matches.size() > 1) {
          return request.matches[1];
        }
        return QueryValue(request.target, name);
      });
      response.status = made.status;
      response.set_header("X-Content-Type-Options", "nosniff");
      response.set_content(made.body, made.content_type.c_str());
    };
  }

  static absl::Status CannotListen(const std::string& address) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve HTTP on ", address,
                     ": is the address this host's, and free?"));
  }

  const WebPages pages_;
  const WebPages hooks_;
  httplib::Server server_;
  std::string address_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WebServer>> ServeWeb(const std::string& address,
                                                    WebPages pages,
                                                    WebPages hooks) {
  auto server =
      std::make_unique<HttplibServer>(std::move(pages), std::move(hooks));
  SOCKDRIFT_RETURN_IF_ERROR(server->Begin(address));
  return std::unique_ptr<WebServer>(std::move(server));
}

}  // namespace sockdrift
