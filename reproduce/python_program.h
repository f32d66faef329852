// A cell as a Python program.
#ifndef SOCKDRIFT_REPRODUCE_PYTHON_PROGRAM_H_
#define SOCKDRIFT_REPRODUCE_PYTHON_PROGRAM_H_

#include <map>
#include <string>
#include <vector>

#include "reproduce/writer.h"

namespace sockdrift {

class PythonProgram : public ProgramWriter {
 public:
  PythonProgram(const CellToReproduce& cell, const Script& script);

  absl::StatusOr<std::string> Write() override;

 protected:
  void Say(const CellStep& step, Act act, absl::string_view call) override;
  void SayAsAdministrator(absl::string_view call) override;
  void SayEnterHost(size_t host) override;
  void SayRemember(absl::string_view ends, absl::string_view socket,
                   absl::string_view peer) override;
  std::string StateOf(const CellStep& step) override;
  std::string TextOf(absl::string_view show) override;

  absl::Status Socket(const CellStep& step) override;
  absl::Status SetOption(const CellStep& step,
                         const OptionValue& value) override;
  void GetOption(const CellStep& step, const OptionValue& value) override;
  void Bind(const CellStep& step, const Target& target) override;
  void Connect(const CellStep& step, const Target& target) override;
  void Listen(const CellStep& step) override;
  void Accept(const CellStep& step) override;
  void Shutdown(const CellStep& step) override;
  void Close(const CellStep& step) override;
  void Send(const CellStep& step, const Target* target) override;
  void TakeAll(const SocketRun& run, absl::string_view arguments) override;
  void Name(const CellStep& step, absl::string_view call) override;
  void Resolve(const CellStep& step) override;
  void ShowPeer(absl::string_view socket) override;
  void ShowNearest(const std::vector<int64_t>& marks) override;

  void BeginRepeat(const std::string& round, const std::string& times) override;
  void LeaveRepeatOn(const std::string& outcome) override;
  void EndRepeat(const std::string& round) override;
  void EndSampleRound(const std::vector<std::string>& sockets) override;
  void OpenBlockOf(const std::string& process) override;
  void CloseBlock() override;
  void Fork(const std::string& process) override;
  void AwaitEnd(const std::string& process) override;

 private:
  // "helper(a, lambda: CALL, ERROR)"; an error that is none may be named.
  void SayWith(const CellStep& step, absl::string_view helper,
               absl::string_view call, absl::string_view error = "");
  // Whether the module's own calls pass this address as it is meant.
  bool IsPlain(const CellStep& step, const Target& target);
  // ("127.0.0.1", A)
  std::string TupleOf(const CellStep& step, const Target& target);
  // "ipv4(…), u32(16)": a sockaddr's bytes and the length.
  std::string BytesOf(const CellStep& step, const Target& target);
  std::string ScopeOf(const CellStep& step, const Target& target);
  // "a.bind((…))", or the C library's call.
  std::string AddressCall(const CellStep& step, const Target& target,
                          absl::string_view call);
  void Bound(const CellStep& step);
  // "socket.SOL_SOCKET, socket.SO_REUSEADDR", or a constant of the program's
  // own for what not every Python's module has.
  std::string NameOfOption(const OptionSpec& option);
  std::string Constant(absl::string_view name, int number);

  std::map<std::string, std::string> Written() const;
  std::string Variables() const;

  std::map<std::string, int> constants_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_PYTHON_PROGRAM_H_
