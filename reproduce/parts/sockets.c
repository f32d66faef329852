//: What becomes of a socket on which a call failed.
//@ sockets: outcome | limits.h string.h

// A socket is its descriptor; after a call on it failed, ~descriptor, and what
// follows on it is not reached; GONE where there is none.
#define GONE INT_MIN
static void not_reached(void) { strcpy(outcome, "not-reached"); }
//@ OPEN: sockets

#define OPEN(s, call)       \
  do {                      \
    (s) = says(call);       \
    if ((s) < 0) (s) = GONE; \
  } while (0)
//@ CALL: sockets

#define CALL(s, call)                      \
  do {                                     \
    if ((s) < 0) not_reached();            \
    else if (says(call) < 0) (s) = ~(s);   \
  } while (0)
//@ ALSO: sockets

// An option of a new socket: changes the outcome only when it fails.
#define ALSO(s, call)                  \
  do {                                 \
    if ((s) >= 0 && (call) < 0) {      \
      says(-1);                        \
      (s) = ~(s);                      \
    }                                  \
  } while (0)
//@ ON: sockets

#define ON(s, act)                   \
  do {                               \
    if ((s) < 0) not_reached();      \
    else act;                        \
  } while (0)
//@ ANYWAY: sockets

// Even where an earlier call on the socket failed.
#define ANYWAY(s, act)                           \
  do {                                           \
    const int unfit = (s) < 0 && (s) != GONE;    \
    if (unfit) (s) = ~(s);                       \
    act;                                         \
    if (unfit && (s) >= 0) (s) = ~(s);           \
  } while (0)
//@ NEEDS: sockets

// Without the other socket this one cannot be reached either.
#define NEEDS(s, other) \
  do {                  \
    if ((other) < 0 && (s) >= 0) (s) = ~(s); \
  } while (0)
//@ CLOSE: sockets | unistd.h

#define CLOSE(s)                 \
  do {                           \
    if ((s) < 0) {               \
      not_reached();             \
    } else {                     \
      says(close(s));            \
      (s) = GONE;                \
    }                            \
  } while (0)
//@ BEGIN: sockets | fcntl.h string.h

// A connect that does not wait: EINPROGRESS is what was asked for.
#define BEGIN(s, call)                                                 \
  do {                                                                 \
    if ((s) < 0) {                                                     \
      not_reached();                                                   \
    } else {                                                           \
      fcntl(s, F_SETFL, O_RDWR | O_NONBLOCK);                          \
      const int result = says(call);                                   \
      fcntl(s, F_SETFL, O_RDWR);                                       \
      if (result < 0 && strcmp(outcome, "EINPROGRESS")) (s) = ~(s);    \
    }                                                                  \
  } while (0)
//@ in_time: outcome | errno.h

// What SO_SNDTIMEO makes of a call that would block for longer is a timeout.
static int in_time(int result, int late) {
  if (result < 0 && (errno == late || errno == EAGAIN)) errno = 0;
  return result;
}
//@ bound: | sys/socket.h sys/time.h

static void bound(int s, int ms) {
  setsockopt(s, SOL_SOCKET, SO_SNDTIMEO,
             &(struct timeval){ms / 1000, ms % 1000 * 1000},
             sizeof(struct timeval));
}
