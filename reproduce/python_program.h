// A cell as a Python program.
#ifndef SOCKDRIFT_REPRODUCE_PYTHON_PROGRAM_H_
#define SOCKDRIFT_REPRODUCE_PYTHON_PROGRAM_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/net/option_name.h"
#include "reproduce/cell_text.h"
#include "reproduce/part_choice.h"
#include "reproduce/world_commands.h"
#include "reproduce/writer.h"

namespace sockdrift {

class PythonProgram : public ProgramWriter {
 public:
  PythonProgram(const CellToReproduce& cell, const Script& script)
      : ProgramWriter(cell, script), parts_(Parts()) {
    indent_ = 0;
    indent_width_ = 4;
  }

  absl::StatusOr<std::string> Write() override;

 protected:
  absl::Status Call(const CellStep& step) override;
  void Observe(const std::string& name, const std::string& comment) override;
  void Count(const std::string& name) override;
  void Must(const std::string& what, const std::string& wanted) override;
  void BeginRepeat(const std::string& round, const std::string& times) override;
  void LeaveRepeatOn(const std::string& outcome) override;
  void EndRepeat(const std::string& round) override;
  void EndSampleRound(const std::vector<std::string>& sockets) override;
  void ShowClass(const std::string& name, const std::string& comment) override;
  void BecomeUser(const std::string& user) override;
  void EnterHost(size_t host) override;
  void OpenBlockOf(const std::string& process) override;
  void CloseBlock() override;
  void AwaitTurn() override;
  void HandOver(const std::string& process) override;
  void Fork(const std::string& process) override;
  void LeaveProcess() override;
  void AwaitEnd(const std::string& process) override;
  void PassDescriptor(const std::string& to,
                      const std::string& socket) override;
  void TakeDescriptor(const std::string& as) override;

 private:
  static const std::vector<Part>& Parts();

  // "call(a, lambda: ACT)", with the helper that says what becomes of the
  // outcome; `more` are its further arguments.
  void Act(const CellStep& step, absl::string_view helper,
           absl::string_view act, absl::string_view more = "");
  absl::StatusOr<Target> TargetOf(const CellStep& step);
  // Whether the module's own calls pass this address as it is meant.
  bool IsPlain(const CellStep& step, const Target& target);
  // ("127.0.0.1", A)
  std::string TupleOf(const CellStep& step, const Target& target);
  // "ipv4(…), u32(16)": a sockaddr's bytes and the length.
  std::string BytesOf(const CellStep& step, const Target& target);
  std::string ScopeOf(const CellStep& step, const Target& target);
  void NeedPortOf(const CellStep& step, const Target& target);
  void Bound(const CellStep& step);
  void Made(const CellStep& step);
  void Remember(absl::string_view socket, const std::string& to);
  void ChoosePort(const ScriptPort& port);
  void ChoosePortOf(const CellStep& step);
  // "socket.SOL_SOCKET, socket.SO_REUSEADDR", or a constant of the program's
  // own for what not every Python's module has.
  std::string NameOfOption(const OptionSpec& option);
  std::string Constant(absl::string_view name, int number);

  absl::Status SocketCall(const CellStep& step);
  absl::Status SetOption(const CellStep& step);
  absl::Status GetOption(const CellStep& step);
  // bind and connect.
  absl::Status AddressCall(const CellStep& step, absl::string_view call);
  void Listen(const CellStep& step);
  absl::Status Accept(const CellStep& step);
  absl::Status Close(const CellStep& step);
  absl::Status Send(const CellStep& step);
  absl::Status Receive(const CellStep& step);
  absl::Status ReceiveFromSeveral(const CellStep& step);
  absl::Status Name(const CellStep& step, absl::string_view call);
  absl::Status Poll(const CellStep& step);
  absl::Status State(const CellStep& step);
  absl::Status WaitFor(const CellStep& step);
  absl::Status Group(const CellStep& step, bool join);
  absl::Status ChangeWorld(const CellStep& step);
  absl::Status Resolve(const CellStep& step);
  absl::Status Dial(const CellStep& step);
  std::string StateOf(const CellStep& step);

  // python_world.cc: what stands before the first step.
  absl::Status MakeWorld();
  void WriteCommand(const WorldCommand& command);

  std::map<std::string, std::string> Written() const;
  std::string Variables() const;

  PartChoice parts_;
  std::map<std::string, int> constants_;
  std::set<std::string> chosen_ports_;
  bool sent_ = false;  // something, since the walk last settled
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_PYTHON_PROGRAM_H_
