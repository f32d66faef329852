// What all languages' programs share: the walk over a cell (which process, user
// and host makes a step, loops, observations, what must be; writer.cc), the
// lines that differ in a language's punctuation alone (lines.cc,
// world_lines.cc), and which method says an operation (calls.cc).
#ifndef SOCKDRIFT_REPRODUCE_WRITER_H_
#define SOCKDRIFT_REPRODUCE_WRITER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "reproduce/cell_text.h"
#include "reproduce/options.h"
#include "reproduce/part_choice.h"
#include "reproduce/reproduce.h"
#include "reproduce/script.h"
#include "reproduce/target.h"
#include "reproduce/world_commands.h"

namespace sockdrift {

// How a language says what all of them have.
struct Language {
  absl::string_view end;      // of a statement: ";"
  absl::string_view comment;  // what begins one: "//"
  // Before an expression that a helper evaluates itself: "lambda: ".
  absl::string_view lazily;
  absl::string_view yes;  // "True"
  absl::string_view no;
  absl::string_view socket_module;  // before AF_INET: "socket."
  absl::string_view poll_prefix;    // before IN: "select.POLL"
  absl::string_view leave;          // ends a process: "_exit(0)"
  absl::string_view says_ok;        // leaves "ok" as the outcome: "says(0)"
  // Helpers that act on a socket are macros: "NEEDS" for "needs".
  bool has_macros;
  int indent;        // of the first step, in levels
  int indent_width;  // blanks a level
};

class ProgramWriter {
 public:
  // `parts` must outlive it.
  ProgramWriter(const CellToReproduce& cell, const Script& script,
                const Language& language, const std::vector<Part>& parts)
      : cell_(cell),
        script_(script),
        language_(language),
        parts_(parts),
        indent_(language.indent) {}
  virtual ~ProgramWriter() = default;

  // The whole program. UNIMPLEMENTED names the operation that cannot be said.
  virtual absl::StatusOr<std::string> Write() = 0;

 protected:
  // What is known of a socket where the walk is.
  struct Known {
    std::string family;  // "inet"; empty where it is not known beforehand
    std::string type;
    std::string bound;  // `within` of the SO_SNDTIMEO that it has; or empty
  };

  // What becomes of a call's outcome.
  enum class Act {
    kCall,   // where it fails, later steps on the socket are not reached
    kAlso,   // as kCall; where it succeeds, the outcome before it stands
    kAsk,    // nothing hangs on it
    kOn,     // the expression leaves the outcome itself
    kBegin,  // as kCall, and what is in progress has succeeded
  };

  // What stands before the first step: the world, who makes calls, the ports
  // that can be chosen at once.
  absl::Status Prepare();
  // All steps, and what ends the processes that are left.
  absl::Status Walk();

  void Line(absl::string_view text);
  // A line that ends as a statement does.
  void Statement(absl::string_view text);
  const std::string& body() const { return body_; }
  std::string TakeBody() { return std::exchange(body_, ""); }

  // "s", "s[3]", or "s[round_1]" inside the repeat that makes it.
  std::string Spelled(absl::string_view socket) const;
  // The socket that the step is made on, spelled.
  std::string SocketOf(const CellStep& step) const {
    return Spelled(step.Get(FieldId::kOf));
  }
  // "round_1" of "s[round_1]".
  static std::string RoundOf(absl::string_view spelled);
  Known& KnownOf(absl::string_view socket) {
    return known_[std::string(socket)];
  }
  absl::StatusOr<Target> TargetOf(const CellStep& step) const;
  // The expression of a target's port.
  std::string PortOf(const Target& target);
  // The expression of a link's number, in the network stack of the socket.
  std::string LinkNumber(absl::string_view socket, absl::string_view link);
  // Whether SO_SNDTIMEO must be set for the bound before a call that may block.
  bool MustBound(const CellStep& step);
  static std::string BoundMs(const CellStep& step, absl::string_view otherwise);
  // "process_main".
  static std::string ProcessVariable(absl::string_view process);
  // The helper's name, in capitals where it is a macro.
  std::string Helper(absl::string_view name) const;
  // "MSG_OOB | MSG_PEEK" of the step's flags; "0" of none.
  std::string FlagsOf(const CellStep& step, absl::string_view prefix) const;

  // Lines that more than one operation needs. NeedPortOf: the step is not
  // reached where the socket whose port it goes to is missing. Settle: what an
  // earlier call provoked (an ICMP error) belongs to the next answer.
  void Made(const CellStep& step);
  void NeedPortOf(const CellStep& step, const Target& target);
  void Settle();
  void Remember(absl::string_view socket, absl::string_view peer);

