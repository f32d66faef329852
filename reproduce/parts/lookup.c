//: Looking names up, and connecting to what was found.
//@ private_etc: make_file | sched.h sys/mount.h

// Names are looked up in a hosts file of this program's, and nowhere else.
static void private_etc(void) {
  if (unshare(CLONE_NEWNS) < 0 ||
      mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
      mount("tmpfs", "/etc", "tmpfs", 0, "mode=0755") < 0) {
    cannot("have a hosts file of its own: run this as root");
  }
  make_file("/etc/host.conf", "multi on\n");
  make_file("/etc/nsswitch.conf", "hosts: files\n");
  make_file("/etc/hosts", "");
}
//@ lookup_name: outcome | netdb.h stdio.h

static const char *lookup_error_name(int error) {
  switch (error) {
#define NAME(error) case error: return #error;
    NAME(EAI_BADFLAGS) NAME(EAI_NONAME) NAME(EAI_AGAIN) NAME(EAI_FAIL)
    NAME(EAI_FAMILY) NAME(EAI_SOCKTYPE) NAME(EAI_SERVICE) NAME(EAI_MEMORY)
    NAME(EAI_OVERFLOW) NAME(EAI_NODATA) NAME(EAI_ADDRFAMILY)
#undef NAME
    default: return "EUNKNOWN";
  }
}
//@ resolve: lookup_name | netdb.h stdio.h sys/socket.h

static int resolve(const char *name, int family, int flags,
                   struct addrinfo **list) {
  struct addrinfo hints = {
      .ai_flags = flags, .ai_family = family, .ai_socktype = SOCK_STREAM};
  const int error = getaddrinfo(name, NULL, &hints, list);
  if (error == 0 || error == EAI_SYSTEM) return says(error == 0 ? 0 : -1);
  snprintf(outcome, sizeof outcome, "%s", lookup_error_name(error));
  return -1;
}
//@ show_list: resolve ip_text | netdb.h stdio.h string.h

static void show_list(int result, struct addrinfo *const *list) {
  size_t end = 1;
  if (result < 0) return;
  strcpy(outcome, "{");
  for (const struct addrinfo *one = *list; one != NULL; one = one->ai_next) {
    memset(&named, 0, sizeof named);
    memcpy(&named, one->ai_addr, one->ai_addrlen);
    end += (size_t)snprintf(outcome + end, sizeof outcome - end, "%s%s",
                            end > 1 ? "," : "", ip_text(0));
  }
  strcat(outcome, "}");
}
//@ dial: sockets in_time bound named | netdb.h unistd.h sys/socket.h string.h

// Connects to the first address, or to one after another until one answers.
static int dial(const struct addrinfo *list, int type, int port, int only_first,
                int ms) {
  if (list == NULL) not_reached();
  for (; list != NULL; list = only_first ? NULL : list->ai_next) {
    memset(&named, 0, sizeof named);
    memcpy(&named, list->ai_addr, list->ai_addrlen);
    ((struct sockaddr_in *)&named)->sin_port = htons((unsigned short)port);
    const int s = socket(list->ai_family, type | SOCK_CLOEXEC, 0);
    if (says(s) < 0) continue;
    if (type == SOCK_STREAM) bound(s, ms);
    if (says(in_time(connect(s, (struct sockaddr *)&named, list->ai_addrlen),
                     EINPROGRESS)) >= 0) {
      return s;
    }
    close(s);
  }
  return GONE;
}
