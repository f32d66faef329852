// A cell as a C program.
#ifndef SOCKDRIFT_REPRODUCE_C_PROGRAM_H_
#define SOCKDRIFT_REPRODUCE_C_PROGRAM_H_

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

class CProgram : public ProgramWriter {
 public:
  CProgram(const CellToReproduce& cell, const Script& script)
      : ProgramWriter(cell, script), parts_(Parts()) {}

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
  // A line that acts on the step's socket, with the macro that says what
  // becomes of the outcome.
  void Act(const CellStep& step, absl::string_view macro,
           absl::string_view call);
  // "ipv4(\"127.0.0.1\", A), 16"; the part for it is used.
  std::string AddressOf(const CellStep& step, const Target& target);
  absl::StatusOr<Target> TargetOf(const CellStep& step);
  void Remember(const CellStep& step, absl::string_view socket,
                const Target* to);
  void Made(const CellStep& step);
  void UseOption(const OptionSpec& option);
  // The line that makes the step unreachable where the socket whose port it
  // goes to is.
  void NeedPortOf(const CellStep& step, const Target& target);
  // Sets the bound of a call that may block.
  void Bound(const CellStep& step);
  // Where ranges of ports may change in mid-cell, a port is chosen right before
  // its first use.
  void ChoosePortOf(const CellStep& step);
  void ChoosePort(const ScriptPort& port);

  // The data and their length.
  std::string DataOf(const Payload& payload, const std::string& socket);
  absl::Status SocketCall(const CellStep& step);
  absl::Status SetOption(const CellStep& step);
  absl::Status GetOption(const CellStep& step);
  absl::Status Bind(const CellStep& step);
  absl::Status Connect(const CellStep& step);
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

  // c_world.cc: what stands before the first step.
  absl::Status MakeWorld();
  void WriteCommand(const WorldCommand& command);

  std::map<std::string, std::string> Written();
  std::string Declarations() const;
  std::string Locals() const;

  PartChoice parts_;
  std::set<std::string> chosen_ports_;
  bool sent_ = false;  // something, since the walk last settled
  std::map<std::string, std::string> defines_;  // what headers may lack
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_C_PROGRAM_H_
