// A cell as a C program.
#ifndef SOCKDRIFT_REPRODUCE_C_PROGRAM_H_
#define SOCKDRIFT_REPRODUCE_C_PROGRAM_H_

#include <map>
#include <string>
#include <vector>

#include "reproduce/writer.h"

namespace sockdrift {

class CProgram : public ProgramWriter {
 public:
  CProgram(const CellToReproduce& cell, const Script& script);

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
  // "ipv4(\"127.0.0.1\", A)"; the part for it is used.
  std::string AddressOf(const CellStep& step, const Target& target);
  // With its length, as calls take it.
  std::string AddressAndLength(const CellStep& step, const Target& target);
  void UseOption(const OptionSpec& option);
  // A line that is made even where an earlier step on the socket failed.
  std::string EvenAfterFailure(const CellStep& step, absl::string_view text);
  // Sets the bound of a call that may block.
  void Bound(const CellStep& step);
  // The data and their length.
  std::string DataOf(const Payload& payload, absl::string_view socket);

  std::map<std::string, std::string> Written();
  std::string Declarations() const;
  std::string Locals() const;

  std::map<std::string, std::string> defines_;  // what headers may lack
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_C_PROGRAM_H_