  // How the language says a step's call on its socket.
  virtual void Say(const CellStep& step, Act act, absl::string_view call) = 0;
  // A call that changes the world, whose failure is an outcome.
  virtual void SayAsAdministrator(absl::string_view call) = 0;
  virtual void SayEnterHost(size_t host) = 0;
  // Notes the ends of a connection for later questions about its state;
  // `peer` is the address, empty where the kernel is to be asked.
  virtual void SayRemember(absl::string_view ends, absl::string_view socket,
                           absl::string_view peer) = 0;
  // The expression of a socket's TCP state.
  virtual std::string StateOf(const CellStep& step) = 0;
  // What shows a part of an address: "show_all".
  virtual std::string TextOf(absl::string_view show) = 0;

  // An operation each; the call leaves its outcome. A failure of one that
  // comes from the options of an observed socket alone changes the outcome.
  virtual absl::Status Socket(const CellStep& step) = 0;
  virtual absl::Status SetOption(const CellStep& step,
                                 const OptionValue& value) = 0;
  virtual void GetOption(const CellStep& step, const OptionValue& value) = 0;
  virtual void Bind(const CellStep& step, const Target& target) = 0;
  virtual void Connect(const CellStep& step, const Target& target) = 0;
  virtual void Listen(const CellStep& step) = 0;
  virtual void Accept(const CellStep& step) = 0;
  virtual void Shutdown(const CellStep& step) = 0;
  virtual void Close(const CellStep& step) = 0;
  // No target: to the peer.
  virtual void Send(const CellStep& step, const Target* target) = 0;
  virtual void TakeAll(const SocketRun& run, absl::string_view arguments) = 0;
  virtual void Name(const CellStep& step, absl::string_view call) = 0;
  virtual void Resolve(const CellStep& step) = 0;
  virtual void ShowPeer(absl::string_view socket) = 0;
  // Leaves the mark (ms) nearest to the time waited.
  virtual void ShowNearest(const std::vector<int64_t>& marks) = 0;

  virtual void BeginRepeat(const std::string& round,
                           const std::string& times) = 0;
  virtual void LeaveRepeatOn(const std::string& outcome) = 0;
  // Leaves the count of whole rounds as the outcome.
  virtual void EndRepeat(const std::string& round) = 0;
  virtual void EndSampleRound(const std::vector<std::string>& sockets) = 0;
  virtual void OpenBlockOf(const std::string& process) = 0;
  virtual void CloseBlock() = 0;
  virtual void Fork(const std::string& process) = 0;
  virtual void AwaitEnd(const std::string& process) = 0;

  const CellToReproduce& cell_;
  const Script& script_;
  const Language& language_;
  PartChoice parts_;
  int indent_;
  bool sent_ = false;  // something, since the walk last settled

 private:
  struct Loop {
    const CellStep* step;
    std::string round;  // its variable; empty for a sample
  };

  absl::Status Steps(size_t first, size_t end);
  absl::Status OneStep(size_t index);
  absl::Status LoopStep(size_t index);
  absl::Status After(size_t index);
  absl::Status Whereabouts(const CellStep& step);
  void Pass(const CellStep& step);
  void SayFork(const std::string& process);
  void TurnTo(const std::string& process);
  void ExitOf(const std::string& process);
  std::string ObservationOf(const CellStep& step) const;
  std::string Recorded(const std::string& observation) const;
  // Socket facts after the step.
  void Note(const CellStep& step);

  absl::Status Call(const CellStep& step);
  void Receive(const CellStep& step);
  void ReceiveFromSeveral(const CellStep& step);
  void State(const CellStep& step);
  void WaitFor(const CellStep& step);
  void Group(const CellStep& step, bool join);
  absl::Status Dial(const CellStep& step);

  void Observe(const std::string& name);
  void Must(const std::string& what, const std::string& wanted);
  void AwaitTurn() { Statement("await_turn()"); }
  void HandOver(const std::string& process);
  void ChoosePort(const ScriptPort& port);
  // Where ranges of ports may change in mid-cell, a port is chosen right before
  // its first use.
  void ChoosePortOf(const CellStep& step);

  absl::Status MakeWorld();
  void WriteCommand(const WorldCommand& command);
  void WriteHostsFile(absl::string_view host);
  void EnterHost(size_t host);
  void BecomeUser(const std::string& user);  // "" for the own one
  void ChangeWorld(const CellStep& step);

  std::string body_;
  std::map<std::string, Known> known_;
  std::map<std::string, std::string> index_;  // of arrays: "round_1"
  std::vector<Loop> loops_;
  int repeats_ = 0;
  std::set<std::string> sampled_;  // observations of the sample under way
  std::vector<std::string> sampled_order_;
  std::vector<std::string> round_sockets_;  // made in the sample's round
  std::set<std::string> chosen_ports_;
  std::vector<std::string> alive_;  // processes
  std::string process_ = "main";
  std::string user_ = "?";  // nobody knows after a jump
  std::string host_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_WRITER_H_
