//: What a call answered, and how it is printed.
//@ cannot: | stdio.h stdlib.h string.h errno.h

// This program itself could not do what it needs.
static void cannot(const char *what) {
  fprintf(stderr, "cannot %s: %s\n", what, strerror(errno));
  exit(2);
}
//@ outcome: | stdio.h errno.h

static char outcome[4096];  // of the last call

static const char *error_name(int error) {
  switch (error) {
    case 0: return "timeout";
#define NAME(error) case error: return #error;
    NAME(EPERM) NAME(ENOENT) NAME(EINTR) NAME(EIO) NAME(ENXIO) NAME(EBADF)
    NAME(EAGAIN) NAME(ENOMEM) NAME(EACCES) NAME(EFAULT) NAME(EBUSY)
    NAME(EEXIST) NAME(ENODEV) NAME(EINVAL) NAME(ENOTTY) NAME(EPIPE)
    NAME(EDOM) NAME(ERANGE) NAME(ENOSYS) NAME(ENOPKG) NAME(EPROTO)
    NAME(EOVERFLOW) NAME(ENOTSOCK) NAME(EDESTADDRREQ) NAME(EMSGSIZE)
    NAME(EPROTOTYPE) NAME(ENOPROTOOPT) NAME(EPROTONOSUPPORT)
    NAME(ESOCKTNOSUPPORT) NAME(EOPNOTSUPP) NAME(EAFNOSUPPORT)
    NAME(EADDRINUSE) NAME(EADDRNOTAVAIL) NAME(ENETDOWN) NAME(ENETUNREACH)
    NAME(ECONNABORTED) NAME(ECONNRESET) NAME(ENOBUFS) NAME(EISCONN)
    NAME(ENOTCONN) NAME(ETIMEDOUT) NAME(ECONNREFUSED) NAME(EHOSTDOWN)
    NAME(EHOSTUNREACH) NAME(EALREADY) NAME(EINPROGRESS)
#undef NAME
    default: return "EUNKNOWN";
  }
}

// What a call answered.
static int says(int result) {
  snprintf(outcome, sizeof outcome, "%s",
           result < 0 ? error_name(errno) : "ok");
  return result;
}
//@ port_name:
//@ names:
//@ process_names:
//@ print: outcome | stdio.h

static void observe(const char *name) {
  printf("%s: %s\n", name, outcome);
  fflush(stdout);
}
//@ failed: outcome | string.h stdlib.h

static int failed(void) {
  return (outcome[0] == 'E' && strcmp(outcome, "ESTABLISHED") != 0) ||
         strcmp(outcome, "timeout") == 0;
}
//@ print_and_must: failed | stdio.h stdlib.h string.h

static int refused;  // something that is observed was, and is on record

static void observe(const char *name) {
  printf("%s: %s\n", name, outcome);
  fflush(stdout);
  refused |= failed() || strcmp(outcome, "nothing") == 0;
}

// Anything else means that the set-up went wrong.
static void must(const char *call, const char *wanted) {
  if (strcmp(wanted, "error") == 0 ? failed() : !strcmp(outcome, wanted)) return;
  if (refused && strcmp(outcome, "not-reached") == 0) return;
  fprintf(stderr, "%s must be %s, was %s\n", call, wanted, outcome);
  exit(2);
}
