// The first process of a machine that was booted for one command: brings the
// machine up as far as sockets need it, runs the command and hands back what it
// wrote and how it ended. What a guest's memory holds is laid out here; boot/
// fills it.
#ifndef SOCKDRIFT_AGENT_GUEST_GUEST_H_
#define SOCKDRIFT_AGENT_GUEST_GUEST_H_

namespace sockdrift {

// The command's program and arguments, each ended by a zero byte.
inline constexpr char kGuestCommand[] = "/guest/command";
// The command's environment, NAME=VALUE, likewise.
inline constexpr char kGuestEnvironment[] = "/guest/environment";
// Present where the command's input is a file: its content.
inline constexpr char kGuestInput[] = "/guest/input";
// The serial port of the line to the host: "ttyS1".
inline constexpr char kGuestLine[] = "/guest/line";
// Modules, loaded in the order of their names.
inline constexpr char kGuestModules[] = "/guest/modules";
// There where the host shares its files: the command's folder among them.
inline constexpr char kGuestFolder[] = "/guest/folder";
// There where the host shares its network.
inline constexpr char kGuestNetwork[] = "/guest/network";
// The name (9p's tag) of the files that the host shares.
inline constexpr char kGuestShare[] = "host";

// Whether this machine was booted so.
bool IsGuest();

// What a guest does, from its beginning to its end. Precondition: this is the
// machine's first process. Returns when the command has ended.
void ServeAsGuest();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_GUEST_GUEST_H_
