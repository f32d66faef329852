// A FakeController behind a real gRPC server on a Unix socket or a port.
#ifndef SOCKDRIFT_TESTS_AGENT_SESSION_FAKE_SERVER_H_
#define SOCKDRIFT_TESTS_AGENT_SESSION_FAKE_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/agent/session/fake_controller.h"
#include "wire/tls/transport.h"

namespace sockdrift::testing {

class FakeServer {
 public:
  // `transport.address` as gRPC's servers take it: "unix:/path" or
  // "127.0.0.1:0". Fails the test when it cannot listen.
  explicit FakeServer(const TransportOptions& transport);
  // Ends every stream at once, as a killed controller would.
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  int port() const;

  // Looks at or changes the controller with no message in flight.
  void With(const std::function<void(FakeController&)>& act);
  // As With, then tells the agent which runs are wanted.
  void Tell(const std::function<void(FakeController&)>& act);
  // Waits until the condition holds after some message; false after `seconds`.
  bool Await(const std::function<bool(const FakeController&)>& condition,
             int seconds = 30);
  // Ends the present stream with this status, and every later one with it
  // until it is OK again.
  void Refuse(int code, const std::string& message);
  // The subject alternative names of the last client's certificate.
  std::vector<std::string> ClientNames();
  // Streams begun so far.
  int Streams();

 private:
  class State;
  class Service;
  class Stream;
  std::shared_ptr<State> state_;
  std::unique_ptr<Service> service_;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_SESSION_FAKE_SERVER_H_
